// Goal: a coincidence is one row for two events, and a double click keeps all its detectors.
import { expect, test } from 'vitest';
import { gateHits, pairsAround } from '../../../src-core/detection/gate-pairs.ts';

const side = (time_ns: number[], detector: number[], event: number[]) => ({
  time_ns: Float64Array.from(time_ns), detector: Uint8Array.from(detector), event: Int32Array.from(event),
  dead_s: 0, dropped: { dead_time: 0, beacon_gap: 0, no_common_time: 0 },
});
const gate = { centre: 0, half_width: 1.25 };

test('single clicks: one row each, patterns as bits, delta from the centre', () => {
  const [a, b] = [side([100, 900], [0, 3], [0, 1]), side([100.4, 500, 901], [1, 0, 2], [0, 1, 2])];
  const { coincidences } = gateHits(pairsAround(a.time_ns, b.time_ns, gate), a, b);
  expect([...coincidences.pattern_a]).toEqual([1, 8]);
  expect([...coincidences.pattern_b]).toEqual([2, 4]);
  expect([...coincidences.delta_ns]).toEqual([expect.closeTo(0.4, 9), expect.closeTo(1, 9)]);
  expect([...coincidences.time_s]).toEqual([expect.closeTo(100e-9, 18), expect.closeTo(900e-9, 18)]);
});

test('a double click on either side is one row with both bits', () => {
  const [a, b] = [side([100, 100.5], [0, 1], [0, 0]), side([100.2, 101], [2, 3], [0, 0])];
  const { coincidences, multiple } = gateHits(pairsAround(a.time_ns, b.time_ns, gate), a, b);
  expect([...coincidences.pattern_a]).toEqual([3]);
  expect([...coincidences.pattern_b]).toEqual([12]);
  expect(multiple).toBe(0);
});

test('an event already paired is not paired again', () => {
  const [a, b] = [side([100], [0], [0]), side([99.5, 100.5], [1, 2], [0, 1])];
  const { coincidences, multiple } = gateHits(pairsAround(a.time_ns, b.time_ns, gate), a, b);
  expect([...coincidences.pattern_b]).toEqual([2]);
  expect(multiple).toBe(1);
});

test('more pairs than the first room holds are all found', () => {
  const dense = Float64Array.from({ length: 300 }, () => 5);
  expect(pairsAround(dense, dense, gate).delta_ns.length).toBe(90_000);
});
