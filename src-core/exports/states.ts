import { assert } from '../assert.ts';

/** Equal steps of UTC. */
export interface Grid {
  readonly start_utc_ms: number;
  readonly step_ms: number;
}

/** Satellite states in TEME, the frame of the elements: x, y, z of each instant after one another. */
export interface TemeStates extends Grid {
  readonly position_teme_km: Float64Array;
  readonly velocity_teme_km_s: Float64Array;
}

/** Satellite states in PEF, taken for Earth-fixed; velocities relative to the turning Earth. */
export interface PefStates extends Grid {
  readonly position_pef_km: Float64Array;
  readonly velocity_pef_km_s: Float64Array;
}

/** Where the satellite stands for a station: geometric, both ends at the instant of the row. */
export interface LookTable extends Grid {
  /** From north over east, in [0, 2 pi). */
  readonly azimuth_rad: Float64Array;
  readonly elevation_rad: Float64Array;
  readonly range_m: Float64Array;
  readonly range_rate_m_s: Float64Array;
}

export type Vector = readonly [number, number, number];

/** A station's place and local axes in PEF. */
export interface StationAxes {
  readonly position_pef_km: Vector;
  readonly east: Vector;
  readonly north: Vector;
  readonly up: Vector;
}

/** One satellite seen from one station: the same instants twice. */
export interface StationView {
  readonly look: LookTable;
  readonly states: PefStates;
  readonly station: StationAxes;
}

export const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
export const scale = (a: Vector, by: number): Vector => [a[0] * by, a[1] * by, a[2] * by];
export const add = (a: Vector, b: Vector): Vector => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
export const subtract = (a: Vector, b: Vector): Vector => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
export const cross = (a: Vector, b: Vector): Vector =>
  [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];

/** The i-th triple of a column. */
export function vectorAt(column: Float64Array, i: number): Vector {
  assert(3 * i + 2 < column.length, `row ${i} of ${column.length / 3}`);
  return [column[3 * i]!, column[3 * i + 1]!, column[3 * i + 2]!];
}

/** Number of rows; programmer error where the two tables do not describe the same instants. */
export function countView({ look, states }: StationView): number {
  const count = look.azimuth_rad.length;
  const same = look.start_utc_ms === states.start_utc_ms && look.step_ms === states.step_ms
    && states.position_pef_km.length === 3 * count && states.velocity_pef_km_s.length === 3 * count;
  assert(same, 'look angles and states are of the same instants');
  return count;
}

/** The directions in which azimuth and elevation grow, across the line of sight. */
export function skyAxes({ look, station }: StationView, i: number): { azimuth: Vector; elevation: Vector } {
  const [sa, ca] = [Math.sin(look.azimuth_rad[i]!), Math.cos(look.azimuth_rad[i]!)];
  const [se, ce] = [Math.sin(look.elevation_rad[i]!), Math.cos(look.elevation_rad[i]!)];
  const horizontal = add(scale(station.east, sa), scale(station.north, ca));
  return {
    azimuth: subtract(scale(station.east, ca), scale(station.north, sa)),
    elevation: subtract(scale(station.up, ce), scale(horizontal, se)),
  };
}
