import { fitPeak } from './peak.ts';
import type { ClickPairs } from './gate-pairs.ts';
import type { ClickPiece } from './station-clicks.ts';

/** Counts in equal bins from `start_ns`. */
export interface Histogram {
  readonly start_ns: number;
  readonly bin_ns: number;
  readonly counts: Int32Array;
}

/** Background of the gate, measured beside it. */
export interface Accidentals {
  /** Mean counts of one gate. */
  readonly count: number;
  readonly sigma: number;
  readonly gates: number;
}

/** Displaced gates lie between these distances from the peak, in gates, on both sides. */
export const NEAR_GATES = 8;
export const FAR_GATES = 408;
export const DISPLACED = 2 * (FAR_GATES - NEAR_GATES);

/** Width of the coincidence histogram. */
export const HISTOGRAM_GATES = 8;
const HISTOGRAM_BINS_PER_GATE = 10;

/**
 * Histogram of b - a around the gate's centre, eight gates wide.
 *
 *   ten bins a gate
 *
 * @units nanoseconds from the centre
 * @shape 80 bins; `deltas_ns` in any order, those outside are not counted
 * @errors none
 * @validity all pairs within four gates of the centre are given
 * @source definition
 * @golden tests/core/detection/quality.test.ts
 */
export function coincidenceHistogram(deltas_ns: Float64Array, gate_ns: number): Histogram {
  const counts = new Int32Array(HISTOGRAM_GATES * HISTOGRAM_BINS_PER_GATE);
  const half_width = (HISTOGRAM_GATES / 2) * gate_ns;
  const scale = counts.length / (2 * half_width);
  for (let i = 0; i < deltas_ns.length; i += 1) {
    const bin = Math.floor((deltas_ns[i]! + half_width) * scale);
    if (bin >= 0 && bin < counts.length) counts[bin]! += 1;
  }
  return { start_ns: -half_width, bin_ns: gate_ns / HISTOGRAM_BINS_PER_GATE, counts };
}

const ARRIVAL_BINS = 20;

/**
 * Arrival times of each detector of one station against its partner's click, two gates wide: where detectors
 * differ, a shifted photon could choose between them.
 *
 *   x = side * delta, side +1 for B (later than A) and -1 for A
 *
 * @units nanoseconds from the gate's centre
 * @shape one histogram a detector, 20 bins
 * @errors none
 * @validity pairs within one gate of the centre
 * @source Qi et al., Quantum Inf. Comput. 7, 73 (2007): time-shift attack
 * @golden tests/core/detection/quality.test.ts
 */
export function arrivalHistograms(pairs: ClickPairs, clicks: ClickPiece, view: ArrivalView): readonly Histogram[] {
  const { side, gate_ns, detectors } = view;
  const bin_ns = (2 * gate_ns) / ARRIVAL_BINS;
  const rows = side === 1 ? pairs.b : pairs.a;
  const counts = Array.from({ length: detectors }, () => new Int32Array(ARRIVAL_BINS));
  for (let row = 0; row < rows.length; row += 1) {
    const bin = Math.floor((side * pairs.delta_ns[row]! + gate_ns) / bin_ns);
    if (bin >= 0 && bin < ARRIVAL_BINS) counts[clicks.detector[rows[row]!]!]![bin]! += 1;
  }
  return counts.map((column) => ({ start_ns: -gate_ns, bin_ns, counts: column }));
}

export interface ArrivalView {
  readonly side: 1 | -1;
  readonly gate_ns: number;
  readonly detectors: number;
}

/** Centre of the peak in successive parts of the pass, against the gate's centre. */
export interface CentreDrift {
  readonly time_s: Float64Array;
  readonly centre_ns: Float64Array;
  readonly sigma_ns: Float64Array;
}

const DRIFT_PAIRS = 60;

export interface DriftInput {
  readonly pairs: ClickPairs;
  readonly a: ClickPiece;
  readonly peak_sigma_ns: number;
  /** Background of all pairs together, counts a nanosecond. */
  readonly density_per_ns: number;
}

/**
 * Follows the centre of the peak through the pass: a clock that wanders shows here before it costs pairs.
 *
 *   maximum likelihood in successive groups of 60 pairs
 *
 * @units seconds of the satellite, nanoseconds
 * @shape one row a group; groups without a peak are left out
 * @errors none: may be empty
 * @validity pairs in order of time
 * @source see fitPeak
 * @golden tests/core/detection/quality.test.ts
 */
export function centreDrift({ pairs, a, peak_sigma_ns, density_per_ns }: DriftInput): CentreDrift {
  const rows: (readonly [number, number, number])[] = [];
  const total = pairs.delta_ns.length;
  for (let from = 0; from + DRIFT_PAIRS <= total; from += DRIFT_PAIRS) {
    const part = pairs.delta_ns.subarray(from, from + DRIFT_PAIRS);
    const shape = fitPeak(part, (density_per_ns * DRIFT_PAIRS) / total, { centre_ns: 0, sigma_ns: peak_sigma_ns });
    const middle = a.time_ns[pairs.a[from + DRIFT_PAIRS / 2]!]! * 1e-9;
    if (shape !== null) rows.push([middle, shape.centre_ns, shape.centre_sigma_ns]);
  }
  return {
    time_s: Float64Array.from(rows, ([time]) => time),
    centre_ns: Float64Array.from(rows, ([, centre]) => centre),
    sigma_ns: Float64Array.from(rows, ([, , sigma]) => sigma),
  };
}
