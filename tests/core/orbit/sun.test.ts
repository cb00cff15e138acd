// Goal: Sun and Moon against ERFA (astropy), and the sky's definitions at their bounds.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createStation } from '../../../src-core/orbit/look.ts';
import { moonIllumination, moonLook, separationRad } from '../../../src-core/orbit/moon.ts';
import { bodyAzimuthRad, sunElevationRad, sunlightAt, sunPefKm, twilightOf } from '../../../src-core/orbit/sun.ts';
import { DEG, readGolden } from '../../support/golden-orbit.ts';

interface Place {
  readonly sun_elevation_deg: number; readonly sun_azimuth_deg: number;
  readonly moon_elevation_deg: number; readonly moon_azimuth_deg: number;
}
interface Reference {
  readonly stations: Record<'delingha' | 'nanshan', [number, number, number]>;
  readonly rows: readonly { readonly utc_ms: number; readonly moon_illumination: number; readonly delingha: Place;
    readonly nanshan: Place }[];
}

const { stations, rows } = readGolden('astropy/sun-moon.json') as Reference;
const HUNDREDTH_DEG = 0.01;
const AU_KM = 149_597_870.7;

/** Difference of two azimuths across the line of sight, degrees. */
const across = (a_deg: number, b_deg: number, elevation_deg: number) =>
  Math.abs(Math.asin(Math.sin((a_deg - b_deg) * DEG)) / DEG) * Math.cos(elevation_deg * DEG);

describe.each(['delingha', 'nanshan'] as const)('%s against astropy, to a hundredth of a degree', (name) => {
  const [latitude_deg, longitude_deg, altitude_m] = stations[name];
  const station = createStation({ latitude_deg, longitude_deg, altitude_m });

  test('Sun', () => {
    for (const row of rows) {
      const theirs = row[name];
      const risen_deg = sunElevationRad(station, row.utc_ms) / DEG - theirs.sun_elevation_deg;
      expect(Math.abs(risen_deg)).toBeLessThan(HUNDREDTH_DEG);
      const azimuth_deg = bodyAzimuthRad(sunPefKm(row.utc_ms), station) / DEG;
      const off_deg = across(azimuth_deg, theirs.sun_azimuth_deg, theirs.sun_elevation_deg);
      expect(off_deg).toBeLessThan(HUNDREDTH_DEG);
    }
  });

  test('Moon', () => {
    for (const row of rows) {
      const [ours, theirs] = [moonLook(station, row.utc_ms), row[name]];
      expect(Math.abs(ours.elevation_rad / DEG - theirs.moon_elevation_deg)).toBeLessThan(HUNDREDTH_DEG);
      const off_deg = across(ours.azimuth_rad / DEG, theirs.moon_azimuth_deg, theirs.moon_elevation_deg);
      expect(off_deg).toBeLessThan(HUNDREDTH_DEG);
      expect(Math.abs(ours.illumination - row.moon_illumination)).toBeLessThan(0.001);
    }
  });
});

test('analytic: at the March equinox of 2020 (03:50 UTC) the Sun stands over the equator', () => {
  const [x, y, z] = sunPefKm(Date.UTC(2020, 2, 20, 3, 50));
  // The Sun crosses at a degree a day: a minute is 0.0003 degrees.
  expect(Math.abs(Math.asin(z / Math.hypot(x, y, z)) / DEG)).toBeLessThan(0.001);
});

test('twilight bounds', () => {
  expect([0, -0.9, -6.1, -12.1, -18.1].map((degrees) => twilightOf(degrees * DEG)))
    .toEqual(['day', 'civil', 'nautical', 'astronomical', 'night']);
});

test('shadow: lit before the terminator, dark behind the Earth, penumbra 3.7 degrees of Sun wide at most', () => {
  const sun = [AU_KM, 0, 0] as const;
  const around = (degrees: number) => [6878 * Math.cos(degrees * DEG), 6878 * Math.sin(degrees * DEG), 0] as const;
  expect([0, 90, 105, 180].map((degrees) => sunlightAt(around(degrees), sun))).toEqual(['lit', 'lit', 'lit', 'umbra']);
  // 90 + acos(6378/6878) = 111.98 degrees from the Sun, and the Sun is 0.53 degrees wide.
  expect(sunlightAt(around(111.98), sun)).toBe('penumbra');
  expect([sunlightAt(around(111.6), sun), sunlightAt(around(112.4), sun)]).toEqual(['lit', 'umbra']);
});

test('illumination: full opposite the Sun, new towards it, half at right angles', () => {
  const sun = [AU_KM, 0, 0] as const;
  expect(moonIllumination([-384_400, 0, 0], sun)).toBeCloseTo(1, 6);
  expect(moonIllumination([384_400, 0, 0], sun)).toBeCloseTo(0, 6);
  expect(moonIllumination([0, 384_400, 0], sun)).toBeCloseTo(0.5, 2);
});

test('property: separation is a distance: symmetric, zero to itself, at most pi, triangle inequality', () => {
  const direction = fc.record({
    elevation_rad: fc.double({ min: -Math.PI / 2, max: Math.PI / 2, noNaN: true }),
    azimuth_rad: fc.double({ min: 0, max: 2 * Math.PI, noNaN: true }),
  });
  fc.assert(fc.property(direction, direction, direction, (a, b, c) => {
    expect(separationRad(a, a)).toBe(0);
    expect(separationRad(a, b)).toBeCloseTo(separationRad(b, a), 12);
    expect(separationRad(a, b)).toBeLessThanOrEqual(Math.PI);
    expect(separationRad(a, c)).toBeLessThanOrEqual(separationRad(a, b) + separationRad(b, c) + 1e-7);
  }));
});
