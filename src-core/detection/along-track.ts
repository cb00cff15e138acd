import type { UniformSeries } from '../series.ts';
import { emissionClock, NODE_S, type EmissionClock, type EmissionInput } from './emission-time.ts';

/** Ranges of a satellite that flies `shift_s` ahead of its elements, and as much behind; the Earth turns alike. */
export interface AlongTrack {
  readonly shift_s: number;
  /** As the predicted range: metres against UTC of emission. */
  readonly ahead_m: UniformSeries;
  readonly behind_m: UniformSeries;
}

/** A station's emission time for any place of the satellite on its track: t_e = c0 + s c1 + s^2 c2, node by node. */
export interface TrackedEmission {
  readonly clock: EmissionClock;
  readonly first: Float64Array;
  readonly second: Float64Array;
}

/**
 * Emission times for a satellite off its elements along the track: the parabola through three predictions.
 *
 *   c1 = (c+ - c-) / 2h,  c2 = (c+ - 2 c + c-) / 2h^2
 *
 * @units seconds, seconds a second, seconds a second squared
 * @shape coefficients as those of EmissionClock
 * @errors NaN where a range series does not reach
 * @validity error s (s^2 - h^2) / 6 R''' / c: below 0.01 ns for |s| <= h = 0.3 s over a 500 km orbit
 * @source three-point Lagrange, Abramowitz and Stegun, 25.2.11
 * @golden tests/core/detection/photon-lock.test.ts
 */
export function trackedEmission(
  input: EmissionInput, track: AlongTrack | null, [from_s, to_s]: readonly [number, number],
): TrackedEmission {
  const clock = emissionClock(input, from_s, to_s);
  const none = new Float64Array(clock.coefficients.length);
  if (track === null) return { clock, first: none, second: none };
  const { shift_s, ahead_m, behind_m } = track;
  const ahead = emissionClock({ ...input, range_m: ahead_m }, from_s, to_s).coefficients;
  const behind = emissionClock({ ...input, range_m: behind_m }, from_s, to_s).coefficients;
  return {
    clock,
    first: none.map((_, i) => (ahead[i]! - behind[i]!) / (2 * shift_s)),
    second: none.map((_, i) =>
      (ahead[i]! - 2 * clock.coefficients[i]! + behind[i]!) / (2 * shift_s * shift_s)),
  };
}

/**
 * When light received at moments of the station's clock was sent, the satellite `along_track_s` ahead.
 *
 *   t_e(t; s) = c0(t) + s c1(t) + s^2 c2(t)
 *
 * @units seconds of the station in, nanoseconds after `zero_s` of emission out
 * @shape one value a moment, in its order
 * @errors NaN outside the prediction
 * @validity a double holds 0.1 ps over 300 s
 * @source see trackedEmission
 * @golden tests/core/detection/photon-lock.test.ts
 */
export function emissionTimes(
  tracked: TrackedEmission, moments_s: Float64Array, { along_track_s, zero_s }: EmissionView,
): Float64Array {
  const { start_s, intervals, coefficients } = tracked.clock;
  const { first, second } = tracked;
  const c = coefficients.map((value, i) => value + along_track_s * (first[i]! + along_track_s * second[i]!));
  return moments_s.map((moment) => {
    const x = (moment - start_s) / NODE_S;
    const n = Math.floor(x);
    if (!(n >= 0 && n < intervals)) return Number.NaN;
    const s = x - n;
    const at = 4 * n;
    return (c[at]! - zero_s + s * (c[at + 1]! + s * (c[at + 2]! + s * c[at + 3]!))) * 1e9;
  });
}

export interface EmissionView {
  readonly along_track_s: number;
  readonly zero_s: number;
}

const INVERSION_STEPS = 4;

/**
 * How emission time by prediction moves with the along-track shift, first and second order, for light sent at a moment.
 *
 *   c1(t_r), c2(t_r) with t_e(t_r; 0) = sent, by Newton's iteration (rate of emission time 1 to 1e-4)
 *
 * @units seconds; result in nanoseconds, a second and a second squared of shift
 * @shape one moment
 * @errors NaN outside the prediction; beyond the clock's nodes its nearest cubic is continued
 * @validity inside the recording
 * @source see trackedEmission
 * @golden tests/core/detection/photon-lock.test.ts
 */
export function shiftOrders({ clock, first, second }: TrackedEmission, sent_s: number): readonly [number, number] {
  // The last coefficient of a cubic needs all four of its nodes.
  let x = Math.max(0, clock.coefficients.findIndex((value, i) => i % 4 === 3 && !Number.isNaN(value)) >> 2);
  for (let step = 0; step < INVERSION_STEPS; step += 1) {
    x += (sent_s - cubicAt(clock.coefficients, x, clock.intervals)) / NODE_S;
  }
  return [cubicAt(first, x, clock.intervals) * 1e9, cubicAt(second, x, clock.intervals) * 1e9];
}

function cubicAt(c: Float64Array, x: number, intervals: number): number {
  const n = Math.min(Math.max(Math.floor(x), 0), intervals - 1);
  const s = x - n;
  const at = 4 * n;
  return c[at]! + s * (c[at + 1]! + s * (c[at + 2]! + s * c[at + 3]!));
}
