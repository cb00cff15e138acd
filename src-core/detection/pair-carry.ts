// Two columns that come in pieces: what a piece cannot decide yet is carried to the next.
import { assert } from '../assert.ts';
import type { PairTimes } from './coincidence-kernel.ts';

/** Differences b - a that the loops behind may ask for. */
export interface PairReach {
  readonly low: number;
  readonly high: number;
}

/** Rows of a, each handed on once, with every row of b in their reach. */
export interface CarriedTimes extends PairTimes {
  /** Row of the first time of each column, counted over all pieces. */
  readonly row_a: number;
  readonly row_b: number;
}

export interface PairCarry {
  /** Takes the next times of each column, none earlier than those before; one of the two may be empty. */
  readonly take: (next: PairTimes) => void;
  /** Nothing comes any more: hands on what is left. */
  readonly finish: () => void;
}

/**
 * Cuts two streams into pieces for the pair loops so that the pairs are those of the whole, however they arrive.
 *
 *   handed on: rows of a with a_i + high < the last b seen;  kept of b: b_j >= next a + low
 *
 * @units those of the columns
 * @shape pieces of any length; the times handed on are valid until the next call
 * @errors programmer error when a piece goes back in time
 * @validity holds one piece and the rows in reach of it, if the two streams are fed side by side
 * @source invariant of the two-pointer merge, Knuth, TAOCP vol. 3, section 5.2.4
 * @golden tests/core/detection/pair-carry.test.ts, against the columns in one piece
 */
export function createPairCarry(reach: PairReach, consume: (times: CarriedTimes) => void): PairCarry {
  const [a, b] = [createColumn(), createColumn()];
  const settle = (limit: number) => {
    const [times, partners] = [held(a), held(b)];
    const decided = rowsBefore(times, limit, reach.high);
    if (decided > 0) consume({ a: times.subarray(0, decided), b: partners, row_a: a.row, row_b: b.row });
    const next = decided < times.length ? times[decided]! : a.last;
    release(a, decided);
    release(b, rowsBefore(partners, next + reach.low, 0));
  };
  return {
    take: (next) => {
      append(a, next.a);
      append(b, next.b);
      settle(b.last);
    },
    finish: () => {
      settle(Infinity);
    },
  };
}

/** Times `from` to `to` of the buffer are held; `row` is the number of the first of them. */
interface Column {
  times: Float64Array;
  from: number;
  to: number;
  row: number;
  last: number;
}

const createColumn = (): Column => ({ times: new Float64Array(0), from: 0, to: 0, row: 0, last: -Infinity });
const held = ({ times, from, to }: Column) => times.subarray(from, to);

function release(column: Column, rows: number): void {
  column.from += rows;
  column.row += rows;
}

function append(column: Column, next: Float64Array): void {
  if (next.length === 0) return;
  assert(next[0]! >= column.last, 'a piece of times begins before the end of the one before it');
  const kept = held(column);
  const rows = kept.length + next.length;
  if (column.to + next.length > column.times.length) {
    const larger = rows > column.times.length ? new Float64Array(2 * rows) : column.times;
    larger.set(kept);
    column.times = larger;
    column.from = 0;
  }
  column.times.set(next, column.from + kept.length);
  column.to = column.from + rows;
  column.last = next.at(-1)!;
}

/** How many of the first times are before `limit` when `shift` is added. */
function rowsBefore(times: Float64Array, limit: number, shift: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle]! + shift < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
