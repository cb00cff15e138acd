// Goal: recordings are reproducible, complete, physical where checked against orbit and link, and never half written.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { linkOf, linkStationOf } from '../../src-contract/mission.ts';
import { stationBackground } from '../../src-core/link/background.ts';
import { rateColumns } from '../../src-core/link/expected-pass.ts';
import { sampleLook } from '../../src-core/orbit/look.ts';
import { moonLook, separationRad } from '../../src-core/orbit/moon.ts';
import { sunElevationRad } from '../../src-core/orbit/sun.ts';
import { createFlight } from '../../src-main/simulator/flight.ts';
import type { SimulateOptions } from '../../src-main/simulator/options.ts';
import { simulatePass } from '../../src-main/simulator/simulate-pass.ts';
import { describeSimulatorError } from '../../src-main/simulator/simulator-error.ts';
import { DELINGHA, goldenElements, goldenPropagator, NANSHAN } from '../support/golden-orbit.ts';
import {
  CLOSEST_UTC_MS, freshDirectory, GOLDEN_START_UTC_MS, micius, optionsOf, poissonSigmas, readRecording, simulated,
} from './simulated.ts';

const SITES = [DELINGHA, NANSHAN] as const;
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const filesOf = (directory: string) => readdirSync(directory).sort();

describe('reproducible', () => {
  test('the same seed gives the same bytes, another seed others', async () => {
    const digest = async (seed: number) => {
      const pass = await simulated({ seed });
      return ([0, 1] as const).map((s) => sha256(readRecording(pass, s).bytes));
    };
    const [one, again, other] = [await digest(1), await digest(1), await digest(2)];
    expect(again).toEqual(one);
    expect(other[0]).not.toBe(one[0]);
    expect(other[1]).not.toBe(one[1]);
  });

  test('a wish about one thing changes nothing else: without beacon the same clicks are there', async () => {
    const clicks = async (scenario: SimulateOptions['scenario']) => {
      const { tags } = readRecording(await simulated(scenario === undefined ? {} : { scenario }), 0);
      return tags.ticks.filter((_, i) => tags.channel[i]! < 4);
    };
    expect(await clicks({ beacon: null })).toEqual(await clicks(undefined));
  });
});

describe('the files', () => {
  test('the tag file reads back with exactly the counts of the truth', async () => {
    const pass = await simulated({ seconds: 3 });
    for (const s of [0, 1] as const) {
      const { manifest, tags, bytes } = readRecording(pass, s);
      const truth = pass.truth.stations[s];
      const count = (channel: number) => tags.channel.reduce((n, value) => n + (value === channel ? 1 : 0), 0);
      expect([0, 1, 2, 3].map(count)).toEqual(truth.by_detector);
      expect({ records: tags.records, events: tags.ticks.length, sync: count(64), pps: count(5) })
        .toEqual({ records: truth.records, events: truth.events, sync: truth.sync, pps: truth.pps });
      expect(tags).toMatchObject({ dropped: {}, reordered: 0, truncation: null, tick_ps: 1 });
      expect(manifest.tags.sha256).toBe(sha256(bytes));
      expect(truth.singles).toBe(truth.signal + truth.sky + truth.dark + truth.attack);
    }
    expect(JSON.parse(readFileSync(pass.truth_path, 'utf8'))).toEqual(JSON.parse(JSON.stringify(pass.truth)));
  });

  test('the manifest names detectors, clocks, dead time and elements; in Bell mode angles and outcomes', async () => {
    const key = readRecording(await simulated(), 1).manifest;
    expect(key).toMatchObject({
      station: 'nanshan', mode: 'qkd', state: 'psi+', dead_time_ns: 50,
      tags: { file: 'nanshan.ptu', type: 'ptu' }, beacon: { channel: 'sync', nominal_rate_hz: 10_000 },
      pps: { channel: 5, first_edge_utc: '2018-09-14T18:16:09.000Z' },
      elements: { line1: goldenElements().line1, line2: goldenElements().line2 },
    });
    expect(key.detectors[1]).toEqual({ channel: 1, label: 'V', basis: 'Z', bit: 1, serial: 'B4974' });
    const bell = readRecording(await simulated({ mode: 'bell' }), 1).manifest;
    expect(bell.detectors).toMatchObject([
      { angle_deg: 22.5, outcome: 1 }, { angle_deg: 22.5, outcome: -1 },
      { angle_deg: 67.5, outcome: 1 }, { angle_deg: 67.5, outcome: -1 },
    ]);
  });

  test('the first PPS edge of the file stands at the UTC the manifest names', async () => {
    const pass = await simulated({ start_utc_ms: GOLDEN_START_UTC_MS + 60_000 });
    for (const s of [0, 1] as const) {
      const { manifest, tags } = readRecording(pass, s);
      const truth = pass.truth.stations[s];
      const edge_s = tags.ticks[tags.channel.indexOf(5)]! / 1e12;
      const named_s = (Date.parse(manifest.pps!.first_edge_utc) - pass.truth.start_utc_ms) / 1000 - truth.recorder_on_s;
      const microsecond = 1e-6;
      expect(Math.abs(edge_s - named_s)).toBeLessThan(3 * microsecond);
      expect(Date.parse(manifest.pps!.first_edge_utc) % 1000).toBe(0);
    }
  });
});

