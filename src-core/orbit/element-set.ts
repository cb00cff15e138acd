import { parseUtc } from '../utc.ts';
import { err, ok, type Result } from '../result.ts';

/** One set of SGP4 mean elements (TEME, WGS-72 theory), whatever format carried it. */
export interface ElementSet {
  /** Digits only, up to nine; Alpha-5 is already decoded. */
  readonly catalog_number: string;
  readonly name: string | null;
  /** Milliseconds since 1970 with its fraction: an element epoch is finer than a millisecond. */
  readonly epoch_utc_ms: number;
  readonly inclination_deg: number;
  readonly raan_deg: number;
  readonly eccentricity: number;
  readonly argument_of_perigee_deg: number;
  readonly mean_anomaly_deg: number;
  /** Kozai mean motion, as the formats carry it. */
  readonly mean_motion_rev_day: number;
  readonly bstar_per_earth_radius: number;
  /** As printed in the set (half the derivative, revolutions per day squared); SGP4 ignores it. */
  readonly mean_motion_dot: number;
  readonly mean_motion_ddot: number;
  readonly revolution: number | null;
  /** Long form, `2016-051A`. */
  readonly international_designator: string | null;
  readonly line1: string | null;
  readonly line2: string | null;
  readonly format: 'tle' | 'omm';
}

/** Why a text holds no usable elements. `where` names the file and line and column, or record and field. */
export type ElementsError =
  | { readonly type: 'NoElements'; readonly where: string }
  | { readonly type: 'MalformedLine'; readonly where: string; readonly expected: string; readonly found: string }
  | { readonly type: 'ChecksumMismatch'; readonly where: string; readonly expected: string; readonly found: string }
  | { readonly type: 'DifferentSatellites'; readonly where: string; readonly expected: string; readonly found: string }
  | { readonly type: 'IncompleteSet'; readonly where: string; readonly expected: string }
  | { readonly type: 'MalformedText'; readonly where: string; readonly reason: string }
  | { readonly type: 'MissingField'; readonly where: string }
  | { readonly type: 'MalformedField'; readonly where: string; readonly expected: string; readonly found: string }
  | { readonly type: 'ImplausibleElements'; readonly where: string; readonly expected: string; readonly found: string }
  | { readonly type: 'Unpropagatable'; readonly where: string; readonly reason: string };

/** Names the place of one quantity in the text it was read from. */
export type Locate = (field: keyof ElementSet) => string;

/**
 * One sentence for a person about elements that were refused, without the place.
 *
 * @units none
 * @shape one error in, one sentence out
 * @errors none: the union is closed and every member has its sentence
 * @validity every ElementsError
 * @source house rule: a message says what was expected and what was found
 * @golden tests/core/orbit/elements.test.ts, `every refusal has a sentence`
 */
export function describeElementsError(error: ElementsError): string {
  switch (error.type) {
    case 'NoElements':
      return 'no element set found; expected TLE, 3LE or OMM (JSON, CSV, KVN, XML).';
    case 'MalformedLine':
    case 'MalformedField':
      return `expected ${error.expected}, found "${error.found}". Fetch the set again from its source.`;
    case 'ChecksumMismatch':
      return `checksum is ${error.found}, but the line adds up to ${error.expected}. Fetch the set again.`;
    case 'DifferentSatellites':
      return `line 2 belongs to satellite ${error.found}, line 1 to ${error.expected}.`;
    case 'IncompleteSet':
      return `expected ${error.expected}.`;
    case 'MalformedText':
      return error.reason;
    case 'MissingField':
      return 'this field is missing and the orbit needs it.';
    case 'ImplausibleElements':
      return `expected ${error.expected}, found ${error.found}.`;
    case 'Unpropagatable':
      return `SGP4 refuses this set: ${error.reason}`;
  }
}

/** Earth's gravity parameter of the SGP4 theory, km^3/s^2. Source: WGS-72, as in AIAA 2006-6753, appendix B. */
export const MU_WGS72_KM3_S2 = 398_600.8;
/** Earth's equatorial radius of the SGP4 theory, km. Source: WGS-72, as in AIAA 2006-6753, appendix B. */
export const EARTH_RADIUS_WGS72_KM = 6378.135;
/** By how much SGP4's velocity leaves the derivative of its position, per unit of eccentricity, km/s: measured. */
export const SLACK_PER_ECCENTRICITY_KM_S = 0.02;
/** Nothing bound moves faster above ground, km/s. */
export const ESCAPE_KM_S = Math.sqrt(2 * MU_WGS72_KM3_S2 / EARTH_RADIUS_WGS72_KM);

