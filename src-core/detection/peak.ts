import { assert } from '../assert.ts';
import { poissonUpperTail } from '../statistics.ts';
import { addPairHistogram, type PairTimes } from './coincidence-kernel.ts';
import type { PairReach } from './pair-carry.ts';

export interface PeakSearch {
  /** Centres to search around, the likeliest first, nanoseconds of b - a: whole pulses. */
  readonly around_ns: readonly number[];
  readonly half_range_ns: number;
  readonly gate_ns: number;
}

export interface FoundPeak {
  /** Which of `around_ns`. */
  readonly candidate: number;
  readonly offset_ns: number;
  readonly count: number;
  readonly expected: number;
  readonly false_alarm_probability: number;
}

const BINS_PER_GATE = 10;
const SURE = 1e-15;

/**
 * Searches the residual offset for the fullest gate, and says how likely chance fills a gate as much.
 *
 *   p = min(1, M P(X >= n)),  X Poisson with the mean of all other gates (+1 count), M positions tried
 *
 * @units nanoseconds
 * @shape columns in order of time
 * @errors programmer error without a centre; an insignificant peak has p near 1
 * @validity p is an upper bound (overlapping positions are counted as independent); background even over the range
 * @source union bound (Bonferroni); Poisson tail by NIST DLMF 8.4.10
 * @golden tests/core/detection/peak.test.ts, false alarms counted over uncorrelated pairs
 */
export function findPeak(times: PairTimes, search: PeakSearch): FoundPeak {
  let best: FoundPeak | null = null;
  for (const candidate of search.around_ns.keys()) {
    const peak = createPeakSearch(search, [candidate], best);
    peak.take(times);
    best = peak.finish();
    if (isSure(best)) break;
  }
  assert(best !== null, 'a search needs a centre');
  return best;
}

/**
 * Whether a peak ends the search: the centres after it are not looked at.
 *
 *   p < 1e-15
 *
 * @units probability
 * @shape one peak
 * @errors none
 * @validity as findPeak
 * @source house rule: a decision has one place
 * @golden tests/core/detection/peak.test.ts
 */
export function isSure(found: FoundPeak): boolean {
  return found.false_alarm_probability < SURE;
}

export interface PeakCounter {
  /** Takes times in whole: every pair within reach of these centres lies in one call. */
  readonly take: (times: PairTimes) => void;
  /** The best of these centres and of the one found before. */
  readonly finish: () => FoundPeak;
}

/**
 * The search around some of the centres, for times that come in pieces: `findPeak` is this, one centre after another.
 *
 *   p = min(1, M P(X >= n)),  M over all centres of the search
 *
 * @units nanoseconds
 * @shape pieces as createPairCarry hands them on
 * @errors programmer error without a centre
 * @validity as findPeak
 * @source see findPeak
 * @golden tests/core/detection/replay.test.ts, any pieces against one
 */
export function createPeakSearch(
  search: PeakSearch, candidates: readonly number[], before: FoundPeak | null,
): PeakCounter {
  const { half_range_ns, gate_ns, around_ns } = search;
  const bin_ns = gate_ns / BINS_PER_GATE;
  const bins = 2 * Math.ceil(half_range_ns / bin_ns);
  const half_width = (bins / 2) * bin_ns;
  const positions = (bins - BINS_PER_GATE + 1) * around_ns.length;
  const tried = candidates.map((candidate) =>
    ({ candidate, centre: around_ns[candidate]!, counts: new Int32Array(bins) }));
  return {
    take: (times) => {
      for (const { centre, counts } of tried) addPairHistogram(times, { centre, half_width }, counts);
    },
    finish: () => {
      let best = before;
      for (const { candidate, centre, counts } of tried) {
        const { bin, count, total } = fullestGate(counts);
        if (best !== null && count <= best.count) continue;
        const expected = (total - count + 1) / (bins / BINS_PER_GATE - 1);
        const offset_ns = centre - half_width + (bin + BINS_PER_GATE / 2) * bin_ns;
        const false_alarm_probability = Math.min(1, positions * poissonUpperTail(count, expected));
        best = { candidate, offset_ns, count, expected, false_alarm_probability };
        if (isSure(best)) break;
      }
      assert(best !== null, 'a search needs a centre');
      return best;
    },
  };
}

