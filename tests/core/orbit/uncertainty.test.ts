// Goal: the stated error of an edge is the published table's, grows with age and never flatters.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { edgeSigmaS } from '../../../src-core/orbit/uncertainty.ts';

/** Age range in days, and median and 90th percentile of the start's error in seconds, of 31 published sets. */
const TABLE = [
  { from: 0.5, to: 2, median_s: 0.05, p90_s: 0.24 }, { from: 4, to: 8, median_s: 0.42, p90_s: 1.4 },
  { from: 8, to: 15, median_s: 0.76, p90_s: 4.6 }, { from: 15, to: 30, median_s: 10.5, p90_s: 23 },
  { from: 60, to: 120, median_s: 92, p90_s: 177 },
];

test.each(TABLE)('$from to $to days: the 90th percentile within a factor of 1.5', (row) => {
  const { from, to, median_s, p90_s } = row;
  const sigma_s = edgeSigmaS(Math.sqrt(from * to));
  expect(sigma_s * 1.645 / p90_s).toBeGreaterThan(1 / 1.5);
  expect(sigma_s * 1.645 / p90_s).toBeLessThan(1.5);
  // Half of the errors lie within 0.6745 sigma: at the old end of the bin that must hold the median.
  expect(0.6745 * edgeSigmaS(to)).toBeGreaterThan(median_s);
});

test('analytic: a fresh set keeps its own error', () => {
  expect(edgeSigmaS(0)).toBe(0.14);
});

test('a set without an age is a programmer error', () => {
  expect(() => edgeSigmaS(Number.NaN)).toThrow('age');
});

test('property: monotone in age, alike before and after the epoch', () => {
  const age = fc.double({ min: 0, max: 400, noNaN: true });
  fc.assert(fc.property(age, age, (a, b) => {
    expect(edgeSigmaS(Math.max(a, b))).toBeGreaterThanOrEqual(edgeSigmaS(Math.min(a, b)));
    expect(edgeSigmaS(-a)).toBe(edgeSigmaS(a));
  }));
});
