import { NODE_S, type EmissionClock } from './emission-time.ts';

/** Coarse search: bins of the pulse phase, and how far beyond chance the fullest pair must stand. */
const BINS = 128;
const PEAK_PULSES_MIN = 8;
const PEAK_SIGMAS = 6;
/** Pulses within this phase of the coarse peak enter the fit. */
const CAPTURE = 1.5 / BINS;
const TRIM_SIGMAS = 3.5;
const TRIM_STEPS = 12;
/** A node is dropped when it is this much worse than the median node, in spread or in standard error. */
const WORSE_MAX = 5;
/** Spreads below a picosecond are arithmetic, not jitter. */
const SPREAD_FLOOR_NS = 1e-3;

/** Pulse phase at the nodes of the clock: beacon pulses stand at whole numbers of f t_e - phase. */
export interface BeaconPhase {
  /** Pulses (1 = one beacon period), modulo 1 until unwrapped; NaN where the beacon cannot be followed. */
  readonly phase: Float64Array;
  readonly rms_ns: Float64Array;
  readonly pulses: Int32Array;
  readonly valid: number;
}

export interface BeaconInput {
  readonly beacon_s: Float64Array;
  readonly rate_hz: number;
  readonly clock: EmissionClock;
}

interface Scratch { readonly bins: Int32Array; readonly x: Float64Array; readonly y: Float64Array; count: number }
interface Line {
  readonly zero: number;
  readonly slope: number;
  readonly rms: number;
  /** Standard error of `zero`. */
  readonly error: number;
  readonly count: number;
}

/**
 * Follows the beacon's phase: coarse by the fullest bins of the circle, fine by a trimmed line around each node.
 *
 *   phase_i = f t_e(t_i) mod 1;  least squares of phase = p_n + s_n (t - t_n) over |t - t_n| < 0.1 s, 3.5 sigma trimmed
 *
 * @units phase in pulses, spread in nanoseconds
 * @shape one value a node; pulses in order of time
 * @errors NaN at nodes without a significant peak
 * @validity rate error against prediction up to 5e-6; true pulses at least 5 % of all
 * @source PHYSICS section 4, steps 2 and 4; Yin et al., Nature 582, 501 (2020), Methods, doi:10.1038/s41586-020-2401-y
 * @golden tests/core/detection/beacon-phase.test.ts
 */
export function followBeacon(input: BeaconInput): BeaconPhase {
  return keepGoodNodes(fitBeaconNodes(input));
}

/** The fit of every node, good or bad. */
export interface NodeFits {
  readonly phase: Float64Array;
  readonly rms_ns: Float64Array;
  /** Standard error of the phase, nanoseconds. */
  readonly error_ns: Float64Array;
  readonly pulses: Int32Array;
}

/**
 * The fits of `followBeacon` alone: each node is judged by its own pulses, so any stretch of nodes can be fitted apart.
 *
 *   phase = p_n + s_n (t - t_n) over |t - t_n| < 0.1 s, 3.5 sigma trimmed
 *
 * @units phase in pulses, spread and error in nanoseconds
 * @shape one value a node; pulses in order of time
 * @errors NaN at nodes without a significant peak
 * @validity as followBeacon
 * @source PHYSICS section 4, steps 2 and 4
 * @golden tests/core/detection/live-counter.test.ts, any cut against one piece
 */
export function fitBeaconNodes(input: BeaconInput): NodeFits {
  const { clock, rate_hz } = input;
  const fraction = pulsePhases(input);
  const nodes = clock.intervals + 1;
  const track = {
    phase: new Float64Array(nodes).fill(Number.NaN), rms_ns: new Float64Array(nodes).fill(Number.NaN),
    error_ns: new Float64Array(nodes).fill(Number.NaN), pulses: new Int32Array(nodes),
  };
  const bounds = nodeBounds(input);
  const widest = bounds.reduce((most, from, n) => (n < 2 ? most : Math.max(most, from - bounds[n - 2]!)), 0);
  const scratch: Scratch = {
    bins: new Int32Array(BINS + 1), x: new Float64Array(widest), y: new Float64Array(widest), count: 0,
  };
  for (let n = 0; n < nodes; n += 1) {
    const [from, to] = [bounds[n]!, bounds[n + 2]!];
    const peak = coarsePeak(fraction.subarray(from, to), scratch.bins);
    if (peak === null) continue;
    const at_s = clock.start_s + n * NODE_S;
    scratch.count = 0;
    for (let i = from; i < to; i += 1) {
      const off = wrapPhase(fraction[i]! - peak);
      if (!(Math.abs(off) < CAPTURE)) continue;
      scratch.x[scratch.count] = (input.beacon_s[i]! - at_s) / NODE_S;
      scratch.y[scratch.count] = off;
      scratch.count += 1;
    }
    const line = trimmedLine(scratch);
    if (line === null) continue;
    track.phase[n] = wrapPhase(peak + line.zero);
    track.rms_ns[n] = (line.rms / rate_hz) * 1e9;
    track.error_ns[n] = (line.error / rate_hz) * 1e9;
    track.pulses[n] = line.count;
  }
  return track;
}

/** To [-0.5, 0.5]. */
function wrapPhase(phase: number): number {
  return phase - Math.round(phase);
}

