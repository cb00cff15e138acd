// Four merges of sorted columns side by side, without a branch that depends on the times: what one waits for, another
// computes. They leave the rows of a that have a partner in b.

/** Rows of a in one lane, and lanes that advance together. */
export const LANE_ROWS = 4096;
export const LANES = 4;
/** With fewer steps than this left to the shortest lane, each is finished alone. */
const STEPS_MIN = 8;
const [ROW, FIRST, HIT] = [0, LANES, 2 * LANES];

export interface Lanes {
  /** Next row of a, next row of b and hits so far of each lane. */
  readonly at: Int32Array;
  /** For each lane its rows of a with a partner, and the first partner of each. */
  readonly rows: readonly [Int32Array, Int32Array, Int32Array, Int32Array];
  readonly partners: readonly [Int32Array, Int32Array, Int32Array, Int32Array];
}

export interface LaneScan {
  readonly a: Float64Array;
  readonly b: Float64Array;
  /** A partner has a_i + low <= b_j <= a_i + high. */
  readonly low: number;
  readonly high: number;
  readonly lanes: Lanes;
}

/**
 * Room for the hits of one block of lanes; made once a scan, so that the loops allocate nothing.
 *
 *   a lane holds LANE_ROWS hits: each row of a is a hit at most once
 *
 * @units rows
 * @shape LANES columns a side
 * @errors none
 * @validity one scan at a time
 * @source house rule: hot loops allocate nothing
 * @golden tests/core/detection/coincidence-kernel.test.ts, against the scan by halving
 */
export function createLanes(): Lanes {
  // One more than there can be hits: the place after the last is written before it is known to be none.
  const column = () => new Int32Array(LANE_ROWS + 1);
  return {
    at: new Int32Array(3 * LANES),
    rows: [column(), column(), column(), column()],
    partners: [column(), column(), column(), column()],
  };
}

/**
 * Puts the lanes at consecutive stretches of a from `row`; partners are looked for from `first`.
 *
 *   first_l = the first j with b_j >= a_(row + 4096 l) + low
 *
 * @units those of the columns
 * @shape four stretches of LANE_ROWS rows of a from `row` on
 * @errors none
 * @validity no partner of these rows before `first`
 * @source two-pointer merge of sorted lists, Knuth, TAOCP vol. 3, section 5.2.4
 * @golden tests/core/detection/coincidence-kernel.test.ts, against the scan by halving
 */
export function placeLanes({ a, b, low, lanes: { at } }: LaneScan, row: number, first: number): void {
  let from = first;
  for (let lane = 0; lane < LANES; lane += 1) {
    const start = row + lane * LANE_ROWS;
    from = lowerBound(b, from, a[start]! + low);
    at[ROW + lane] = start;
    at[FIRST + lane] = from;
    at[HIT + lane] = 0;
  }
}

