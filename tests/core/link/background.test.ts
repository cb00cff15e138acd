// Goal: the sky's part of the counts follows Moon and Sun as published, and is nothing where they are nothing.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stationBackground, type SkyConditions } from '../../../src-core/link/background.ts';
import { MICIUS_LINK } from '../../../src-core/link/link-parameters.ts';

const DEG = Math.PI / 180;
const STATION = { detector_efficiency: 0.5331, dark_cps: 377 };
const MOONLESS: SkyConditions = {
  line_of_sight_elevation_rad: 45 * DEG, sun_elevation_rad: -40 * DEG, moon_elevation_rad: -10 * DEG,
  moon_illumination: 1, moon_separation_rad: 60 * DEG,
};
const MOONLIT: SkyConditions = { ...MOONLESS, moon_elevation_rad: 45 * DEG };
const background = (sky: SkyConditions) => stationBackground(MICIUS_LINK, STATION, sky);

test('a moonless night leaves dark counts and the moonless sky, and the parts add up', () => {
  const { dark_cps, sky_cps, moon_cps, twilight_cps, total_cps } = background(MOONLESS);
  expect([dark_cps, sky_cps, moon_cps]).toEqual([377, MICIUS_LINK.sky_moonless_cps, 0]);
  expect(twilight_cps).toBeLessThan(1e-6);
  expect(total_cps).toBe(dark_cps + sky_cps + moon_cps + twilight_cps);
});

test('the full Moon of the reference is the full Moon of the parameters', () => {
  expect(background(MOONLIT).moon_cps).toBeCloseTo(MICIUS_LINK.sky_full_moon_cps, 6);
});

test('Krisciunas and Schaefer: a half Moon gives a ninth of the full one (2.37 magnitudes at 90 degrees)', () => {
  const half = background({ ...MOONLIT, moon_illumination: 0.5 }).moon_cps;
  expect(2.5 * Math.log10(MICIUS_LINK.sky_full_moon_cps / half)).toBeCloseTo(0.026 * 90 + 4e-9 * 90 ** 4, 2);
});

test('twilight equals the full Moon at -9.5 degrees, fades tenfold in 2 degrees, and never exceeds daylight', () => {
  const at = (sun_deg: number) => background({ ...MOONLESS, sun_elevation_rad: sun_deg * DEG }).twilight_cps;
  expect(at(-9.5)).toBeCloseTo(MICIUS_LINK.sky_full_moon_cps, 6);
  expect(at(-9.5) / at(-11.5)).toBeCloseTo(10, 6);
  expect(at(60)).toBe(MICIUS_LINK.sky_full_moon_cps * 1e5);
});

test('a line of sight below the horizon is a programmer error', () => {
  expect(() => background({ ...MOONLESS, line_of_sight_elevation_rad: -0.1 })).toThrow('line of sight');
});

test('property: finite and never below the dark counts, whatever stands in the sky', () => {
  const angle = (low: number, high: number) => fc.double({ min: low * DEG, max: high * DEG, noNaN: true });
  const sky = fc.record({
    line_of_sight_elevation_rad: angle(0, 90), sun_elevation_rad: angle(-90, 90), moon_elevation_rad: angle(-90, 90),
    moon_illumination: fc.double({ min: 0, max: 1, noNaN: true }), moon_separation_rad: angle(0, 180),
  });
  fc.assert(fc.property(sky, (conditions) => {
    const { total_cps } = background(conditions);
    expect(Number.isFinite(total_cps)).toBe(true);
    expect(total_cps).toBeGreaterThanOrEqual(377);
  }));
});

test('property: the brighter its disc and the nearer it stands (to 30 degrees), the more the Moon counts', () => {
  const lit = fc.double({ min: 0, max: 1, noNaN: true });
  const apart = fc.double({ min: 5 * DEG, max: 30 * DEG, noNaN: true });
  fc.assert(fc.property(fc.tuple(lit, lit), fc.tuple(apart, apart), ([p, q], [a, b]) => {
    const cps = (moon_illumination: number, moon_separation_rad: number) =>
      background({ ...MOONLIT, moon_illumination, moon_separation_rad }).moon_cps;
    expect(cps(Math.max(p, q), Math.min(a, b))).toBeGreaterThanOrEqual(cps(Math.min(p, q), Math.max(a, b)) - 1e-9);
  }));
});
