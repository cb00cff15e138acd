import { poissonUpperTail } from '../statistics.ts';
import { bendOver, pairsAlong, type Curve } from './photon-bend.ts';
import type { GrowthProblem } from './photon-growth.ts';

/** A curve of the fixed grid that covers the space searched, and what chance makes of its count. */
export interface CurveTest {
  readonly curve: Curve;
  readonly count: number;
  /** Background in the gate: upper bound from the pairs beside the curve. */
  readonly expected: number;
  /** Curves of the grid. */
  readonly trials: number;
  readonly false_alarm_probability: number;
}

export interface TestedProblem extends GrowthProblem {
  readonly space: {
    readonly offset_ns: number;
    readonly offset_ns_max: number;
    readonly drift: number;
    readonly drift_max: number;
  };
}

/** Pairs that measure the background, to a fifth of a percent, and how far from the curve they may lie. */
const BACKGROUND_PAIRS = 3e5;
const BACKGROUND_GATES_MIN = 80;
const BACKGROUND_NS_MAX = 10_000;
const BACKGROUND_SIGMAS = 3;
/** No count is surer than the assumptions behind it; also keeps the bound above the smallest double. */
const CERTAIN = 1e-300;

interface Axis { readonly centre: number; readonly step: number; readonly reach: number }
interface Grid { readonly offset: Axis; readonly drift: Axis; readonly shift: Axis; readonly trials: number }

const points = ({ step, reach }: Axis) => (step > 0 ? 2 * Math.ceil(reach / step) + 1 : 1);

/** Fixed before any click is looked at: half gates of offset, and steps that move the ends by as much. */
function gridOf({ bend, space, gate_ns }: TestedProblem): Grid {
  const offset = { centre: space.offset_ns, step: gate_ns / 2, reach: space.offset_ns_max };
  const drift = { centre: space.drift, step: (gate_ns * 1e-9) / (2 * bend.half_s), reach: space.drift_max };
  const bend_ns = bendOver(bend, [-bend.half_s, bend.half_s]);
  const bends = bend.shift_s_max * bend_ns > gate_ns / 4;
  const shift = { centre: 0, step: bends ? gate_ns / (2 * bend_ns) : 0, reach: bend.shift_s_max };
  return { offset, drift, shift, trials: points(offset) * points(drift) * points(shift) };
}

/** The grid's values on either side of a value, or the nearest end. */
function beside({ centre, step, reach }: Axis, value: number): number[] {
  if (step === 0) return [value];
  const last = Math.ceil(reach / step);
  const below = Math.floor((value - centre) / step);
  return [below, below + 1].filter((n) => Math.abs(n) <= last).map((n) => centre + n * step);
}

/**
 * How likely chance fills any gate of the search as much as the fullest one beside a curve, over the whole pass.
 *
 *   p = min(1, M P(X >= n)),  X Poisson with the background beside the curve (+3 sigma), M curves of a fixed grid
 *
 * @units counts
 * @shape any curve, however found: n is taken at points of a grid fixed beforehand, so the union bound holds
 * @errors none: outside the grid the probability is 1
 * @validity p is an upper bound (neighbouring curves are counted as independent); clicks without memory beyond a gate
 * @source union bound (Bonferroni); Poisson tail by NIST DLMF 8.4.10
 * @golden tests/core/detection/photon-search.test.ts, false alarms counted over uncorrelated pairs
 */
export function testCurve(problem: TestedProblem, near: Curve): CurveTest {
  const { bend, times, gate_ns } = problem;
  const grid = gridOf(problem);
  const span = [-bend.half_s, bend.half_s] as const;
  let best: { readonly curve: Curve; readonly count: number } = { curve: near, count: 0 };
  for (const along_track_s of beside(grid.shift, near.along_track_s)) {
    for (const drift of beside(grid.drift, near.drift)) {
      const around = { offset_ns: near.offset_ns, drift, along_track_s };
      const pairs = pairsAlong(times, bend, { curve: around, half_width_ns: 2 * gate_ns, span });
      for (const offset_ns of beside(grid.offset, near.offset_ns)) {
        const count = countWithin(pairs.off_ns, offset_ns - near.offset_ns, gate_ns / 2);
        if (count > best.count) best = { curve: { offset_ns, drift, along_track_s }, count };
      }
    }
  }
  const expected = backgroundBeside(problem, best);
  const chance = Math.min(1, grid.trials * poissonUpperTail(best.count, expected));
  return { ...best, expected, trials: grid.trials, false_alarm_probability: Math.max(CERTAIN, chance) };
}

function countWithin(off_ns: Float64Array, centre: number, half_width: number): number {
  let count = 0;
  for (let i = 0; i < off_ns.length; i += 1) if (Math.abs(off_ns[i]! - centre) <= half_width) count += 1;
  return count;
}

function backgroundBeside(problem: TestedProblem, best: { readonly curve: Curve; readonly count: number }): number {
  const { bend, times, gate_ns } = problem;
  const density_per_ns = (times.a.length * times.b.length * 1e-9) / (2 * bend.half_s);
  const wanted_ns = BACKGROUND_PAIRS / (2 * density_per_ns);
  const half_width_ns = Math.max(BACKGROUND_GATES_MIN * gate_ns, Math.min(wanted_ns, BACKGROUND_NS_MAX));
  const pairs = pairsAlong(times, bend, { curve: best.curve, half_width_ns, span: [-bend.half_s, bend.half_s] });
  const beside_it = pairs.off_ns.length - best.count + 1;
  const gates = (2 * half_width_ns) / gate_ns - 1;
  return (beside_it + BACKGROUND_SIGMAS * Math.sqrt(beside_it)) / gates;
}

/**
 * Whether a shift along the track can be told at all from offset and drift over this pass.
 *
 *   s_max bendOver(pass) > gate / 4
 *
 * @units seconds, nanoseconds
 * @shape one problem
 * @errors none
 * @validity as bendOver
 * @source a shift that moves no pair by a quarter of the gate changes no count beyond its scatter
 * @golden tests/core/detection/photon-search.test.ts
 */
export function shiftShows(problem: GrowthProblem): boolean {
  const { bend, gate_ns } = problem;
  return bend.shift_s_max * bendOver(bend, [-bend.half_s, bend.half_s]) > gate_ns / 4;
}
