import { Body, GeoVector, MakeTime, RotateVector, Rotation_EQJ_EQD, SiderealTime, type AstroTime, type Vector }
  from 'astronomy-engine';
import { MS_PER_DAY } from '../constants.ts';
import { J2000_UTC_MS } from './frames.ts';
import type { Station } from './look.ts';

/** Kilometres in an astronomical unit, exact. Source: IAU 2012 resolution B2. */
const AU_KM = 149_597_870.7;
/** Radius of the Sun, km. Source: IAU 2015 resolution B3. */
export const SUN_RADIUS_KM = 695_700;
/** Equatorial radius of the Earth, km. Source: WGS-84, NGA.STND.0036, table 3.1. */
export const EARTH_RADIUS_KM = 6378.137;

const RAD = Math.PI / 180;

/** A vector in the frame that turns with the Earth, km. */
export type PefVector = readonly [number, number, number];

/**
 * The time object of the ephemeris, with UTC taken for UT1.
 *
 * @units utc_ms: milliseconds since 1970
 * @shape scalar
 * @errors none
 * @validity 1900 to 2100; UT1 within 0.9 s of UTC
 * @source astronomy-engine, which counts days of UT since J2000
 * @golden tests/core/orbit/sun.test.ts
 */
export function ephemerisTime(utc_ms: number): AstroTime {
  return MakeTime((utc_ms - J2000_UTC_MS) / MS_PER_DAY);
}

/**
 * Turns a geocentric vector of the J2000 equator into the Earth-fixed frame.
 *
 *   r_PEF = R3(GAST) N P r_J2000
 *
 * @units vector: AU; result: km
 * @shape vector of three
 * @errors none
 * @validity polar motion left out
 * @source IAU 2006 precession, IAU 2000B nutation as astronomy-engine has them; Vallado, 4th ed., section 3.7
 * @golden tests/core/orbit/sun.test.ts
 */
export function earthFixedKm(vector: Vector, time: AstroTime): PefVector {
  const of_date = RotateVector(Rotation_EQJ_EQD(time), vector);
  const gast_rad = SiderealTime(time) * 15 * RAD;
  const [c, s] = [Math.cos(gast_rad), Math.sin(gast_rad)];
  return [
    (c * of_date.x + s * of_date.y) * AU_KM,
    (c * of_date.y - s * of_date.x) * AU_KM,
    of_date.z * AU_KM,
  ];
}

/**
 * Apparent geocentric Sun in the Earth-fixed frame.
 *
 *   VSOP87 (truncated), light time and aberration, precession, nutation, GAST
 *
 * @units utc_ms in; km
 * @shape vector of three
 * @errors none
 * @validity 1900 to 2100; better than 0.003 degree, of which UT1 is most
 * @source astronomy-engine 2.1 (VSOP87); Meeus, Astronomical Algorithms, 2nd ed., chapter 25
 * @golden tests/core/orbit/sun.test.ts, astropy (ERFA) to 0.01 degree
 */
export function sunPefKm(utc_ms: number): PefVector {
  const time = ephemerisTime(utc_ms);
  return earthFixedKm(GeoVector(Body.Sun, time, true), time);
}

/**
 * Geometric elevation of a body seen from a station, parallax included.
 *
 *   sin(el) = (b - s) . up / |b - s|
 *
 * @units body: km in PEF; result: radians
 * @shape scalar
 * @errors none
 * @validity no refraction
 * @source Vallado, 4th ed., section 4.4.3
 * @golden tests/core/orbit/sun.test.ts
 */
export function bodyElevationRad(body_pef_km: PefVector, station: Station): number {
  const [x, y, z] = station.position_pef_km;
  const [dx, dy, dz] = [body_pef_km[0] - x, body_pef_km[1] - y, body_pef_km[2] - z];
  const [ux, uy, uz] = station.up;
  return Math.asin((dx * ux + dy * uy + dz * uz) / Math.hypot(dx, dy, dz));
}

