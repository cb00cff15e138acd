// Goal: recordings are reproducible, complete, physical where checked against orbit and link, and never half written.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { linkOf, linkStationOf } from '../../src-contract/mission.ts';
import { predictedCorrelation } from '../../src-core/bell/recording.ts';
import { SPEED_OF_LIGHT_M_S } from '../../src-core/constants.ts';
import { stationBackground } from '../../src-core/link/background.ts';
import { rateColumns } from '../../src-core/link/expected-pass.ts';
import { rangeSeries, sampleLook } from '../../src-core/orbit/look.ts';
import { moonLook, separationRad } from '../../src-core/orbit/moon.ts';
import { sunElevationRad } from '../../src-core/orbit/sun.ts';
import { interpolateSeries } from '../../src-core/series.ts';
import { createFlight } from '../../src-main/simulator/flight.ts';
import type { SimulateOptions } from '../../src-main/simulator/options.ts';
import { simulatePass, type SimulatedPass } from '../../src-main/simulator/simulate-pass.ts';
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

  test('along the track ahead of the elements: each station sees the range of that moment, and pairs smear', async () => {
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
  test('a late station records nothing before its recorder is on, and its manifest names its own first edge', async () => {
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

  test('below a station\'s lowest elevation its shutter is closed: the beacon and the source are not seen', async () => {
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
