import { assert } from '../assert.ts';
import { poissonUpperTail } from '../statistics.ts';
import {
  bendAt, bendOver, lineOver, pairsAlong, type Bend, type Curve, type PhotonTimes, type Span,
} from './photon-bend.ts';
import { growSeeds, type Grown, type GrowthStep } from './photon-growth.ts';
import { testCurve, type CurveTest } from './photon-significance.ts';
import { scanDrifts, type FullBins } from './photon-scan.ts';

/** Where the truth is looked for: either side of a centre. The bend's own reach is in its `shift_s_max`. */
export interface SearchSpace {
  readonly offset_ns: number;
  readonly offset_ns_max: number;
  readonly drift: number;
  readonly drift_max: number;
}

export interface PhotonProblem {
  readonly times: PhotonTimes;
  readonly bend: Bend;
  readonly space: SearchSpace;
  readonly gate_ns: number;
}

/** Additions to bins that one segment may cost: about half a second. */
const SEGMENT_WORK = 3e8;
const SEGMENTS_MAX = 9;
const SEGMENT_SHRINK = Math.SQRT2;
const SEGMENT_S_MIN = 1e-3;
/** Chance candidates that a segment may pass on, and how many are followed at most. */
const SEEDS_BY_CHANCE = 100;
const SEEDS_MAX = 128;
const SEED_COUNT_MIN = 4;
const FULL_BINS_MAX = 1 << 16;

interface Segment extends GrowthStep {
  /** Along-track shifts to try: centres of equal parts. */
  readonly shifts_s: readonly number[];
  readonly offset_reach_ns: number;
  readonly drift_reach: number;
  readonly pair_reach_ns: number;
  readonly drifts: number;
}

/**
 * Searches offset, drift and along-track shift for the curve that most pairs lie on, and tests it over the whole pass.
 *
 *   segment by segment from the middle: fullest bins over all drifts; each grown to the whole pass; then tested
 *
 * @units nanoseconds, seconds, seconds a second
 * @shape columns in order of time
 * @errors none: an insignificant curve has a false-alarm probability near 1
 * @validity clocks straight over the pass; the probability does not depend on how the curve was found
 * @source PHYSICS section 4; from coarse to fine in semi-coherent steps: Brady and Creighton, Phys. Rev. D 61, 082001
 *   (2000), doi:10.1103/PhysRevD.61.082001
 * @golden tests/core/detection/photon-search.test.ts
 */
export function searchCurve(problem: PhotonProblem, false_alarm_max: number): CurveTest {
  const length_s = segmentLength(problem);
  let best: CurveTest | null = null;
  for (const middle of segmentMiddles(problem.bend.half_s, length_s)) {
    const segment = segmentAt(problem, middle, length_s);
    const grown = growSeeds(problem, findSeeds(problem, segment), segment);
    for (const { curve } of grown.slice(0, 1)) {
      const test = testCurve(problem, curve);
      if (best === null || test.false_alarm_probability < best.false_alarm_probability) best = test;
    }
    if (best !== null && best.false_alarm_probability <= false_alarm_max) break;
  }
  return best ?? testCurve(problem, {
    offset_ns: problem.space.offset_ns, drift: problem.space.drift, along_track_s: 0,
  });
}

/** From the middle outwards, without overlap: there the drift has moved the pairs least. */
function segmentMiddles(half_s: number, length_s: number): number[] {
  const middles = [0];
  for (let k = 1; middles.length < SEGMENTS_MAX && (k + 0.5) * length_s <= half_s; k += 1) {
    middles.push(k * length_s, -k * length_s);
  }
  return middles;
}

function segmentLength(problem: PhotonProblem): number {
  let length_s = 2 * problem.bend.half_s;
  while (length_s > SEGMENT_S_MIN && workOf(problem, length_s) > SEGMENT_WORK) length_s /= SEGMENT_SHRINK;
  return length_s;
}

function workOf(problem: PhotonProblem, length_s: number): number {
  const { drifts, shifts_s } = segmentAt(problem, 0, length_s);
  return drifts * shifts_s.length * expectedPairs(problem, segmentAt(problem, 0, length_s));
}

function expectedPairs({ times, bend }: PhotonProblem, { span, pair_reach_ns }: Segment): number {
  const seconds = 2 * bend.half_s;
  return (times.a.length * times.b.length * (span[1] - span[0]) * 2e-9 * pair_reach_ns) / (seconds * seconds);
}

