// Goal: pairs collected from pieces lead to the same coincidences as the columns at once, whatever the pieces.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gateHits, pairsAround } from '../../../src-core/detection/gate-pairs.ts';
import { createPairCollector } from '../../../src-core/detection/pair-collector.ts';
import type { ClickPiece } from '../../../src-core/detection/station-clicks.ts';

interface Click { readonly gap_ns: number; readonly detector: number }

/** Clicks with numbers of events: those within 3 ns of the one before belong to it. */
function columns(clicks: readonly Click[]): ClickPiece {
  let [now, event] = [0, -1];
  const rows = clicks.map(({ gap_ns, detector }, i) => {
    now += gap_ns;
    if (i === 0 || gap_ns > 3) event += 1;
    return { now, detector, event };
  });
  return {
    time_ns: Float64Array.from(rows, (row) => row.now), detector: Uint8Array.from(rows, (row) => row.detector),
    event: Int32Array.from(rows, (row) => row.event),
  };
}

const part = ({ time_ns, detector, event }: ClickPiece, from: number, to: number): ClickPiece => ({
  time_ns: time_ns.subarray(from, to), detector: detector.subarray(from, to), event: event.subarray(from, to),
});

const gaps = fc.oneof(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 60 }));
const station = fc.array(fc.record({ gap_ns: gaps, detector: fc.nat(3) }), { minLength: 5, maxLength: 150 }).map(columns);
const windows = fc.record({ centre: fc.integer({ min: -60, max: 60 }), half_width: fc.integer({ min: 1, max: 5 }) });
const sizes = fc.array(fc.tuple(fc.nat(30), fc.nat(30)), { maxLength: 12 });

test('coincidences from pieces are those of the whole', () => {
  let seen = 0;
  fc.assert(fc.property(station, station, fc.tuple(windows, sizes), (a, b, [window, pieces]) => {
    const collector = createPairCollector(window);
    let [i, j] = [0, 0];
    for (const [rowsA, rowsB] of [...pieces, [a.time_ns.length, b.time_ns.length] as const]) {
      collector.take(part(a, i, i + rowsA), part(b, j, j + rowsB));
      i = Math.min(i + rowsA, a.time_ns.length);
      j = Math.min(j + rowsB, b.time_ns.length);
    }
    const found = collector.finish();
    const pairs = pairsAround(a.time_ns, b.time_ns, window);
    seen += pairs.delta_ns.length;
    expect(found.pairs.delta_ns).toEqual(pairs.delta_ns);
    expect(gateHits(found.pairs, found.a, found.b)).toEqual(gateHits(pairs, a, b));
  }), { numRuns: 1000 });
  expect(seen).toBeGreaterThan(500);
});

test('more pairs in one piece than there is room for are all found', () => {
  const many = columns(Array.from({ length: 300 }, () => ({ gap_ns: 0, detector: 0 })));
  const collector = createPairCollector({ centre: 0, half_width: 1 });
  collector.take(many, many);
  expect(collector.finish().pairs.delta_ns.length).toBe(300 * 300);
});
