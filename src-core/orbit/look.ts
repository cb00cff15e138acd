import { assert } from '../assert.ts';
import { err, ok, type Result } from '../result.ts';
import type { UniformSeries } from '../series.ts';
import type { PropagationError, Propagator } from './propagate.ts';

/** Semi-major axis of the WGS-84 ellipsoid, km. Source: NGA.STND.0036, table 3.1. */
const WGS84_A_KM = 6378.137;
/** Flattening of the WGS-84 ellipsoid. Source: NGA.STND.0036, table 3.1. */
const WGS84_F = 1 / 298.257_223_563;

const RAD = Math.PI / 180;

/** Where a telescope stands, geodetic on WGS-84. */
export interface StationSite {
  readonly latitude_deg: number;
  readonly longitude_deg: number;
  readonly altitude_m: number;
}

/** A site with its Earth-fixed position and its local axes. */
export interface Station {
  readonly site: StationSite;
  readonly position_pef_km: readonly [number, number, number];
  readonly east: readonly [number, number, number];
  readonly north: readonly [number, number, number];
  /** Normal of the ellipsoid: elevation is counted from the plane across it. */
  readonly up: readonly [number, number, number];
}

/** Direction and distance of a satellite; elevation is geometric, without refraction. */
export interface LookAngles {
  readonly elevation_rad: number;
  /** From north over east, in [0, 2 pi). */
  readonly azimuth_rad: number;
  readonly range_m: number;
  readonly range_rate_m_s: number;
}

/** Equal steps of UTC. */
export interface SampleTimes {
  readonly start_utc_ms: number;
  readonly step_ms: number;
  readonly count: number;
}

/** Look angles at equal steps, as columns. */
export interface LookColumns {
  readonly start_utc_ms: number;
  readonly step_ms: number;
  readonly elevation_rad: Float64Array;
  readonly azimuth_rad: Float64Array;
  readonly range_m: Float64Array;
  readonly range_rate_m_s: Float64Array;
}

/**
 * Earth-fixed position and local axes of a geodetic site.
 *
 *   N = a / sqrt(1 - e^2 sin^2 phi);  r = ((N+h) cos phi cos l, (N+h) cos phi sin l, (N (1-e^2) + h) sin phi)
 *
 * @units degrees and metres in; km and unit vectors out
 * @shape one site
 * @errors programmer error outside the globe: the mission file is checked before
 * @validity WGS-84; polar motion (0.5", 15 m) is left out
 * @source NGA.STND.0036, eq. 4-14; Vallado, 4th ed., eq. 3-7 and 3-14
 * @golden tests/core/orbit/look.test.ts, `stations 1,120 km apart`
 */
export function createStation(site: StationSite): Station {
  const { latitude_deg, longitude_deg, altitude_m } = site;
  const on_globe = Math.abs(latitude_deg) <= 90 && Math.abs(longitude_deg) <= 360;
  assert(on_globe, `no such place: ${latitude_deg}, ${longitude_deg}`);
  assert(Number.isFinite(altitude_m), `altitude ${altitude_m}`);
  const [sp, cp] = [Math.sin(latitude_deg * RAD), Math.cos(latitude_deg * RAD)];
  const [sl, cl] = [Math.sin(longitude_deg * RAD), Math.cos(longitude_deg * RAD)];
  const e2 = WGS84_F * (2 - WGS84_F);
  const n_km = WGS84_A_KM / Math.sqrt(1 - e2 * sp * sp);
  const h_km = altitude_m / 1000;
  return {
    site,
    position_pef_km: [(n_km + h_km) * cp * cl, (n_km + h_km) * cp * sl, (n_km * (1 - e2) + h_km) * sp],
    east: [-sl, cl, 0],
    north: [-sp * cl, -sp * sl, cp],
    up: [cp * cl, cp * sl, sp],
  };
}

/**
 * Direction, distance and its rate of a PEF state seen from a station.
 *
 *   d = r - s;  sin(el) = d.up / |d|;  az = atan2(d.east, d.north);  range rate = d.v / |d|
 *
 * @units state: km and km/s in PEF, six numbers; result: radians, metres, metres per second
 * @shape one state
 * @errors programmer error when the satellite stands at the station
 * @validity geometric: no refraction, no light time (the station moves 1 m while light comes)
 * @source Vallado, 4th ed., section 4.4.3, algorithm 27
 * @golden tests/core/orbit/look.test.ts, against python-sgp4 and Skyfield
 */
