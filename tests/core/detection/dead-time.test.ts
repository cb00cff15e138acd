// Goal: a click counts only when all detectors of its station were live; double clicks stay together.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  createDeadTimeMemory, keepLiveClicks, keepLivePiece,
} from '../../../src-core/detection/dead-time.ts';
import { poissonTimes, seededDraw } from '../../support/synthetic-pass.ts';

const rule = { dead_time_s: 50, together_s: 2 };
const keep = (times: readonly number[]) => keepLiveClicks(Float64Array.from(times), rule);

test('far clicks are events of their own', () => {
  expect([...keep([0, 50, 120]).event]).toEqual([0, 1, 2]);
});

test('a click inside the dead time is dropped and blinds on', () => {
  const { event, dropped } = keep([0, 40, 80, 140]);
  expect([...event]).toEqual([0, -1, -1, 1]);
  expect(dropped).toBe(2);
});

test('clicks within the gate of the first are one event', () => {
  const { event, events } = keep([0, 1, 2, 3, 100]);
  expect([...event]).toEqual([0, 0, 0, -1, 1]);
  expect(events).toBe(2);
});

test('no dead time keeps everything', () => {
  const { dropped, dead_s } = keepLiveClicks(Float64Array.of(0, 5, 6, 30), { dead_time_s: 0, together_s: 2 });
  expect([dropped, dead_s]).toEqual([0, 0]);
});

test('the live share of Poisson clicks is exp(-rate x dead time)', () => {
  const [rate_hz, dead_time_s, span_s] = [5000, 50e-6, 20];
  const times = Float64Array.from(poissonTimes(seededDraw(2), rate_hz, [0, span_s]));
  const { events, dropped, dead_s } = keepLiveClicks(times, { dead_time_s, together_s: 0 });
  expect(events + dropped).toBe(times.length);
  const share = Math.exp(-rate_hz * dead_time_s);
  // Binomial spread of the kept clicks; the blind share is that of a click finding the station dead.
  expect(Math.abs(events / times.length - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / times.length));
  expect(Math.abs(dead_s / span_s - (1 - share))).toBeLessThan(0.005);
});

test('clicks in pieces keep the events, the drops and the dead time of one piece', () => {
  const gaps = fc.array(fc.nat(70), { maxLength: 80 });
  fc.assert(fc.property(gaps, fc.array(fc.nat(20), { maxLength: 10 }), (steps, sizes) => {
    let now = 0;
    const times = Float64Array.from(steps, (step) => (now += step));
    const memory = createDeadTimeMemory();
    const event: number[] = [];
    let at = 0;
    for (const size of [...sizes, times.length]) {
      event.push(...keepLivePiece(times.subarray(at, at + size), rule, memory));
      at += size;
    }
    const { events, dropped, dead_s } = memory;
    expect({ event: Int32Array.from(event), events, dropped, dead_s }).toEqual(keepLiveClicks(times, rule));
  }), { numRuns: 1000 });
});
