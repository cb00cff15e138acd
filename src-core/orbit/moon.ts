import { GeoMoon } from 'astronomy-engine';
import type { Station } from './look.ts';
import { bodyAzimuthRad, bodyElevationRad, earthFixedKm, ephemerisTime, sunPefKm, type PefVector } from './sun.ts';

/** The Moon over a station. */
export interface MoonLook {
  readonly elevation_rad: number;
  readonly azimuth_rad: number;
  /** Lit share of the disc. */
  readonly illumination: number;
}

/**
 * Geocentric Moon in the Earth-fixed frame.
 *
 * @units utc_ms in; km
 * @shape vector of three
 * @errors none
 * @validity 1900 to 2100; better than 0.005 degree
 * @source astronomy-engine 2.1 (Montenbruck and Pfleger, Astronomy on the Personal Computer, improved lunar theory)
 * @golden tests/core/orbit/sun.test.ts, astropy (ERFA) to 0.01 degree
 */
export function moonPefKm(utc_ms: number): PefVector {
  const time = ephemerisTime(utc_ms);
  return earthFixedKm(GeoMoon(time), time);
}

/**
 * Lit share of the Moon's disc.
 *
 *   k = (1 + cos i) / 2, i the angle at the Moon between Sun and Earth
 *
 * @units km in one Earth-centred frame; result: dimensionless, 0 to 1
 * @shape two vectors
 * @errors none
 * @validity seen from the Earth's centre: a station sees it within 0.005
 * @source Meeus, Astronomical Algorithms, 2nd ed., eq. 48.1 and 48.3
 * @golden tests/core/orbit/sun.test.ts, astropy (ERFA) to 0.001
 */
export function moonIllumination(moon_km: PefVector, sun_km: PefVector): number {
  const [x, y, z] = moon_km;
  const [dx, dy, dz] = [sun_km[0] - x, sun_km[1] - y, sun_km[2] - z];
  const cosine = -(x * dx + y * dy + z * dz) / (Math.hypot(x, y, z) * Math.hypot(dx, dy, dz));
  return (1 + cosine) / 2;
}

/**
 * Where the Moon stands over a station and how much of it is lit.
 *
 * @units utc_ms in; radians; illumination 0 to 1
 * @shape one instant
 * @errors none
 * @validity topocentric, without refraction
 * @source as moonPefKm
 * @golden tests/core/orbit/sun.test.ts, astropy (ERFA) to 0.01 degree
 */
export function moonLook(station: Station, utc_ms: number): MoonLook {
  const moon = moonPefKm(utc_ms);
  return {
    elevation_rad: bodyElevationRad(moon, station),
    azimuth_rad: bodyAzimuthRad(moon, station),
    illumination: moonIllumination(moon, sunPefKm(utc_ms)),
  };
}

/** A direction over a station's horizon. */
export interface Direction { readonly elevation_rad: number; readonly azimuth_rad: number }

/**
 * Angle between two directions, as from the line of sight to the Moon.
 *
 *   h = sin^2(d el / 2) + cos el1 cos el2 sin^2(d az / 2);  angle = 2 asin(sqrt(h))
 *
 * @units radians
 * @shape scalar
 * @errors none
 * @validity all directions; the haversine form keeps small angles exact
 * @source Meeus, Astronomical Algorithms, 2nd ed., eq. 17.5
 * @golden tests/core/orbit/sun.test.ts, `separation`
 */
export function separationRad(a: Direction, b: Direction): number {
  const half_elevation = Math.sin((a.elevation_rad - b.elevation_rad) / 2);
  const half_azimuth = Math.sin((a.azimuth_rad - b.azimuth_rad) / 2);
  const h = half_elevation ** 2 + Math.cos(a.elevation_rad) * Math.cos(b.elevation_rad) * half_azimuth ** 2;
  return 2 * Math.asin(Math.sqrt(Math.min(1, h)));
}
