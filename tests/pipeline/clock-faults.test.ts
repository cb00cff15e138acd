// Goal: each fault of clocks and beacon, alone and all together, leaves 0.3 ns at most, and a peak as wide as its jitter.
import { expect, test } from 'vitest';
import { CLOCK_FAULTS, measureFault, PAIR_JITTER_NS } from '../support/clock-faults.ts';
import { goldenElements } from '../support/golden-orbit.ts';
import { freshDirectory, micius } from '../simulator/simulated.ts';

const RESIDUAL_NS_MAX = 0.3;
const WIDTH_SHARE_MAX = 0.05;
/** Gaps and starts cost what they last, and a node of the beacon's track at either end. */
const EDGES_S = 1;
const PASS_MS_MAX = 300_000;

test.each(CLOCK_FAULTS.map((fault, i) => [fault.name, fault, i + 1] as const))('%s', async (_, fault, seed) => {
  const { truth, outcome: { lock, seconds, coincidences, accidentals, stations }, residual_ns } = await measureFault(
    fault, seed, { mission: micius, elements: goldenElements(), out_directory: freshDirectory() });
  expect(Math.abs(seconds - fault.usable_s)).toBeLessThan(EDGES_S);
  expect(residual_ns.length).toBeGreaterThan(10 * (fault.usable_s - EDGES_S));
  expect(Math.max(...residual_ns.map(Math.abs))).toBeLessThanOrEqual(RESIDUAL_NS_MAX);
  expect(Math.abs(lock.sigma_ns / PAIR_JITTER_NS - 1)).toBeLessThan(WIDTH_SHARE_MAX);
  expect(Math.abs(lock.offset_ns - truth.offset_ns)).toBeLessThan(0.1);
  expect(lock.pulse_shift).toBe(0);
  expect(coincidences.time_s.length - accidentals).toBeGreaterThan(1000);
  for (const [s, station] of stations.entries()) {
    const dropped = Object.values(station.dropped).reduce((sum, n) => sum + n, 0);
    expect(station.events).toBe(truth.stations[s as 0 | 1].events);
    expect(station.used + dropped).toBe(station.events);
  }
}, PASS_MS_MAX);
