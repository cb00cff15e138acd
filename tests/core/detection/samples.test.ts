// Goal: the two sample recordings, made by an independent generator, give back their published truth.
import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { missionFile } from '../../../src-contract/mission.ts';
import type { RecordingManifest } from '../../../src-contract/recording.ts';
import type { PairOutcome } from '../../../src-core/detection/pair-outcome.ts';
import { processPair } from '../../../src-core/detection/process-pair.ts';
import type { StationInput } from '../../../src-core/detection/station-input.ts';
import { parseElements } from '../../../src-core/orbit/elements.ts';
import { createStation, rangeSeries } from '../../../src-core/orbit/look.ts';
import { createPropagator } from '../../../src-core/orbit/propagate.ts';
import { parseUtc } from '../../../src-core/utc.ts';
import { readRecording } from '../../../src-main/store/recording-files.ts';

const FOLDER = '../shared/data/recordings';
const mission = missionFile.parse(JSON.parse(readFileSync('missions/micius.json', 'utf8')));

interface Truth {
  readonly true_pairs: number;
  readonly nZ?: number; readonly eZ?: number; readonly nX?: number; readonly eX?: number;
}

interface Loaded { readonly manifest: RecordingManifest; readonly input: StationInput }

function value<T>(result: { ok: true; value: T } | { ok: false; error: unknown }): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

async function load(path: string): Promise<Loaded> {
  const { manifest, tags } = value(await readRecording(path));
  const site = mission.stations.find(({ id }) => id === manifest.station)!;
  const [set] = value(parseElements(`${manifest.elements!.line1}\n${manifest.elements!.line2}\n`, path));
  const first_pps_utc_ms = value(parseUtc(manifest.pps!.first_edge_utc));
  const times = { start_utc_ms: first_pps_utc_ms - 3000, step_ms: 250, count: 140 };
  const input = (channel: number | 'sync') => (channel === 'sync' ? tags.sync_channel! : channel);
  return { manifest, input: {
    id: manifest.station, tags, detector_channels: manifest.detectors.map(({ channel }) => channel),
    beacon_channel: input(manifest.beacon!.channel), beacon_rate_hz: manifest.beacon!.nominal_rate_hz,
    pps_channel: input(manifest.pps!.channel), first_pps_utc_ms, dead_time_ns: manifest.dead_time_ns,
    range_m: value(rangeSeries(value(createPropagator(set!)), createStation(site), times)),
  } };
}

describe.skipIf(!existsSync(FOLDER)).each(['qkd-20s', 'bell-20s'])('%s (skipped without ../shared/data)', (name) => {
  const truth = existsSync(FOLDER) ? JSON.parse(readFileSync(`${FOLDER}/${name}/truth.json`, 'utf8')) as Truth : null;
  let [a, b]: Loaded[] = [];
  let outcome: PairOutcome;
  beforeAll(async () => {
    [a, b] = await Promise.all(['delingha', 'nanshan'].map((id) => load(`${FOLDER}/${name}/${id}.json`)));
    outcome = value(processPair(a!.input, b!.input));
  });

  test('at least 94 % of the true pairs are in the gate of 2.5 ns', () => {
    const found = outcome.coincidences.time_s.length - outcome.accidentals;
    expect(found).toBeGreaterThanOrEqual(0.94 * truth!.true_pairs);
    expect(found).toBeLessThan(truth!.true_pairs + 4 * Math.sqrt(outcome.accidentals));
  });

  test('the gate stands on the peak to 0.1 ns', () => {
    const { lock, histogram } = outcome;
    expect(lock.gate_ns).toBe(2.5);
    expect(lock.false_alarm_probability).toBeLessThan(1e-12);
    // The middle of the peak by another way: the mean of the histogram, background off, within 2 ns.
    const floor = outcome.accidentals * histogram.bin_ns / lock.gate_ns;
    let [weight, moment] = [0, 0];
    histogram.counts.forEach((count, i) => {
      const x = histogram.start_ns + (i + 0.5) * histogram.bin_ns;
      if (Math.abs(x) > 2) return;
      weight += count - floor;
      moment += (count - floor) * x;
    });
    expect(Math.abs(moment / weight)).toBeLessThan(0.1);
  });

  test('background beside the gate is what the single rates predict', () => {
    expect(Math.abs(outcome.accidentals - outcome.accidentals_modelled)).toBeLessThan(4 * outcome.accidentals_sigma);
  });

  test('every event is used or dropped for a reason', () => {
    for (const station of outcome.stations) {
      const dropped = Object.values(station.dropped).reduce((sum, n) => sum + n, 0);
      expect(station.used + dropped).toBe(station.events);
    }
  });

  test.runIf(name.startsWith('qkd'))('sifted counts and errors agree with the truth plus measured accidentals', () => {
    const role = (loaded: Loaded, pattern: number) => loaded.manifest.detectors[Math.log2(pattern)];
    const counts = { Z: { n: 0, e: 0 }, X: { n: 0, e: 0 } };
    outcome.coincidences.pattern_a.forEach((pattern, i) => {
      const [first, second] = [role(a!, pattern), role(b!, outcome.coincidences.pattern_b[i]!)];
      if (first === undefined || second === undefined || first.basis !== second.basis) return;
      counts[first.basis].n += 1;
      // Psi+ gives opposite bits in Z and equal bits in X.
      if ((first.bit === second.bit) === (first.basis === 'Z')) counts[first.basis].e += 1;
    });
    // A quarter of the accidentals falls on each basis, half of them as errors; Poisson, four sigma.
    const share = 0.957;
    for (const [basis, n, e] of [['Z', truth!.nZ!, truth!.eZ!], ['X', truth!.nX!, truth!.eX!]] as const) {
      const expected = { n: n * share + outcome.accidentals / 4, e: e * share + outcome.accidentals / 8 };
      expect(Math.abs(counts[basis].n - expected.n)).toBeLessThan(4 * Math.sqrt(n * 0.043 + outcome.accidentals / 4));
      expect(Math.abs(counts[basis].e - expected.e)).toBeLessThan(4 * Math.sqrt(expected.e));
    }
  });
});