export function lookAngles(state_pef: Float64Array, station: Station): LookAngles {
  const [sx, sy, sz] = station.position_pef_km;
  const [dx, dy, dz] = [state_pef[0]! - sx, state_pef[1]! - sy, state_pef[2]! - sz];
  const range_km = Math.hypot(dx, dy, dz);
  assert(range_km > 0, 'the satellite stands at the station');
  const along = (axis: readonly [number, number, number]) => axis[0] * dx + axis[1] * dy + axis[2] * dz;
  const azimuth = Math.atan2(along(station.east), along(station.north));
  const rate = (dx * state_pef[3]! + dy * state_pef[4]! + dz * state_pef[5]!) / range_km;
  return {
    elevation_rad: Math.asin(Math.min(1, Math.max(-1, along(station.up) / range_km))),
    azimuth_rad: azimuth < 0 ? azimuth + 2 * Math.PI : azimuth,
    range_m: range_km * 1000,
    range_rate_m_s: rate * 1000,
  };
}

/**
 * Look angles at one instant.
 *
 * @units as in LookAngles; utc_ms: milliseconds since 1970
 * @shape one instant
 * @errors PropagationError where SGP4 gives no state
 * @validity as lookAngles
 * @source Vallado, 4th ed., algorithm 27
 * @golden tests/core/orbit/look.test.ts
 */
export function lookAt(propagator: Propagator, station: Station, utc_ms: number): Result<LookAngles, PropagationError> {
  const state = new Float64Array(6);
  const since_epoch_s = (utc_ms - propagator.elements.epoch_utc_ms) / 1000;
  if (!propagator.writePef(since_epoch_s, state)) return err(propagator.failureAt(utc_ms));
  return ok(lookAngles(state, station));
}

/**
 * Look angles at equal steps of UTC, as columns for plots and link budgets.
 *
 * @units as in LookAngles
 * @shape `count` rows, row i at start_utc_ms + i * step_ms
 * @errors PropagationError at the first instant without a state
 * @validity as lookAngles
 * @source Vallado, 4th ed., algorithm 27
 * @golden tests/core/orbit/look.test.ts
 */
export function sampleLook(propagator: Propagator, station: Station, times: SampleTimes):
Result<LookColumns, PropagationError> {
  const { start_utc_ms, step_ms, count } = times;
  assert(Number.isSafeInteger(count) && count >= 0 && step_ms > 0, `${count} samples every ${step_ms} ms`);
  const columns: LookColumns = {
    start_utc_ms, step_ms,
    elevation_rad: new Float64Array(count), azimuth_rad: new Float64Array(count),
    range_m: new Float64Array(count), range_rate_m_s: new Float64Array(count),
  };
  const state = new Float64Array(6);
  const start_s = (start_utc_ms - propagator.elements.epoch_utc_ms) / 1000;
  for (let i = 0; i < count; i++) {
    if (!propagator.writePef(start_s + i * step_ms / 1000, state)) {
      return err(propagator.failureAt(start_utc_ms + i * step_ms));
    }
    const look = lookAngles(state, station);
    columns.elevation_rad[i] = look.elevation_rad;
    columns.azimuth_rad[i] = look.azimuth_rad;
    columns.range_m[i] = look.range_m;
    columns.range_rate_m_s[i] = look.range_rate_m_s;
  }
  return ok(columns);
}

/**
 * Range at equal steps of emission time: satellite and station both at that instant.
 *
 *   R(t) = |r_sat(t) - r_station(t)| in PEF
 *
 * @units metres
 * @shape uniform series of `count` values
 * @errors PropagationError at the first instant without a state
 * @validity geometric, both ends at the instant of emission; the Earth's turn while light comes adds 1.5 m at most
 * @source Vallado, 4th ed., algorithm 27
 * @golden tests/core/orbit/look.test.ts
 */
export function rangeSeries(propagator: Propagator, station: Station, times: SampleTimes):
Result<UniformSeries, PropagationError> {
  const columns = sampleLook(propagator, station, times);
  if (!columns.ok) return columns;
  return ok({ start_utc_ms: times.start_utc_ms, step_ms: times.step_ms, values: columns.value.range_m });
}
