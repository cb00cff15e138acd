// Goal: a second counts as whole where nothing of it is missing, whatever the order, size and overlap of the batches.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { coverageOf, wholeShare } from '../../../src-core/archive/second-coverage.ts';

const START = 1_536_948_969_000;
const stretch = (from_ms: number, until_ms: number) => ({ start_utc_ms: START + from_ms, end_utc_ms: START + until_ms });

test('shares of seconds add up to the time that is covered', () => {
  const stretches = fc.array(fc.tuple(fc.nat(9000), fc.nat(3000)), { minLength: 1, maxLength: 20 });
  fc.assert(fc.property(stretches, (pairs) => {
    const here = new Set(pairs.flatMap(([from, length]) => Array.from({ length }, (_, i) => from + i)));
    const { first_utc_s, seconds } = coverageOf(pairs.map(([from, length]) => stretch(from, from + length)));
    for (const [place, share] of seconds.entries()) {
      const second = first_utc_s - START / 1000 + place;
      const covered_ms = Array.from({ length: 1000 }, (_, i) => second * 1000 + i).filter((ms) => here.has(ms)).length;
      expect(share).toBe(covered_ms === 1000 ? 255 : Math.floor((covered_ms / 1000) * 255));
    }
  }));
});

test('contiguous stretches of an odd length make whole seconds', () => {
  const third_ms = 1000 / 3;
  const { seconds } = coverageOf(Array.from({ length: 30 }, (_, i) => stretch(i * third_ms, (i + 1) * third_ms)));
  expect([...seconds]).toEqual(new Array(10).fill(255));
});

test('nothing covers nothing; the ragged first and last second do not count against a station', () => {
  expect(coverageOf([])).toEqual({ first_utc_s: 0, seconds: new Uint8Array(0) });
  expect(wholeShare(coverageOf([stretch(500, 3500)]))).toBe(1);
  expect(wholeShare(coverageOf([stretch(500, 1500), stretch(1600, 4500)]))).toBeCloseTo(2 / 3, 12);
});
