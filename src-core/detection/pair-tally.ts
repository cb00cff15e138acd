// What is counted once the peak is found: the pairs near it with their clicks, and the background beside it.
import { addPairHistogram } from './coincidence-kernel.ts';
import { createPairCarry } from './pair-carry.ts';
import { createPairCollector, type CollectedPairs } from './pair-collector.ts';
import type { ClickPairs } from './gate-pairs.ts';
import { DISPLACED, FAR_GATES, HISTOGRAM_GATES, NEAR_GATES, type Accidentals } from './quality.ts';
import type { ClickPiece } from './station-clicks.ts';

/** A gate as a search found it: its offset to a bin, its count, and the background in it. */
export interface FoundGate {
  readonly offset_ns: number;
  readonly count: number;
  readonly expected: number;
}

/** Peak fits look this many gates to either side, and never less than several times the jitter of real detectors. */
const FIT_GATES = 2.5;
const FIT_HALF_NS_MIN = 5;

/**
 * How far from the gate found the peak is fitted.
 *
 *   2.5 gates, 5 ns at least
 *
 * @units nanoseconds
 * @shape one gate
 * @errors none
 * @validity jitter of real detectors, a nanosecond or less
 * @source house rule: a decision has one place
 * @golden tests/core/detection/process-pair.test.ts
 */
export function fitHalfWidth(gate_ns: number): number {
  return Math.max(FIT_GATES * gate_ns, FIT_HALF_NS_MIN);
}

/** The fitted centre lies within the fit's reach of the gate found, and the histogram within its own of that centre. */
const nearHalfWidth = (gate_ns: number) => fitHalfWidth(gate_ns) + (HISTOGRAM_GATES / 2) * gate_ns;

/**
 * Pairs that a tally will hold, by the background that the search saw.
 *
 *   n = count + density * 2 half width
 *
 * @units counts
 * @shape one gate
 * @errors none
 * @validity background even beside the peak
 * @source definition
 * @golden tests/core/detection/replay.test.ts
 */
export function pairsToHold({ count, expected }: FoundGate, gate_ns: number): number {
  return count + (2 * nearHalfWidth(gate_ns) * expected) / gate_ns;
}

export interface TallyRule {
  readonly found: FoundGate;
  readonly gate_ns: number;
  /** Detectors of each station. */
  readonly detectors: readonly [number, number];
}

/** All of a pair's clicks that judging it needs. */
export interface PairTally {
  readonly rule: TallyRule;
  /** Pairs about `found.offset_ns`, with copies of their clicks. */
  readonly near: CollectedPairs;
  /** Pairable clicks of each station, by detector. */
  readonly singles: readonly [Float64Array, Float64Array];
  readonly accidentals: Accidentals;
}

export interface TallyBuilder {
  /** Takes the next clicks of both stations; one of the two may be empty. */
  readonly take: (a: ClickPiece, b: ClickPiece) => void;
  /** The tally so far, its pairs valid until the next call; clicks of the last microsecond may be missing. */
  readonly peek: () => PairTally;
  /** Pairs in all displaced gates so far. */
  readonly peekDisplaced: () => number;
  /** Lets go of the pairs near the peak so far; everything that is only counted goes on. */
  readonly forgetPairs: () => void;
  readonly finish: () => PairTally;
}

/**
 * Goes once through the clicks of both stations, in pieces of any length, and keeps what the verdict needs.
 *
 *   near: |b - a - offset| <= half width;  accidentals = n_displaced / G, G = 800 gates about the offset found
 *
 * @units nanoseconds
 * @shape pieces in order of time, fed side by side
 * @errors programmer error when a piece goes back in time
 * @validity memory for the pairs near the peak and one piece a station
 * @source PHYSICS section 4: accidentals are measured from displaced gates
 * @golden tests/core/detection/replay.test.ts, any pieces against one
 */
export function createPairTally(rule: TallyRule): TallyBuilder {
  const { found: { offset_ns }, gate_ns, detectors } = rule;
  const singles = [new Float64Array(detectors[0]), new Float64Array(detectors[1])] as const;
  const near = createPairCollector({ centre: offset_ns, half_width: nearHalfWidth(gate_ns) });
  const displaced = new Int32Array(1);
  const reach = ((FAR_GATES - NEAR_GATES) * gate_ns) / 2;
  const middle = NEAR_GATES * gate_ns + reach;
  const edge = FAR_GATES * gate_ns + gate_ns;
  const carry = createPairCarry({ low: offset_ns - edge, high: offset_ns + edge }, (times) => {
    for (const side of [-1, 1]) {
      addPairHistogram(times, { centre: offset_ns + side * middle, half_width: reach }, displaced);
    }
  });
  const tallyOf = (pairs: CollectedPairs): PairTally => {
    const [count, sigma] = [displaced[0]! / DISPLACED, Math.sqrt(displaced[0]!) / DISPLACED];
    return { rule, near: pairs, singles, accidentals: { count, sigma, gates: DISPLACED } };
  };
  return {
    take: (a, b) => {
      countDetectors(a.detector, singles[0]);
      countDetectors(b.detector, singles[1]);
      near.take(a, b);
      carry.take({ a: a.time_ns, b: b.time_ns });
    },
    peek: () => tallyOf(near.peek()),
    peekDisplaced: () => displaced[0]!,
    forgetPairs: near.forget,
    finish: () => {
      carry.finish();
      return tallyOf(near.finish());
    },
  };
}

function countDetectors(detector: Uint8Array, counts: Float64Array): void {
  for (let i = 0; i < detector.length; i += 1) counts[detector[i]!]! += 1;
}

/**
 * The pairs of a tally around a centre, as pairsAround gives them.
 *
 *   |delta - shift| <= half width,  delta -> delta - shift
 *
 * @units nanoseconds; `shift_ns` is the centre less the offset found
 * @shape rows of the tally's clicks, in order of A's time
 * @errors none
 * @validity inside what the tally holds
 * @source definition
 * @golden tests/core/detection/replay.test.ts, against pairsAround
 */
export function pairsWithin({ pairs }: CollectedPairs, shift_ns: number, half_width: number): ClickPairs {
  const { delta_ns } = pairs;
  let found = 0;
  for (let i = 0; i < delta_ns.length; i += 1) found += Number(Math.abs(delta_ns[i]! - shift_ns) <= half_width);
  const row = new Int32Array(found);
  const delta = new Float64Array(found);
  for (let i = 0, at = 0; i < delta_ns.length; i += 1) {
    const off = delta_ns[i]! - shift_ns;
    if (!(Math.abs(off) <= half_width)) continue;
    row[at] = i;
    delta[at] = off;
    at += 1;
  }
  return { a: row, b: row, delta_ns: delta };
}
