// Hot: every window search spends its time here. Typed arrays, nothing allocated inside the march.
import { assert } from '../assert.ts';
import { EARTH_RADIUS_WGS72_KM, MU_WGS72_KM3_S2, semiMajorAxisKm } from './element-set.ts';
import { EARTH_ROTATION_RAD_S } from './frames.ts';
import type { Station } from './look.ts';
import type { Propagator } from './propagate.ts';

/** A station and the elevation above which it works. */
export interface MaskedStation {
  readonly station: Station;
  readonly min_elevation_rad: number;
}

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
const ANCHOR_STEP_S = 6 * 3600;
/** How far a window may reach back or ahead of the search before it is called clipped. */
const REACH_S = 24 * 3600;
/** A march ends on an edge when the proven step is below this; far below any clock that points a telescope. */
const EDGE_TOLERANCE_S = 1e-6;
/** Longest step inside a window, over which the bounds on speed and distance below are taken. */
const INSIDE_STEP_MAX_S = 120;
/** Margin on accelerations: SGP4 follows J2 to first order, its second derivative gravity to better than 1 %. */
const ACCELERATION_MARGIN = 1.03;
/** Osculating against mean orbital plane, both ends of a step: J2's short periods stay below 0.0016 rad each. */
const PLANE_WOBBLE_RAD = 0.004;
/** The node regresses by less than 3 % of the Earth's turn for every orbit above ground. */
const PLANE_RATE_RAD_S = EARTH_ROTATION_RAD_S * 1.03;

interface Bounds {
  /** Largest acceleration in the turning frame, anywhere above ground, km/s^2. */
  readonly acceleration_km_s2: number;
  /** By how much SGP4's velocity may differ from the derivative of its position, km/s. */
  readonly slope_slack_km_s: number;
  readonly apogee_km: number;
}

function boundsOf(propagator: Propagator): Bounds {
  const { mean_motion_rev_day, eccentricity } = propagator.elements;
  const apogee_km = semiMajorAxisKm(mean_motion_rev_day) * (1 + eccentricity + 0.002) * 1.02;
  const escape_km_s = Math.sqrt(2 * MU_WGS72_KM3_S2 / EARTH_RADIUS_WGS72_KM);
  const gravity = MU_WGS72_KM3_S2 / EARTH_RADIUS_WGS72_KM ** 2;
  const turning = 2 * EARTH_ROTATION_RAD_S * escape_km_s + 3 * EARTH_ROTATION_RAD_S ** 2 * apogee_km;
  return {
    acceleration_km_s2: (gravity + turning) * ACCELERATION_MARGIN,
    slope_slack_km_s: 1e-4 + 0.02 * eccentricity,
    apogee_km,
  };
}

interface StationColumns {
  readonly position: Float64Array;
  readonly up: Float64Array;
  readonly sin_mask: Float64Array;
  /** Largest angle at the Earth's centre between station and satellite at which the mask can be met. */
  readonly reach_rad: Float64Array;
  /** Distance from the Earth's centre, km. */
  readonly radius: Float64Array;
}

