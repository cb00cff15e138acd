import { assert } from '../assert.ts';

/** A run of numbers, both ends included. */
export interface NumberRange {
  readonly from: number;
  readonly through: number;
}

/**
 * Which numbers of a gapless sequence from 1 have come, as ascending runs that do not touch: memory grows with the
 * gaps, not with the numbers.
 */
export interface NumberRanges {
  /** False where the number was here before. */
  readonly add: (number: number) => boolean;
  readonly has: (number: number) => boolean;
  /** Every number up to and with this one is here; 0 where the first is missing. */
  readonly through: () => number;
  readonly highest: () => number;
  readonly count: () => number;
  /** What is missing below the highest, lowest first, at most `limit` runs. */
  readonly missing: (limit?: number) => readonly NumberRange[];
  readonly missingCount: () => number;
}

interface Run { from: number; through: number }

export function createNumberRanges(start: readonly NumberRange[] = []): NumberRanges {
  const runs: Run[] = start.map(({ from, through }) => ({ from, through }));
  let count = runs.reduce((sum, { from, through }) => sum + through - from + 1, 0);

  /** Index of the first run that ends at or after `number`. */
  function place(number: number): number {
    let low = 0;
    let high = runs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (runs[middle]!.through < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  const has = (number: number) => (runs[place(number)]?.from ?? Number.POSITIVE_INFINITY) <= number;
  const highest = () => runs.at(-1)?.through ?? 0;
  return {
    add: (number) => {
      assert(Number.isSafeInteger(number) && number >= 1, `number ${number} of a sequence from 1`);
      if (has(number)) return false;
      insert(runs, place(number), number);
      count += 1;
      return true;
    },
    has,
    through: () => (runs[0]?.from === 1 ? runs[0].through : 0),
    highest,
    count: () => count,
    missing: (limit = Number.POSITIVE_INFINITY) => {
      const gaps: NumberRange[] = [];
      for (let at = 0; at < runs.length && gaps.length < limit; at += 1) {
        const from = at === 0 ? 1 : runs[at - 1]!.through + 1;
        if (runs[at]!.from > from) gaps.push({ from, through: runs[at]!.from - 1 });
      }
      return gaps;
    },
    missingCount: () => highest() - count,
  };
}

/** Puts a new number before run `at`, joining what now touches. */
function insert(runs: Run[], at: number, number: number): void {
  const before = runs[at - 1];
  const after = runs[at];
  const joins_before = before?.through === number - 1;
  const joins_after = after?.from === number + 1;
  if (joins_before && joins_after) {
    before.through = after.through;
    runs.splice(at, 1);
  } else if (joins_before) before.through = number;
  else if (joins_after) after.from = number;
  else runs.splice(at, 0, { from: number, through: number });
}
