// Goal: the shipped constants give the published pass: loss, rate, signal to noise, error rate.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { expectedPass, rateColumns, type PassColumns } from '../../../src-core/link/expected-pass.ts';
import { MICIUS_LINK } from '../../../src-core/link/link-parameters.ts';
import { sampleLook } from '../../../src-core/orbit/look.ts';
import { findDualWindows } from '../../../src-core/orbit/windows.ts';
import { DEG, DELINGHA, goldenPropagator, goldenStations, NANSHAN } from '../../support/golden-orbit.ts';

interface Detector { readonly efficiency: number; readonly dark_cps: number }
interface Mission { readonly stations: readonly { readonly detectors: readonly Detector[] }[] }
const mission = JSON.parse(readFileSync('missions/micius.json', 'utf8')) as Mission;

const SAMPLES = 1127; // A quarter of a second each.

function goldenPass(): PassColumns {
  const propagator = goldenPropagator();
  const [window] = findDualWindows({
    propagator, stations: goldenStations(), from_utc_ms: Date.UTC(2018, 8, 14, 18),
    to_utc_ms: Date.UTC(2018, 8, 14, 19), sun_elevation_rad_max: -6 * DEG,
  }).windows;
  const step_ms = window!.duration_s * 1000 / (SAMPLES - 1);
  const stationPass = (which: 0 | 1) => {
    const look = sampleLook(propagator, which === 0 ? DELINGHA : NANSHAN,
      { start_utc_ms: window!.start_utc_ms, step_ms, count: SAMPLES });
    if (!look.ok) throw new Error(look.error.type);
    const { detectors } = mission.stations[which]!;
    const dark_cps = detectors.reduce((sum, detector) => sum + detector.dark_cps, 0);
    return {
      station: { detector_efficiency: detectors.reduce((sum, detector) => sum + detector.efficiency, 0) / 4, dark_cps },
      range_m: look.value.range_m,
      elevation_rad: look.value.elevation_rad,
      // The Moon had set and the Sun stood at -43 degrees: nothing but dark counts and moonless sky.
      background_cps: new Float64Array(SAMPLES).fill(dark_cps + MICIUS_LINK.sky_moonless_cps),
    };
  };
  return { step_s: step_ms / 1000, stations: [stationPass(0), stationPass(1)] };
}

describe('the golden pass with the constants of Micius', () => {
  const pass = goldenPass();
  const expected = expectedPass(MICIUS_LINK, pass);

  test('the two-downlink loss runs from 56 to 71 dB, to the decibel the paper gives', () => {
    expect(Math.round(expected.loss_db_min)).toBe(56);
    expect(Math.round(expected.loss_db_max)).toBe(71);
  });

  test('the two-photon rate lies between the campaign (2.00 Hz) and the figure quoted (2.2 Hz)', () => {
    expect(expected.rate_hz_mean).toBeGreaterThan(6208 / 3100);
    expect(expected.rate_hz_mean).toBeLessThan(2.2 * 1.05);
  });

  test('signal to noise 15 to 1, QBER 4.5 % within its error, sifted bits about one a second', () => {
    expect(expected.snr).toBeCloseTo(15, 0);
    // 140 errors in 3,100 bits: 4.5 % with 0.37 % of statistics.
    expect(Math.abs(expected.qber - 140 / 3100)).toBeLessThan(Math.sqrt(0.045 * 0.955 / 3100));
    expect(expected.sifted_bits / expected.seconds).toBeCloseTo(1.03, 1);
  });

  test('the pass is best in its middle and worst at its ends, as in Fig. 2', () => {
    const { loss_db } = rateColumns(MICIUS_LINK, pass);
    const lowest = loss_db.indexOf(Math.min(...loss_db)) / SAMPLES;
    expect(lowest).toBeGreaterThan(0.3);
    expect(lowest).toBeLessThan(0.7);
    expect(Math.max(...loss_db)).toBe(Math.max(loss_db[0]!, loss_db.at(-1)!));
  });

  test('against fibre: 0.16 dB/km over 1,120 km would be eleven orders of magnitude worse', () => {
    const mean_db = -10 * Math.log10(expected.true_coincidences / expected.seconds / MICIUS_LINK.pair_rate_hz);
    expect(Math.round((0.16 * 1120 - mean_db) / 10)).toBe(11);
  });
});
