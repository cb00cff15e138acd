import type { PairTimes } from './coincidence-kernel.ts';

/** Spacing of the bend's nodes: a straight line between them is off by 0.01 ns at most. */
const STEP_S = 0.25;
/** A line through a stretch of the bend stands on this many points. */
const LINE_POINTS = 33;

/**
 * How B's times less A's bend when the satellite is `s` ahead of its elements: s q1(t) + s^2 q2(t), the straight
 * line of either taken off, for offset and drift hold that. Times are seconds from the middle of the common time.
 */
export interface Bend {
  readonly half_s: number;
  readonly shift_s_max: number;
  readonly q1_ns: Float64Array;
  readonly q2_ns: Float64Array;
  /** What was taken off, of the first and the second order. */
  readonly lines: readonly [Line, Line];
}

/** One curve that coincidences may follow: offset + drift t + bend. */
export interface Curve {
  /** At the middle of the common time. */
  readonly offset_ns: number;
  readonly drift: number;
  readonly along_track_s: number;
}

export type Span = readonly [number, number];

/** Straight line: value at the middle, and slope a second. */
export interface Line { readonly zero: number; readonly slope: number }

const nodesOf = (half_s: number) => Math.ceil((2 * half_s) / STEP_S) + 1;

/**
 * The bend from what a shift along the track does to B's time less A's, of the first and second order.
 *
 *   q_k(t) - line_k(t),  line_k by least squares over the whole of the common time
 *
 * @units nanoseconds, a second and a second squared of along-track shift
 * @shape `orders_ns(t)`: both orders at a time from the middle, from -half_s to half_s
 * @errors none
 * @validity see trackedEmission
 * @source least squares for the line
 * @golden tests/core/detection/photon-search.test.ts
 */
export function bendOf(half_s: number, shift_s_max: number, orders_ns: (t: number) => readonly [number, number]): Bend {
  const nodes = nodesOf(half_s);
  const [q1_ns, q2_ns] = [new Float64Array(nodes), new Float64Array(nodes)];
  if (shift_s_max > 0) {
    for (let n = 0; n < nodes; n += 1) [q1_ns[n], q2_ns[n]] = orders_ns(Math.min(n * STEP_S - half_s, half_s));
  }
  const level = (q: Float64Array): Line => {
    const line = lineOver([-half_s, half_s], (t) => between(q, (t + half_s) / STEP_S));
    for (let n = 0; n < nodes; n += 1) q[n]! -= line.zero + line.slope * (n * STEP_S - half_s);
    return line;
  };
  return { half_s, shift_s_max, q1_ns, q2_ns, lines: [level(q1_ns), level(q2_ns)] };
}

function between(q: Float64Array, x: number): number {
  const n = Math.min(Math.max(Math.floor(x), 0), q.length - 2);
  return q[n]! + (x - n) * (q[n + 1]! - q[n]!);
}

/**
 * Bend at a time from the middle of the pass.
 *
 *   bend(t) = s q1(t) + s^2 q2(t), linear between samples
 *
 * @units s: seconds of along-track shift; t: seconds from the middle; result: nanoseconds
 * @shape scalar
 * @errors none: beyond the ends the last stretch is carried on
 * @validity shifts of some tenths of a second, samples a second apart
 * @source Taylor series of the difference of the times of flight, second order
 * @golden tests/core/detection/photon-search.test.ts
 */
export function bendAt(bend: Bend, s: number, t: number): number {
  const x = (t + bend.half_s) / STEP_S;
  return s * (between(bend.q1_ns, x) + s * between(bend.q2_ns, x));
}

/**
 * Least-squares line of a function over a span; its value counts from time 0, not from the span's middle.
 *
 *   slope = sum(x y) / sum(x^2) about the middle; zero = mean(y) - slope middle
 *
 * @units seconds; the function's unit
 * @shape one span, evenly sampled
 * @errors none: a span of no length has slope 0
 * @validity functions smooth over the sampling
 * @source normal equations of a straight line, NIST/SEMATECH e-Handbook, section 4.1.4.1
 * @golden tests/core/detection/photon-search.test.ts
 */
export function lineOver([from, to]: Span, value: (t: number) => number): Line {
  const middle = (from + to) / 2;
  let [sum, moment, square] = [0, 0, 0];
  for (let i = 0; i < LINE_POINTS; i += 1) {
    const off = (to - from) * (i / (LINE_POINTS - 1) - 0.5);
    const y = value(middle + off);
    sum += y;
    moment += off * y;
    square += off * off;
  }
  const slope = square === 0 ? 0 : moment / square;
  return { zero: sum / LINE_POINTS - slope * middle, slope };
}

/**
 * Largest departure of the bend from a line over a span, for one second of along-track shift.
 *
 *   max |bend(t) - line(t)|
 *
 * @units nanoseconds
 * @shape one span, evenly sampled
 * @errors none
 * @validity as bendAt and lineOver
 * @source definition
 * @golden tests/core/detection/photon-search.test.ts
 */
