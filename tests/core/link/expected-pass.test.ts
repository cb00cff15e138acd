// Goal: what a pass should give, where it can be worked out by hand.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { linkTerms, transmittance } from '../../../src-core/link/downlink.ts';
import { accidentalHz, expectedPass, gateCapture, qberOfVisibility, rateColumns, type PassColumns }
  from '../../../src-core/link/expected-pass.ts';
import { MICIUS_LINK } from '../../../src-core/link/link-parameters.ts';

const STATION = { detector_efficiency: 0.53, dark_cps: 200 };

/** A satellite standing still: every rate is constant. */
function still(count: number, background_cps: number, range_m = 800_000): PassColumns {
  const station = {
    station: STATION, range_m: new Float64Array(count).fill(range_m),
    elevation_rad: new Float64Array(count).fill(0.7), background_cps: new Float64Array(count).fill(background_cps),
  };
  return { step_s: 0.5, stations: [station, station] };
}

test('analytic: constant rates integrate to rate times time', () => {
  const eta = transmittance(linkTerms(MICIUS_LINK, STATION, { range_m: 800_000, elevation_rad: 0.7 }).total_db);
  const expected = expectedPass(MICIUS_LINK, still(201, 3000));
  const true_hz = 5.9e6 * eta * eta * gateCapture(2.5, 0.77);
  const accidental_hz = (5.9e6 * eta + 3000) ** 2 * 2.5e-9;
  expect(expected.seconds).toBe(100);
  expect(expected.true_coincidences).toBeCloseTo(100 * true_hz, 8);
  expect(expected.accidentals).toBeCloseTo(100 * accidental_hz, 8);
  expect(expected.snr).toBeCloseTo(true_hz / accidental_hz, 8);
  expect(expected.sifted_bits).toBeCloseTo(expected.coincidences * (0.52 ** 2 + 0.48 ** 2), 8);
  // Half the accidentals err, and (1 - V) / 2 of the true pairs.
  const errors = expected.true_coincidences * 0.0175 + expected.accidentals / 2;
  expect(expected.qber).toBeCloseTo(errors / expected.coincidences, 12);
  const night = Math.LN10 / 10 * expected.true_coincidences;
  expect(expected.coincidences_sigma).toBeCloseTo(Math.sqrt(expected.coincidences + night ** 2), 8);
});

test('gate of 2.5 ns and jitter of 0.77 ns: 0.8955 of the pairs (normal tables at 1.623)', () => {
  expect(gateCapture(2.5, 0.77)).toBeCloseTo(0.8955, 4);
  expect(gateCapture(2.5, 0)).toBe(1);
});

test('visibility: perfect pairs do not err, uncorrelated ones err half the time', () => {
  expect([1, 0, -1, 0.91].map(qberOfVisibility)).toEqual([0, 0.5, 1, expect.closeTo(0.045, 12)]);
  expect(() => qberOfVisibility(1.2)).toThrow('visibility');
});

test('accidentals of 8,000 by 8,000 counts in 2.5 ns are 0.16 Hz', () => {
  expect(accidentalHz([8000, 8000], 2.5)).toBeCloseTo(0.16, 12);
});

test('columns of different lengths, or a pass of one sample, are programmer errors', () => {
  const pass = still(10, 0);
  const short = { ...pass.stations[0], range_m: new Float64Array(9) };
  expect(() => rateColumns(MICIUS_LINK, { ...pass, stations: [pass.stations[0], short] })).toThrow('10 and 9');
  expect(() => expectedPass(MICIUS_LINK, still(1, 0))).toThrow('1 samples');
});

test('property: a brighter sky never helps, a nearer satellite never hurts', () => {
  const sky = fc.double({ min: 0, max: 1e6, noNaN: true });
  const range = fc.double({ min: 4e5, max: 3e6, noNaN: true });
  fc.assert(fc.property(fc.tuple(sky, sky), fc.tuple(range, range), ([s, t], [r, q]) => {
    const at = (cps: number, range_m: number) => expectedPass(MICIUS_LINK, still(3, cps, range_m));
    expect(at(Math.max(s, t), r).qber).toBeGreaterThanOrEqual(at(Math.min(s, t), r).qber - 1e-12);
    expect(at(s, Math.min(r, q)).true_coincidences)
      .toBeGreaterThanOrEqual(at(s, Math.max(r, q)).true_coincidences - 1e-12);
    expect(at(s, r).qber).toBeLessThanOrEqual(0.5);
  }));
});