/** Below this perigee no satellite completes a revolution; such a set is a typing error. */
const PERIGEE_ALTITUDE_KM_MIN = 80;
/** Beyond the Moon's orbit SGP4 describes nothing. */
const APOGEE_ALTITUDE_KM_MAX = 400_000;

const FIRST_LAUNCH = '1957-10-04';
const LAST_EPOCH = '2100-01-01';

interface Bound { readonly field: keyof ElementSet; readonly low: number; readonly high: number }
const BOUNDS: readonly Bound[] = [
  { field: 'inclination_deg', low: 0, high: 180 },
  { field: 'raan_deg', low: 0, high: 360 },
  { field: 'eccentricity', low: 0, high: 0.999_999_9 },
  { field: 'argument_of_perigee_deg', low: 0, high: 360 },
  { field: 'mean_anomaly_deg', low: 0, high: 360 },
  { field: 'mean_motion_rev_day', low: 0.01, high: 17.5 },
  { field: 'bstar_per_earth_radius', low: -1, high: 1 },
  { field: 'mean_motion_dot', low: -10, high: 10 },
  { field: 'mean_motion_ddot', low: -10, high: 10 },
];

function dateOf(text: string): number {
  const instant = parseUtc(text);
  return instant.ok ? instant.value : Number.NaN;
}

function implausible(where: string, expected: string, found: number): ElementsError {
  return { type: 'ImplausibleElements', where, expected, found: String(found) };
}

/**
 * Semi-major axis of a mean motion by Kepler's third law.
 *
 *   a = (mu / n^2)^(1/3)
 *
 * @units mean_motion_rev_day: revolutions per day; result: km
 * @shape scalar
 * @errors none
 * @validity positive mean motion; J2's Kozai correction (below 0.2 % in a) is left out
 * @source Vallado, Fundamentals of Astrodynamics, 4th ed., eq. 1-28
 * @golden tests/core/orbit/elements.test.ts, `Kepler's third law`
 */
export function semiMajorAxisKm(mean_motion_rev_day: number): number {
  const n_rad_s = mean_motion_rev_day * 2 * Math.PI / 86_400;
  return Math.cbrt(MU_WGS72_KM3_S2 / (n_rad_s * n_rad_s));
}

/**
 * Refuses numbers that no satellite of the Earth can have, before anything is propagated.
 *
 *   perigee = a (1 - e) - R_E >= 80 km,  apogee = a (1 + e) - R_E <= 400,000 km
 *
 * @units as in ElementSet
 * @shape one element set
 * @errors ImplausibleElements naming the field, its bounds and its value
 * @validity Earth satellites launched since 1957-10-04
 * @source angles and eccentricity by definition; CCSDS 502.0-B-3 section 4.2.4 for the fields
 * @golden tests/core/orbit/elements.test.ts, `perigee below the ground`
 */
export function checkPlausible(set: ElementSet, locate: Locate): Result<ElementSet, ElementsError> {
  for (const { field, low, high } of BOUNDS) {
    const value = set[field];
    if (typeof value !== 'number' || !(value >= low && value <= high)) {
      return err(implausible(locate(field), `${field} between ${low} and ${high}`, Number(value)));
    }
  }
  if (!(set.epoch_utc_ms >= dateOf(FIRST_LAUNCH) && set.epoch_utc_ms < dateOf(LAST_EPOCH))) {
    return err(implausible(locate('epoch_utc_ms'), `an epoch from ${FIRST_LAUNCH} to ${LAST_EPOCH}`, set.epoch_utc_ms));
  }
  const axis_km = semiMajorAxisKm(set.mean_motion_rev_day);
  const perigee_km = axis_km * (1 - set.eccentricity) - EARTH_RADIUS_WGS72_KM;
  const apogee_km = axis_km * (1 + set.eccentricity) - EARTH_RADIUS_WGS72_KM;
  if (perigee_km < PERIGEE_ALTITUDE_KM_MIN) {
    const expected = `mean motion and eccentricity with a perigee above ${PERIGEE_ALTITUDE_KM_MIN} km altitude`;
    return err(implausible(locate('mean_motion_rev_day'), expected, Math.round(perigee_km)));
  }
  if (apogee_km > APOGEE_ALTITUDE_KM_MAX) {
    const expected = `mean motion and eccentricity with an apogee below ${APOGEE_ALTITUDE_KM_MAX} km altitude`;
    return err(implausible(locate('mean_motion_rev_day'), expected, Math.round(apogee_km)));
  }
  return ok(set);
}
