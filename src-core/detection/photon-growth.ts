import {
  bendAt, bendOver, lineOver, pairsAlong, type Bend, type Curve, type NearPairs, type PhotonTimes, type Span,
} from './photon-bend.ts';

/** A curve and how many pairs lie within half a gate of it, over the span it has been followed. */
export interface Grown {
  readonly curve: Curve;
  readonly count: number;
}

/** A span, and how finely drift and along-track shift are known over it. */
export interface GrowthStep {
  readonly span: Span;
  readonly drift_step: number;
  readonly shift_step_s: number;
}

export interface GrowthProblem {
  readonly times: PhotonTimes;
  readonly bend: Bend;
  readonly gate_ns: number;
}

/** Curves kept after each doubling of the span; the last figure holds for all further ones. */
const KEPT = [24, 8, 3, 2];
/** Pairs this many gates from a curve may belong to its neighbours. */
const REACH_GATES = 8;
/** Offsets tried, in half gates to either side. */
const OFFSETS = 6;
const SHIFT_STEPS_MAX = 10;

/**
 * Follows curves from a segment over twice the span, and again, to the whole pass: at each step drift and shift are
 * known half as well as the longer span needs, so the neighbours are tried and the fullest kept.
 *
 *   drift step = gate / span;  shift step = gate / (2 bend over span)
 *
 * @units nanoseconds, seconds
 * @shape the fullest first; as many as the last step keeps
 * @errors none: may be empty
 * @validity a seed within one step of the truth
 * @source see searchCurve
 * @golden tests/core/detection/photon-search.test.ts
 */
export function growSeeds(problem: GrowthProblem, seeds: readonly Grown[], from: GrowthStep): readonly Grown[] {
  const { half_s } = problem.bend;
  let pool = seeds;
  let step = from;
  for (let round = 0; ; round += 1) {
    const next = widerStep(problem, step);
    pool = pool.map(({ curve }) => fullestNeighbour(problem, curve, { before: step, next }))
      .sort((x, y) => y.count - x.count).slice(0, KEPT[Math.min(round, KEPT.length - 1)]);
    step = next;
    if (next.span[0] <= -half_s && next.span[1] >= half_s) return pool;
  }
}

function widerStep({ bend, gate_ns }: GrowthProblem, { span, shift_step_s }: GrowthStep): GrowthStep {
  const half = (span[1] - span[0]) / 2;
  const wider: Span = [Math.max(-bend.half_s, span[0] - half), Math.min(bend.half_s, span[1] + half)];
  return {
    span: wider,
    drift_step: (gate_ns * 1e-9) / (wider[1] - wider[0]),
    shift_step_s: Math.min(shift_step_s, gate_ns / (2 * bendOver(bend, wider) + 1e-9)),
  };
}

interface Steps { readonly before: GrowthStep; readonly next: GrowthStep }

function fullestNeighbour(problem: GrowthProblem, curve: Curve, { before, next }: Steps): Grown {
  const { times, bend, gate_ns } = problem;
  const { span, drift_step, shift_step_s } = next;
  const pairs = pairsAlong(times, bend, { curve, half_width_ns: REACH_GATES * gate_ns, span });
  const reach = shift_step_s > 0
    ? Math.min(SHIFT_STEPS_MAX, Math.ceil(before.shift_step_s / shift_step_s)) * Number(before.shift_step_s > shift_step_s)
    : 0;
  const drifts = Math.ceil((2 * before.drift_step) / drift_step);
  const middle = (span[0] + span[1]) / 2;
  let best: Grown = { curve, count: -1 };
  for (let k = -reach; k <= reach; k += 1) {
    const along_track_s = curve.along_track_s + k * shift_step_s;
    if (Math.abs(along_track_s) > bend.shift_s_max) continue;
    const change = (t: number) => bendAt(bend, along_track_s, t) - bendAt(bend, curve.along_track_s, t);
    const line = lineOver(span, change);
    const bent = k === 0 ? pairs : {
      t_s: pairs.t_s, off_ns: pairs.off_ns.map((off, i) => {
        const t = pairs.t_s[i]!;
        return off - (change(t) - line.zero - line.slope * t);
      }),
    };
    const { count, offset_ns, drift } = fullestGate(bent, { gate_ns, drift_step, drifts, middle });
    if (count <= best.count) continue;
    best = {
      count,
      curve: {
        offset_ns: curve.offset_ns + offset_ns - drift * 1e9 * middle - line.zero,
        drift: curve.drift + drift - line.slope * 1e-9, along_track_s,
      },
    };
  }
  return best;
}

interface GateScan {
  readonly gate_ns: number;
  readonly drift_step: number;
  /** Steps to either side. */
  readonly drifts: number;
  readonly middle: number;
}

/** Fullest gate among drifts and half-gate offsets about the middle of the span. */
function fullestGate({ t_s, off_ns }: NearPairs, { gate_ns, drift_step, drifts, middle }: GateScan) {
  const halves = new Int32Array(2 * OFFSETS);
  const half_gate = gate_ns / 2;
  let best = { count: -1, offset_ns: 0, drift: 0 };
  for (let d = -drifts; d <= drifts; d += 1) {
    const slope = (d * drift_step * 1e9) / half_gate;
    halves.fill(0);
    for (let i = 0; i < t_s.length; i += 1) {
      const bin = Math.floor(off_ns[i]! / half_gate - slope * (t_s[i]! - middle)) + OFFSETS;
      if (bin >= 0 && bin < halves.length) halves[bin]! += 1;
    }
    for (let bin = 1; bin < halves.length; bin += 1) {
      const count = halves[bin]! + halves[bin - 1]!;
      if (count > best.count) best = { count, offset_ns: (bin - OFFSETS) * half_gate, drift: d * drift_step };
    }
  }
  return best;
}
