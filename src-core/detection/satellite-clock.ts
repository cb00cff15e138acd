import { NODE_S, type EmissionClock } from './emission-time.ts';
import type { BeaconPhase } from './beacon-phase.ts';

/** Gaps in the beacon up to this many nodes are bridged by a straight phase: off by 0.03 ns at most. */
const BRIDGE_NODES = 5;
/** Nodes over which the phase's slope is taken to carry the count of pulses across a gap. */
const SLOPE_NODES = 10;

/** A station's clock tied to the satellite's: pulse number of a moment = rate * t_e - phase. */
export interface SatelliteClock {
  readonly emission: EmissionClock;
  readonly rate_hz: number;
  /** Unwrapped phase at the nodes, pulses. */
  readonly phase: Float64Array;
  /** 1 for each interval between two nodes in which the beacon is followed. */
  readonly live: Uint8Array;
}

/** Stretches of pulse number, in order, as pairs of start and end. */
export type PulseSpans = readonly (readonly [number, number])[];

/**
 * Unwraps a followed beacon into a clock; short gaps are bridged, long ones stay unusable.
 *
 *   p_n -> p_n + round(p_before + slope (n - before) - p_n)
 *
 * @units phase in pulses
 * @shape one phase a node, one flag an interval
 * @errors none: without valid nodes nothing is live
 * @validity phase slope below half a pulse a gap against its extrapolation
 * @source PHYSICS section 4, step 2
 * @golden tests/core/detection/satellite-clock.test.ts
 */
export function satelliteClock(track: BeaconPhase, emission: EmissionClock, rate_hz: number): SatelliteClock {
  const phase = track.phase.slice();
  const live = new Uint8Array(emission.intervals);
  let before = -1;
  let slope = 0;
  for (let n = 0; n < phase.length; n += 1) {
    if (Number.isNaN(phase[n]!)) continue;
    if (before >= 0) {
      phase[n]! += Math.round(phase[before]! + slope * (n - before) - phase[n]!);
      const from = Math.max(0, n - SLOPE_NODES);
      if (!Number.isNaN(phase[from]!) && from < n) slope = (phase[n]! - phase[from]!) / (n - from);
      if (n - before <= BRIDGE_NODES) bridge(phase, live, [before, n]);
    }
    before = n;
  }
  extendEnds(phase, live);
  return { emission, rate_hz, phase, live };
}

/** Carries the phase one interval beyond each end of a live stretch: pulses and clicks there are near enough. */
function extendEnds(phase: Float64Array, live: Uint8Array): void {
  const followed = live.slice();
  for (let n = 0; n < live.length; n += 1) {
    if (followed[n] === 1) continue;
    const [before, after] = [followed[n - 1] === 1, followed[n + 1] === 1];
    if (before) phase[n + 1] = phase[n]! + endSlope(phase, n, -1);
    else if (after) phase[n] = phase[n + 1]! - endSlope(phase, n + 1, 1);
    if (before !== after) live[n] = 1;
  }
}

/** Slope at the end of a live stretch, over up to three nodes inwards. */
function endSlope(phase: Float64Array, end: number, inwards: 1 | -1): number {
  for (let reach = 3; reach > 0; reach -= 1) {
    const slope = (phase[end + inwards * reach]! - phase[end]!) / (inwards * reach);
    if (Number.isFinite(slope)) return slope;
  }
  return 0;
}

function bridge(phase: Float64Array, live: Uint8Array, [from, to]: readonly [number, number]): void {
  for (let n = from; n < to; n += 1) {
    phase[n] = phase[from]! + ((phase[to]! - phase[from]!) * (n - from)) / (to - from);
    live[n] = 1;
  }
}

/** How two stations' phases lie against each other. */
export interface PhaseDifference {
  /** Mean of a - b, pulses, within half a pulse of zero. */
  readonly mean: number;
  /** Nodes of B at which both follow the beacon, and a - b there less its mean. */
  readonly node: Int32Array;
  readonly residual: Float64Array;
}

/**
 * Numbers B's pulses as A numbers them: the phases of one satellite clock seen by two stations differ by
 * their UTC errors only, microseconds, so whole pulses of difference are miscounts. B's phase is changed.
 *
 *   p_B -> p_B + round(p_A - p_B - d),  d the circular mean of p_A - p_B, or the one that was agreed on before
 *
 * @units pulses
 * @shape B's nodes; A interpolated linearly at the same emission time
 * @errors null when the two are never followed together
 * @validity UTC and range errors below half a pulse (50 us at 10 kHz)
 * @source PHYSICS section 4, step 3
 * @golden tests/core/detection/satellite-clock.test.ts
 */
export function numberAlike(a: SatelliteClock, b: SatelliteClock, agreed?: number): PhaseDifference | null {
  const guide = phaseAt(a, b);
  let [sine, cosine, common] = [0, 0, 0];
  for (let n = 0; n < guide.phase.length; n += 1) {
    if (guide.live[n] !== 1 || Number.isNaN(b.phase[n]!)) continue;
    const turn = 2 * Math.PI * (guide.phase[n]! - b.phase[n]!);
    sine += Math.sin(turn);
    cosine += Math.cos(turn);
    common += 1;
  }
  if (common === 0) return null;
  const mean = agreed ?? Math.atan2(sine, cosine) / (2 * Math.PI);
  const node = new Int32Array(common);
  const residual = new Float64Array(common);
  let row = 0;
  for (let n = 0; n < b.phase.length; n += 1) {
    b.phase[n]! += Math.round(guide.phase[n]! - b.phase[n]! - mean);
    if (guide.live[n] !== 1 || Number.isNaN(b.phase[n]!)) continue;
    node[row] = n;
    residual[row] = guide.phase[n]! - b.phase[n]! - mean;
    row += 1;
  }
  return { mean, node, residual };
}

