// Goal: what the simulated stations say is a pass: their batches leave no gap, lock and count as recordings do, the
// plate follows the plan, and the same seed says the same whatever the speed.
import { beforeAll, describe, expect, test } from 'vitest';
import { createLiveCounter } from '../../../src-core/detection/live-counter.ts';
import { planPair } from '../../../src-main/pipeline/pass-recordings.ts';
import { micius } from '../simulated.ts';
import { flown, planOf, type Flown } from './flown.ts';


describe('a clean pass', () => {
  let pass: Flown;
  beforeAll(() => { pass = flown(planOf({ lead_s: 40 })); });

  test('batches follow one another from the first tick on, numbered from 1', () => {
    for (const { tags } of pass.stations) {
      expect(tags[0]!.from_tick).toBe(0);
      for (const [i, batch] of tags.entries()) {
        expect(batch.seq).toBe(i + 1);
        if (i > 0) expect(batch.from_tick).toBe(tags[i - 1]!.to_tick);
      }
      // 70 s of a recorder that was switched on a little before.
      expect(tags.at(-1)!.to_tick).toBeGreaterThan(70e12);
      expect(tags.at(-1)!.to_tick).toBeLessThan(73e12);
    }
  });

  test('the console locks on them and finds the pairs that were recorded', () => {
    const pair = planPair(micius, [0, 1].map((s) => ({
      manifest: pass.source.manifests[s]!, where: `station ${s}`, span_s: pass.plan.seconds,
    })) as [never, never], null);
    if (!pair.ok) throw new Error(JSON.stringify(pair.error));
    const [a, b] = pair.value.inputs;
    const counter = createLiveCounter({ stations: [{ ...a, tick_ps: 1 }, { ...b, tick_ps: 1 }], gate_ns: micius.gate.width_ns });
    for (const [s, { tags }] of pass.stations.entries()) for (const batch of tags) counter.add(s as 0 | 1, batch);
    const count = counter.advance(true);
    expect(count.state).toBe('locked');
    // The gate keeps 90 % of pairs whose distance has sigma 0.77 ns; accidentals are about one in fifteen.
    const found = count.coincidences.time_s.length - count.accidentals;
    const recorded = pass.source.pairs();
    expect(recorded).toBeGreaterThan(100);
    expect(Math.abs(found - 0.895 * recorded)).toBeLessThan(4 * Math.sqrt(recorded));
  });

  test('telemetry is complete, in the window tracked, locked and calm', () => {
    for (const [s, said] of pass.stations.entries()) {
      expect(said.telemetry).toHaveLength(10 * pass.plan.seconds);
      const window = said.telemetry.slice(400, 600);
      expect(window).toHaveLength(200);
      for (const { acquisition, shutter, beacon, pps, detectors, tracking_error_urad } of window) {
        expect([acquisition, shutter, beacon.state, pps.state]).toEqual(['fine', 'open', 'locked', 'locked']);
        expect(tracking_error_urad!).toBeLessThan(1);
        for (const { anode_v_max, state } of detectors) expect([anode_v_max < 1.2, state]).toEqual([true, 'live']);
      }
      const mean = window.reduce((sum, { signal_cps }) => sum + signal_cps, 0) / 200;
      const clicks = said.tags.slice(-300, -100).reduce((sum, { clicks: { ticks } }) => sum + ticks.length, 0) / 20;
      expect(Math.abs(mean / clicks - 1)).toBeLessThan(0.02);
      expect(said.events.map(({ code }) => code)).toContain(s === 0 ? 'shutter-open' : 'beacon-locked');
    }
  });

  test('the plate turns with the frames: continuous, and differently at the two stations', () => {
    for (const { telemetry } of pass.stations) {
      const angles = telemetry.map(({ hwp_angle_deg }) => hwp_angle_deg);
      const steps = angles.slice(1).map((angle, i) => Math.abs(angle - angles[i]!)).map((step) => Math.min(step, 180 - step));
      expect(Math.max(...steps)).toBeLessThan(0.5);
      expect(Math.abs(angles.at(-1)! - angles[0]!)).toBeGreaterThan(10);
    }
  });
});

describe('reproducible', () => {
  const events = (pass: Flown) => pass.stations.map(({ tags }) => tags.flatMap(({ clicks, beacon, pps }) =>
    [...clicks.ticks, ...clicks.detector, ...beacon, ...pps].map(String)).sort());

  test('the same seed records the same at any speed; another seed records something else', () => {
    const slow = flown(planOf(), { through_s: 4 });
    const fast = flown(planOf(), { through_s: 4, step_s: 0.5 });
    expect(fast.stations[0].tags.length).toBeLessThan(slow.stations[0].tags.length);
    expect(events(fast)).toEqual(events(slow));
    expect(events(flown(planOf({ seed: 2 }), { through_s: 4 }))).not.toEqual(events(slow));
  });
});
