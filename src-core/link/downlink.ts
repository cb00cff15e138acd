import { assert } from '../assert.ts';
import type { LinkParameters, LinkStation } from './link-parameters.ts';

const DEG = 180 / Math.PI;

/** Geometry of one link at one instant; elevation geometric. */
export interface LinkGeometry {
  readonly range_m: number;
  readonly elevation_rad: number;
}

/** Every term of one downlink, positive dB. */
export interface LinkTerms {
  readonly diffraction_db: number;
  readonly atmosphere_db: number;
  readonly pointing_db: number;
  readonly optics_db: number;
  readonly detector_db: number;
  /** All but the detector: what is called the attenuation of the downlink. */
  readonly channel_db: number;
  /** Photon leaving the source to click. */
  readonly total_db: number;
}

/**
 * Loss of a transmittance in positive decibels.
 *
 *   loss = -10 log10(eta)
 *
 * @units dimensionless in; dB
 * @shape scalar
 * @errors programmer error outside (0, 1]
 * @validity 0 < eta <= 1
 * @source IEC 60027-3
 * @golden tests/core/link/downlink.test.ts
 */
export function lossDb(transmittance: number): number {
  assert(transmittance > 0 && transmittance <= 1, `transmittance ${transmittance}`);
  return -10 * Math.log10(transmittance);
}

/**
 * Transmittance of a loss in positive decibels.
 *
 *   eta = 10^(-loss / 10)
 *
 * @units dB in; dimensionless
 * @shape scalar
 * @errors none
 * @validity all losses
 * @source IEC 60027-3
 * @golden tests/core/link/downlink.test.ts
 */
export function transmittance(loss_db: number): number {
  return 10 ** (-loss_db / 10);
}

/**
 * Relative air mass by elevation.
 *
 *   X = 1 / (sin h + 0.50572 (h + 6.07995)^-1.6364),  h in degrees
 *
 * @units radians in; dimensionless, 1 at the zenith
 * @shape scalar
 * @errors programmer error below the horizon
 * @validity 0 to 90 degrees; better than 0.5 %
 * @source Kasten and Young, Appl. Opt. 28, 4735 (1989), doi:10.1364/AO.28.004735, eq. 3
 * @golden tests/core/link/downlink.test.ts, table of Kasten and Young
 */
export function airMass(elevation_rad: number): number {
  assert(elevation_rad >= 0 && elevation_rad <= Math.PI / 2 + 1e-9, `elevation of ${elevation_rad} rad`);
  return 1 / (Math.sin(elevation_rad) + 0.505_72 * (elevation_rad * DEG + 6.079_95) ** -1.6364);
}

/**
 * Diffraction loss: the part of a Gaussian beam that misses the telescope.
 *
 *   eta = 1 - exp(-2 a^2 / w^2),  w = theta R / 2,  a = D / 2,  theta full angle at 1/e^2
 *
 * @units metres and radians in; dB
 * @shape scalar
 * @errors programmer error for a range that is not positive
 * @validity far field, beam on axis; the central obstruction belongs to the optics term
 * @source Saleh and Teich, Fundamentals of Photonics, 3rd ed., eq. 3.1-18
 * @golden tests/core/link/downlink.test.ts, `inverse square`
 */
export function diffractionDb(link: LinkParameters, range_m: number): number {
  assert(range_m > 0, `range of ${range_m} m`);
  const ratio = link.telescope_diameter_m / (link.divergence_rad * range_m);
  return -10 * Math.log10(-Math.expm1(-2 * ratio * ratio));
}

/**
 * Mean loss by pointing errors of the satellite, both axes normal.
 *
 *   <exp(-2 e^2 / w^2)> = 1 / (1 + 4 sigma^2 / w^2),  w = theta / 2
 *
 * @units dB
 * @shape scalar
 * @errors none
 * @validity telescope small against the beam, errors fast against a second and of zero mean
 * @source integral of the Rayleigh density over the Gaussian beam; Toyoshima et al., J. Opt. Soc. Am. A 19, 567
 *   (2002), doi:10.1364/JOSAA.19.000567
 * @golden tests/core/link/downlink.test.ts, numerical integral
 */
export function pointingDb(link: LinkParameters): number {
  const ratio = 2 * link.pointing_sigma_rad / link.divergence_rad;
  return 10 * Math.log10(1 + 4 * ratio * ratio);
}

/**
 * Every term of one downlink.
 *
 *   loss = diffraction(R) + A_zenith X(elevation) + pointing + optics [+ detector]
 *
 * @units dB
 * @shape one instant of one station
 * @errors programmer error below the horizon or at no distance
 * @validity clear sky; clouds are weather, entered apart
 * @source PHYSICS section 3; Yin et al., Nature 582, 501 (2020), doi:10.1038/s41586-020-2401-y, Fig. 2
 * @golden tests/core/link/calibration.test.ts, 56 to 71 dB over the golden pass
 */
export function linkTerms(link: LinkParameters, station: LinkStation, geometry: LinkGeometry): LinkTerms {
  const diffraction_db = diffractionDb(link, geometry.range_m);
  const atmosphere_db = link.atmosphere_zenith_db * airMass(geometry.elevation_rad);
  const pointing_db = pointingDb(link);
  const detector_db = lossDb(station.detector_efficiency);
  const channel_db = diffraction_db + atmosphere_db + pointing_db + link.optics_db;
  return {
    diffraction_db, atmosphere_db, pointing_db, optics_db: link.optics_db, detector_db,
    channel_db, total_db: channel_db + detector_db,
  };
}

/** Measured transmittance of one downlink with its statistical error. */
export interface MeasuredEfficiency {
  readonly efficiency: number;
  readonly efficiency_sigma: number;
}

/** Counts of one station over a time, against what it counts without the satellite. */
export interface MeasuredRate {
  readonly counts: number;
  readonly seconds: number;
  readonly background_cps: number;
}

/**
 * Single-downlink efficiency as measured, detectors included.
 *
 *   eta = (n / T - background) / pair rate,  sigma = sqrt(n) / (T pair rate)
 *
 * @units dimensionless
 * @shape one interval
 * @errors programmer error without a time or a source
 * @validity background known much better than the counts; negative when the satellite is not seen, never clamped
 * @source Yin et al., Nature 582, 501 (2020), doi:10.1038/s41586-020-2401-y, Methods
 * @golden tests/core/link/downlink.test.ts, `measured efficiency`
 */
export function measuredEfficiency(link: LinkParameters, measured: MeasuredRate): MeasuredEfficiency {
  const { counts, seconds, background_cps } = measured;
  assert(seconds > 0 && link.pair_rate_hz > 0, `${seconds} s of ${link.pair_rate_hz} pairs a second`);
  assert(counts >= 0, `${counts} counts`);
  return {
    efficiency: (counts / seconds - background_cps) / link.pair_rate_hz,
    efficiency_sigma: Math.sqrt(counts) / (seconds * link.pair_rate_hz),
  };
}
