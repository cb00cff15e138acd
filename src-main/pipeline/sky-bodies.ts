import { moonLook } from '../../src-core/orbit/moon.ts';
import { bodyAzimuthRad, sunElevationRad, sunPefKm } from '../../src-core/orbit/sun.ts';
import type { StationPair } from './pass-prediction.ts';

const DEG = 180 / Math.PI;

/** Sun and Moon over both stations at one instant, geometric, as the facts of a frame: degrees, and the Moon's lit share. */
export function skyBodies({ masked }: StationPair, ids: readonly string[], utc_ms: number): Readonly<Record<string, number>> {
  const sun = sunPefKm(utc_ms);
  const over = masked.flatMap(({ station }, which) => {
    const id = ids[which]!;
    const moon = moonLook(station, utc_ms);
    return [
      [`${id}.moon_elevation_deg`, moon.elevation_rad * DEG], [`${id}.moon_azimuth_deg`, moon.azimuth_rad * DEG],
      [`${id}.sun_elevation_deg`, sunElevationRad(station, utc_ms) * DEG], [`${id}.sun_azimuth_deg`, bodyAzimuthRad(sun, station) * DEG],
      ['moon_illumination', moon.illumination],
    ] as const;
  });
  return Object.fromEntries(over);
}
