import { assert } from '../assert.ts';
import { poissonUpperTail } from '../statistics.ts';
import {
  bendAt, bendOver, lineOver, pairsAlong, type Bend, type PhotonTimes, type Span,
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
  /** The drifts are taken in this many parts, each with the pairs that it can reach and no others. */
  readonly drift_parts: number;
  /** Of one part. */
  readonly drifts: number;
  readonly pair_reach_ns: number;
}

/** A part of the drifts may widen the pairs' reach by this share of the offset's. */
const PART_REACH = 0.2;

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
  const segment = segmentAt(problem, 0, length_s);
  return segment.drifts * segment.drift_parts * segment.shifts_s.length * expectedPairs(problem, segment);
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
  const part_max = (PART_REACH * offset_reach_ns * 1e-9) / farthest_s;
  const drift_parts = Math.max(1, Math.ceil(drift_reach / part_max));
  const part_reach = drift_reach / drift_parts;
  return {
    span, shifts_s, shift_step_s, drift_step, offset_reach_ns, drift_reach, drift_parts,
    drifts: 2 * Math.ceil(part_reach / drift_step) + 1,
    pair_reach_ns: offset_reach_ns + (part_reach + drift_step) * 1e9 * farthest_s,
  };
}

function findSeeds(problem: PhotonProblem, segment: Segment): Grown[] {
  const { gate_ns } = problem;
  const { shifts_s, offset_reach_ns, drift_reach, drift_parts, drifts } = segment;
  const bins = new Uint16Array(Math.ceil((2 * offset_reach_ns) / gate_ns) + 1);
  const mean = (expectedPairs(problem, segment) * gate_ns) / (2 * segment.pair_reach_ns);
  const threshold = seedThreshold(shifts_s.length * drift_parts * drifts * bins.length, mean);
  const full: FullBins = {
    drift_index: new Int32Array(FULL_BINS_MAX), bin: new Int32Array(FULL_BINS_MAX),
    count: new Int32Array(FULL_BINS_MAX), found: 0,
  };
  const seeds: Grown[] = [];
  for (const along_track_s of shifts_s) {
    for (let part = 0; part < drift_parts; part += 1) {
      const middle = (((2 * part + 1) / drift_parts) - 1) * drift_reach;
      seeds.push(...partSeeds(problem, segment, { middle, along_track_s, bins, threshold, full }));
    }
  }
  return seeds.sort((x, y) => y.count - x.count).slice(0, SEEDS_MAX);
}

interface Part {
  /** Drift beyond the centre of the space, of the middle of this part. */
  readonly middle: number;
  readonly along_track_s: number;
  readonly bins: Uint16Array;
  readonly threshold: number;
  readonly full: FullBins;
}

function partSeeds({ times, bend, space, gate_ns }: PhotonProblem, segment: Segment, part: Part): Grown[] {
  const { span, offset_reach_ns, pair_reach_ns, drift_step, drifts } = segment;
  const { along_track_s, bins, threshold, full } = part;
  const centre = { offset_ns: space.offset_ns, drift: space.drift + part.middle, along_track_s };
  const { t_s, off_ns } = pairsAlong(times, bend, { curve: centre, half_width_ns: pair_reach_ns, span });
  const bins_at = off_ns.map((off) => (off + offset_reach_ns) / gate_ns);
  const first = -((drifts - 1) / 2) * drift_step;
  const per_bin = 1e9 / gate_ns;
  full.found = 0;
  scanDrifts({ bins_at, t_s }, {
    grid: { first: first * per_bin, step: drift_step * per_bin, count: drifts }, bins, threshold,
  }, full);
  return Array.from({ length: full.found }, (_, i) => {
    const d = full.drift_index[i]!;
    const bin = full.bin[i]! + 0.5 - (d & 1) * 0.5;
    return {
      count: full.count[i]!,
      curve: {
        offset_ns: centre.offset_ns + bin * gate_ns - offset_reach_ns, drift: centre.drift + first + d * drift_step,
        along_track_s,
      },
    };
  });
}

/** Least count that chance reaches in so few bins that all of them can be followed. */
function seedThreshold(trials: number, mean: number): number {
  let threshold = Math.max(SEED_COUNT_MIN, Math.floor(mean));
  while (trials * poissonUpperTail(threshold, mean) > SEEDS_BY_CHANCE) threshold += 1;
  assert(threshold < 65_536, `a segment of ${mean} counts a bin is too long`);
  return threshold;
}
