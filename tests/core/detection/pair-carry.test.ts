// Goal: streams cut into pieces anywhere give the pairs and the histogram of the whole, and memory stays bounded.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addPairHistogram, findPairs, type PairTimes, type PairWindow,
} from '../../../src-core/detection/coincidence-kernel.ts';
import { LANE_ROWS, LANES } from '../../../src-core/detection/pair-lanes.ts';
import { createPairCarry, type CarriedTimes } from '../../../src-core/detection/pair-carry.ts';
import { seededDraw } from '../../support/synthetic-pass.ts';

interface Found { readonly pairs: [number, number][]; readonly counts: Int32Array }
const BINS = 24;

function lookAt(times: CarriedTimes, window: PairWindow, found: Found): void {
  const out = { a: new Int32Array(1 << 16), b: new Int32Array(1 << 16) };
  const pairs = findPairs(times, window, out);
  for (let k = 0; k < pairs; k += 1) found.pairs.push([times.row_a + out.a[k]!, times.row_b + out.b[k]!]);
  addPairHistogram(times, window, found.counts);
}

const nothing = (): Found => ({ pairs: [], counts: new Int32Array(BINS) });

function whole(times: PairTimes, window: PairWindow): Found {
  const found = nothing();
  lookAt({ ...times, row_a: 0, row_b: 0 }, window, found);
  return found;
}

function reachOf({ centre, half_width }: PairWindow) {
  return { low: centre - half_width, high: centre + half_width };
}

/** Feeds both columns in pieces that end at the given rows. */
function inPieces(times: PairTimes, window: PairWindow, cuts: readonly (readonly [number, number])[]): Found {
  const found = nothing();
  const carry = createPairCarry(reachOf(window), (part) => {
    lookAt(part, window, found);
  });
  let [a, b] = [0, 0];
  for (const [nextA, nextB] of [...cuts, [times.a.length, times.b.length] as const]) {
    carry.take({ a: times.a.subarray(a, Math.max(a, nextA)), b: times.b.subarray(b, Math.max(b, nextB)) });
    [a, b] = [Math.max(a, nextA), Math.max(b, nextB)];
  }
  carry.finish();
  return found;
}

const column = fc.array(fc.nat(300), { maxLength: 60 }).map((values) => Float64Array.from(values).sort());
const windows = fc.record({ centre: fc.integer({ min: -40, max: 40 }), half_width: fc.integer({ min: 1, max: 30 }) });
const cutLists = fc.array(fc.tuple(fc.nat(60), fc.nat(60)), { maxLength: 8 }).map((cuts) => {
  const a = cuts.map(([row]) => row).sort((x, y) => x - y);
  const b = cuts.map(([, row]) => row).sort((x, y) => x - y);
  return a.map((row, i) => [row, b[i]!] as const);
});

describe('createPairCarry', () => {
  test('gives the pairs of the whole, in its order, wherever each stream is cut', () => {
    fc.assert(fc.property(column, column, fc.tuple(windows, cutLists), (a, b, [window, cuts]) => {
      expect(inPieces({ a, b }, window, cuts)).toEqual(whole({ a, b }, window));
    }), { numRuns: 2000 });
  });

  test('a row waits for all partners at the very end of its reach, though the first of them came before the cut', () => {
    const times = { a: Float64Array.of(0, 9), b: Float64Array.of(5, 5, 5, 30) };
    expect(inPieces(times, { centre: 0, half_width: 5 }, [[1, 1], [1, 2]])).toEqual(whole(times, { centre: 0, half_width: 5 }));
  });

  test('also where pieces are long enough for lanes, and of every size around them', () => {
    const draw = seededDraw(3);
    const rows = 2.5 * LANES * LANE_ROWS;
    const times = {
      a: Float64Array.from({ length: rows }, () => Math.floor(1e6 * draw.uniform())).sort(),
      b: Float64Array.from({ length: rows }, () => Math.floor(1e6 * draw.uniform())).sort(),
    };
    const window = { centre: 300, half_width: 2 };
    const expected = whole(times, window);
    expect(expected.pairs.length).toBeGreaterThan(5000);
    for (const size of [777, 4096, 16_384, 16_385, 30_000]) {
      const cuts = Array.from({ length: Math.floor(rows / size) }, (_, i) => [i * size, i * size + 500] as const);
      expect(inPieces(times, window, cuts)).toEqual(expected);
    }
  });

  test('holds one piece and what is in reach of it', () => {
    let most = 0;
    const carry = createPairCarry({ low: -50, high: 50 }, ({ a, b }) => {
      most = Math.max(most, a.length, b.length);
    });
    for (let piece = 0; piece < 1000; piece += 1) {
      const times = Float64Array.from({ length: 100 }, (_, i) => piece * 1000 + 10 * i);
      carry.take({ a: times, b: times });
    }
    carry.finish();
    expect(most).toBeLessThanOrEqual(100 + 2 * 6);
  });

  test('a piece that goes back in time is a mistake of the caller', () => {
    const carry = createPairCarry({ low: -1, high: 1 }, () => undefined);
    carry.take({ a: Float64Array.of(5), b: Float64Array.of(5) });
    expect(() => {
      carry.take({ a: Float64Array.of(4), b: Float64Array.of(6) });
    }).toThrow('begins before the end');
  });
});
