// The hot loops of coincidence counting: two sorted columns, one pointer into each, nothing allocated inside.
import {
  advanceLanes, createLanes, finishLane, hitsOf, LANE_ROWS, LANES, placeLanes,
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
  const { a, b } = times;
  const reach = { low: window.centre - window.half_width, high: window.centre + window.half_width };
  let [found, row, first] = [0, 0, 0];
  if (a.length >= LANES * LANE_ROWS) {
    const scan = { a, b, ...reach, lanes: createLanes() };
    for (; row + LANES * LANE_ROWS <= a.length; row += LANES * LANE_ROWS) {
      first = placeLanes(scan, row, first);
      advanceLanes(scan, row);
      for (let lane = 0; lane < LANES; lane += 1) {
        first = finishLane(scan, lane, row + (lane + 1) * LANE_ROWS);
        found = writePairs(times, { high: reach.high, ...hitsOf(scan.lanes, lane) }, { out, found });
      }
    }
  }
  return found + plainPairs(times, { row, first, ...reach }, { out, found });
}

interface Hits {
  readonly high: number;
  /** Rows of a with a partner, and the first partner of each. */
  readonly row: Int32Array;
  readonly partner: Int32Array;
  readonly count: number;
}

interface Written { readonly out: PairColumns; readonly found: number }

/** All partners of the rows that have one; the new number of pairs. */
function writePairs({ a, b }: PairTimes, hits: Hits, { out, found }: Written): number {
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

interface Rest { readonly row: number; readonly first: number; readonly low: number; readonly high: number }

/** The scan by its definition, for the rows that fill no lanes. */
function plainPairs({ a, b }: PairTimes, rest: Rest, { out, found }: Written): number {
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
  const { a, b } = times;
  const width = 2 * window.half_width;
  const low = window.centre - window.half_width;
  const scale = counts.length / width;
  const bins = counts.length;
  const endA = a.length;
  const endB = b.length;
  let first = 0;
  for (let i = 0; i < endA; i += 1) {
    const from = a[i]! + low;
    while (first < endB && b[first]! < from) first += 1;
    for (let j = first; j < endB; j += 1) {
      const bin = (b[j]! - from) * scale;
      if (bin >= bins) break;
      counts[bin | 0]! += 1;
    }
  }
}
