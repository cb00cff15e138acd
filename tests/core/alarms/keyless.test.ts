// Goal: every moment in which an anode may have been over its limit, or nobody watched, makes no key; every other does.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { coveredMs, keylessIntervals, outsideIntervals, type MonitorMessage } from '../../../src-core/alarms/keyless.ts';

const monitor = fc.array(fc.record({
  step_ms: fc.integer({ min: 50, max: 1000 }), skip: fc.constantFrom(1, 1, 1, 1, 2, 5),
  anode_v_max: fc.constantFrom(0.7, 0.9, 1.19, 1.2, 2),
}), { minLength: 1 }).map((list) => {
  let [at_utc_ms, seq] = [1e6, 0];
  return list.map(({ step_ms, skip, anode_v_max }): MonitorMessage => ({ seq: seq += skip, at_utc_ms: at_utc_ms += step_ms, anode_v_max }));
});

const message = (seq: number, anode_v_max = 0.7): MonitorMessage => ({ seq, at_utc_ms: 1000 * seq, anode_v_max });
const inside = ({ why }: { why: string }) => why === 'blinded';

test('a message over the limit blinds what lies between the one before and itself, 20 ms more on both sides', () => {
  expect(keylessIntervals([message(1), message(2), message(3, 1.2), message(4)], 1.2).filter(inside))
    .toEqual([{ from_utc_ms: 1980, to_utc_ms: 3020, why: 'blinded' }]);
  expect(keylessIntervals([message(1), message(2), message(3, 1.199), message(4)], 1.2).filter(inside)).toEqual([]);
});

test('a number that is missing was not watched, nor was the time before the first and after the last', () => {
  expect(keylessIntervals([message(1), message(2), message(4)], 1.2)).toEqual([
    { from_utc_ms: 0, to_utc_ms: 1000, why: 'unmonitored' }, { from_utc_ms: 1980, to_utc_ms: 4020, why: 'unmonitored' },
    { from_utc_ms: 4000, to_utc_ms: Number.MAX_SAFE_INTEGER, why: 'unmonitored' },
  ]);
  expect(keylessIntervals([], 1.2)).toEqual([]);
});

test('whatever order messages come in, each moment is judged by the message that speaks of it', () => {
  fc.assert(fc.property(monitor, fc.nat(), (messages, turn) => {
    const intervals = keylessIntervals(messages, 1.2);
    const k = turn % messages.length;
    expect(keylessIntervals([...messages.slice(k), ...messages.slice(0, k)], 1.2)).toEqual(intervals);
    const covers = (at: number) => intervals.some(({ from_utc_ms, to_utc_ms }) => from_utc_ms <= at && at <= to_utc_ms);
    for (const [i, one] of messages.slice(1).entries()) {
      const [before, after] = [messages[i]!, messages[i + 2]];
      const bad = one.anode_v_max >= 1.2 || one.seq - before.seq > 1;
      const middle = (before.at_utc_ms + one.at_utc_ms) / 2;
      // Beyond the margin of a bad neighbour.
      if (bad || (one.at_utc_ms - before.at_utc_ms > 50 && after !== undefined)) expect(covers(middle)).toBe(bad);
    }
  }), { numRuns: 1000 });
});

test('coincidences inside an interval are left out, all others stay in their order', () => {
  const column = Float64Array.of(0, 1, 2, 3, 4);
  const coincidences = {
    time_s: column, delta_ns: column.map((x) => x / 10), pattern_a: Uint8Array.from(column), pattern_b: Uint8Array.from(column),
  };
  const blind = [{ from_utc_ms: 11_000, to_utc_ms: 12_500 }, { from_utc_ms: 14_001, to_utc_ms: 15_000 }];
  const left = outsideIntervals(coincidences, 10_000, blind);
  expect([...left.time_s]).toEqual([0, 3, 4]);
  expect([...left.pattern_b]).toEqual([0, 3, 4]);
  expect(outsideIntervals(coincidences, 10_000, [])).toBe(coincidences);
});

test('time that two intervals cover is counted once, time outside the span not at all', () => {
  const span = { from_utc_ms: 100, to_utc_ms: 200 };
  expect(coveredMs(span, [{ from_utc_ms: 0, to_utc_ms: 110 }, { from_utc_ms: 150, to_utc_ms: 170 }, { from_utc_ms: 160, to_utc_ms: 900 }]))
    .toBe(60);
  expect(coveredMs(span, [])).toBe(0);
  expect(coveredMs(span, [{ from_utc_ms: 300, to_utc_ms: 400 }, { from_utc_ms: 0, to_utc_ms: 50 }])).toBe(0);
});
