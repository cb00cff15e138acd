// Goal: each term of one downlink against its own authority or limit, so that a sum cannot hide a wrong term.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { airMass, diffractionDb, linkTerms, lossDb, measuredEfficiency, pointingDb, transmittance }
  from '../../../src-core/link/downlink.ts';
import { MICIUS_LINK } from '../../../src-core/link/link-parameters.ts';

const DEG = Math.PI / 180;
const STATION = { detector_efficiency: 0.5331, dark_cps: 377 };

test('air mass: table II of Kasten and Young (1989), within its half per cent', () => {
  const table = [[0, 38], [5, 10.31], [10, 5.586], [13, 4.366], [30, 1.994], [60, 1.154], [90, 1]] as const;
  for (const [elevation_deg, mass] of table) {
    expect(Math.abs(airMass(elevation_deg * DEG) / mass - 1)).toBeLessThan(0.005);
  }
});

describe('diffraction', () => {
  test('inverse square: twice a long range is 6.02 dB', () => {
    expect(diffractionDb(MICIUS_LINK, 4e6) - diffractionDb(MICIUS_LINK, 2e6)).toBeCloseTo(20 * Math.log10(2), 1);
    expect(diffractionDb(MICIUS_LINK, 4e8) - diffractionDb(MICIUS_LINK, 2e8)).toBeCloseTo(20 * Math.log10(2), 5);
  });

  test('a beam far smaller than the telescope is collected whole, and one as wide as it by 1 - 1/e^2', () => {
    expect(diffractionDb(MICIUS_LINK, 1000)).toBeCloseTo(0, 9);
    // 1.2 m across at 1/e^2: 120 km at 10 urad.
    expect(diffractionDb(MICIUS_LINK, 120_000)).toBeCloseTo(lossDb(1 - Math.exp(-2)), 9);
  });

  test('Liao et al. (2017): a 12 m beam at 1,200 km on 1 m loses 22 dB by area; on axis it is 3 dB less', () => {
    const loss_db = diffractionDb({ ...MICIUS_LINK, telescope_diameter_m: 1 }, 1_200_000);
    expect(loss_db + 10 * Math.log10(2)).toBeCloseTo(20 * Math.log10(12), 1);
  });
});

test('pointing: the closed form is the integral of the beam over Rayleigh errors', () => {
  const [sigma, w] = [MICIUS_LINK.pointing_sigma_rad, MICIUS_LINK.divergence_rad / 2];
  const step = sigma / 1000;
  let mean = 0;
  for (let e = step / 2; e < 12 * sigma; e += step) {
    mean += e / sigma ** 2 * Math.exp(-(e ** 2) / (2 * sigma ** 2)) * Math.exp(-2 * e ** 2 / w ** 2) * step;
  }
  expect(pointingDb(MICIUS_LINK)).toBeCloseTo(lossDb(mean), 5);
  expect(pointingDb({ ...MICIUS_LINK, pointing_sigma_rad: 0 })).toBe(0);
});

test('the terms add up, and the detector stands apart from the channel', () => {
  const terms = linkTerms(MICIUS_LINK, STATION, { range_m: 1_000_000, elevation_rad: 30 * DEG });
  const sum = terms.diffraction_db + terms.atmosphere_db + terms.pointing_db + terms.optics_db;
  expect(terms.channel_db).toBeCloseTo(sum, 12);
  expect(terms.total_db - terms.channel_db).toBeCloseTo(2.732, 3); // 53.31 %.
});

test('what no light can do is a programmer error', () => {
  expect(() => lossDb(1.1)).toThrow('transmittance');
  expect(() => airMass(-0.1)).toThrow('elevation');
  expect(() => diffractionDb(MICIUS_LINK, 0)).toThrow('range');
  expect(() => measuredEfficiency(MICIUS_LINK, { counts: 1, seconds: 0, background_cps: 0 })).toThrow('0 s');
});

describe('measured efficiency', () => {
  test('is the count rate less the background over the pair rate, with Poisson error', () => {
    const measured = measuredEfficiency(MICIUS_LINK, { counts: 94_000, seconds: 10, background_cps: 3500 });
    expect(measured.efficiency).toBeCloseTo(5900 / 5.9e6, 12);
    expect(measured.efficiency_sigma).toBeCloseTo(Math.sqrt(94_000) / 10 / 5.9e6, 12);
  });

  test('is negative, not clamped, when the sky is darker than it was thought', () => {
    expect(measuredEfficiency(MICIUS_LINK, { counts: 10, seconds: 1, background_cps: 20 }).efficiency).toBeLessThan(0);
  });
});

test('property: farther or lower is never better, and decibels invert', () => {
  const range = fc.double({ min: 1e5, max: 4e6, noNaN: true });
  const elevation = fc.double({ min: 0, max: Math.PI / 2, noNaN: true });
  const loss = (range_m: number, elevation_rad: number) =>
    linkTerms(MICIUS_LINK, STATION, { range_m, elevation_rad }).total_db;
  fc.assert(fc.property(fc.tuple(range, range), fc.tuple(elevation, elevation), ([r, s], [h, k]) => {
    expect(loss(Math.max(r, s), Math.min(h, k))).toBeGreaterThanOrEqual(loss(Math.min(r, s), Math.max(h, k)) - 1e-9);
    expect(lossDb(transmittance(loss(r, h)))).toBeCloseTo(loss(r, h), 9);
  }));
});
