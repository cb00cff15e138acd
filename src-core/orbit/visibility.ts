// Hot: every window search spends its time here. Typed arrays, nothing allocated inside the march.
import { assert } from '../assert.ts';
import { EARTH_ROTATION_RAD_S } from './frames.ts';
import { boundsOf, columnsOf, createMotion, RATE_MARGIN, updateMotion, type MaskedStation } from './motion-bounds.ts';
import type { Propagator } from './propagate.ts';

export type { MaskedStation } from './motion-bounds.ts';

/** One interval in which all stations see the satellite, in seconds since the element epoch. */
export interface VisibleInterval {
  readonly start_s: number;
  readonly end_s: number;
  /** True where the satellite was in view for longer than the search looks back or ahead. */
  readonly clipped_start: boolean;
  readonly clipped_end: boolean;
}

/** What a search found; `lost_at_s` is where SGP4 gave no state any more, null when it always did. */
export interface VisibilityFound {
  readonly intervals: readonly VisibleInterval[];
  readonly lost_at_s: number | null;
}

/** Marches restart here, counted from the epoch: where a search begins cannot move an edge. */
const ANCHOR_STEP_S = 24 * 3600;
/** How far a window may reach back or ahead of the search before it is called clipped. */
const REACH_S = 24 * 3600;
/** A march ends on an edge when the proven step is below this; far below any clock that points a telescope. */
const EDGE_TOLERANCE_S = 1e-6;
/** Longest step inside a window, over which the bounds on speed and distance below are taken. */
const INSIDE_STEP_MAX_S = 120;
/** Longest step outside, over which the orbit's shape and plane are taken to keep their bounds. */
const OUTSIDE_STEP_MAX_S = 6 * 3600;
/** Osculating against mean orbital plane, both ends of a step: J2's short periods stay below 0.0016 rad each. */
const PLANE_WOBBLE_RAD = 0.004;
/** The node regresses by less than 3 % of the Earth's turn for every orbit above ground. */
const PLANE_RATE_RAD_S = EARTH_ROTATION_RAD_S * RATE_MARGIN;

/** Smallest positive tau with value + slope tau + curvature tau^2 / 2 = 0, for value < 0 and curvature > 0. */
function firstRise(value: number, slope: number, curvature: number): number {
  const root = Math.sqrt(slope * slope - 2 * curvature * value);
  return slope > 0 ? -2 * value / (slope + root) : (root - slope) / curvature;
}

interface Marcher {
  /** Evaluates the margins at an instant: 1 all see it, 0 not all do, -1 no state. */
  evaluate(t_s: number): -1 | 0 | 1;
  /** After `evaluate` gave 0: for so long at least one station provably sees nothing. */
  outsideStep(): number;
  /** After `evaluate` gave 1: for so long all stations provably go on seeing it. */
  insideStep(): number;
}

