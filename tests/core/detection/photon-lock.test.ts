// Goal: two recordings without beacon become coincidences when their photons say so, and an error when they do not.
import { describe, expect, test } from 'vitest';
import { emissionTimes, trackedEmission, type AlongTrack } from '../../../src-core/detection/along-track.ts';
import { emissionClock } from '../../../src-core/detection/emission-time.ts';
import { processPairByPhotons } from '../../../src-core/detection/photon-lock.ts';
import type { PhotonInput } from '../../../src-core/detection/photon-station.ts';
import { describeDetectionError, type StationInput } from '../../../src-core/detection/station-input.ts';
import { interpolateSeries, type UniformSeries } from '../../../src-core/series.ts';
import { makePass, type StationFaults, type SyntheticPass } from '../../support/synthetic-pass.ts';

const SHIFT_S = 0.3;
/** 0.77 ns between the stations. */
const CLICK_JITTER_NS = 0.77 / Math.SQRT2;
/** erf(1.25 / (0.77 sqrt 2)) of the pairs lie in a gate of 2.5 ns. */
const GATE_SHARE = 0.8955;
const quiet: StationFaults = { missing: 1, false_hz: 0, click_jitter_ns: CLICK_JITTER_NS, background_cps: 8000 };

/** The true ranges as elements give them whose satellite is `behind_s` late: the samples move, and both ends lose two. */
function predicted(truth: UniformSeries, behind_s: number): UniformSeries {
  const start_utc_ms = truth.start_utc_ms + 1000;
  return {
    start_utc_ms, step_ms: truth.step_ms,
    values: Float64Array.from({ length: truth.values.length - 8 }, (_, i) =>
      interpolateSeries(truth, start_utc_ms + i * truth.step_ms - behind_s * 1000)),
  };
}

function photonInput(station: StationInput, ahead_s: number): PhotonInput {
  const truth = station.range_m;
  const along_track: AlongTrack = {
    shift_s: SHIFT_S, ahead_m: predicted(truth, ahead_s - SHIFT_S), behind_m: predicted(truth, ahead_s + SHIFT_S),
  };
  return { station: { ...station, beacon_channel: null, range_m: predicted(truth, ahead_s) }, along_track };
}

function processed(pass: SyntheticPass, ahead_s = 0) {
  const made = makePass(pass);
  return { made, result: processPairByPhotons(photonInput(made.a, ahead_s), photonInput(made.b, ahead_s)) };
}

describe('locked on the photons', () => {
  test.each([
    ['a Micius pass, the satellite 0.29 s ahead, 1PPS off by 9 us and clocks by 1e-6', { seed: 31, seconds: 285,
      pairs_hz: 2.2, a: { ...quiet, rate: 1e-6 }, b: { ...quiet, rate: -1e-6, pps_offset_s: 9e-6 } }, 0.29],
    ['200 pairs a second among 2 x 1e5, 20 s', { seed: 32, seconds: 20, pairs_hz: 200,
      a: { ...quiet, background_cps: 1e5, pps_offset_s: 4e-6 }, b: { ...quiet, background_cps: 1e5 } }, -0.2],
  ] as const)('%s', (_, pass, ahead_s) => {
    const { made, result } = processed(pass, ahead_s);
    if (!result.ok) throw new Error(describeDetectionError(result.error));
    const { lock, coincidences, accidentals, stations, centre_drift, seconds } = result.value;
    expect(lock.method).toBe('photons');
    expect(lock.false_alarm_probability).toBeLessThan(1e-30);
    expect(Math.abs(lock.sigma_ns / 0.77 - 1)).toBeLessThan(0.08);
    expect(seconds).toBeCloseTo(pass.seconds, 0);
    const expected = made.pairs * GATE_SHARE;
    expect(Math.abs(coincidences.time_s.length - accidentals - expected))
      .toBeLessThan(4 * Math.sqrt(made.pairs * 0.1 + accidentals));
    centre_drift.centre_ns.forEach((centre, i) => {
      expect(Math.abs(centre)).toBeLessThan(0.2 + 4 * centre_drift.sigma_ns[i]!);
    });
    for (const station of stations) {
      const dropped = Object.values(station.dropped).reduce((sum, n) => sum + n, 0);
      expect(station.used + dropped).toBe(station.events);
    }
  }, 90_000);

  test('where the prediction reaches only part of the recording, that part is locked', () => {
    const made = makePass({ seed: 35, seconds: 12, pairs_hz: 100, a: quiet, b: quiet });
    const cut = (series: UniformSeries): UniformSeries =>
      ({ ...series, start_utc_ms: series.start_utc_ms + 5000, values: series.values.slice(20) });
    const { station, along_track } = photonInput(made.a, 0);
    const short = { station: { ...station, range_m: cut(station.range_m) }, along_track: {
      ...along_track!, ahead_m: cut(along_track!.ahead_m), behind_m: cut(along_track!.behind_m) } };
    const result = processPairByPhotons(short, photonInput(made.b, 0));
    if (!result.ok) throw new Error(describeDetectionError(result.error));
    expect(result.value.seconds).toBeCloseTo(8, 0);
    expect(result.value.stations[0].dropped['no_common_time']).toBeGreaterThan(0);
  }, 90_000);

  test('a clock set wrong by 43 ms locks when pairs are many, and its range is that of the right time', () => {
    const { made, result } = processed({ seed: 33, seconds: 20, pairs_hz: 1500, a: quiet,
      b: { ...quiet, pps_offset_s: 0.043 } }, 0.1);
    if (!result.ok) throw new Error(describeDetectionError(result.error));
    const { lock, coincidences, accidentals } = result.value;
    expect(Math.abs(lock.offset_ns + 43e6)).toBeLessThan(200);
    expect(Math.abs(lock.sigma_ns / 0.77 - 1)).toBeLessThan(0.05);
    expect(Math.abs(coincidences.time_s.length - accidentals - made.pairs * GATE_SHARE))
      .toBeLessThan(5 * Math.sqrt(made.pairs * 0.1 + accidentals) + 0.01 * made.pairs);
  }, 90_000);

  test('an offset larger than the pairs can show is no lock', () => {
    const { result } = processed({ seed: 36, seconds: 12, pairs_hz: 50, a: quiet, b: { ...quiet, pps_offset_s: 4e-5 } });
    expect(result).toMatchObject({ ok: false, error: { type: 'NoLock' } });
  }, 90_000);
});

