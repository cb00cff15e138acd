// Indicators of attacks while the pass runs: what PHYSICS section 9 asks for, each with its limit and its sigma.
import type { Coincidences } from '../coincidences.ts';
import type { SecondRows } from './live-seconds.ts';

export interface IndicatorLimits {
  readonly detector_balance_max: number;
  readonly basis_ratio_max: number;
  readonly all_live_min: number;
  readonly time_shift_ns_max: number;
  readonly spatial_mode_max: number;
}

/** What a detector promises. */
export interface PromisedDetector {
  readonly basis: 'Z' | 'X';
  readonly efficiency: number;
  readonly dark_cps: number;
}

export interface IndicatorInput {
  readonly station: 0 | 1;
  readonly detectors: readonly PromisedDetector[];
  /** Share of Z among detected photons. */
  readonly z_share: number;
  readonly rows: SecondRows;
  readonly coincidences: Coincidences;
  readonly limits: IndicatorLimits;
}

export interface Indicator {
  readonly id: 'detector-balance' | 'basis-ratio' | 'all-live' | 'time-shift' | 'spatial-mode';
  readonly value: number | null;
  readonly sigma: number | null;
  readonly limit: number;
  readonly unit: string;
  readonly state: 'normal' | 'serious' | 'unknown';
}

/** Seconds that an indicator looks back on: long enough for its counts, short enough to tell while it lasts. */
const WINDOW_S = 30;
const PAIR_WINDOW_S = 60;
/** A limit counts as broken when the value is beyond it by this many sigma. */
const SURE_SIGMAS = 3;
/** Light counts, and pairs of each detector, below which nothing is said. */
const LIGHT_MIN = 2000;
const PAIRS_MIN = 20;
/** Median of |x| of a standard normal variable. */
const HALF_NORMAL_MEDIAN = 0.6745;

/**
 * The five indicators that time-tags show of one station.
 *
 *   balance: largest |share - promised share| in a basis;  ratio: Z/X against the promise;  all-live: 1 - dead time;
 *   time shift: |mean arrival of a detector - that of the others|;  spatial mode: median |change of share| from second to
 *   second over what chance makes
 *
 * @units as named in `unit`; '1' for ratios
 * @shape five, always in this order
 * @errors none: too few counts are 'unknown'
 * @validity the last 30 s of light (60 s of pairs); dark counts as the data sheets have them are taken off
 * @source Yin et al., Nature 582, 501 (2020), Extended Data Table 3, doi:10.1038/s41586-020-2401-y
 * @golden tests/pipeline/live-figures.test.ts
 */
export function indicatorsOf(input: IndicatorInput): readonly Indicator[] {
  const light = lightOf(input);
  return [balance(input, light), ratio(input, light), allLive(input), timeShift(input), spatialMode(input, light)];
}

interface Light {
  /** Counts above the dark counts of each detector, second by second and in sum. */
  readonly seconds: readonly Float64Array[];
  readonly counts: Float64Array;
  /** All clicks, whose square root is the error. */
  readonly clicks: Float64Array;
  readonly enough: boolean;
}

function lightOf({ station, detectors, rows }: IndicatorInput): Light {
  const last = rows.utc_s.at(-1) ?? 0;
  const recent = rows.singles.filter((_, i) => rows.utc_s[i]! > last - WINDOW_S).map((row) => row[station]);
  // The newest second is not over yet: its dark counts are not those of a whole one.
  const whole = recent.slice(0, -1);
  const seconds = whole.map((row) => row.map((n, d) => n - detectors[d]!.dark_cps));
  const sum = (columns: readonly Float64Array[]) => Float64Array.from(detectors, (_, d) => columns.reduce((all, row) => all + row[d]!, 0));
  const counts = sum(seconds);
  return { seconds, counts, clicks: sum(whole), enough: counts.reduce((all, n) => all + n, 0) >= LIGHT_MIN };
}

interface Judged { readonly value: number; readonly sigma: number; readonly limit: number }

/** Broken only where chance does not explain it. */
function judged(id: Indicator['id'], unit: string, { value, sigma, limit }: Judged): Indicator {
  return { id, value, sigma, limit, unit, state: value - SURE_SIGMAS * sigma > limit ? 'serious' : 'normal' };
}

const unknown = (id: Indicator['id'], unit: string, limit: number): Indicator =>
  ({ id, value: null, sigma: null, limit, unit, state: 'unknown' });

function balance({ detectors, limits }: IndicatorInput, { counts, clicks, enough }: Light): Indicator {
  const limit = limits.detector_balance_max;
  if (!enough) return unknown('detector-balance', '1', limit);
  let worst: Judged = { value: 0, sigma: 0, limit };
  for (const [d, { basis, efficiency }] of detectors.entries()) {
    const of = (column: (i: number) => number) => detectors.reduce((sum, one, i) => sum + (one.basis === basis ? column(i) : 0), 0);
    const all = Math.max(1, of((i) => counts[i]!));
    const value = Math.abs(counts[d]! / all - efficiency / of((i) => detectors[i]!.efficiency));
    if (value >= worst.value) worst = { value, sigma: Math.sqrt(of((i) => clicks[i]!)) / (2 * all), limit };
  }
  return judged('detector-balance', '1', worst);
}

