// Goal: a recorder's clock, its GPS edges and its switch do what the scenario says, to the tick.
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src-main/simulator/random.ts';
import type { RecorderModel } from '../../src-main/simulator/scenario.ts';
import { createStationClock } from '../../src-main/simulator/station-clock.ts';

const plain: RecorderModel = {
  rate_error: 0, rate_step: null, pps_offset_ns: 0, pps_sigma_ns: 0, pps_glitches: [], pps_gaps_s: [], late_s: 0,
};
const clockOf = (model: Partial<RecorderModel>, start_ms_in_second = 800, seconds = 60) => createStationClock({
  model: { ...plain, ...model }, random: createRandom(3, 'clock'), start_ms_in_second, seconds,
});

describe('a recorder', () => {
  test('runs from at least a second before the window to at least a second after it', () => {
    for (const start_ms of [0, 1, 500, 800, 999]) {
      for (const seconds of [2, 20, 281.34]) {
        const clock = clockOf({}, start_ms, seconds);
        expect(clock.on_s).toBeLessThan(-1);
        expect(clock.on_s).toBeGreaterThan(-3);
        expect(clock.off_s).toBeGreaterThan(seconds + 1);
        expect(clock.off_s).toBeLessThan(seconds + 3);
      }
    }
  });

  test('counts picoseconds from its start, with its rate error', () => {
    const clock = clockOf({ rate_error: 2.5e-7 });
    expect(clock.ticksAt(clock.on_s)).toBe(0);
    expect(clock.ticksAt(clock.on_s + 40)).toBeCloseTo(40e12 * (1 + 2.5e-7), -1);
  });

  test('changes its rate at the step and nowhere else, without a jump', () => {
    const [clock, steady] = [clockOf({ rate_step: { at_s: 30, change: 1e-8 } }), clockOf({})];
    const late = (t: number) => clock.ticksAt(t) - steady.ticksAt(t);
    expect(late(29.9)).toBe(0);
    expect(late(30)).toBe(0);
    expect(late(40)).toBeCloseTo(10 * 1e-8 * 1e12, -1);
  });

  test('starts late by as much as asked', () => {
    expect(clockOf({ late_s: 20 }).on_s - clockOf({}).on_s).toBeCloseTo(20, 9);
  });
});

describe('the pulse per second', () => {
  test('stands on whole seconds of UTC, and the first edge is named', () => {
    const clock = clockOf({});
    expect(clock.first_edge_s + 0.8).toBeCloseTo(Math.round(clock.first_edge_s + 0.8), 12);
    expect(clock.first_edge_s).toBeGreaterThan(clock.on_s);
    for (const [i, tick] of clock.pps_ticks.entries()) expect(tick).toBe(clock.ticksAt(clock.first_edge_s + i));
    expect(clock.pps_ticks.length).toBe(Math.floor(clock.off_s - clock.first_edge_s) + 1);
  });

  test('is late by its offset and scatters by its sigma', () => {
    const clock = clockOf({ pps_offset_ns: 200, pps_sigma_ns: 25 }, 0, 900);
    const late_ns = [...clock.pps_ticks].map((tick, i) => (tick - clock.ticksAt(clock.first_edge_s + i)) / 1000);
    const mean = late_ns.reduce((a, b) => a + b) / late_ns.length;
    const sigma = Math.sqrt(late_ns.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (late_ns.length - 1));
    expect(Math.abs(mean - 200)).toBeLessThan(4 * 25 / Math.sqrt(late_ns.length));
    expect(Math.abs(sigma / 25 - 1)).toBeLessThan(4 / Math.sqrt(2 * late_ns.length));
  });

  test('a glitch displaces one edge', () => {
    const [clock, plainClock] = [clockOf({ pps_glitches: [{ at_s: 10, offset_ns: 5000 }] }), clockOf({})];
    const moved = [...clock.pps_ticks].map((tick, i) => tick - plainClock.pps_ticks[i]!).filter((by) => by !== 0);
    expect(moved).toEqual([5_000_000]);
  });
});
