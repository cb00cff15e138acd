// Hot: every window search spends its time here too. Typed arrays; the track is evaluated, never SGP4.
import type { Station } from './look.ts';
import type { Track } from './track.ts';

/** The path is looked at this often before an extreme is narrowed down, seconds. */
const SCAN_STEP_S = 20;
const SCANS_MAX = 20_000;
/** Narrowing stops when the instant moves less, seconds: overhead at 500 km that is 0.1 nrad and 0.06 mm. */
const TIME_TOLERANCE_S = 1e-3;
const NARROWING_STEPS_MAX = 60;

/** Extremes of one window. */
export interface WindowExtremes {
  readonly elevation_rad_max: Float64Array;
  readonly range_m_min: Float64Array;
  readonly range_m_max: Float64Array;
  readonly range_sum_m_min: number;
  readonly range_sum_m_max: number;
}

interface Sampler {
  /** Values at an instant: for each station the sine of elevation, then for each the range, then the sum. */
  readonly values: Float64Array;
  readonly rates: Float64Array;
  at(t_s: number): void;
}

function createSampler(track: Track, stations: readonly Station[]): Sampler {
  const count = stations.length;
  const values = new Float64Array(2 * count + 1);
  const rates = new Float64Array(2 * count + 1);
  const state = new Float64Array(6);
  const sites = Float64Array.from(stations.flatMap((station) => [...station.position_pef_km, ...station.up]));
  const at = (t_s: number): void => {
    track.write(t_s, state);
    const vx = state[3]!;
    const vy = state[4]!;
    const vz = state[5]!;
    let sum = 0;
    let sum_rate = 0;
    for (let i = 0; i < count; i++) {
      const k = 6 * i;
      const dx = state[0]! - sites[k]!;
      const dy = state[1]! - sites[k + 1]!;
      const dz = state[2]! - sites[k + 2]!;
      const ux = sites[k + 3]!;
      const uy = sites[k + 4]!;
      const uz = sites[k + 5]!;
      const range = Math.sqrt(dx * dx + dy * dy + dz * dz);
      const range_rate = (dx * vx + dy * vy + dz * vz) / range;
      const sine = (dx * ux + dy * uy + dz * uz) / range;
      values[i] = sine;
      rates[i] = (vx * ux + vy * uy + vz * uz - sine * range_rate) / range;
      values[count + i] = range;
      rates[count + i] = range_rate;
      sum += range;
      sum_rate += range_rate;
    }
    values[2 * count] = sum;
    rates[2 * count] = sum_rate;
  };
  return { values, rates, at };
}

/** Narrows [low, high], at whose ends the rate has opposite signs, to a zero of the rate: Illinois regula falsi. */
function zeroOfRate(sampler: Sampler, quantity: number, bracket: { low_s: number; high_s: number }): number {
  const rateAt = (t_s: number): number => {
    sampler.at(t_s);
    return sampler.rates[quantity]!;
  };
  let low_s = bracket.low_s;
  let high_s = bracket.high_s;
  let low = rateAt(low_s);
  let high = rateAt(high_s);
  let found_s = low_s;
  for (let step = 0; step < NARROWING_STEPS_MAX; step++) {
    const earlier_s = found_s;
    found_s = low_s + (high_s - low_s) * low / (low - high);
    const rate = rateAt(found_s);
    if (rate === 0 || Math.abs(found_s - earlier_s) < TIME_TOLERANCE_S) break;
    if (rate > 0 === high > 0) {
      high_s = found_s;
      high = rate;
      low /= 2;
    } else {
      low_s = found_s;
      low = rate;
      high /= 2;
    }
  }
  return found_s;
}

/**
 * Largest elevations, and smallest and largest ranges and range sums, over a track.
 *
 *   candidates are both ends and each zero of the rate;  d(sin el)/dt = (v . up - sin(el) R') / R,  R' = d . v / R
 *
 * @units radians and metres
 * @shape one entry a station
 * @errors none
 * @validity extremes at least 20 s apart (20,000 samples at most); value to the track's 0.03 m
 * @source Vallado, 4th ed., section 4.4.3; Dowell and Jarratt, BIT 11, 168 (1971), doi:10.1007/BF01934364
 * @golden tests/core/orbit/windows.test.ts, against python-sgp4
 */
export function extremesOf(track: Track, stations: readonly Station[]): WindowExtremes {
  const count = stations.length;
  const quantities = 2 * count + 1;
  const sampler = createSampler(track, stations);
  const low = new Float64Array(quantities).fill(Number.POSITIVE_INFINITY);
  const high = new Float64Array(quantities).fill(Number.NEGATIVE_INFINITY);
  const earlier = new Float64Array(quantities);
  const later = new Float64Array(quantities);
  const span_s = track.end_s - track.start_s;
  const scans = Math.min(SCANS_MAX, Math.max(1, Math.ceil(span_s / SCAN_STEP_S)));
  const take = (quantity: number): void => {
    const value = sampler.values[quantity]!;
    low[quantity] = Math.min(low[quantity]!, value);
    high[quantity] = Math.max(high[quantity]!, value);
  };
  for (let scan = 0; scan <= scans; scan++) {
    const t_s = track.start_s + span_s * scan / scans;
    sampler.at(t_s);
    later.set(sampler.rates);
    for (let quantity = 0; quantity < quantities; quantity++) take(quantity);
    for (let quantity = 0; scan > 0 && quantity < quantities; quantity++) {
      if (earlier[quantity]! > 0 === later[quantity]! > 0) continue;
      const low_s = track.start_s + span_s * (scan - 1) / scans;
      sampler.at(zeroOfRate(sampler, quantity, { low_s, high_s: t_s }));
      take(quantity);
    }
    earlier.set(later);
  }
  return {
    elevation_rad_max: high.slice(0, count).map((sine) => Math.asin(Math.min(1, sine))),
    range_m_min: low.slice(count, 2 * count).map((km) => km * 1000),
    range_m_max: high.slice(count, 2 * count).map((km) => km * 1000),
    range_sum_m_min: low[2 * count]! * 1000,
    range_sum_m_max: high[2 * count]! * 1000,
  };
}
