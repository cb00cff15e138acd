// Goal: pairs meet where time of flight, clocks and jitter put them, with the outcomes of their state.
import { describe, expect, test } from 'vitest';
import { predictedCorrelation } from '../../src-core/bell/recording.ts';
import { SPEED_OF_LIGHT_M_S } from '../../src-core/constants.ts';
import { rangeSeries, sampleLook } from '../../src-core/orbit/look.ts';
import { interpolateSeries } from '../../src-core/series.ts';
import type { SimulatedPass } from '../../src-main/simulator/simulate-pass.ts';
import { DELINGHA, goldenPropagator, NANSHAN } from '../support/golden-orbit.ts';
import { CLOSEST_UTC_MS, micius, poissonSigmas, readRecording, simulated } from './simulated.ts';

const SITES = [DELINGHA, NANSHAN] as const;

/** The difference of arrival, on the satellite's time scale, of the clicks nearest to each other, nanoseconds. */
function differences(pass: SimulatedPass, within_ns: number): number[] {
  const { start_utc_ms, seconds, scenario, stations } = pass.truth;
  const sent = ([0, 1] as const).map((s) => {
    const times = { start_utc_ms: start_utc_ms - 2000, step_ms: 250, count: 4 * (seconds + 5) };
    const range = rangeSeries(goldenPropagator(), SITES[s], times);
    if (!range.ok) throw new Error(range.error.type);
    const relative = { ...range.value, start_utc_ms: -2000 };
    const on_s = stations[s].recorder_on_s;
    const { tags } = readRecording(pass, s);
    const received = [...tags.ticks].filter((_, i) => tags.channel[i]! < 4)
      .map((tick) => tick / 1e12 / (1 + scenario.recorders[s].rate_error) + on_s);
    return received.map((t) => {
      let emitted = t;
      for (let i = 0; i < 3; i += 1) emitted = t - interpolateSeries(relative, emitted * 1000) / SPEED_OF_LIGHT_M_S;
      return emitted;
    });
  });
  const found: number[] = [];
  let first = 0;
  for (const a of sent[0]!) {
    while (first < sent[1]!.length && sent[1]![first]! < a - within_ns * 1e-9) first += 1;
    for (let j = first; j < sent[1]!.length && sent[1]![j]! <= a + within_ns * 1e-9; j += 1) {
      found.push((sent[1]![j]! - a) * 1e9);
    }
  }
  return found;
}

describe('pairs', () => {
  const some = { seconds: 8, brightness: 6 } as const;

  test('meet on the satellite\'s time scale with the stated jitter and offset', async () => {
    const pass = await simulated({ ...some, scenario: { detector_delay_ns: [[5, 5, 5, 5], [2, 2, 2, 2]] } });
    expect(pass.truth.offset_ns).toBeCloseTo(-3, 9);
    const [width_ns, half_ns] = [40, 3];
    const all = differences(pass, width_ns);
    const near = all.filter((delta) => Math.abs(delta + 3) < half_ns);
    const accidentals = (all.length - near.length) * (half_ns / (width_ns - half_ns));
    expect(near.length).toBeGreaterThan(150);
    expect(poissonSigmas(near.length, pass.truth.true_pairs + accidentals)).toBeLessThan(4);
    const mean = near.reduce((sum, delta) => sum + delta + 3, 0) / near.length;
    const square = near.reduce((sum, delta) => sum + (delta + 3) ** 2, 0);
    expect(Math.abs(mean)).toBeLessThan(4 * Math.sqrt(square) / near.length);
    // Accidentals are flat over the 6 ns: their part of the variance is taken out.
    const sigma = Math.sqrt((square - accidentals * half_ns ** 2 / 3) / (near.length - accidentals));
    expect(Math.abs(sigma / micius.gate.jitter_sigma_ns - 1)).toBeLessThan(0.2);
  });

  test('uncorrelated: as many clicks, no peak', async () => {
    const [pass, twin] = [await simulated({ ...some, scenario: { correlated: false } }), await simulated(some)];
    expect(pass.truth.true_pairs).toBe(0);
    const all = differences(pass, 40);
    const near = all.filter((delta) => Math.abs(delta - pass.truth.offset_ns) < 4).length;
    expect(poissonSigmas(near, all.length / 10)).toBeLessThan(4);
    for (const s of [0, 1] as const) {
      const [a, b] = [pass.truth.stations[s].singles, twin.truth.stations[s].singles];
      expect(Math.abs(a - b) / Math.sqrt(a + b)).toBeLessThan(4);
    }
  });

  test('ahead of the elements along the track: each station sees that range, and pairs smear', async () => {
    const ahead_s = 0.3;
    const pass = await simulated({ ...some, scenario: { along_track_s: ahead_s } });
    for (const s of [0, 1] as const) {
      const look = sampleLook(goldenPropagator(), SITES[s], { start_utc_ms: CLOSEST_UTC_MS, step_ms: 1000, count: 1 });
      if (!look.ok) throw new Error(look.error.type);
      // The Earth's turn in 0.3 s moves a station by 120 m of which some is along the line of sight.
      const moved_km = pass.truth.stations[s].range_km[0] - look.value.range_m[0]! / 1000;
      expect(Math.abs(moved_km - look.value.range_rate_m_s[0]! * ahead_s / 1000)).toBeLessThan(0.13);
      expect(Math.abs(moved_km)).toBeGreaterThan(0.3);
    }
    const offsets = differences(pass, 40);
    const flat = offsets.filter((delta) => Math.abs(delta) < 4).length;
    expect(poissonSigmas(flat, offsets.length / 10)).toBeLessThan(4);
  });
});

describe('outcomes', () => {
  test('error rates and E follow state and visibility within counting statistics', async () => {
    for (const state of ['psi+', 'phi+'] as const) {
      const mission = { ...micius, source: { ...micius.source, state } };
      const { truth } = await simulated({ mission, seconds: 3, brightness: 30 });
      const expected = (1 - micius.source.visibility) / 2;
      for (const { n, e } of [truth.sifted.Z, truth.sifted.X]) {
        expect(n).toBeGreaterThan(50);
        expect(Math.abs(e - n * expected)).toBeLessThan(4 * Math.sqrt(n * expected));
      }
      truth.e.forEach((value, i) => {
        const ideal = micius.source.visibility * predictedCorrelation(state, i < 2 ? 0 : 45, i % 2 === 0 ? 0 : 45);
        expect(Math.abs(value! - ideal)).toBeLessThan(4 * Math.sqrt((1.001 - ideal * ideal) / truth.n[i]!));
      });
    }
  });

  test('the four E of a Bell run give |S| = V 2 sqrt 2', async () => {
    const { truth } = await simulated({ mode: 'bell', seconds: 3, brightness: 30 });
    const [e0, e1, e2, e3] = truth.e as [number, number, number, number];
    const sigma = Math.sqrt(truth.n.reduce((sum, n) => sum + 0.5 / n, 0));
    expect(Math.abs(Math.abs(e0 - e1 - e2 - e3) - micius.source.visibility * 2 * Math.SQRT2)).toBeLessThan(4 * sigma);
  });
});