/** First row of b from `from` on that is not below `value`, by doubling steps and halving. */
function lowerBound(b: Float64Array, from: number, value: number): number {
  let [low, high, step] = [from, from, LANE_ROWS];
  while (high < b.length && b[high]! < value) {
    low = high + 1;
    high += step;
    step *= 2;
  }
  high = Math.min(high, b.length);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (b[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Advances the four lanes that start at `row` until one is nearly done. Each step takes one row of a or of b from
 * each lane: b while it is before the window of a, else a, which is a hit when b is inside. The last lane is furthest
 * in b, so its distance from the end of b is enough for all.
 *
 *   j -> j + [b_j < a_i + low];  i -> i + 1 - [b_j < a_i + low];  hit: a_i + low <= b_j <= a_i + high
 *
 * @units those of the columns
 * @shape lanes as placed for `row`
 * @errors none
 * @validity a, b never decreasing, without NaN
 * @source two-pointer merge of sorted lists, Knuth, TAOCP vol. 3, section 5.2.4
 * @golden tests/core/detection/coincidence-kernel.test.ts, against the scan by halving
 */
export function advanceLanes({ a, b, low, high, lanes: { at, rows, partners } }: LaneScan, row: number): void {
  let [i0, i1, i2, i3] = [at[ROW]!, at[ROW + 1]!, at[ROW + 2]!, at[ROW + 3]!];
  let [j0, j1, j2, j3] = [at[FIRST]!, at[FIRST + 1]!, at[FIRST + 2]!, at[FIRST + 3]!];
  let [k0, k1, k2, k3] = [0, 0, 0, 0];
  const [r0, r1, r2, r3] = rows;
  const [p0, p1, p2, p3] = partners;
  const end = row + LANE_ROWS;
  for (;;) {
    const steps = Math.min(
      end - i0, end + LANE_ROWS - i1, end + 2 * LANE_ROWS - i2, end + 3 * LANE_ROWS - i3, b.length - j3,
    );
    if (steps < STEPS_MIN) break;
    for (let step = 0; step < steps; step += 1) {
      const t0 = a[i0]!;
      const u0 = b[j0]!;
      const t1 = a[i1]!;
      const u1 = b[j1]!;
      const t2 = a[i2]!;
      const u2 = b[j2]!;
      const t3 = a[i3]!;
      const u3 = b[j3]!;
      const before0 = Number(u0 < t0 + low);
      const before1 = Number(u1 < t1 + low);
      const before2 = Number(u2 < t2 + low);
      const before3 = Number(u3 < t3 + low);
      r0[k0] = i0;
      p0[k0] = j0;
      r1[k1] = i1;
      p1[k1] = j1;
      r2[k2] = i2;
      p2[k2] = j2;
      r3[k3] = i3;
      p3[k3] = j3;
      k0 = (k0 + (Number(u0 <= t0 + high) & (before0 ^ 1))) | 0;
      k1 = (k1 + (Number(u1 <= t1 + high) & (before1 ^ 1))) | 0;
      k2 = (k2 + (Number(u2 <= t2 + high) & (before2 ^ 1))) | 0;
      k3 = (k3 + (Number(u3 <= t3 + high) & (before3 ^ 1))) | 0;
      j0 = (j0 + before0) | 0;
      j1 = (j1 + before1) | 0;
      j2 = (j2 + before2) | 0;
      j3 = (j3 + before3) | 0;
      i0 = (i0 + (before0 ^ 1)) | 0;
      i1 = (i1 + (before1 ^ 1)) | 0;
      i2 = (i2 + (before2 ^ 1)) | 0;
      i3 = (i3 + (before3 ^ 1)) | 0;
    }
  }
  at.set([i0, i1, i2, i3, j0, j1, j2, j3, k0, k1, k2, k3]);
}

/**
 * Takes one lane to its end, a row at a time; the first row of b that a later row of a can have as partner.
 *
 *   first = the first j with b_j >= a_i + low
 *
 * @units those of the columns
 * @shape rows of a before `end`
 * @errors none
 * @validity after advanceLanes
 * @source two-pointer merge of sorted lists, Knuth, TAOCP vol. 3, section 5.2.4
 * @golden tests/core/detection/coincidence-kernel.test.ts, against the scan by halving
 */
export function finishLane({ a, b, low, high, lanes }: LaneScan, lane: number, end: number): number {
  const { at } = lanes;
  const { row, partner } = hitsOf(lanes, lane);
  let [first, count] = [at[FIRST + lane]!, at[HIT + lane]!];
  for (let i = at[ROW + lane]!; i < end; i += 1) {
    const from = a[i]! + low;
    while (first < b.length && b[first]! < from) first += 1;
    if (first === b.length || b[first]! > a[i]! + high) continue;
    row[count] = i;
    partner[count] = first;
    count += 1;
  }
  at[HIT + lane] = count;
  return first;
}

export interface LaneHits {
  /** Rows of a with a partner, and the first partner of each. */
  readonly row: Int32Array;
  readonly partner: Int32Array;
  readonly count: number;
}

/**
 * The hits of one lane, as far as it has come.
 *
 * @units those of the columns
 * @shape as many valid rows as `count`; the columns are written over by the next block
 * @errors none
 * @validity after advanceLanes or finishLane
 * @source two-pointer merge of sorted lists, Knuth, TAOCP vol. 3, section 5.2.4
 * @golden tests/core/detection/coincidence-kernel.test.ts, against the scan by halving
 */
export function hitsOf({ at, rows, partners }: Lanes, lane: number): LaneHits {
  return { row: rows[lane]!, partner: partners[lane]!, count: at[HIT + lane]! };
}