export function bendOver(bend: Bend, span: Span): number {
  const at = (t: number) => bendAt(bend, 1, t);
  const line = lineOver(span, at);
  let most = 0;
  for (let i = 0; i < LINE_POINTS; i += 1) {
    const t = span[0] + ((span[1] - span[0]) * i) / (LINE_POINTS - 1);
    most = Math.max(most, Math.abs(at(t) - line.zero - line.slope * t));
  }
  return most;
}

/** Pairs near a curve: time from the middle, and distance from the curve. */
export interface NearPairs {
  readonly t_s: Float64Array;
  readonly off_ns: Float64Array;
}

/** Clicks of both stations in nanoseconds after the start of the common time, and where its middle is. */
export interface PhotonTimes extends PairTimes {
  readonly middle_ns: number;
}

/**
 * Pairs within a distance of a curve, in a span of time; a hot loop, two pointers as in findPairs.
 *
 *   |b - a - curve(t_a)| <= half_width,  curve straight between nodes a quarter of a second apart
 *
 * @units nanoseconds; seconds from the middle
 * @shape columns in order of A's time
 * @errors none
 * @validity |drift| below 1e-3: the lower end of the window never steps back
 * @source two-pointer merge of sorted lists, Knuth, TAOCP vol. 3, section 5.2.4
 * @golden tests/core/detection/photon-search.test.ts, against the plain double loop
 */
export function pairsAlong(times: PhotonTimes, bend: Bend, query: AlongQuery): NearPairs {
  const { a, b, middle_ns } = times;
  const { curve, half_width_ns, span } = query;
  const end = lowerBound(a, span[1] * 1e9 + middle_ns);
  let i = lowerBound(a, span[0] * 1e9 + middle_ns);
  let first = i < end ? lowerBound(b, a[i]! + centreAt(bend, curve, (a[i]! - middle_ns) * 1e-9) - half_width_ns) : 0;
  const rows = createRows();
  const last = b.length - 1;
  const width = 2 * half_width_ns;
  while (i < end) {
    const node = Math.floor(((a[i]! - middle_ns) * 1e-9 + bend.half_s) / STEP_S);
    const from_s = node * STEP_S - bend.half_s;
    const until = from_s + STEP_S >= span[1] ? end : lowerBound(a, (from_s + STEP_S) * 1e9 + middle_ns);
    const start = centreAt(bend, curve, from_s);
    const slope = (centreAt(bend, curve, from_s + STEP_S) - start) / (STEP_S * 1e9);
    const from_ns = from_s * 1e9 + middle_ns;
    const low = start - half_width_ns - slope * from_ns;
    for (const stop = Math.max(until, i + 1); i < stop; i += 1) {
      const edge = a[i]! * (1 + slope) + low;
      while (first < last && b[first]! < edge) first += 1;
      if (first >= b.length || b[first]! - edge > width) continue;
      addRows(rows, b, { first, edge, half_width_ns, t_s: (a[i]! - middle_ns) * 1e-9 });
    }
  }
  return { t_s: rows.t_s.subarray(0, rows.found), off_ns: rows.off_ns.subarray(0, rows.found) };
}

interface Rows { t_s: Float64Array; off_ns: Float64Array; found: number }
const createRows = (): Rows => ({ t_s: new Float64Array(256), off_ns: new Float64Array(256), found: 0 });

interface Opening {
  readonly first: number;
  readonly edge: number;
  readonly half_width_ns: number;
  readonly t_s: number;
}

/** All of b from the window's lower edge to its upper one. */
function addRows(rows: Rows, b: Float64Array, { first, edge, half_width_ns, t_s }: Opening): void {
  for (let j = first; j < b.length && b[j]! - edge <= 2 * half_width_ns; j += 1) {
    if (b[j]! < edge) continue;
    if (rows.found === rows.t_s.length) {
      rows.t_s = doubled(rows.t_s);
      rows.off_ns = doubled(rows.off_ns);
    }
    rows.t_s[rows.found] = t_s;
    rows.off_ns[rows.found] = b[j]! - edge - half_width_ns;
    rows.found += 1;
  }
}

function doubled(column: Float64Array): Float64Array {
  const longer = new Float64Array(2 * column.length);
  longer.set(column);
  return longer;
}

export interface AlongQuery {
  readonly curve: Curve;
  readonly half_width_ns: number;
  readonly span: Span;
}

function centreAt(bend: Bend, { offset_ns, drift, along_track_s }: Curve, t: number): number {
  const straight = offset_ns + drift * 1e9 * t;
  return along_track_s === 0 ? straight : straight + bendAt(bend, along_track_s, t);
}

/**
 * First row of an ordered column that is not before a value.
 *
 *   binary search
 *
 * @units the column's unit
 * @shape one column in order; result from 0 to its length
 * @errors none
 * @validity columns in order
 * @source definition
 * @golden tests/core/detection/photon-search.test.ts
 */
export function lowerBound(column: Float64Array, value: number): number {
  let [low, high] = [0, column.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (column[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
