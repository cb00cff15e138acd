import { assert } from '../assert.ts';

const RAD = Math.PI / 180;
/** Bennett's formula holds for this air. */
const REFERENCE_HPA = 1010;
const REFERENCE_K = 283;
const ZERO_CELSIUS_K = 273;
/** Standard atmosphere at sea level, and its lapse. Source: ISO 2533:1975. */
const SEA_LEVEL_HPA = 1013.25;
const SEA_LEVEL_C = 15;
const LAPSE_C_M = 0.0065;
const PRESSURE_EXPONENT = 5.255_88;
/** Fixed-point steps: each shrinks the error at least fivefold at the horizon. */
const STEPS = 30;

/** The air at a station, on which refraction depends. */
export interface Air {
  readonly pressure_hpa: number;
  readonly temperature_c: number;
}

/**
 * Air of the standard atmosphere at a height.
 *
 *   T = 15 - 0.0065 h;  P = 1013.25 (1 - 0.0065 h / 288.15)^5.25588
 *
 * @units metres in; hPa, degrees Celsius
 * @shape scalar
 * @errors programmer error outside -500 to 9,000 m
 * @validity weather moves the pressure by 3 % and the temperature by 20 degrees: refraction at 13 degrees by 10 %
 * @source ISO 2533:1975
 * @golden tests/core/orbit/refraction.test.ts, `standard air`
 */
export function standardAir(altitude_m: number): Air {
  assert(altitude_m >= -500 && altitude_m <= 9000, `altitude ${altitude_m} m`);
  const kelvin = SEA_LEVEL_C + 273.15;
  return {
    pressure_hpa: SEA_LEVEL_HPA * (1 - LAPSE_C_M * altitude_m / kelvin) ** PRESSURE_EXPONENT,
    temperature_c: SEA_LEVEL_C - LAPSE_C_M * altitude_m,
  };
}

/**
 * Refraction of light that arrives at an apparent elevation.
 *
 *   R[arcmin] = cot(h + 7.31 / (h + 4.4)) (P / 1010) 283 / (273 + T),  h apparent, in degrees
 *
 * @units radians in and out
 * @shape scalar
 * @errors programmer error below -1 degree
 * @validity -0.5 to 90 degrees, better than 0.07 arcmin of visible light; at 810 nm 3 % less
 * @source Bennett, J. Navigation 35, 255 (1982), doi:10.1017/S0373463300022037; Meeus, Astronomical Algorithms,
 *   2nd ed., eq. 16.3
 * @golden tests/core/orbit/refraction.test.ts, Skyfield to 0.1 %, ERFA at 810 nm to 4 %
 */
export function refractionRad(apparent_rad: number, { pressure_hpa, temperature_c }: Air): number {
  const h_deg = apparent_rad / RAD;
  assert(h_deg >= -1, `apparent elevation of ${h_deg} degrees`);
  const density = pressure_hpa / REFERENCE_HPA * REFERENCE_K / (ZERO_CELSIUS_K + temperature_c);
  // The formula turns slightly negative within a tenth of a degree of the zenith, where there is none.
  return Math.max(0, density / 60 * RAD / Math.tan((h_deg + 7.31 / (h_deg + 4.4)) * RAD));
}

/**
 * Geometric elevation of what is seen at an apparent one.
 *
 *   h_geometric = h - R(h)
 *
 * @units radians
 * @shape scalar
 * @errors as refractionRad
 * @validity as refractionRad; strictly increasing, so a limit on one is a limit on the other
 * @source as refractionRad
 * @golden tests/core/orbit/refraction.test.ts
 */
export function geometricElevationRad(apparent_rad: number, air: Air): number {
  return apparent_rad - refractionRad(apparent_rad, air);
}

/** Below this, light grazes ground and no formula holds; what is this low is shown geometrically. */
const LOWEST_RAD = -0.5 * RAD;

/**
 * Apparent elevation at which a geometric one is seen; below -0.5 degree refraction fades out over a degree.
 *
 *   solves h - R(h) = h_geometric
 *
 * @units radians
 * @shape scalar
 * @errors none
 * @validity above the horizon as refractionRad; below it a continuation for plots only
 * @source as refractionRad; fixed-point iteration, NIST DLMF 3.8(ii)
 * @golden tests/core/orbit/refraction.test.ts, `there and back`
 */
export function apparentElevationRad(geometric_rad: number, air: Air): number {
  const start = Math.max(geometric_rad, LOWEST_RAD);
  let apparent = start;
  for (let step = 0; step < STEPS; step++) apparent = start + refractionRad(apparent, air);
  const fading = Math.max(0, 1 - Math.max(0, start - geometric_rad) / RAD);
  return geometric_rad + (apparent - start) * fading;
}
