// Goal: the two-pointer loops give exactly what the plain double loop gives, on any sorted columns.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addPairHistogram, findPairs, type PairTimes, type PairWindow,
} from '../../../src-core/detection/coincidence-kernel.ts';

/** Every pair by the definition, in order of a, then b. */
function plainPairs({ a, b }: PairTimes, { centre, half_width }: PairWindow): [number, number][] {
  const pairs: [number, number][] = [];
  for (let i = 0; i < a.length; i += 1) {
    for (let j = 0; j < b.length; j += 1) {
      if (b[j]! >= a[i]! + (centre - half_width) && b[j]! <= a[i]! + (centre + half_width)) pairs.push([i, j]);
    }
  }
  return pairs;
}

const column = fc.array(fc.nat(300), { maxLength: 60 }).map((values) => Float64Array.from(values).sort());
const windows = fc.record({ centre: fc.integer({ min: -40, max: 40 }), half_width: fc.nat(30) });

describe('findPairs', () => {
  test('is the plain double loop', () => {
    fc.assert(fc.property(column, column, windows, (a, b, window) => {
      const out = { a: new Int32Array(4000), b: new Int32Array(4000) };
      const found = findPairs({ a, b }, window, out);
      const pairs = Array.from({ length: found }, (_, k) => [out.a[k]!, out.b[k]!]);
      expect(pairs).toEqual(plainPairs({ a, b }, window));
    }), { numRuns: 1000 });
  });

  test('says how many there are when the room is short, and fills what there is', () => {
    const a = Float64Array.of(0, 10, 20);
    const out = { a: new Int32Array(2), b: new Int32Array(2) };
    expect(findPairs({ a, b: a }, { centre: 0, half_width: 1 }, out)).toBe(3);
    expect([...out.a]).toEqual([0, 1]);
  });

  test('empty columns have no pairs', () => {
    const none = new Float64Array(0);
    const out = { a: new Int32Array(1), b: new Int32Array(1) };
    expect(findPairs({ a: none, b: Float64Array.of(1) }, { centre: 0, half_width: 5 }, out)).toBe(0);
    expect(findPairs({ a: Float64Array.of(1), b: none }, { centre: 0, half_width: 5 }, out)).toBe(0);
  });
});

describe('addPairHistogram', () => {
  test('is the plain double loop, binned', () => {
    fc.assert(fc.property(column, column, windows, (a, b, { centre, half_width }) => {
      const half = half_width + 1;
      const counts = new Int32Array(2 * half);
      addPairHistogram({ a, b }, { centre, half_width: half }, counts);
      const plain = new Int32Array(2 * half);
      for (const [i, j] of plainPairs({ a, b }, { centre, half_width: half })) {
        const bin = b[j]! - a[i]! - centre + half;
        if (bin < 2 * half) plain[bin]! += 1;
      }
      expect(counts).toEqual(plain);
    }), { numRuns: 1000 });
  });
});
