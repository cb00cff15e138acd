// Goal: events leave in order of time, once, whatever pieces the pass is made in; dead time and switch are obeyed.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addClick, addEvent, addPairClick, createStationEvents, ORIGIN, PPS_CHANNEL, SYNC_TRUE, takeRows,
} from '../../src-main/simulator/station-events.ts';

interface Some { pps_ticks?: number[]; dead_ticks?: number; seen?: number[][]; base?: number }
const eventsOf = (some: Some = {}) => createStationEvents({
  pps_ticks: Float64Array.from(some.pps_ticks ?? []), dead_ticks: some.dead_ticks ?? 0, base: some.base ?? 0,
  onPair: (pair, detector) => some.seen?.push([pair, detector]),
});
const rowsOf = ({ ticks, channel }: { ticks: Float64Array; channel: Uint8Array }) =>
  [...ticks].map((tick, i) => [tick, channel[i]!]);

describe('rows', () => {
  test('clicks, pulses and edges come in order with their channels', () => {
    const events = eventsOf({ pps_ticks: [1500] });
    addClick(events, 3000, { detector: 2, origin: ORIGIN.dark });
    addEvent(events, 1000, SYNC_TRUE);
    addClick(events, 2000, { detector: 0, origin: ORIGIN.sky });
    expect(rowsOf(takeRows(events, Infinity))).toEqual([[1000, 64], [1500, PPS_CHANNEL], [2000, 0], [3000, 2]]);
    expect(events.counts).toMatchObject({ sync_true: 1, sync_false: 0, pps: 1, dead_time: 0 });
    expect([...events.counts.by_detector]).toEqual([1, 0, 1, 0]);
  });

  test('what comes after the horizon waits, exactly', () => {
    const far = 281e12;
    const events = eventsOf({ base: far - 3e12 });
    addClick(events, far + 1, { detector: 1, origin: ORIGIN.sky });
    addClick(events, far, { detector: 1, origin: ORIGIN.sky });
    expect(rowsOf(takeRows(events, far))).toEqual([]);
    expect(rowsOf(takeRows(events, far + 1))).toEqual([[far, 1]]);
    expect(rowsOf(takeRows(events, Infinity))).toEqual([[far + 1, 1]]);
  });

  test('the same rows for any horizons', () => {
    const time = fc.integer({ min: 0, max: 5_000_000 });
    fc.assert(fc.property(fc.array(fc.tuple(time, fc.integer({ min: 0, max: 3 })), { maxLength: 60 }),
      fc.array(time, { maxLength: 8 }), (clicks, horizons) => {
        const whole = eventsOf({ dead_ticks: 50_000, pps_ticks: [1_000_000, 2_000_000] });
        const pieces = eventsOf({ dead_ticks: 50_000, pps_ticks: [1_000_000, 2_000_000] });
        for (const [tick, detector] of clicks) {
          addClick(whole, tick, { detector, origin: ORIGIN.sky });
          addClick(pieces, tick, { detector, origin: ORIGIN.sky });
        }
        const expected = rowsOf(takeRows(whole, Infinity));
        const found = [...horizons].sort((a, b) => a - b).flatMap((horizon) => rowsOf(takeRows(pieces, horizon)));
        expect([...found, ...rowsOf(takeRows(pieces, Infinity))]).toEqual(expected);
        expect(pieces.counts).toEqual(whole.counts);
      }));
  });

  test('memory does not grow with the pass: what is held is one piece', () => {
    const events = eventsOf();
    const second = 1e12;
    for (let piece = 0; piece < 40; piece += 1) {
      for (let i = 0; i < 20_000; i += 1) addEvent(events, piece * second + i * 5e7 + 5e10, SYNC_TRUE);
      takeRows(events, (piece + 1) * second);
    }
    expect(events.keys.length).toBe(65_536);
    expect(events.length).toBeLessThanOrEqual(1000);
  });
});

test('an event too far from the last ones to be kept to the tick is a programmer error', () => {
  expect(() => addEvent(eventsOf(), 40e12, SYNC_TRUE)).toThrow('35 s');
});

describe('what is not recorded', () => {
  test('clicks in the dead time of their own detector; the dead time is not prolonged', () => {
    const events = eventsOf({ dead_ticks: 50_000 });
    const ticks = [0, 30_000, 49_999, 50_000, 70_000];
    for (const tick of ticks) addClick(events, tick, { detector: 0, origin: ORIGIN.dark });
    addClick(events, 60_000, { detector: 3, origin: ORIGIN.dark });
    expect(rowsOf(takeRows(events, Infinity))).toEqual([[0, 0], [50_000, 0], [60_000, 3]]);
    expect(events.counts.dead_time).toBe(3);
  });

  test('events before the recorder was on', () => {
    const events = eventsOf();
    addEvent(events, -5, SYNC_TRUE);
    addEvent(events, 0, SYNC_TRUE);
    expect(rowsOf(takeRows(events, Infinity))).toEqual([[0, 64]]);
    expect(events.counts).toMatchObject({ before_start: 1, sync_true: 1 });
  });
});

test('a pair is reported when its click is recorded, each its own, also at the same tick', () => {
  const seen: number[][] = [];
  const events = eventsOf({ seen, dead_ticks: 10 });
  addPairClick(events, 100, { detector: 1, pair: 7 });
  addPairClick(events, 100, { detector: 2, pair: 8 });
  addPairClick(events, 200, { detector: 1, pair: 9 });
  addPairClick(events, 200, { detector: 1, pair: 10 });
  addPairClick(events, -1, { detector: 0, pair: 11 });
  takeRows(events, Infinity);
  expect(seen).toEqual([[7, 1], [8, 2], [9, 1]]);
  expect(events.counts).toMatchObject({ dead_time: 1, before_start: 1 });
  expect(events.pairs.size).toBe(0);
});