function createMarcher(propagator: Propagator, stations: readonly MaskedStation[]): Marcher {
  const bounds = boundsOf(propagator.elements);
  let slack = bounds.slope_slack_km_s;
  const { position, up, sin_mask, elevation_rad, lever_km, radius } = columnsOf(stations);
  const count = stations.length;
  const state = new Float64Array(6);
  const margin = new Float64Array(count);
  const slope = new Float64Array(count);
  const distance = new Float64Array(count);
  const motion = createMotion();
  const { momentum } = motion;

  const evaluate = (t_s: number): -1 | 0 | 1 => {
    if (!propagator.writePef(t_s, state)) return -1;
    slack = bounds.slope_slack_km_s + propagator.dragSlackKmS(t_s);
    let seen: 0 | 1 = 1;
    for (let i = 0; i < count; i++) {
      const j = 3 * i;
      const dx = state[0]! - position[j]!;
      const dy = state[1]! - position[j + 1]!;
      const dz = state[2]! - position[j + 2]!;
      const d = Math.sqrt(dx * dx + dy * dy + dz * dz);
      const s = sin_mask[i]!;
      margin[i] = dx * up[j]! + dy * up[j + 1]! + dz * up[j + 2]! - d * s;
      slope[i] = state[3]! * up[j]! + state[4]! * up[j + 1]! + state[5]! * up[j + 2]!
        - s * (dx * state[3]! + dy * state[4]! + dz * state[5]!) / d;
      distance[i] = d;
      if (margin[i]! < 0) seen = 0;
    }
    return seen;
  };

  /** How long one station, below its mask, waits at least: the longest of the three bounds. */
  const waitOf = (i: number, from_centre_km: number): number => {
    const j = 3 * i;
    const to_station = radius[i]!;
    const curvature = motion.acceleration_km_s2 * (1 + sin_mask[i]!);
    const rise_s = firstRise(margin[i]!, slope[i]! + slack, curvature);
    const cosine = (state[0]! * position[j]! + state[1]! * position[j + 1]! + state[2]! * position[j + 2]!)
      / (from_centre_km * to_station);
    const reach_rad = Math.acos(Math.min(1, lever_km[i]! / motion.apogee_km)) - elevation_rad[i]!;
    const approach_s = (Math.acos(Math.max(-1, Math.min(1, cosine))) - reach_rad) / motion.direction_rad_s;
    const sine = (momentum[0]! * position[j]! + momentum[1]! * position[j + 1]! + momentum[2]! * position[j + 2]!)
      / (motion.momentum_km2_s * to_station);
    const off_plane_rad = Math.asin(Math.min(1, Math.abs(sine))) - PLANE_WOBBLE_RAD;
    const turn_s = (off_plane_rad - reach_rad) / PLANE_RATE_RAD_S;
    return Math.max(rise_s, approach_s, turn_s);
  };

  const outsideStep = (): number => {
    updateMotion(state, bounds, motion);
    const from_centre_km = Math.sqrt(state[0]! ** 2 + state[1]! ** 2 + state[2]! ** 2);
    let step = 0;
    for (let i = 0; i < count; i++) {
      if (margin[i]! < 0) step = Math.max(step, waitOf(i, from_centre_km));
    }
    return Math.min(step, OUTSIDE_STEP_MAX_S);
  };

  const insideStep = (): number => {
    updateMotion(state, bounds, motion);
    const a = motion.acceleration_km_s2;
    const speed = Math.sqrt(state[3]! ** 2 + state[4]! ** 2 + state[5]! ** 2) + a * INSIDE_STEP_MAX_S;
    let step = INSIDE_STEP_MAX_S;
    for (let i = 0; i < count; i++) {
      const nearest = distance[i]! / 2;
      const curvature = a + sin_mask[i]! * (a + speed * speed / nearest);
      step = Math.min(step, nearest / speed, firstRise(-margin[i]!, slack - slope[i]!, curvature));
    }
    return step;
  };
  return { evaluate, outsideStep, insideStep };
}

/** Marches from an instant just evaluated, in state `from`, until the state changes; null past `limit_s`. */
function marchToChange(marcher: Marcher, from: { readonly t_s: number; readonly seen: 0 | 1 }, limit_s: number):
{ t_s: number; seen: -1 | 0 | 1 } | null {
  let t_s = from.t_s;
  let seen: -1 | 0 | 1 = from.seen;
  while (seen === from.seen) {
    const step = from.seen === 0 ? marcher.outsideStep() : marcher.insideStep();
    if (t_s + step >= limit_s) return null;
    t_s += Math.max(step, EDGE_TOLERANCE_S);
    seen = marcher.evaluate(t_s);
  }
  return { t_s, seen };
}

/** Where the march begins so that no window in progress at `from_s` loses its start. */
function firstAnchor(marcher: Marcher, from_s: number): number {
  const nearest = Math.floor(from_s / ANCHOR_STEP_S) * ANCHOR_STEP_S;
  let anchor_s = nearest;
  while (marcher.evaluate(anchor_s) === 1 && anchor_s > nearest - REACH_S) anchor_s -= ANCHOR_STEP_S;
  return anchor_s;
}

interface Collected { readonly intervals: VisibleInterval[]; t_s: number }