/** Shown as the ratio itself; judged by its departure from the promise. */
function ratio({ detectors, z_share, limits }: IndicatorInput, { counts, clicks, enough }: Light): Indicator {
  const promised = z_share / (1 - z_share);
  const limit = promised * (1 + limits.basis_ratio_max);
  const of = (column: Float64Array, basis: 'Z' | 'X') =>
    detectors.reduce((sum, one, d) => sum + (one.basis === basis ? column[d]! : 0), 0);
  // Not one click in a basis is a ratio too, as far from the promise as can be.
  const [z, x] = [Math.max(1, of(counts, 'Z')), Math.max(1, of(counts, 'X'))];
  if (!enough) return unknown('basis-ratio', '1', limit);
  const relative_sigma = Math.hypot(Math.sqrt(of(clicks, 'Z')) / z, Math.sqrt(of(clicks, 'X')) / x);
  const departure = Math.abs(z / x / promised - 1);
  const state = departure - SURE_SIGMAS * relative_sigma > limits.basis_ratio_max ? 'serious' : 'normal';
  return { id: 'basis-ratio', value: z / x, sigma: (z / x) * relative_sigma, limit, unit: '1', state };
}

function allLive({ station, rows, limits }: IndicatorInput): Indicator {
  const last = rows.utc_s.at(-1) ?? 0;
  const recent = rows.dead_s.filter((_, i) => rows.utc_s[i]! > last - WINDOW_S).slice(0, -1);
  const limit = limits.all_live_min;
  if (recent.length < 2) return unknown('all-live', '1', limit);
  const value = Math.min(1, Math.max(0, 1 - recent.reduce((sum, row) => sum + row[station], 0) / recent.length));
  return { id: 'all-live', value, sigma: null, limit, unit: '1', state: value < limit ? 'serious' : 'normal' };
}

function timeShift({ station, detectors, coincidences, limits }: IndicatorInput): Indicator {
  const limit = limits.time_shift_ns_max;
  const { time_s, delta_ns } = coincidences;
  const pattern = station === 0 ? coincidences.pattern_a : coincidences.pattern_b;
  const from_s = (time_s.at(-1) ?? 0) - PAIR_WINDOW_S;
  const sums = detectors.map(() => ({ n: 0, sum: 0, squares: 0 }));
  for (let i = time_s.length - 1; i >= 0 && time_s[i]! > from_s; i -= 1) {
    const d = 31 - Math.clz32(pattern[i]!);
    if (pattern[i] !== 1 << d) continue;
    const x = (station === 1 ? 1 : -1) * delta_ns[i]!;
    const of = sums[d]!;
    of.n += 1;
    of.sum += x;
    of.squares += x * x;
  }
  if (sums.some(({ n }) => n < PAIRS_MIN)) return unknown('time-shift', 'ns', limit);
  let worst: Judged = { value: 0, sigma: 0, limit };
  for (const [d, { n, sum, squares }] of sums.entries()) {
    const others = sums.filter((_, k) => k !== d);
    const count = others.reduce((all, one) => all + one.n, 0);
    const value = Math.abs(sum / n - others.reduce((all, one) => all + one.sum, 0) / count);
    const spread = Math.max(0, squares / n - (sum / n) ** 2);
    if (value >= worst.value) worst = { value, sigma: Math.sqrt(spread / n + spread / count), limit };
  }
  // Four sigma of no shift at all: chance looks at eight detectors in every minute of the night.
  const { value, sigma } = worst;
  return { ...judged('time-shift', 'ns', worst), state: value > limit && value > 4 * sigma ? 'serious' : 'normal' };
}

/** A spot that moves over a detector's edge changes its share from second to second; a constant loss does not. */
function spatialMode({ detectors, limits }: IndicatorInput, { seconds, enough }: Light): Indicator {
  const limit = limits.spatial_mode_max;
  if (!enough || seconds.length < 10) return unknown('spatial-mode', '1', limit);
  let worst = 0;
  for (const d of detectors.keys()) {
    const steps: number[] = [];
    for (let i = 1; i < seconds.length; i += 1) steps.push(stepOf(seconds[i - 1]!, seconds[i]!, d));
    steps.sort((x, y) => x - y);
    worst = Math.max(worst, steps[steps.length >> 1]! / HALF_NORMAL_MEDIAN);
  }
  return { id: 'spatial-mode', value: worst, sigma: null, limit, unit: '1', state: worst > limit ? 'serious' : 'normal' };
}

/** Change of a detector's share between two seconds, in sigma. */
function stepOf(before: Float64Array, after: Float64Array, d: number): number {
  const total = (row: Float64Array) => Math.max(1, row.reduce((sum, n) => sum + n, 0));
  const [all, next] = [total(before), total(after)];
  const mean = Math.min(0.95, Math.max(0.05, (before[d]! + after[d]!) / (all + next)));
  return Math.abs(after[d]! / next - before[d]! / all) / Math.sqrt(mean * (1 - mean) * (1 / all + 1 / next));
}
