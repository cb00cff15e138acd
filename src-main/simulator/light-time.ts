import { assert } from '../../src-core/assert.ts';
import { SPEED_OF_LIGHT_M_S } from '../../src-core/constants.ts';

/** A quantity at equal steps of seconds after the start of the window. */
export interface StepSeries {
  readonly first_s: number;
  readonly step_s: number;
  readonly values: Float64Array;
}

/** Seconds from the satellite to the station for light that leaves at `t_s`. */
export type LightTime = (t_s: number) => number;

/**
 * Time of flight as one cubic for each step: the four samples around it, as Lagrange has it.
 *
 *   tau(t) = R(t) / c, R at the time of emission; with steps of 0.25 s over 500 km the error is below 1e-14 s
 *
 * The simulator keeps its own interpolation, counted from the start of the window: milliseconds since 1970 in a
 * double resolve 0.2 us, in which the satellite moves 2 mm.
 */
export function createLightTime(range_m: StepSeries): LightTime {
  const { first_s, step_s, values } = range_m;
  const pieces = values.length - 3;
  assert(pieces >= 1, 'four samples make a cubic');
  const k = new Float64Array(4 * pieces);
  for (let i = 0; i < pieces; i += 1) {
    const [a, b, c, d] = [values[i]!, values[i + 1]!, values[i + 2]!, values[i + 3]!];
    k[4 * i] = b / SPEED_OF_LIGHT_M_S;
    k[4 * i + 1] = (c - a / 3 - b / 2 - d / 6) / SPEED_OF_LIGHT_M_S;
    k[4 * i + 2] = ((a + c) / 2 - b) / SPEED_OF_LIGHT_M_S;
    k[4 * i + 3] = ((d - a) / 6 + (b - c) / 2) / SPEED_OF_LIGHT_M_S;
  }
  return (t_s) => {
    const x = (t_s - first_s) / step_s - 1;
    const piece = Math.floor(x);
    assert(piece >= 0 && piece < pieces, 'light leaves during the flight');
    const u = x - piece;
    const at = 4 * piece;
    return k[at]! + u * (k[at + 1]! + u * (k[at + 2]! + u * k[at + 3]!));
  };
}

/** Value of a series between its samples, in a straight line. */
export function interpolateLinear(series: StepSeries, t_s: number): number {
  const x = (t_s - series.first_s) / series.step_s;
  const i = Math.min(Math.max(Math.floor(x), 0), series.values.length - 2);
  return series.values[i]! + (x - i) * (series.values[i + 1]! - series.values[i]!);
}

/** Largest value that `interpolateLinear` takes between two times. */
export function largestBetween(series: StepSeries, from_s: number, to_s: number): number {
  const last = series.values.length - 1;
  const low = Math.min(Math.max(Math.floor((from_s - series.first_s) / series.step_s), 0), last);
  const high = Math.min(Math.max(Math.ceil((to_s - series.first_s) / series.step_s), 0), last);
  return series.values.subarray(low, high + 1).reduce((a, b) => Math.max(a, b), 0);
}
