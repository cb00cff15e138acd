import { addPairHistogram } from './coincidence-kernel.ts';
import { lowerBound } from './photon-bend.ts';
import { searchCurve, type PhotonProblem, type SearchSpace } from './photon-search.ts';
import { testCurve, type CurveTest } from './photon-significance.ts';

/** Pairs that the coarse histogram may count: about a second. */
const HISTOGRAM_PAIRS = 3e8;
const BIN_NS_MIN = 1000;
/** A coarse bin this far beyond its neighbours is worth a search; chance gives one in a billion bins. */
const BIN_SIGMAS = 6;
const BINS_TRIED = 3;

/**
 * Searches clocks of which little is known: a coarse histogram of differences over the middle of the pass first, as
 * long as the drift leaves pairs in one bin; then offset and drift within the bins that stand out.
 *
 *   bin = drift_max * length;  tried when count > mean + 6 sqrt(mean);  p over all curves of the wide space
 *
 * @units nanoseconds, seconds
 * @shape the problem's space is not used, the wide one is
 * @errors null when no coarse bin stands out
 * @validity true pairs at least 2.5 % of the clicks at drift 1e-5: counts stand P / S sqrt(1 / drift_max) sigmas out
 * @source cross-correlation in two resolutions: Ho, Lamas-Linares, Kurtsiefer, New J. Phys. 11, 045011 (2009),
 *   doi:10.1088/1367-2630/11/4/045011
 * @golden tests/core/detection/photon-wide.test.ts
 */
export function searchWide(problem: PhotonProblem, wide: SearchSpace, false_alarm_max: number): CurveTest | null {
  const { offsets_ns, bin_ns } = coarseOffsets(problem, wide);
  let best: CurveTest | null = null;
  for (const offset_ns of offsets_ns) {
    const near = { ...wide, offset_ns, offset_ns_max: bin_ns };
    const { curve } = searchCurve({ ...problem, space: near }, false_alarm_max);
    const test = testCurve({ ...problem, space: wide }, curve);
    if (best === null || test.false_alarm_probability < best.false_alarm_probability) best = test;
    if (best.false_alarm_probability <= false_alarm_max) break;
  }
  return best;
}

interface Coarse { readonly offsets_ns: readonly number[]; readonly bin_ns: number }

function coarseOffsets({ times, bend }: PhotonProblem, wide: SearchSpace): Coarse {
  const { a, b, middle_ns } = times;
  const seconds = 2 * bend.half_s;
  const pairs_hz = (a.length * b.length * 2e-9 * wide.offset_ns_max) / (seconds * seconds);
  const length_s = Math.min(seconds, HISTOGRAM_PAIRS / Math.max(pairs_hz, 1));
  const bin_ns = Math.max(BIN_NS_MIN, wide.drift_max * length_s * 1e9);
  const from_ns = middle_ns - length_s * 5e8;
  const rows = { from: lowerBound(a, from_ns), to: lowerBound(a, from_ns + length_s * 1e9) };
  const counts = new Int32Array(Math.ceil((2 * wide.offset_ns_max) / bin_ns));
  const half_width = (counts.length * bin_ns) / 2;
  addPairHistogram({ a: a.subarray(rows.from, rows.to), b }, { centre: wide.offset_ns, half_width }, counts);
  const mean = counts.reduce((sum, n) => sum + n, 0) / counts.length;
  const needed = mean + BIN_SIGMAS * Math.sqrt(mean + 1);
  const offsets_ns = [...counts.entries()].filter(([, n]) => n > needed).sort((x, y) => y[1] - x[1])
    .slice(0, BINS_TRIED).map(([bin]) => wide.offset_ns - half_width + (bin + 0.5) * bin_ns);
  return { offsets_ns, bin_ns };
}
