import { assert } from '../assert.ts';
import { airMass } from './downlink.ts';
import type { LinkParameters, LinkStation } from './link-parameters.ts';

const DEG = 180 / Math.PI;

/** What stands in the sky while a station looks along its line of sight; angles in radians. */
export interface SkyConditions {
  readonly line_of_sight_elevation_rad: number;
  readonly sun_elevation_rad: number;
  readonly moon_elevation_rad: number;
  readonly moon_illumination: number;
  /** Angle between the line of sight and the Moon. */
  readonly moon_separation_rad: number;
}

/** Background of one station, each part visible, counts a second over its four detectors. */
export interface Background {
  readonly dark_cps: number;
  readonly sky_cps: number;
  readonly moon_cps: number;
  readonly twilight_cps: number;
  readonly total_cps: number;
}

/** Air mass of scattered light, which unlike direct light does not grow beyond bounds at the horizon. */
function scatteringAirMass(elevation_rad: number): number {
  return 1 / Math.sqrt(1 - 0.96 * Math.cos(elevation_rad) ** 2);
}

/** The Moon's phase angle, 0 when full, from the lit share of its disc. */
function phaseAngleDeg(illumination: number): number {
  return Math.acos(Math.min(1, Math.max(-1, 2 * illumination - 1))) * DEG;
}

interface MoonPlace {
  readonly phase_deg: number;
  readonly separation_deg: number;
  readonly moon_elevation_rad: number;
  readonly elevation_rad: number;
}

/** Sky brightness by moonlight up to one factor, Krisciunas and Schaefer eq. 15, 20, 21. */
function moonlight(place: MoonPlace, extinction_mag: number): number {
  const { phase_deg, separation_deg } = place;
  const illuminance = 10 ** (-0.4 * (3.84 + 0.026 * phase_deg + 4e-9 * phase_deg ** 4));
  const rayleigh = 10 ** 5.36 * (1.06 + Math.cos(separation_deg / DEG) ** 2);
  const mie = 10 ** (6.15 - separation_deg / 40);
  const reaching = 10 ** (-0.4 * extinction_mag * scatteringAirMass(place.moon_elevation_rad));
  const scattered = 1 - 10 ** (-0.4 * extinction_mag * scatteringAirMass(place.elevation_rad));
  return (rayleigh + mie) * illuminance * reaching * scattered;
}

const REFERENCE: MoonPlace = {
  phase_deg: 0, separation_deg: 60, moon_elevation_rad: Math.PI / 4, elevation_rad: Math.PI / 4,
};
/** Nearer than this the model of scattering ends and the Moon's own glare begins; no station points there. */
const SEPARATION_DEG_MIN = 5;

/** Twilight equals full moonlight at this elevation of the Sun and fades tenfold in two degrees below it. */
const TWILIGHT_EQUALS_MOON_DEG = -9.5;
const TWILIGHT_DECADES_PER_DEG = 0.5;
/** Clear daylight against a full Moon: 150 against 1.5e-3 W m^-2 sr^-1 um^-1. */
const DAYLIGHT_IN_MOONS = 1e5;

/**
 * Background of a station: dark counts, moonless sky with stray light, moonlight, twilight.
 *
 *   moonlight: B = f(rho) I(alpha) 10^(-0.4 k X(moon)) (1 - 10^(-0.4 k X(sight))), relative to its reference
 *   twilight:  10^(0.5 (h_sun + 9.5)) full Moons, daylight at most
 *
 * @units radians in; counts a second
 * @shape one instant
 * @errors programmer error for a line of sight below the horizon
 * @validity clear sky; Moon farther than 5 degrees; V-band law of scattering taken for 810 nm with its own extinction;
 *   twilight within a factor of three
 * @source Krisciunas and Schaefer, PASP 103, 1033 (1991), doi:10.1086/132921, eq. 3, 15, 20, 21; Patat et al.,
 *   A&A 455, 385 (2006), doi:10.1051/0004-6361:20064992 (slope of twilight); Miao et al., New J. Phys. 7, 215
 *   (2005), doi:10.1088/1367-2630/7/1/215 (radiances)
 * @golden tests/core/link/background.test.ts
 */
export function stationBackground(link: LinkParameters, station: LinkStation, sky: SkyConditions): Background {
  assert(sky.line_of_sight_elevation_rad >= 0, `line of sight at ${sky.line_of_sight_elevation_rad} rad`);
  // Magnitudes of extinction at the zenith are 0.4 of the decibels, taken back to air mass 1.
  const extinction_mag = 0.4 * link.atmosphere_zenith_db / airMass(Math.PI / 2);
  const place: MoonPlace = {
    phase_deg: phaseAngleDeg(sky.moon_illumination),
    separation_deg: Math.max(SEPARATION_DEG_MIN, sky.moon_separation_rad * DEG),
    moon_elevation_rad: sky.moon_elevation_rad,
    elevation_rad: sky.line_of_sight_elevation_rad,
  };
  const full_moons = sky.moon_elevation_rad > 0
    ? moonlight(place, extinction_mag) / moonlight(REFERENCE, extinction_mag) : 0;
  const decades = TWILIGHT_DECADES_PER_DEG * (sky.sun_elevation_rad * DEG - TWILIGHT_EQUALS_MOON_DEG);
  const moon_cps = link.sky_full_moon_cps * full_moons;
  const twilight_cps = link.sky_full_moon_cps * Math.min(10 ** decades, DAYLIGHT_IN_MOONS);
  return {
    dark_cps: station.dark_cps,
    sky_cps: link.sky_moonless_cps,
    moon_cps,
    twilight_cps,
    total_cps: station.dark_cps + link.sky_moonless_cps + moon_cps + twilight_cps,
  };
}