describe('rates', () => {
  test('signal, sky and dark counts are Poisson about what link and mission say', async () => {
    const seconds = 8;
    const { truth } = await simulated({ seconds, brightness: 3, scenario: { background_factor: [1, 2.5] } });
    const flights = createFlight({
      mission: micius, elements: goldenElements(), start_utc_ms: CLOSEST_UTC_MS, seconds, along_track_s: 0,
    });
    if (!flights.ok) throw new Error(flights.error.type);
    for (const s of [0, 1] as const) {
      const mean = (values: Float64Array) => {
        const window = values.slice(4, 4 + 4 * seconds + 1);
        return window.slice(1).reduce((sum, value, i) => sum + (value + window[i]!) / 2, 0) / (4 * seconds);
      };
      const { efficiency, sky_cps } = flights.value[s];
      const station = truth.stations[s];
      const factor = [1, 2.5][s]!;
      expect(poissonSigmas(station.signal, 5.9e6 * 3 * mean(efficiency.values) * seconds)).toBeLessThan(4);
      expect(poissonSigmas(station.sky, factor * mean(sky_cps.values) * seconds)).toBeLessThan(4);
      const dark_cps = linkStationOf(micius.stations[s]).dark_cps * factor;
      expect(station.dark / dark_cps).toBeGreaterThan(seconds + 2);
      expect(station.dark / dark_cps).toBeLessThan(seconds + 6);
    }
  });

  test('the golden pass, whole: 56 to 71 dB, 2.2 Hz in the gate, as the link budget predicts', async () => {
    const seconds = 281.34;
    const { truth } = await simulated({ start_utc_ms: GOLDEN_START_UTC_MS, seconds, seed: 20180914 });
    const [low, high] = truth.loss_db!;
    const half_db = 0.55;
    expect(Math.abs(low - 56)).toBeLessThan(half_db);
    expect(Math.abs(high - 71)).toBeLessThan(half_db);
    const stations = ([0, 1] as const).map((s) => {
      const times = { start_utc_ms: GOLDEN_START_UTC_MS, step_ms: 1000, count: 282 };
      const look = sampleLook(goldenPropagator(), SITES[s], times);
      if (!look.ok) throw new Error(look.error.type);
      const background_cps = look.value.elevation_rad.map((line_of_sight_elevation_rad, i) => {
        const utc_ms = GOLDEN_START_UTC_MS + 1000 * i;
        const moon = moonLook(SITES[s], utc_ms);
        const azimuth_rad = look.value.azimuth_rad[i]!;
        return stationBackground(linkOf(micius), linkStationOf(micius.stations[s]), {
          line_of_sight_elevation_rad, sun_elevation_rad: sunElevationRad(SITES[s], utc_ms),
          moon_elevation_rad: moon.elevation_rad, moon_illumination: moon.illumination,
          moon_separation_rad: separationRad({ elevation_rad: line_of_sight_elevation_rad, azimuth_rad }, moon),
        }).total_cps;
      });
      const { range_m, elevation_rad } = look.value;
      return { station: linkStationOf(micius.stations[s]), range_m, elevation_rad, background_cps };
    }) as unknown as Parameters<typeof rateColumns>[1]['stations'];
    const rates = rateColumns(linkOf(micius), { step_s: 1, stations });
    const sum = (values: Float64Array) => values.reduce((a, b) => a + b);
    const captured = 0.8955;
    expect(poissonSigmas(truth.true_pairs, sum(rates.true_hz) / captured)).toBeLessThan(4);
    for (const s of [0, 1] as const) {
      // Sums of 1 s samples against the integral: better than 0.3 %; the margins' dark counts add 2 s.
      expect(Math.abs(truth.stations[s].singles / sum(rates.singles_cps[s]) - 1)).toBeLessThan(0.01);
      expect(truth.stations[s].events).toBeGreaterThan(3.2e6);
    }
    const in_gate_hz = (truth.true_pairs * captured + sum(rates.accidental_hz)) / seconds;
    expect(Math.abs(in_gate_hz - 2.2)).toBeLessThan(0.3);
  });
});

