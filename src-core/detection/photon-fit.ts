import { bendAt, pairsAlong, type Curve } from './photon-bend.ts';
import type { GrowthProblem } from './photon-growth.ts';
import { shiftShows } from './photon-significance.ts';

export interface FitStart {
  readonly curve: Curve;
  readonly density_per_ns: number;
}

const FIT_GATES = 3;
const STEPS_MAX = 60;
const SETTLED_NS = 1e-3;
const SIGMA_MIN_NS = 0.02;

/**
 * The curve and the width of its peak by maximum likelihood (expectation maximisation), from the fullest curve.
 *
 *   w_i = s N(x_i; curve, sigma) / (s N + density);  offset, drift, shift: least squares with weights w_i;
 *   sigma^2 = sum w x^2 / sum w;  the shift is held near 0 by (s / s_max)^2 sigma^2, so that a short pass has a solution
 *
 * @units nanoseconds, seconds
 * @shape a start within a gate of the truth over the whole pass
 * @errors the start itself where nothing is left to fit
 * @validity background even across three gates to either side
 * @source Dempster, Laird, Rubin, J. R. Stat. Soc. B 39, 1 (1977), doi:10.1111/j.2517-6161.1977.tb01600.x
 * @golden tests/core/detection/photon-search.test.ts
 */
export function fitCurve(problem: GrowthProblem, start: FitStart): Curve {
  const { bend, times, gate_ns } = problem;
  const { half_s } = bend;
  const bends = shiftShows(problem);
  const query = { half_width_ns: FIT_GATES * gate_ns, span: [-half_s, half_s] as const };
  let curve = start.curve;
  let sigma = gate_ns / 3;
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const pairs = pairsAlong(times, bend, { ...query, curve });
    const slope = (t: number) => (bends ? slopeOfBend(problem, curve, t) : 0);
    const sums = weighted({ ...pairs, slope }, { sigma, density: start.density_per_ns, half_s });
    if (!(sums.weight > 3)) return start.curve;
    const ridge = bends ? (sigma / bend.shift_s_max) ** 2 : 1;
    sums.normal[8]! += ridge;
    if (bends) sums.right[2]! -= ridge * curve.along_track_s;
    const [offset, drift, shift] = solveThree(sums.normal, sums.right);
    curve = {
      offset_ns: curve.offset_ns + offset, drift: curve.drift + (drift * 1e-9) / half_s,
      along_track_s: Math.max(-bend.shift_s_max, Math.min(bend.shift_s_max, curve.along_track_s + shift)),
    };
    const next = Math.max(SIGMA_MIN_NS, Math.sqrt(sums.square / sums.weight));
    const settled = Math.abs(offset) + Math.abs(drift) + Math.abs(next - sigma) < SETTLED_NS;
    sigma = next;
    if (settled) break;
  }
  return curve;
}

/** How the bend at a time moves with the shift, nanoseconds a second. */
function slopeOfBend({ bend }: GrowthProblem, { along_track_s: s }: Curve, t: number): number {
  const h = bend.shift_s_max * 1e-3;
  return (bendAt(bend, s + h, t) - bendAt(bend, s - h, t)) / (2 * h);
}

interface FitPoints {
  readonly t_s: Float64Array;
  readonly off_ns: Float64Array;
  readonly slope: (t: number) => number;
}

interface Sums {
  weight: number;
  square: number;
  readonly normal: Float64Array;
  readonly right: Float64Array;
}

interface PeakModel { readonly sigma: number; readonly density: number; readonly half_s: number }

/** Normal equations of offset, drift (at the ends) and shift, each pair with the chance that it is a true one. */
function weighted({ t_s, off_ns, slope }: FitPoints, { sigma, density, half_s }: PeakModel): Sums {
  const sums: Sums = { weight: 0, square: 0, normal: new Float64Array(9), right: new Float64Array(3) };
  const basis = new Float64Array(3);
  const height = Math.max(1, t_s.length / 2) / (sigma * Math.sqrt(2 * Math.PI));
  for (let i = 0; i < t_s.length; i += 1) {
    const off = off_ns[i]!;
    const peak = height * Math.exp((-off * off) / (2 * sigma * sigma));
    const weight = peak / (peak + density);
    basis[0] = 1;
    basis[1] = t_s[i]! / half_s;
    basis[2] = slope(t_s[i]!);
    sums.weight += weight;
    sums.square += weight * off * off;
    for (let row = 0; row < 3; row += 1) {
      sums.right[row]! += weight * basis[row]! * off;
      for (let column = 0; column < 3; column += 1) {
        sums.normal[3 * row + column]! += weight * basis[row]! * basis[column]!;
      }
    }
  }
  return sums;
}

/** Three linear equations by Cramer's rule, after scaling each unknown to a diagonal of 1. */
function solveThree(normal: Float64Array, right: Float64Array): readonly [number, number, number] {
  const scale = [0, 4, 8].map((at) => 1 / Math.sqrt(normal[at]!));
  const m = normal.map((value, i) => value * scale[Math.floor(i / 3)]! * scale[i % 3]!);
  const r = right.map((value, i) => value * scale[i]!);
  const det = (x: readonly number[], y: readonly number[], z: readonly number[]) =>
    x[0]! * (y[1]! * z[2]! - y[2]! * z[1]!) - y[0]! * (x[1]! * z[2]! - x[2]! * z[1]!)
    + z[0]! * (x[1]! * y[2]! - x[2]! * y[1]!);
  const [x, y, z] = [0, 1, 2].map((column) => [m[column]!, m[3 + column]!, m[6 + column]!]) as
    [number[], number[], number[]];
  const whole = det(x, y, z);
  const side = [...r];
  return [
    (det(side, y, z) / whole) * scale[0]!, (det(x, side, z) / whole) * scale[1]!, (det(x, y, side) / whole) * scale[2]!,
  ];
}