/**
 * How far pairs may lie apart that a search around some of its centres counts.
 *
 *   from the lowest centre - half range to the highest + half range
 *
 * @units nanoseconds
 * @shape for createPairCarry
 * @errors none
 * @validity at least one candidate
 * @source definition
 * @golden tests/core/detection/replay.test.ts
 */
export function searchReach({ around_ns, half_range_ns, gate_ns }: PeakSearch, candidates: readonly number[]): PairReach {
  const centres = candidates.map((candidate) => around_ns[candidate]!);
  const half = half_range_ns + gate_ns;
  return { low: Math.min(...centres) - half, high: Math.max(...centres) + half };
}

function fullestGate(counts: Int32Array): { readonly bin: number; readonly count: number; readonly total: number } {
  let [inside, total, bin, count] = [0, 0, 0, -1];
  for (let i = 0; i < counts.length; i += 1) {
    total += counts[i]!;
    inside += counts[i]! - (i >= BINS_PER_GATE ? counts[i - BINS_PER_GATE]! : 0);
    if (i >= BINS_PER_GATE - 1 && inside > count) [bin, count] = [i - BINS_PER_GATE + 1, inside];
  }
  return { bin, count, total };
}

/** A normal peak on an even background. */
export interface PeakShape {
  readonly centre_ns: number;
  readonly centre_sigma_ns: number;
  readonly sigma_ns: number;
  readonly pairs: number;
}

export interface PeakStart {
  readonly centre_ns: number;
  readonly sigma_ns: number;
}

const FIT_STEPS = 200;
const FIT_TOLERANCE_NS = 1e-4;
const SIGMA_MIN_NS = 0.02;

/**
 * Centre and width of the coincidence peak by maximum likelihood (expectation maximisation).
 *
 *   f(x) = (s N(x; m, sigma) + density) / total;  w_i = s N / (s N + density);  m = sum w x / sum w
 *
 * @units nanoseconds; density in counts a nanosecond
 * @shape differences within a few sigma of the peak, in any order
 * @errors null when no weight is left on the peak
 * @validity background even across the differences and known from displaced gates
 * @source Dempster, Laird, Rubin, J. R. Stat. Soc. B 39, 1 (1977), doi:10.1111/j.2517-6161.1977.tb01600.x
 * @golden tests/core/detection/peak.test.ts
 */
export function fitPeak(differences_ns: Float64Array, density_per_ns: number, start: PeakStart): PeakShape | null {
  let { centre_ns: m, sigma_ns: sigma } = start;
  let pairs = Math.max(1, differences_ns.length / 2);
  for (let step = 0; step < FIT_STEPS; step += 1) {
    let [weight, first, second] = [0, 0, 0];
    const height = pairs / (sigma * Math.sqrt(2 * Math.PI));
    for (let i = 0; i < differences_ns.length; i += 1) {
      const off = differences_ns[i]! - m;
      const peak = height * Math.exp((-off * off) / (2 * sigma * sigma));
      const share = peak / (peak + density_per_ns);
      weight += share;
      first += share * off;
      second += share * off * off;
    }
    if (!(weight > 1)) return null;
    const shift = first / weight;
    const next = Math.max(SIGMA_MIN_NS, Math.sqrt(Math.max(0, second / weight - shift * shift)));
    const settled = Math.abs(shift) < FIT_TOLERANCE_NS && Math.abs(next - sigma) < FIT_TOLERANCE_NS;
    m += shift;
    [sigma, pairs] = [next, weight];
    if (settled) break;
  }
  return { centre_ns: m, centre_sigma_ns: sigma / Math.sqrt(pairs), sigma_ns: sigma, pairs };
}