function columnsOf(stations: readonly MaskedStation[], apogee_km: number): StationColumns {
  const columns: StationColumns = {
    position: new Float64Array(3 * stations.length), up: new Float64Array(3 * stations.length),
    sin_mask: new Float64Array(stations.length), reach_rad: new Float64Array(stations.length),
    radius: new Float64Array(stations.length),
  };
  for (const [index, { station, min_elevation_rad }] of stations.entries()) {
    assert(min_elevation_rad >= 0 && min_elevation_rad < Math.PI / 2, `mask of ${min_elevation_rad} rad`);
    columns.position.set(station.position_pef_km, 3 * index);
    columns.up.set(station.up, 3 * index);
    columns.sin_mask[index] = Math.sin(min_elevation_rad);
    const [x, y, z] = station.position_pef_km;
    const radius_km = Math.hypot(x, y, z);
    columns.radius[index] = radius_km;
    const [ux, uy, uz] = station.up;
    const deflection = Math.acos(Math.min(1, (x * ux + y * uy + z * uz) / radius_km));
    const elevation = min_elevation_rad - deflection;
    const ratio = Math.min(1, radius_km * Math.cos(elevation) / apogee_km);
    columns.reach_rad[index] = Math.acos(ratio) - elevation;
  }
  return columns;
}

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
  const bounds = boundsOf(propagator);
  const { position, up, sin_mask, reach_rad, radius } = columnsOf(stations, bounds.apogee_km);
  const count = stations.length;
  const { acceleration_km_s2: a, slope_slack_km_s: slack } = bounds;
  const state = new Float64Array(6);
  const margin = new Float64Array(count);
  const slope = new Float64Array(count);
  const distance = new Float64Array(count);

  const evaluate = (t_s: number): -1 | 0 | 1 => {
    if (!propagator.writePef(t_s, state)) return -1;
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

  const planeStep = (): number => {
    const x = state[0]!;
    const y = state[1]!;
    const z = state[2]!;
    const vx = state[3]! - EARTH_ROTATION_RAD_S * y;
    const vy = state[4]! + EARTH_ROTATION_RAD_S * x;
    const vz = state[5]!;
    const nx = y * vz - z * vy;
    const ny = z * vx - x * vz;
    const nz = x * vy - y * vx;
    const n = Math.sqrt(nx * nx + ny * ny + nz * nz);
    let step = 0;
    for (let i = 0; i < count; i++) {
      const along = nx * position[3 * i]! + ny * position[3 * i + 1]! + nz * position[3 * i + 2]!;
      const sine = along / (n * radius[i]!);
      const off_plane_rad = Math.asin(Math.min(1, Math.abs(sine)));
      step = Math.max(step, (off_plane_rad - reach_rad[i]! - PLANE_WOBBLE_RAD) / PLANE_RATE_RAD_S);
    }
    return Math.min(step, ANCHOR_STEP_S);
  };

  const outsideStep = (): number => {
    let step = 0;
    for (let i = 0; i < count; i++) {
      if (margin[i]! >= 0) continue;
      step = Math.max(step, firstRise(margin[i]!, slope[i]! + slack, a * (1 + sin_mask[i]!)));
    }
    return Math.max(step, planeStep());
  };

  const insideStep = (): number => {
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

/** Marches from an instant in state `from` until the state changes; null when `limit_s` comes first. */
function marchToChange(marcher: Marcher, start: { t_s: number; seen: 0 | 1 }, limit_s: number):
{ t_s: number; seen: -1 | 0 | 1 } | null {
  let t_s = start.t_s;
  let seen: -1 | 0 | 1 = marcher.evaluate(t_s);
  while (seen === start.seen) {
    const step = start.seen === 0 ? marcher.outsideStep() : marcher.insideStep();
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
 * F' is known exactly. As |d''| <= A = mu / R_E^2 + 2 w v_escape + 3 w^2 r_apogee everywhere above ground,
 * and |d|'' lies between -A and v^2/|d| + A,
 *
 *   F'' <= A (1 + sin m)                       so outside, F stays negative up to the first root of
 *                                              F + F' tau + A (1 + sin m) tau^2 / 2
 *   F'' >= -A - sin m (A + v^2 / |d|_min)      so inside, F stays positive likewise, with |d|_min = |d| / 2
 *                                              over a step of at most |d| / (2 v)
 *
 * A march by these steps cannot pass a root, and converges on it quadratically. Outside, steps grow by a second
 * bound: a station farther from the orbital plane than the largest angle at which it can see the satellite waits
 * until the Earth has turned it there. With several stations each step is the largest one that proves that at
 * least one of them sees nothing. Marches restart at multiples of six hours from the epoch, so that an edge is
 * the same number wherever a search begins; windows are whole, also when the search begins or ends inside them.
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