function segmentAt({ bend, space, gate_ns }: PhotonProblem, middle: number, length_s: number): Segment {
  const span: Span = [
    Math.max(-bend.half_s, middle - length_s / 2), Math.min(bend.half_s, middle + length_s / 2),
  ];
  const reach_s = bend.shift_s_max;
  const parts = Math.max(1, Math.ceil((2 * reach_s * bendOver(bend, span)) / gate_ns));
  const shift_step_s = (2 * reach_s) / parts;
  const shifts_s = Array.from({ length: parts }, (_, i) => -reach_s + (i + 0.5) * shift_step_s);
  // Within its part of the shifts the bend's local line stands in for offset and drift.
  const line = lineOver(span, (t) => bendAt(bend, 1, t));
  const offset_reach_ns = space.offset_ns_max + (shift_step_s / 2) * Math.abs(line.zero) + gate_ns;
  const drift_reach = space.drift_max + (shift_step_s / 2) * Math.abs(line.slope) * 1e-9;
  const drift_step = (gate_ns * 1e-9) / (span[1] - span[0]);
  const farthest_s = Math.max(Math.abs(span[0]), Math.abs(span[1]));
  const bend_ns = Math.max(...[span[0], middle, span[1]].map((t) => Math.abs(bendAt(bend, 1, t)))) * reach_s;
  return {
    span, shifts_s, shift_step_s, drift_step, offset_reach_ns, drift_reach,
    pair_reach_ns: offset_reach_ns + drift_reach * 1e9 * farthest_s + bend_ns,
    drifts: 2 * Math.ceil(drift_reach / drift_step) + 1,
  };
}

function findSeeds(problem: PhotonProblem, segment: Segment): Grown[] {
  const { times, bend, space, gate_ns } = problem;
  const { shifts_s, offset_reach_ns, drift_step, drifts } = segment;
  const centre: Curve = { offset_ns: space.offset_ns, drift: space.drift, along_track_s: 0 };
  const pairs = pairsAlong(times, bend, { curve: centre, half_width_ns: segment.pair_reach_ns, span: segment.span });
  const bins = new Uint16Array(Math.ceil((2 * offset_reach_ns) / gate_ns) + 1);
  const mean = (pairs.t_s.length * gate_ns) / (2 * segment.pair_reach_ns);
  const threshold = seedThreshold(shifts_s.length * drifts * bins.length, mean);
  const first = -((drifts - 1) / 2) * drift_step;
  const per_bin = 1e9 / gate_ns;
  const grid = { first: first * per_bin, step: drift_step * per_bin, count: drifts };
  const full: FullBins = {
    drift_index: new Int32Array(FULL_BINS_MAX), bin: new Int32Array(FULL_BINS_MAX),
    count: new Int32Array(FULL_BINS_MAX), found: 0,
  };
  const seeds: Grown[] = [];
  for (const along_track_s of shifts_s) {
    const bins_at = pairs.off_ns.map((off, i) =>
      (off - bendAt(bend, along_track_s, pairs.t_s[i]!) + offset_reach_ns) / gate_ns);
    full.found = 0;
    scanDrifts({ bins_at, t_s: pairs.t_s }, { grid, bins, threshold }, full);
    for (let i = 0; i < full.found; i += 1) {
      const d = full.drift_index[i]!;
      const bin = full.bin[i]! + 0.5 - (d & 1) * 0.5;
      seeds.push({
        count: full.count[i]!,
        curve: {
          offset_ns: space.offset_ns + bin * gate_ns - offset_reach_ns, drift: space.drift + first + d * drift_step,
          along_track_s,
        },
      });
    }
  }
  return seeds.sort((x, y) => y.count - x.count).slice(0, SEEDS_MAX);
}

/** Least count that chance reaches in so few bins that all of them can be followed. */
function seedThreshold(trials: number, mean: number): number {
  let threshold = Math.max(SEED_COUNT_MIN, Math.floor(mean));
  while (trials * poissonUpperTail(threshold, mean) > SEEDS_BY_CHANCE) threshold += 1;
  assert(threshold < 65_536, `a segment of ${mean} counts a bin is too long`);
  return threshold;
}