/**
 * Geometric azimuth of a body seen from a station.
 *
 *   az = atan2((b - s) . east, (b - s) . north)
 *
 * @units body: km in PEF; result: radians in [0, 2 pi), from north over east
 * @shape scalar
 * @errors none
 * @validity undefined at the zenith, where it gives 0
 * @source Vallado, 4th ed., section 4.4.3
 * @golden tests/core/orbit/sun.test.ts
 */
export function bodyAzimuthRad(body_pef_km: PefVector, station: Station): number {
  const [x, y, z] = station.position_pef_km;
  const [dx, dy, dz] = [body_pef_km[0] - x, body_pef_km[1] - y, body_pef_km[2] - z];
  const along = (axis: PefVector) => axis[0] * dx + axis[1] * dy + axis[2] * dz;
  const azimuth = Math.atan2(along(station.east), along(station.north));
  return azimuth < 0 ? azimuth + 2 * Math.PI : azimuth;
}

/**
 * Geometric elevation of the Sun at a station.
 *
 * @units utc_ms in; radians
 * @shape scalar
 * @errors none
 * @validity as sunPefKm, without refraction
 * @source as sunPefKm
 * @golden tests/core/orbit/sun.test.ts, astropy (ERFA) to 0.01 degree
 */
export function sunElevationRad(station: Station, utc_ms: number): number {
  return bodyElevationRad(sunPefKm(utc_ms), station);
}

export type Twilight = 'day' | 'civil' | 'nautical' | 'astronomical' | 'night';

/**
 * Names the light at a station by the Sun's elevation.
 *
 *   day > -0.833 >= civil > -6 >= nautical > -12 >= astronomical > -18 >= night  (degrees)
 *
 * @units radians
 * @shape scalar
 * @errors none
 * @validity geometric elevation; -0.833 degree is sunrise with mean refraction and the Sun's radius
 * @source Explanatory Supplement to the Astronomical Almanac, 3rd ed., section 12.3
 * @golden tests/core/orbit/sun.test.ts, `twilight bounds`
 */
export function twilightOf(sun_elevation_rad: number): Twilight {
  const elevation_deg = sun_elevation_rad / RAD;
  if (elevation_deg > -0.833) return 'day';
  if (elevation_deg > -6) return 'civil';
  if (elevation_deg > -12) return 'nautical';
  return elevation_deg > -18 ? 'astronomical' : 'night';
}

export type Sunlight = 'lit' | 'penumbra' | 'umbra';

/**
 * Whether the satellite is in sunlight, by the apparent discs of Sun and Earth.
 *
 *   a = asin(R_S / |s - r|), b = asin(R_E / |r|), c = angle(-r, s - r)
 *   lit: c >= a + b;  umbra: c <= b - a;  else penumbra
 *
 * @units km in one Earth-centred frame
 * @shape two vectors
 * @errors none
 * @validity spherical Earth of equatorial radius without air: entry early by up to 3 s in low orbit near the poles
 * @source Montenbruck and Gill, Satellite Orbits, section 3.4.2
 * @golden tests/core/orbit/sun.test.ts, `shadow`
 */
export function sunlightAt(satellite_km: PefVector, sun_km: PefVector): Sunlight {
  const [x, y, z] = satellite_km;
  const [dx, dy, dz] = [sun_km[0] - x, sun_km[1] - y, sun_km[2] - z];
  const to_sun_km = Math.hypot(dx, dy, dz);
  const radius_km = Math.hypot(x, y, z);
  const sun_rad = Math.asin(SUN_RADIUS_KM / to_sun_km);
  const earth_rad = Math.asin(Math.min(1, EARTH_RADIUS_KM / radius_km));
  const cosine = -(x * dx + y * dy + z * dz) / (radius_km * to_sun_km);
  const apart_rad = Math.acos(Math.min(1, Math.max(-1, cosine)));
  if (apart_rad >= sun_rad + earth_rad) return 'lit';
  return apart_rad <= earth_rad - sun_rad ? 'umbra' : 'penumbra';
}
