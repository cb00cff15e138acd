// Goal: a station's clicks taken in pieces of any size are those taken at once, down to the last bit.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createClickStream, pairableClicks, type ClickStream } from '../../../src-core/detection/station-clicks.ts';
import { lockStation } from '../../../src-core/detection/station-clock.ts';
import { makePass } from '../../support/synthetic-pass.ts';

const input = makePass({ seconds: 6, pairs_hz: 50, a: { gap_s: [2, 3.5], starts_s: 0.5 } }).a;
const station = lockStation(input, input.first_pps_utc_ms!);
if (!station.ok) throw new Error(station.error.type);
const { clock, events } = station.value;
const start = 10_000 * 1.5;
const rule = { gate_ns: 2.5, zero_pulse: start, common: [[start, start + 9000], [start + 15_000, start + 40_000]] } as const;

function inPieces(stream: ClickStream, sizes: readonly number[]) {
  const [time_ns, detector, event]: [number[], number[], number[]] = [[], [], []];
  let at = 0;
  for (const size of [...sizes, events.clicks_s.length]) {
    const piece = stream.take({
      clicks_s: events.clicks_s.subarray(at, at + size), detector: events.detector.subarray(at, at + size),
    });
    time_ns.push(...piece.time_ns);
    detector.push(...piece.detector);
    event.push(...piece.event);
    at += size;
  }
  return {
    time_ns: Float64Array.from(time_ns), detector: Uint8Array.from(detector), event: Int32Array.from(event),
    ...stream.account(),
  };
}

test('clicks are dropped for every reason here, and some are left', () => {
  const { time_ns, dropped } = pairableClicks(station.value, rule);
  expect(Object.values(dropped).every((n) => n > 0)).toBe(true);
  expect(time_ns.length).toBeGreaterThan(1000);
  expect(time_ns.length + dropped.dead_time + dropped.beacon_gap + dropped.no_common_time).toBe(events.clicks_s.length);
});

test('any pieces give the columns and the account of one', () => {
  const whole = pairableClicks(station.value, rule);
  const sizes = fc.array(fc.oneof(fc.nat(3), fc.nat(9000)), { maxLength: 12 });
  fc.assert(fc.property(sizes, (cuts) => {
    const stream = createClickStream(clock, { ...rule, dead_time_ns: input.dead_time_ns });
    expect(inPieces(stream, cuts)).toEqual(whole);
  }), { numRuns: 40 });
});
