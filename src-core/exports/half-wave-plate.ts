import { EARTH_ROTATION_RAD_S } from '../constants.ts';
import { err, ok, type Result } from '../result.ts';
import { writeCsv } from './csv.ts';
import type { ExportError } from './export-error.ts';
import { azimuthText, titleNotes, type TableTitle } from './pointing.ts';
import { add, countView, cross, dot, scale, skyAxes, subtract, vectorAt, type Grid, type StationView, type Vector }
  from './states.ts';
import { fixed, isoMicros } from './time-text.ts';

/** What the transmitter's H follows on board, as projected across the beam. */
export type TransmitterReference = 'orbit_normal' | 'flight_direction';

export interface HalfWavePlateOrder {
  readonly view: StationView;
  readonly reference: TransmitterReference;
  /** Mounting and optics of this station, from its calibration; added to the angle of the plate. */
  readonly offset_rad: number;
}

/** Angles of the plate during a pass, without jumps. */
export interface HalfWavePlateTable extends Grid {
  /** From the receiver's H to the transmitter's H, counterclockwise as the telescope sees it. */
  readonly frame_angle_rad: Float64Array;
  /** Half of it, plus the offset: fast axis against the receiver's H, counterclockwise likewise. */
  readonly plate_angle_rad: Float64Array;
  readonly azimuth_rad: Float64Array;
  readonly elevation_rad: Float64Array;
  readonly reference: TransmitterReference;
  readonly offset_rad: number;
}

const EARTH_ROTATION = [0, 0, EARTH_ROTATION_RAD_S] as const;
const DEG = 180 / Math.PI;
/** A reference closer to the beam than this has no direction across it. */
const ACROSS_MIN = 1e-6;
/** A line is itself again after half a turn; between two rows it must turn by clearly less than a quarter. */
const TURN_MAX_RAD = Math.PI / 4;

function referenceAxis(position: Vector, velocity_pef: Vector, reference: TransmitterReference): Vector {
  const inertial = add(velocity_pef, cross(EARTH_ROTATION, position));
  const axis = reference === 'flight_direction' ? inertial : cross(position, inertial);
  return scale(axis, 1 / Math.sqrt(dot(axis, axis)));
}

/** Angle of the transmitter's H in the receiver's frame, in [-pi, pi]; null where it has no direction. */
function frameAngle({ view, reference }: HalfWavePlateOrder, i: number): number | null {
  const { states, station } = view;
  const position = vectorAt(states.position_pef_km, i);
  const d = subtract(position, station.position_pef_km);
  const n = scale(d, 1 / Math.sqrt(dot(d, d)));
  const axis = referenceAxis(position, vectorAt(states.velocity_pef_km_s, i), reference);
  const across = subtract(axis, scale(n, dot(axis, n)));
  if (dot(across, across) < ACROSS_MIN ** 2) return null;
  const receiver = skyAxes(view, i);
  return Math.atan2(dot(across, receiver.elevation), dot(across, receiver.azimuth));
}

/** Into (-pi/2, pi/2]: a polarization is a line, not an arrow. */
function asLine(angle: number): number {
  return angle - Math.PI * Math.ceil(angle / Math.PI - 0.5);
}

/**
 * Angles of the half-wave plate that keeps the transmitter's H on the receiver's H through a pass.
 *
 *   psi = atan2(h_T . e_el, h_T . e_az),   plate = psi / 2 + offset
 *
 * Receiver: H along growing azimuth, V along growing elevation, as an alt-azimuth telescope carries them. Transmitter:
 * H is the orbit normal r x v, or the flight direction v (inertial), projected across the beam. A half-wave plate at
 * angle a takes polarization p to 2 a - p: H and V come back to H and V at every row, and +45 and -45 degrees exchange,
 * at every row alike, as one mirror more would: the station's calibration knows of it.
 *
 * @units radians
 * @shape a row an instant; the first frame angle lies in (-pi/2, pi/2], later ones follow without jumps
 * @errors AxisAlongBeam where the reference has no direction across the beam; SampledTooCoarsely where the frames
 *   turn by more than 45 degrees from row to row, so that the way round is not known
 * @validity geometric; aberration tilts the frames by 25 microradians
 * @source Jones, J. Opt. Soc. Am. 31, 488 (1941), doi:10.1364/JOSA.31.000488, for the plate; frames by geometry
 */
export function halfWavePlateTable(order: HalfWavePlateOrder): Result<HalfWavePlateTable, ExportError> {
  const { view, reference, offset_rad } = order;
  const count = countView(view);
  const { start_utc_ms, step_ms } = view.look;
  const frame_angle_rad = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const angle = frameAngle(order, i);
    const utc_ms = start_utc_ms + i * step_ms;
    if (angle === null) return err({ type: 'AxisAlongBeam', utc_ms });
    const turn_rad = i === 0 ? asLine(angle) : asLine(angle - frame_angle_rad[i - 1]!);
    if (i > 0 && Math.abs(turn_rad) > TURN_MAX_RAD) return err({ type: 'SampledTooCoarsely', utc_ms, turn_rad });
    frame_angle_rad[i] = i === 0 ? turn_rad : frame_angle_rad[i - 1]! + turn_rad;
  }
  const { azimuth_rad, elevation_rad } = view.look;
  const plate_angle_rad = frame_angle_rad.map((angle) => angle / 2 + offset_rad);
  return ok({
    start_utc_ms, step_ms, frame_angle_rad, plate_angle_rad, azimuth_rad, elevation_rad, reference, offset_rad,
  });
}

const REFERENCES: Readonly<Record<TransmitterReference, string>> = {
  orbit_normal: 'the orbit normal r x v',
  flight_direction: 'the flight direction v',
};

/**
 * The half-wave plate's table as CSV, with its frames in the notes.
 *
 * @units degrees
 * @shape a line an instant
 * @errors none
 */
export function writeHalfWavePlateCsv(table: HalfWavePlateTable, title: TableTitle): string {
  const rows = Array.from(table.plate_angle_rad, (plate_angle_rad, i) => [
    `${isoMicros(table.start_utc_ms + i * table.step_ms)}Z`,
    fixed(plate_angle_rad * DEG, 4), fixed(table.frame_angle_rad[i]! * DEG, 4),
    azimuthText(table.azimuth_rad[i]!, 4), fixed(table.elevation_rad[i]! * DEG, 4),
  ]);
  return writeCsv({
    notes: [
      ...titleNotes(title),
      'receiver frame: H along growing azimuth (horizontal), V along growing elevation, looking at the satellite',
      `transmitter frame: H is ${REFERENCES[table.reference]} (inertial), projected across the beam`,
      'frame_angle: from the receiver H to the transmitter H, counterclockwise looking at the satellite; continuous, '
        + 'defined modulo 180 degrees',
      'plate_angle: fast axis from the receiver H = frame_angle / 2 + offset; '
        + `offset ${fixed(table.offset_rad * DEG, 4)} degrees; defined modulo 90 degrees`,
      'a half-wave plate mirrors: H and V stay H and V, +45 and -45 degrees exchange at every row alike',
    ],
    heading: ['utc', 'plate_angle_deg', 'frame_angle_deg', 'azimuth_deg', 'elevation_deg'],
    rows,
  });
}