describe('not locked', () => {
  test('photons without twins: the error states its probability', () => {
    const { result } = processed({ seed: 34, seconds: 12, pairs_hz: 1e-9, a: quiet, b: quiet });
    if (result.ok) throw new Error('locked on noise');
    expect(result.error).toMatchObject({ type: 'NoLock', false_alarm_probability: 1 });
    expect(describeDetectionError(result.error)).toContain('by chance with probability 1');
  }, 90_000);

  test('no 1PPS, no clicks, no common time, no prediction: each by name', () => {
    const { a, b } = makePass({ seconds: 4, pairs_hz: 5, a: quiet, b: quiet });
    const good = photonInput(b, 0);
    const refused = (station: StationInput) => {
      const result = processPairByPhotons({ station, along_track: null }, good);
      return result.ok ? 'locked' : result.error.type;
    };
    expect(refused({ ...a, first_pps_utc_ms: null })).toBe('NoPps');
    expect(refused({ ...a, detector_channels: [77] })).toBe('NoClicks');
    expect(refused({ ...a, range_m: { ...a.range_m, start_utc_ms: a.range_m.start_utc_ms - 1e7 } })).toBe('NoPrediction');
    const later = { ...a, first_pps_utc_ms: a.first_pps_utc_ms! + 10_000 };
    const range_m = { ...a.range_m, start_utc_ms: a.range_m.start_utc_ms + 10_000 };
    expect(refused({ ...later, range_m })).toBe('NoOverlap');
  });
});

describe('trackedEmission', () => {
  test('between the three places it follows the prediction for the place itself, to 0.01 ns', () => {
    const range = (ahead_s: number): UniformSeries => ({
      start_utc_ms: -2000, step_ms: 250,
      values: Float64Array.from({ length: 400 }, (_, i) => Math.hypot(620_000, 7300 * (i / 4 - 2 - 40 + ahead_s))),
    });
    const clock = { zero_s: 0, second_s: 1, edges_used: 9, edges_rejected: 0, residual_ns_rms: 0 };
    const input = { clock, first_edge_s: 0, range_m: range(0) };
    const track = { shift_s: SHIFT_S, ahead_m: range(SHIFT_S), behind_m: range(-SHIFT_S) };
    const tracked = trackedEmission(input, track, [1, 80]);
    const moments = Float64Array.from({ length: 780 }, (_, i) => 1.05 + i / 10);
    for (const along_track_s of [-0.3, -0.17, 0, 0.05, 0.3]) {
      const direct = trackedEmission({ ...input, range_m: range(along_track_s) }, null, [1, 80]);
      const [found, truth] = [tracked, direct].map((emission, i) =>
        emissionTimes(emission, moments, { along_track_s: i === 0 ? along_track_s : 0, zero_s: 0 }));
      found!.forEach((t, i) => { expect(Math.abs(t - truth![i]!)).toBeLessThan(0.01); });
    }
    expect(emissionClock(input, 1, 80).coefficients).toEqual(tracked.clock.coefficients);
  });
});
