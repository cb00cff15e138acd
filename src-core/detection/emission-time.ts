import { SPEED_OF_LIGHT_M_S } from '../constants.ts';
import { interpolateSeries, type UniformSeries } from '../series.ts';
import type { PpsClock } from './pps-clock.ts';

/** Spacing of the clock's nodes; phase fits use one spacing on either side. */
export const NODE_S = 0.1;

/**
 * Emission time against the station's clock: a cubic for each node interval. `coefficients` holds four
 * numbers an interval, powers of s = (t - start_s - n NODE_S) / NODE_S; NaN where nothing is predicted.
 */
export interface EmissionClock {
  readonly start_s: number;
  readonly intervals: number;
  /** Seconds of UTC after the reference at which light received now left the satellite. */
  readonly coefficients: Float64Array;
}

export interface EmissionInput {
  readonly clock: PpsClock;
  /** First PPS edge after the reference, seconds. */
  readonly first_edge_s: number;
  /** Range against milliseconds after the reference. */
  readonly range_m: UniformSeries;
}

/**
 * When the light received at each moment of the station's clock left the satellite, by PPS and prediction.
 *
 *   t_e = t_r - R(t_e) / c, by fixed point (contraction v/c < 3e-5);  cubic Lagrange between nodes
 *
 * @units seconds
 * @shape nodes every 0.1 s over [from_s, to_s] with one more on either side
 * @errors NaN coefficients where the range series does not reach
 * @validity the cubic's error is below 1e-15 s for a satellite in low orbit
 * @source Einstein synchronisation: light time R/c; Abramowitz and Stegun, 25.2.13
 * @golden tests/core/detection/emission-time.test.ts
 */
export function emissionClock(input: EmissionInput, from_s: number, to_s: number): EmissionClock {
  const start_s = (Math.floor(from_s / NODE_S) - 1) * NODE_S;
  const intervals = Math.ceil((to_s - start_s) / NODE_S) + 1;
  const node = Float64Array.from({ length: intervals + 3 }, (_, i) => emitted(input, start_s + (i - 1) * NODE_S));
  const coefficients = new Float64Array(4 * intervals);
  for (let n = 0; n < intervals; n += 1) {
    const [a, b, c, d] = [node[n]!, node[n + 1]!, node[n + 2]!, node[n + 3]!];
    coefficients[4 * n] = b;
    coefficients[4 * n + 1] = c - a / 3 - b / 2 - d / 6;
    coefficients[4 * n + 2] = (a + c) / 2 - b;
    coefficients[4 * n + 3] = (d - a) / 6 + (b - c) / 2;
  }
  return { start_s, intervals, coefficients };
}

function emitted(input: EmissionInput, station_s: number): number {
  const { clock, first_edge_s, range_m } = input;
  const received = first_edge_s + (station_s - clock.zero_s) / clock.second_s;
  const end_ms = range_m.start_utc_ms + range_m.step_ms * (range_m.values.length - 1);
  let sent = received;
  for (let step = 0; step < 4; step += 1) {
    const at_ms = sent * 1000;
    if (!(at_ms >= range_m.start_utc_ms && at_ms <= end_ms)) return Number.NaN;
    sent = received - interpolateSeries(range_m, at_ms) / SPEED_OF_LIGHT_M_S;
  }
  return sent;
}
