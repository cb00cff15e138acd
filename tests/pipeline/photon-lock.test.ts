// Goal: a simulated pass without beacon locks on its photons, wherever the satellite is on its track; noise does not.
import { describe, expect, test } from 'vitest';
import { preparePair, type RecordedStation } from '../../src-main/pipeline/pass-recordings.ts';
import { evaluatePair } from '../../src-main/pipeline/evaluate-pair.ts';
import type { ScenarioWishes } from '../../src-main/simulator/scenario.ts';
import { micius, readRecording, simulated } from '../simulator/simulated.ts';

const SECONDS = 40;
const BRIGHTNESS = 8;

async function evaluated(scenario: ScenarioWishes, beacon: boolean, seconds = SECONDS) {
  const pass = await simulated({ seconds, brightness: BRIGHTNESS, seed: 11, scenario });
  const stations = ([0, 1] as const).map((which): RecordedStation => {
    const { manifest, tags } = readRecording(pass, which);
    return { manifest, where: pass.manifest_paths[which], tags: { ...tags, dropped: {} } };
  });
  const pair = preparePair(micius, [stations[0]!, stations[1]!], null);
  if (!pair.ok) throw new Error(JSON.stringify(pair.error));
  return evaluatePair(micius, pair.value, { gate_ns: 2.5, beacon, randomBit: () => 0 });
}

describe('without a beacon', () => {
  test.each([0, 0.27, -0.3])('the satellite %d s ahead of its elements: locked on the photons', async (ahead_s) => {
    const result = await evaluated({ beacon: null, along_track_s: ahead_s }, false);
    if (!result.ok) throw new Error(JSON.stringify(result.error));
    const { lock, coincidences, accidentals, snr } = result.value.verdict;
    expect(lock.method).toBe('photons');
    expect(lock.false_alarm_probability).toBeLessThan(1e-9);
    expect(Math.abs(lock.sigma_ns / micius.gate.jitter_sigma_ns - 1)).toBeLessThan(0.15);
    expect(coincidences).toBeGreaterThan(100);
    expect(accidentals).toBeLessThan(coincidences / 5);
    expect(snr).toBeGreaterThan(5);
  });

  test('the beacon is there but ignored: the same coincidences but for a few at the edge of the gate', async () => {
    const [with_it, without] = [await evaluated({}, true), await evaluated({}, false)];
    if (!with_it.ok || !without.ok) throw new Error('no lock');
    const [a, b] = [with_it.value.verdict, without.value.verdict];
    expect(b.lock.method).toBe('photons');
    expect(Math.abs(b.coincidences - a.coincidences)).toBeLessThan(6 + 0.03 * a.coincidences);
    for (const { events, used, dropped } of b.stations) {
      expect(used + Object.values(dropped).reduce((sum, n) => sum + n, 0)).toBe(events);
    }
  });

  test('photons without twins are no lock, with the probability said', async () => {
    const result = await evaluated({ beacon: null, correlated: false }, false, 10);
    expect(result).toMatchObject({ ok: false, error: { type: 'NotPossible', reason: 'NoLock' } });
    if (!result.ok) expect(JSON.stringify(result.error)).toContain('by chance with probability 1');
  });
});
