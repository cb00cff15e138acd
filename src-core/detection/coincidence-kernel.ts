// The hot loops of coincidence counting: two sorted columns, one pointer into each, nothing allocated inside.
import {
  advanceLanes, createLanes, finishLane, hitsOf, LANE_ROWS, LANES, placeLanes, type LaneHits,
} from './pair-lanes.ts';

export interface PairWindow {
  /** Centre of b - a. */
  readonly centre: number;
  readonly half_width: number;
}

/** Two columns of times, each never decreasing. */
export interface PairTimes {
  readonly a: Float64Array;
  readonly b: Float64Array;
}

export interface PairColumns {
  readonly a: Int32Array;
  readonly b: Int32Array;
}

/**
 * Index pairs (i, j) with |b_j - a_i - centre| <= half_width, in order of i, then j.
 *
 *   first = the first j with b_j >= a_i + centre - half_width; it never goes back
 *
 * Where two columns of random times are merged, the processor guesses wrongly at every other row, and that is what a
 * plain loop waits for. Here four stretches of `a` advance together without a branch, see pair-lanes: it finds the
 * rows that have a partner, few among many, and only those are looked at again.
 *
 * @units those of the columns
 * @shape a, b never decreasing, without NaN; result: number of pairs, of which as many as fit are in `out`
 * @errors none; a result beyond the length of `out` says how much room is needed
 * @validity any sorted columns
 * @source two-pointer merge of sorted lists, Knuth, TAOCP vol. 3, section 5.2.4
 * @golden tests/core/detection/coincidence-kernel.test.ts, against the plain double loop
 */
export function findPairs(times: PairTimes, window: PairWindow, out: PairColumns): number {
  const reach = { low: window.centre - window.half_width, high: window.centre + window.half_width };
  let found = 0;
  const rest = scanLanes(times, reach, (hits) => {
    found = writePairs(times, { high: reach.high, ...hits }, { out, found });
  });
  return found + plainPairs(times, { ...rest, ...reach }, { out, found });
}

interface Reach { readonly low: number; readonly high: number }
interface Rest { readonly row: number; readonly first: number }

/** Hands on the rows with a partner, in order, as far as they fill lanes; where the scan goes on after them. */
function scanLanes({ a, b }: PairTimes, reach: Reach, onHits: (hits: LaneHits) => void): Rest {
  let [row, first] = [0, 0];
  if (a.length < LANES * LANE_ROWS) return { row, first };
  const scan = { a, b, ...reach, lanes: createLanes() };
  for (; row + LANES * LANE_ROWS <= a.length; row += LANES * LANE_ROWS) {
    placeLanes(scan, row, first);
    advanceLanes(scan, row);
    for (let lane = 0; lane < LANES; lane += 1) {
      first = finishLane(scan, lane, row + (lane + 1) * LANE_ROWS);
      onHits(hitsOf(scan.lanes, lane));
    }
  }
  return { row, first };
}

interface Written { readonly out: PairColumns; readonly found: number }

/** All partners of the rows that have one; the new number of pairs. */
function writePairs({ a, b }: PairTimes, hits: LaneHits & { readonly high: number }, { out, found }: Written): number {
  const [outA, outB] = [out.a, out.b];
  let total = found;
  for (let hit = 0; hit < hits.count; hit += 1) {
    const i = hits.row[hit]!;
    const to = a[i]! + hits.high;
    for (let j = hits.partner[hit]!; j < b.length && b[j]! <= to; j += 1) {
      if (total < outA.length) {
        outA[total] = i;
        outB[total] = j;
      }
      total += 1;
    }
  }
  return total;
}

/** The scan by its definition, for the rows that fill no lanes. */
function plainPairs({ a, b }: PairTimes, rest: Rest & Reach, { out, found }: Written): number {
  const [outA, outB] = [out.a, out.b];
  let { first } = rest;
  let more = 0;
  for (let i = rest.row; i < a.length; i += 1) {
    const from = a[i]! + rest.low;
    const to = a[i]! + rest.high;
    while (first < b.length && b[first]! < from) first += 1;
    for (let j = first; j < b.length && b[j]! <= to; j += 1) {
      if (found + more < outA.length) {
        outA[found + more] = i;
        outB[found + more] = j;
      }
      more += 1;
    }
  }
  return more;
}

/**
 * Histogram of b_j - a_i - centre over [-half_width, half_width) in equal bins, added to `counts`.
 *
 *   bin = floor((b_j - a_i - centre + half_width) * bins / (2 half_width))
 *
 * @units those of the columns
 * @shape a, b never decreasing, without NaN; the length of `counts` is the number of bins
 * @errors none
 * @validity any sorted columns
 * @source two-pointer merge of sorted lists, Knuth, TAOCP vol. 3, section 5.2.4
 * @golden tests/core/detection/coincidence-kernel.test.ts, against the plain double loop
 */
export function addPairHistogram(times: PairTimes, window: PairWindow, counts: Int32Array): void {
  const width = 2 * window.half_width;
  const low = window.centre - window.half_width;
  const bins = { low, scale: counts.length / width, counts };
  // Lanes look twice as far as the bins: rows too many cost little, a row lost to rounding would be a count lost.
  const rest = scanLanes(times, { low, high: low + 2 * width }, (hits) => {
    for (let hit = 0; hit < hits.count; hit += 1) addRow(times, { i: hits.row[hit]!, first: hits.partner[hit]! }, bins);
  });
  let { first } = rest;
  const { a, b } = times;
  for (let i = rest.row; i < a.length; i += 1) {
    const from = a[i]! + low;
    while (first < b.length && b[first]! < from) first += 1;
    addRow(times, { i, first }, bins);
  }
}

interface Bins { readonly low: number; readonly scale: number; readonly counts: Int32Array }

/** Counts the partners of one row of a, from its first on. */
function addRow({ a, b }: PairTimes, { i, first }: { i: number; first: number }, { low, scale, counts }: Bins): void {
  const from = a[i]! + low;
  for (let j = first; j < b.length; j += 1) {
    const bin = (b[j]! - from) * scale;
    if (bin >= counts.length) break;
    counts[bin | 0]! += 1;
  }
}
