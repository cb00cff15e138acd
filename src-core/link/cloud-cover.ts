import { assert } from '../assert.ts';

/** What is expected of the sky over a station in a night. */
export interface SkyForecast {
  /** Share of the sky that an observer calls covered, 0 to 1. */
  readonly cloud_fraction: number;
  /** How much of it is believed; the rest is as if nothing were known. */
  readonly confidence: number;
}

/** The model by name, for whoever shows a number of it. */
export const CLOUD_MODEL =
  'cloud-free line of sight after Lund and Shanklin (1973), in the form of Malick, Allen and Zakanycz (1979)';

/** From straight above to the rim of the sky the exponent grows with the tangent of the zenith angle; 2 degrees is low enough. */
const ELEVATION_RAD_MIN = 2 * Math.PI / 180;
const PANELS = 16;

/**
 * Probability that nothing stands between a station and a point in a partly covered sky.
 *
 *   p = 1 - s (1 + 3 s) / 4,   b = 0.55 - p / 2,   P = p^(1 + b tan z),   z = 90 deg - elevation
 *
 * p is the probability straight above, which is more than 1 - s: an observer sees the sides of clouds near the horizon
 * and calls the sky fuller than it is. The lower one looks, the longer the way through the layer.
 *
 * @units cloud_fraction dimensionless, elevation_rad radians; dimensionless
 * @shape scalar
 * @errors programmer error for a fraction outside [0, 1] or an elevation outside [0, pi/2]
 * @validity averaged over cloud types; below 2 degrees as at 2 degrees; the coefficients are quoted from the literature
 *   and held here by one check alone: the average over the dome is the open part of the sky within one okta
 * @source form and coefficients: Malick, Allen and Zakanycz, Proc. SPIE 195, 100 (1979); observations:
 *   Lund and Shanklin, J. Appl. Meteorol. 12, 28 (1973), doi:10.1175/1520-0450(1973)012<0028:UMFEPO>2.0.CO;2
 * @golden tests/core/link/cloud-cover.test.ts, the dome average against the sky cover it stands for
 */
export function clearSightProbability(cloud_fraction: number, elevation_rad: number): number {
  assert(cloud_fraction >= 0 && cloud_fraction <= 1, `cloud fraction ${cloud_fraction}`);
  assert(elevation_rad >= 0 && elevation_rad <= Math.PI / 2, `elevation ${elevation_rad} rad`);
  const above = 1 - cloud_fraction * (1 + 3 * cloud_fraction) / 4;
  const slant = 1 / Math.tan(Math.max(elevation_rad, ELEVATION_RAD_MIN));
  return above ** (1 + (0.55 - above / 2) * slant);
}

/**
 * The same where nothing is known of the sky: every cloud fraction alike.
 *
 *   P0 = integral over s from 0 to 1 of P(s, elevation)
 *
 * @units elevation_rad radians; dimensionless
 * @shape scalar
 * @errors programmer error for an elevation outside [0, pi/2]
 * @validity Simpson with 16 panels, to 1e-4
 * @source the principle of indifference; Simpson: NIST DLMF 3.5.6
 * @golden tests/core/link/cloud-cover.test.ts, against a Riemann sum of 10,000 terms
 */
export function unknownSightProbability(elevation_rad: number): number {
  let sum = 0;
  for (let i = 0; i <= PANELS; i++) {
    const weight = i === 0 || i === PANELS ? 1 : i % 2 === 1 ? 4 : 2;
    sum += weight * clearSightProbability(i / PANELS, elevation_rad);
  }
  return sum / (3 * PANELS);
}

/**
 * Probability of a clear line of sight by a forecast that is believed in part.
 *
 *   P = c P(s, elevation) + (1 - c) P0(elevation)
 *
 * @units radians in, dimensionless
 * @shape scalar
 * @errors programmer error for a confidence outside [0, 1]
 * @validity as clearSightProbability
 * @source law of total probability
 * @golden tests/core/link/cloud-cover.test.ts
 */
export function forecastSightProbability({ cloud_fraction, confidence }: SkyForecast, elevation_rad: number): number {
  assert(confidence >= 0 && confidence <= 1, `confidence ${confidence}`);
  return confidence * clearSightProbability(cloud_fraction, elevation_rad)
    + (1 - confidence) * unknownSightProbability(elevation_rad);
}
