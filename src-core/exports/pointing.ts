import { EARTH_ROTATION_RAD_S, SPEED_OF_LIGHT_M_S } from '../constants.ts';
import { writeCsv } from './csv.ts';
import { add, countView, cross, dot, scale, skyAxes, subtract, vectorAt, type LookTable, type StationView }
  from './states.ts';
import { fixed, isoMicros } from './time-text.ts';

/** Look angles with the angle between where light comes from and where light has to go. */
export interface PointingTable extends LookTable {
  readonly point_ahead_rad: Float64Array;
  /** Its part along growing azimuth, on the sky: the change of azimuth is this over cos(elevation). */
  readonly point_ahead_azimuth_rad: Float64Array;
  readonly point_ahead_elevation_rad: Float64Array;
}

const EARTH_ROTATION = [0, 0, EARTH_ROTATION_RAD_S] as const;
const DEG = 180 / Math.PI;

/**
 * Pointing of one station with the point-ahead angle.
 *
 *   w = v_PEF + omega x d,   theta = 2 (w - (w.n) n) / c,   d = r - s,  n = d / |d|
 *
 * w is the satellite's velocity relative to the station in inertial axes. Light that arrives now left half of theta
 * behind the geometric direction, light sent now must go half of it ahead.
 *
 * @units radians, metres, metres per second
 * @shape a row an instant, as the look angles given
 * @errors programmer error for tables of different instants
 * @validity first order in v/c: 1e-9 rad for low orbits; without refraction
 * @source Degnan, Geodynamics Series 25, 133 (1993), doi:10.1029/GD025p0133, on velocity aberration: alpha = 2 v/c
 */
export function pointingTable(view: StationView): PointingTable {
  const count = countView(view);
  const { look, states, station } = view;
  const table: PointingTable = {
    ...look,
    point_ahead_rad: new Float64Array(count),
    point_ahead_azimuth_rad: new Float64Array(count),
    point_ahead_elevation_rad: new Float64Array(count),
  };
  for (let i = 0; i < count; i++) {
    const d = subtract(vectorAt(states.position_pef_km, i), station.position_pef_km);
    const n = scale(d, 1 / Math.sqrt(dot(d, d)));
    const w = add(vectorAt(states.velocity_pef_km_s, i), cross(EARTH_ROTATION, d));
    const across = subtract(w, scale(n, dot(w, n)));
    const theta = scale(across, 2000 / SPEED_OF_LIGHT_M_S);
    const axes = skyAxes(view, i);
    table.point_ahead_rad[i] = Math.sqrt(dot(theta, theta));
    table.point_ahead_azimuth_rad[i] = dot(theta, axes.azimuth);
    table.point_ahead_elevation_rad[i] = dot(theta, axes.elevation);
  }
  return table;
}

/** Who the table is for; the names stand in the notes. */
export interface TableTitle {
  readonly satellite: string;
  readonly station: string;
  readonly pass_id: string;
  readonly elements: string;
}

/** What every table for a station says of itself first. */
export function titleNotes(title: TableTitle): string[] {
  const { pass_id, station, satellite, elements } = title;
  return [`pass ${pass_id}, station ${station}, satellite ${satellite}`, `elements ${elements}`];
}

/** Degrees in [0, 360) as printed, also where rounding would reach 360. */
export function azimuthText(azimuth_rad: number, digits: number): string {
  const text = fixed(azimuth_rad * DEG, digits);
  return Number(text) >= 360 ? fixed(0, digits) : text;
}

/**
 * The pointing table as CSV.
 *
 * @units degrees, metres, metres per second, microradians, as the headings say
 * @shape a line an instant
 * @errors none
 * @validity 1e-6 degree is 0.02 microradian
 */
export function writePointingCsv(table: PointingTable, title: TableTitle): string {
  const rows = Array.from(table.azimuth_rad, (azimuth_rad, i) => [
    `${isoMicros(table.start_utc_ms + i * table.step_ms)}Z`,
    azimuthText(azimuth_rad, 6), fixed(table.elevation_rad[i]! * DEG, 6),
    fixed(table.range_m[i]!, 3), fixed(table.range_rate_m_s[i]!, 4),
    ...[table.point_ahead_rad, table.point_ahead_azimuth_rad, table.point_ahead_elevation_rad]
      .map((column) => fixed(column[i]! * 1e6, 3)),
  ]);
  return writeCsv({
    notes: [
      ...titleNotes(title),
      'azimuth from north over east, elevation from the plane across the WGS-84 ellipsoid normal; geometric: no '
        + 'refraction, no light time',
      'range and range rate between station and satellite at the instant of the row; a positive rate recedes',
      'point ahead = 2 v_across / c: light arrives from half of it behind, and has to be sent half of it ahead; '
        + 'azimuth part on the sky (divide by cos elevation for the axis), elevation part upwards',
    ],
    heading: ['utc', 'azimuth_deg', 'elevation_deg', 'range_m', 'range_rate_m_s', 'point_ahead_urad',
      'point_ahead_azimuth_urad', 'point_ahead_elevation_urad'],
    rows,
  });
}
