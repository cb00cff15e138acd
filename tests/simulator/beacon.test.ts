// Goal: beacon pulses leave on the satellite's clock, arrive after the time of flight, and are lost as stated.
import { describe, expect, test } from 'vitest';
import { receiveBeacon } from '../../src-main/simulator/beacon.ts';
import { createRandom } from '../../src-main/simulator/random.ts';
import type { BeaconModel } from '../../src-main/simulator/scenario.ts';
import { createStationClock } from '../../src-main/simulator/station-clock.ts';
import { createStationEvents, takeRows } from '../../src-main/simulator/station-events.ts';

const model: BeaconModel = {
  nominal_rate_hz: 10_000, missing_share: 0, cluster_pulses: 30, false_hz: 0, jitter_sigma_ns: 0, gaps_s: [],
};
const SECONDS = 30;
const FLIGHT_S = 0.003;

/** Arrivals in seconds after the window's start, and what was counted. */
function receive(some: Partial<BeaconModel>, satellite = { rate_error: 2e-8, phase_s: 3e-5 }) {
  const clock = createStationClock({
    model: { rate_error: 0, rate_step: null, pps_offset_ns: 0, pps_sigma_ns: 0, pps_glitches: [], pps_gaps_s: [], late_s: 0 },
    random: createRandom(1, 'clock'), start_ms_in_second: 0, seconds: SECONDS,
  });
  const pps_ticks = new Float64Array(0);
  const events = createStationEvents({ pps_ticks, dead_ticks: 0, base: 0, onPair: () => undefined });
  const beacon = {
    model: { ...model, ...some }, satellite, lightTime: () => FLIGHT_S, clock, events,
    efficiency: { first_s: -1, step_s: SECONDS + 2, values: Float64Array.from([1, 1]) },
    random: createRandom(5, 'beacon'), cluster_left: 0,
  };
  for (let from_s = 0; from_s < SECONDS; from_s += 1) receiveBeacon(beacon, { from_s, to_s: from_s + 1 });
  const ticks = takeRows(events, Infinity).ticks;
  return { arrivals_s: [...ticks].map((tick) => clock.on_s + tick / 1e12), counts: events.counts };
}

describe('the beacon', () => {
  test('without loss: every pulse of the satellite\'s clock, once, to the tick', () => {
    const { arrivals_s } = receive({});
    expect(arrivals_s.length).toBe(SECONDS * 10_000);
    const off_s = arrivals_s.map((arrival, i) => Math.abs(arrival - ((i + 1) * 1e-4 - 3e-5) / (1 + 2e-8) - FLIGHT_S));
    expect(off_s.reduce((a, b) => Math.max(a, b))).toBeLessThan(2e-12);
  });

  test('loses its share, part of it in clusters longer than chance makes', () => {
    const share = 0.38;
    const { arrivals_s } = receive({ missing_share: share });
    const sent = SECONDS * 10_000;
    // A cluster counts as one event of 30 +- 30 pulses.
    const sigma = Math.sqrt(sent * share * (1 - share) + 0.2 * share * sent * 2 * 30);
    expect(Math.abs(sent - arrivals_s.length - share * sent)).toBeLessThan(4 * sigma);
    const gaps = arrivals_s.slice(1).map((arrival, i) => Math.round((arrival - arrivals_s[i]!) * 1e4));
    const long = gaps.filter((gap) => gap > 25).length;
    expect(long).toBeGreaterThan(100);
    // Single losses alone would make a gap of 25 periods 0.38^25 * sent = 1e-5 times.
    expect(long).toBeLessThan(1000);
  });

  test('has false pulses, jitter and gaps as asked', () => {
    const some = { false_hz: 2000, jitter_sigma_ns: 2, gaps_s: [[10, 20]] } as const;
    const { arrivals_s, counts } = receive(some, { rate_error: 0, phase_s: 0 });
    expect(Math.abs(counts.sync_false - 60_000) / Math.sqrt(60_000)).toBeLessThan(4);
    expect(counts.sync_true).toBe(20 * 10_000);
    const off_ns = arrivals_s.map((arrival) => {
      const phase = (arrival - FLIGHT_S) * 1e4;
      return (phase - Math.round(phase)) * 1e5;
    }).filter((off) => Math.abs(off) < 10);
    const sigma = Math.sqrt(off_ns.reduce((sum, off) => sum + off * off, 0) / off_ns.length);
    expect(Math.abs(sigma / 2 - 1)).toBeLessThan(0.02);
  });
});