describe('scenarios', () => {
  test('a late station records nothing before it is on; its manifest names its own first edge', async () => {
    const pass = await simulated({
      start_utc_ms: CLOSEST_UTC_MS, seconds: 4, scenario: { recorders: [{}, { late_s: 100 }] },
    });
    expect(pass.truth.stations[1].singles).toBe(0);
    const late = await simulated({ seconds: 6, scenario: { recorders: [{ late_s: 4 }, {}] } });
    expect(late.truth.stations[0].dropped.before_start).toBeGreaterThan(10_000);
    expect(late.truth.stations[0].singles).toBeLessThan(0.75 * late.truth.stations[0].signal * 6);
    const { manifest, tags } = readRecording(late, 0);
    expect(manifest.pps!.first_edge_utc).toBe('2018-09-14T18:16:13.000Z');
    expect(tags.ticks[0]).toBeGreaterThanOrEqual(0);
  });

  test('no beacon: no pulse, and the manifest promises none', async () => {
    const pass = await simulated({ scenario: { beacon: null } });
    expect(pass.truth.stations.map(({ sync }) => sync)).toEqual([0, 0]);
    expect(readRecording(pass, 0).manifest.beacon).toBeUndefined();
  });

  test('below a station\'s lowest elevation its shutter is closed: no beacon, no source', async () => {
    const { truth } = await simulated({ start_utc_ms: GOLDEN_START_UTC_MS - 8000, seconds: 10 });
    // Delingha opens at the window's start, 8 s in; Nanshan was open all the time.
    expect(truth.stations[0].sync).toBeLessThan(0.35 * truth.stations[1].sync);
    expect(truth.stations[0].sync).toBeGreaterThan(0.1 * truth.stations[1].sync);
  });
});

describe('refused, with nothing left behind', () => {
  test.each<[string, Partial<SimulateOptions>, string]>([
    ['a seed that is no 32-bit number', { seed: 1.5 }, 'seed'],
    ['no duration', { seconds: 0 }, 'seconds'],
    ['NaN', { brightness: Number.NaN }, 'brightness'],
    ['a start that is no time', { start_utc_ms: Number.NaN }, 'start'],
    ['a broken clock', { scenario: { recorders: [{ rate_error: 0.1 }, {}] } }, 'scenario.recorders'],
    ['an impossible beacon', { scenario: { beacon: [{ missing_share: 2 }, {}] } }, 'scenario.beacon'],
    ['another orbit', { scenario: { along_track_s: 60 } }, 'scenario.along_track_s'],
  ])('%s', async (_, some, option) => {
    const options = optionsOf(some);
    const made = await simulatePass(options);
    expect(made).toMatchObject({ ok: false, error: { type: 'BadOption', option } });
    expect(filesOf(options.out_directory)).toEqual([]);
  });

  test('a window in which the stations see nothing names the elevations and the way out', async () => {
    const options = optionsOf({ start_utc_ms: CLOSEST_UTC_MS + 3_600_000 });
    const made = await simulatePass(options);
    if (made.ok) throw new Error('a pass below the horizon was recorded');
    expect(describeSimulatorError(made.error)).toMatch(/delingha -?\d+\.\d degrees.*twinpass windows/);
    expect(filesOf(options.out_directory)).toEqual([]);
  });

  test('a directory that is a file', async () => {
    const file = join(freshDirectory(), 'taken');
    writeFileSync(file, '');
    const made = await simulatePass(optionsOf({ out_directory: file }));
    expect(made).toMatchObject({ ok: false, error: { type: 'NotWritable', code: 'EEXIST' } });
  });

  test('a recording that was not simulated is not written over, a simulated one is', async () => {
    const options = optionsOf();
    writeFileSync(join(options.out_directory, 'nanshan.ptu'), 'what the station recorded');
    const made = await simulatePass(options);
    if (made.ok) throw new Error('a real recording was written over');
    expect(made.error).toEqual({ type: 'Occupied', path: join(options.out_directory, 'nanshan.ptu') });
    expect(describeSimulatorError(made.error)).toContain('was not simulated: nothing is overwritten');
    expect(readFileSync(join(options.out_directory, 'nanshan.ptu'), 'utf8')).toBe('what the station recorded');
    writeFileSync(join(options.out_directory, 'truth.json'), '{}');
    expect((await simulatePass(options)).ok).toBe(true);
  });

  test('a cancel in the middle', async () => {
    const signal = { aborted: false };
    const options = optionsOf({
      seconds: 10, signal,
      on_progress: (_, fraction) => {
        signal.aborted = fraction > 0.5;
      },
    });
    const made = await simulatePass(options);
    expect(made).toEqual({ ok: false, error: { type: 'Cancelled' } });
    expect(existsSync(options.out_directory)).toBe(true);
    expect(filesOf(options.out_directory)).toEqual([]);
  });

  test('an AbortController fits', async () => {
    expect(await simulatePass(optionsOf({ signal: AbortSignal.abort() }))).toMatchObject({ ok: false });
  });
});
