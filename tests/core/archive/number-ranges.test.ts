// Goal: whatever the order in which numbers come, what is here and what is missing is what a plain set says.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createNumberRanges } from '../../../src-core/archive/number-ranges.ts';

const numbers = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 120 });

test('runs tell what a set of all numbers tells, after each one', () => {
  fc.assert(fc.property(numbers, (coming) => {
    const ranges = createNumberRanges();
    const plain = new Set<number>();
    for (const number of coming) {
      expect(ranges.add(number)).toBe(!plain.has(number));
      plain.add(number);
      const highest = Math.max(...plain);
      const missing = Array.from({ length: highest }, (_, i) => i + 1).filter((one) => !plain.has(one));
      expect(ranges.count()).toBe(plain.size);
      expect(ranges.highest()).toBe(highest);
      expect(ranges.through()).toBe((missing[0] ?? highest + 1) - 1);
      expect(ranges.missingCount()).toBe(missing.length);
      const listed = ranges.missing().flatMap(({ from, through }) =>
        Array.from({ length: through - from + 1 }, (_, i) => from + i));
      expect(listed).toEqual(missing);
    }
  }));
});

test('runs that were stored are taken up again', () => {
  const ranges = createNumberRanges([{ from: 1, through: 4 }, { from: 7, through: 9 }]);
  expect([ranges.count(), ranges.through(), ranges.highest()]).toEqual([7, 4, 9]);
  expect(ranges.missing(1)).toEqual([{ from: 5, through: 6 }]);
  expect([ranges.has(6), ranges.add(6), ranges.add(5), ranges.through()]).toEqual([false, true, true, 9]);
});