/** A's phase at the emission times of B's nodes; outside A's live intervals its nearest phase stands in. */
function phaseAt(a: SatelliteClock, b: SatelliteClock): { readonly phase: Float64Array; readonly live: Uint8Array } {
  const phase = new Float64Array(b.phase.length);
  const live = new Uint8Array(b.phase.length);
  let n = 0;
  let nearest = a.phase.find((value) => !Number.isNaN(value)) ?? 0;
  for (let m = 0; m < phase.length; m += 1) {
    const sent = nodeEmission(b.emission, m);
    while (n + 1 < a.emission.intervals && nodeEmission(a.emission, n + 1) <= sent) n += 1;
    const [from, to] = [nodeEmission(a.emission, n), nodeEmission(a.emission, n + 1)];
    if (a.live[n] === 1 && sent >= from && sent <= to) {
      nearest = a.phase[n]! + ((a.phase[n + 1]! - a.phase[n]!) * (sent - from)) / (to - from);
      live[m] = 1;
    }
    phase[m] = nearest;
  }
  return { phase, live };
}

function nodeEmission({ coefficients, intervals }: EmissionClock, n: number): number {
  if (n < intervals) return coefficients[4 * n]!;
  const at = 4 * (intervals - 1);
  return coefficients[at]! + coefficients[at + 1]! + coefficients[at + 2]! + coefficients[at + 3]!;
}

/**
 * Pulse number at a node of a station's clock.
 *
 *   u = rate t_e - p
 *
 * @units pulses
 * @shape one node
 * @errors NaN where the beacon is not followed
 * @validity after unwrapping
 * @source PHYSICS section 4
 * @golden tests/core/detection/satellite-clock.test.ts
 */
export function nodePulse(clock: SatelliteClock, n: number): number {
  return clock.rate_hz * nodeEmission(clock.emission, n) - clock.phase[n]!;
}

/**
 * Stretches in which a station follows the beacon, in pulse number.
 *
 *   u(node) = rate t_e(node) - p(node)
 *
 * @units pulses
 * @shape in order, not touching
 * @errors none
 * @validity after numbering
 * @source PHYSICS section 4
 * @golden tests/core/detection/satellite-clock.test.ts
 */
export function liveSpans(clock: SatelliteClock): PulseSpans {
  const spans: [number, number][] = [];
  for (let n = 0; n < clock.live.length; n += 1) {
    if (clock.live[n] !== 1) continue;
    const last = spans.at(-1);
    if (last !== undefined && clock.live[n - 1] === 1) last[1] = nodePulse(clock, n + 1);
    else spans.push([nodePulse(clock, n), nodePulse(clock, n + 1)]);
  }
  return spans;
}

/**
 * The stretches that two lists share.
 *
 *   intersection of unions of intervals
 *
 * @units those of the lists
 * @shape both in order
 * @errors none: may be empty
 * @validity any lists in order
 * @source set intersection
 * @golden tests/core/detection/satellite-clock.test.ts
 */
export function commonSpans(a: PulseSpans, b: PulseSpans): PulseSpans {
  const common: [number, number][] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    const start = Math.max(a[i]![0], b[j]![0]);
    const end = Math.min(a[i]![1], b[j]![1]);
    if (end > start) common.push([start, end]);
    if (a[i]![1] < b[j]![1]) i += 1;
    else j += 1;
  }
  return common;
}

/**
 * Moments of the station's clock in nanoseconds of the satellite's, counted from a pulse.
 *
 *   time = (rate t_e(t) - p(t) - zero) * 1e9 / rate,  p linear between nodes
 *
 * @units seconds of the station in, nanoseconds of the satellite out
 * @shape in order of time in and out; NaN where the beacon is not followed
 * @errors NaN outside live intervals
 * @validity a double holds 0.1 ps over 300 s
 * @source PHYSICS section 4: a click's place between its neighbouring pulses, in pulse number
 * @golden tests/core/detection/satellite-clock.test.ts
 */
export function toSatelliteTime(clock: SatelliteClock, moments_s: Float64Array, zero_pulse: number): Float64Array {
  const { emission, rate_hz, phase, live } = clock;
  const { start_s, coefficients: c } = emission;
  const period_ns = 1e9 / rate_hz;
  const result = new Float64Array(moments_s.length);
  for (let i = 0; i < result.length; i += 1) {
    const x = (moments_s[i]! - start_s) / NODE_S;
    const n = Math.floor(x);
    if (live[n] !== 1) {
      result[i] = Number.NaN;
      continue;
    }
    const s = x - n;
    const at = 4 * n;
    const sent = c[at]! + s * (c[at + 1]! + s * (c[at + 2]! + s * c[at + 3]!));
    const from = phase[n]!;
    result[i] = (sent * rate_hz - zero_pulse - (from + s * (phase[n + 1]! - from))) * period_ns;
  }
  return result;
}
