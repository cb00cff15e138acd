// Goal: the two-pointer loops give exactly what the plain double loop gives, on any sorted columns.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addPairHistogram, findPairs, type PairTimes, type PairWindow,
} from '../../../src-core/detection/coincidence-kernel.ts';
import { LANE_ROWS, LANES } from '../../../src-core/detection/pair-lanes.ts';
import { seededDraw } from '../../support/synthetic-pass.ts';

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

/** The same pairs by halving alone: for each row of a its first and last partner. */
function pairsByHalving({ a, b }: PairTimes, { centre, half_width }: PairWindow): [number, number][] {
  const pairs: [number, number][] = [];
  const firstNotBelow = (value: number) => {
    let [low, high] = [0, b.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (b[middle]! < value) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  for (let i = 0; i < a.length; i += 1) {
    const to = a[i]! + (centre + half_width);
    for (let j = firstNotBelow(a[i]! + (centre - half_width)); j < b.length && b[j]! <= to; j += 1) pairs.push([i, j]);
  }
  return pairs;
}

interface LongColumns { readonly seed: number; readonly rows_a: number; readonly rows_b: number; readonly step: number }

/** Whole times with many ties, now crowded, now sparse. */
function longColumn(draw: () => number, rows: number, step: number): Float64Array {
  const times = new Float64Array(rows);
  let [now, crowd] = [0, 1];
  for (let i = 0; i < rows; i += 1) {
    if (draw() < 1e-3) crowd = draw() < 0.5 ? 0 : 10 * draw();
    times[i] = now += Math.floor(draw() * step * crowd);
  }
  return times;
}

describe('findPairs on columns long enough for lanes', () => {
  const block = LANES * LANE_ROWS;
  const lengths = fc.constantFrom(block - 1, block, block + 1, 2 * block, 2 * block + 777);
  const long = fc.record({
    seed: fc.nat(), rows_a: lengths, step: fc.integer({ min: 1, max: 60 }),
    rows_b: fc.constantFrom(0, 1, 7, 100, LANE_ROWS, block, 3 * block),
  });
  const narrow = fc.record({ centre: fc.integer({ min: -500, max: 500 }), half_width: fc.nat(2) });

  test('is the scan by halving', () => {
    fc.assert(fc.property(long, narrow, ({ seed, rows_a, rows_b, step }: LongColumns, window) => {
      const draw = seededDraw(seed);
      const times = {
        a: longColumn(() => draw.uniform(), rows_a, step), b: longColumn(() => draw.uniform(), rows_b, step),
      };
      const plain = pairsByHalving(times, window);
      const out = { a: new Int32Array(plain.length), b: new Int32Array(plain.length) };
      expect(findPairs(times, window, out)).toBe(plain.length);
      expect(out.a).toEqual(Int32Array.from(plain, ([i]) => i));
      expect(out.b).toEqual(Int32Array.from(plain, ([, j]) => j));
    }), { numRuns: 60 });
  });

  test('a partner at the very start of a lane is found, though b has a row a lane only', () => {
    const times = {
      a: Float64Array.from({ length: block }, (_, i) => i), b: Float64Array.from({ length: LANES }, (_, j) => j * LANE_ROWS),
    };
    const out = { a: new Int32Array(LANES), b: new Int32Array(LANES) };
    expect(findPairs(times, { centre: 0, half_width: 0 }, out)).toBe(LANES);
    expect([...out.a]).toEqual([...times.b]);
  });

  test('says how many there are when the room is short', () => {
    const a = Float64Array.from({ length: block + 5 }, (_, i) => i);
    const out = { a: new Int32Array(10), b: new Int32Array(10) };
    expect(findPairs({ a, b: a }, { centre: 0, half_width: 0 }, out)).toBe(a.length);
    expect([...out.b]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('a gate of 2.5 ns holds the share of true pairs that 0.5 ns of jitter leaves in it: erf, 98.8 %', () => {
    const [rows, sigma_ns, half_width] = [200_000, 0.5, 1.25];
    const draw = seededDraw(5);
    const sent = Float64Array.from({ length: rows }, (_, i) => 10_000 * i);
    const seen = sent.map((t) => t + sigma_ns * draw.normal());
    const found = findPairs({ a: sent, b: seen }, { centre: 0, half_width }, {
      a: new Int32Array(rows), b: new Int32Array(rows),
    });
    const in_gate = 0.987581;
    const three_sigma = 3 * Math.sqrt((in_gate * (1 - in_gate)) / rows);
    expect(Math.abs(found / rows - in_gate)).toBeLessThan(three_sigma);
    expect((found / rows).toFixed(3)).toBe('0.988');
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