/** Fraction of a pulse, 0 to 1, of each beacon pulse by predicted emission time; NaN outside the prediction. */
function pulsePhases({ beacon_s, rate_hz, clock }: BeaconInput): Float64Array {
  const phase = new Float64Array(beacon_s.length);
  const { start_s, coefficients: c } = clock;
  for (let i = 0; i < phase.length; i += 1) {
    const x = (beacon_s[i]! - start_s) / NODE_S;
    const n = Math.floor(x);
    const s = x - n;
    const at = 4 * n;
    const sent = c[at]! + s * (c[at + 1]! + s * (c[at + 2]! + s * c[at + 3]!));
    const pulses = sent * rate_hz;
    phase[i] = pulses - Math.floor(pulses);
  }
  return phase;
}

/** First pulse of each interval, one interval before the first node to one after the last. */
function nodeBounds({ beacon_s, clock }: BeaconInput): Int32Array {
  const bounds = new Int32Array(clock.intervals + 3);
  let i = 0;
  for (let n = 0; n < bounds.length; n += 1) {
    const edge_s = clock.start_s + (n - 1) * NODE_S;
    while (i < beacon_s.length && beacon_s[i]! < edge_s) i += 1;
    bounds[n] = i;
  }
  return bounds;
}

/** Centre of the fullest pair of neighbouring bins, or null when chance explains it. */
function coarsePeak(fraction: Float64Array, bins: Int32Array): number | null {
  bins.fill(0);
  let total = 0;
  for (let i = 0; i < fraction.length; i += 1) {
    const value = fraction[i]!;
    if (!(value >= 0)) continue;
    bins[Math.floor(value * BINS)]! += 1;
    total += 1;
  }
  bins[0]! += bins[BINS]!;
  let [best, most] = [0, -1];
  for (let bin = 0; bin < BINS; bin += 1) {
    const pair = bins[bin]! + bins[bin === BINS - 1 ? 0 : bin + 1]!;
    if (pair > most) [best, most] = [bin, pair];
  }
  const chance = (2 * total) / BINS;
  const needed = Math.max(PEAK_PULSES_MIN, chance + PEAK_SIGMAS * Math.sqrt(chance + 1));
  return most >= needed ? ((best + 1) / BINS) % 1 : null;
}

function trimmedLine(scratch: Scratch): Line | null {
  let line: Line | null = null;
  let limit = Infinity;
  for (let step = 0; step < TRIM_STEPS; step += 1) {
    const next = fitWithin(scratch, line, limit);
    if (next === null) return null;
    if (line !== null && next.count === line.count) return next;
    line = next;
    limit = TRIM_SIGMAS * line.rms;
  }
  return line;
}

/** Least squares over the points within `limit` of the line before; null with fewer than PEAK_PULSES_MIN points. */
function fitWithin(points: Scratch, before: Line | null, limit: number): Line | null {
  const { x, y, count } = points;
  const zero = before === null ? 0 : before.zero;
  const slope = before === null ? 0 : before.slope;
  // One by one: sums from a list are boxed numbers to the compiler, gigabytes of them over a pass.
  let n = 0;
  let sx = 0;
  let sy = 0;
  let sxx = 0;
  let sxy = 0;
  let syy = 0;
  for (let i = 0; i < count; i += 1) {
    const at = x[i]!;
    const off = y[i]! - zero - slope * at;
    if (off > limit || off < -limit) continue;
    n += 1;
    sx += at;
    sy += off;
    sxx += at * at;
    sxy += at * off;
    syy += off * off;
  }
  const spread = n * sxx - sx * sx;
  if (n < PEAK_PULSES_MIN || !(spread > 0)) return null;
  const b = (n * sxy - sx * sy) / spread;
  const a = (sy - b * sx) / n;
  const rms = Math.sqrt(Math.max(0, syy - a * sy - b * sxy) / (n - 2));
  return { zero: zero + a, slope: slope + b, rms, error: rms * Math.sqrt(sxx / spread), count: n };
}

/**
 * Leaves out the nodes that stand out: at the edge of a gap, or on a chance cluster of false pulses.
 *
 *   out: spread or error beyond 5 medians of all nodes
 *
 * @units as the fits
 * @shape one value a node; the fits given stay as they are
 * @errors none
 * @validity most nodes are good
 * @source PHYSICS section 4, step 4: reject outliers
 * @golden tests/core/detection/beacon-phase.test.ts
 */
export function keepGoodNodes({ phase: fitted, rms_ns, error_ns, pulses }: NodeFits): BeaconPhase {
  const limit = (values: Float64Array) => {
    const sorted = values.filter((value) => !Number.isNaN(value)).sort();
    return WORSE_MAX * Math.max(sorted[sorted.length >> 1] ?? 0, SPREAD_FLOOR_NS);
  };
  const [rms_max, error_max] = [limit(rms_ns), limit(error_ns)];
  const phase = fitted.slice();
  let valid = 0;
  for (let n = 0; n < phase.length; n += 1) {
    if (rms_ns[n]! <= rms_max && error_ns[n]! <= error_max) valid += 1;
    else phase[n] = Number.NaN;
  }
  return { phase, rms_ns, pulses, valid };
}
