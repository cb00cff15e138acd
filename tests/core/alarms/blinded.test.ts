// Goal: every moment in which an anode may have been over its limit is inside an interval, and no coincidence of it is left.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blindedIntervals, joinIntervals, outsideIntervals } from '../../../src-core/alarms/blinded.ts';

const said = fc.array(fc.record({
  station: fc.constantFrom('a', 'b'), step_ms: fc.integer({ min: 1, max: 1000 }), anode_v_max: fc.double({ min: 0, max: 2.4, noNaN: true }),
})).map((list) => {
  let at_utc_ms = 0;
  return list.map(({ station, step_ms, anode_v_max }) => {
    const since_utc_ms = at_utc_ms;
    at_utc_ms += step_ms;
    return { station, since_utc_ms, at_utc_ms, anode_v_max };
  });
});

test('one message over the limit: from the message before to its own time, 20 ms more on both sides', () => {
  const one = { station: 'a', since_utc_ms: 1000, at_utc_ms: 1500, anode_v_max: 1.2 };
  expect(blindedIntervals([one], 1.2)).toEqual([{ station: 'a', from_utc_ms: 980, to_utc_ms: 1520, anode_v_max: 1.2 }]);
  expect(blindedIntervals([{ ...one, anode_v_max: 1.199 }], 1.2)).toEqual([]);
});

test('whatever order messages come in, the intervals are the same, in order, apart, and hold every bad moment', () => {
  fc.assert(fc.property(said, fc.nat(), (messages, turn) => {
    const intervals = blindedIntervals(messages, 1.2);
    const k = messages.length === 0 ? 0 : turn % messages.length;
    expect(blindedIntervals([...messages.slice(k), ...messages.slice(0, k)], 1.2)).toEqual(intervals);
    expect(joinIntervals(intervals)).toEqual(intervals);
    for (const { station, since_utc_ms, at_utc_ms, anode_v_max } of messages) {
      const inside = intervals.some((one) => one.station === station && one.from_utc_ms <= since_utc_ms && one.to_utc_ms >= at_utc_ms);
      if (anode_v_max >= 1.2) expect(inside).toBe(true);
    }
  }), { numRuns: 500 });
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