/** Marches one stretch between anchors; a window that begins in it is followed beyond its end. */
function marchStretch(marcher: Marcher, into: Collected, span: { end_s: number; last_s: number }): number | null {
  while (into.t_s < span.end_s) {
    const seen = marcher.evaluate(into.t_s);
    if (seen === -1) return into.t_s;
    let start_s = into.t_s;
    const clipped_start = seen === 1;
    if (seen === 0) {
      const rise = marchToChange(marcher, { t_s: into.t_s, seen: 0 }, span.end_s);
      if (rise === null) break;
      if (rise.seen === -1) return rise.t_s;
      start_s = rise.t_s;
    }
    const set = marchToChange(marcher, { t_s: start_s, seen: 1 }, span.last_s);
    if (set?.seen === -1) return set.t_s;
    into.intervals.push({ start_s, end_s: set?.t_s ?? span.last_s, clipped_start, clipped_end: set === null });
    into.t_s = set === null ? span.last_s : set.t_s + EDGE_TOLERANCE_S;
  }
  into.t_s = Math.max(into.t_s, span.end_s);
  return null;
}

/**
 * All intervals, overlapping [from_s, to_s), in which every station sees the satellite above its mask.
 *
 * No window is lost, whatever its length, because every step is bounded by physics. With d the vector from
 * station to satellite in the turning frame, `up` the vertical and m the mask, the satellite is in view while
 *
 *   F(t) = d . up - |d| sin m >= 0
 *
 * F' is known. As |d''| <= A = mu / r_perigee^2 + 2 w v_escape + 3 w^2 r_apogee, and |d|'' lies between -A and
 * v^2/|d| + A,
 *
 *   F'' <= A (1 + sin m)                       so outside, F stays negative up to the first root of
 *                                              F + F' tau + A (1 + sin m) tau^2 / 2
 *   F'' >= -A - sin m (A + v^2 / |d|_min)      so inside, F stays positive likewise, with |d|_min = |d| / 2
 *                                              over a step of at most |d| / (2 v)
 *
 * A march by these steps cannot pass a root, and converges on it quadratically. Far outside two more bounds are
 * longer, with L the largest angle at the Earth's centre at which the mask can be met from the osculating apogee:
 *
 *   (angle to the satellite - L) / (h / r_perigee^2 + w)      as the satellite's direction cannot turn faster
 *   (angle off the orbital plane - L - wobble) / (1.03 w)     as only the Earth's turn brings the plane nearer
 *
 * With several stations each step is the largest one that proves that at least one of them sees nothing. Marches
 * restart at whole days from the epoch, so that an edge is the same number wherever a search begins; windows are
 * whole, also when the search begins or ends inside them.
 *
 * @units seconds since the element epoch; km inside
 * @shape intervals in order of time, disjoint
 * @errors programmer error for a mask below the horizon; `lost_at_s` when the orbit decays within the search
 * @validity orbits above ground; a window shorter than a microsecond may be passed; windows beyond a day are clipped
 * @source Taylor's theorem with the Lagrange remainder; Vallado, 4th ed., eq. 1-34 (vis viva), section 4.4.3
 * @golden tests/core/orbit/windows.test.ts, all 708 of python-sgp4; bounds in tests/core/orbit/visibility.test.ts
 */
export function findVisibility(propagator: Propagator, stations: readonly MaskedStation[],
  search: { readonly from_s: number; readonly to_s: number }): VisibilityFound {
  assert(stations.length >= 1, 'a window needs a station');
  assert(search.from_s <= search.to_s, `search from ${search.from_s} to ${search.to_s}`);
  const marcher = createMarcher(propagator, stations);
  const collected: Collected = { intervals: [], t_s: firstAnchor(marcher, search.from_s) };
  const last_s = Math.ceil(search.to_s / ANCHOR_STEP_S) * ANCHOR_STEP_S + REACH_S;
  let lost_at_s: number | null = null;
  while (collected.t_s < search.to_s && lost_at_s === null) {
    const end_s = (Math.floor(collected.t_s / ANCHOR_STEP_S) + 1) * ANCHOR_STEP_S;
    lost_at_s = marchStretch(marcher, collected, { end_s, last_s });
  }
  const intervals = collected.intervals.filter((found) => found.end_s > search.from_s && found.start_s < search.to_s);
  return { intervals, lost_at_s };
}
