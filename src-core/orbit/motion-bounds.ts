// Hot: bounds on a satellite's motion, evaluated at each step of a window search.
import { assert } from '../assert.ts';
import { EARTH_RADIUS_WGS72_KM, ESCAPE_KM_S, MU_WGS72_KM3_S2, SLACK_PER_ECCENTRICITY_KM_S, semiMajorAxisKm,
  type ElementSet } from './element-set.ts';
import { EARTH_ROTATION_RAD_S } from './frames.ts';
import type { HorizonMask } from './horizon-mask.ts';
import type { Station } from './look.ts';

/** A station and the elevation above which it works. */
export interface MaskedStation {
  readonly station: Station;
  /** Geometric, also where the mission counts refracted elevation: a limit on one is a limit on the other. */
  readonly min_elevation_rad: number;
  /** What stands around the station, geometric; it binds where it is higher than the elevation above. */
  readonly horizon?: HorizonMask;
  /** Largest distance at which this station works, where it differs from the search's. */
  readonly range_m_max?: number;
  /** Night at this station, where it differs from the search's. */
  readonly sun_elevation_rad_max?: number;
}

/**
 * Within a step the satellite stays above its osculating perigee less this share (100 km): J2 moves that perigee
 * by 20 km in low orbit, drag by less than the rest until the last revolution; the ground bounds it in any case.
 */
const PERIGEE_MARGIN = 0.015;
/** J2's short periods move the osculating apogee by 20 km in low orbit, 0.3 %; drag only lowers it. */
const APOGEE_MARGIN = 0.005;
/** Margin on accelerations and rates: SGP4 follows J2 to first order, its derivatives gravity to better than 1 %. */
export const RATE_MARGIN = 1.03;
/** Bounds that hold for the whole life of a set. */
export interface OrbitBounds {
  /** By how much SGP4's velocity may differ from the derivative of its position without drag, km/s. */
  readonly slope_slack_km_s: number;
  /** Coriolis and centrifugal terms, km/s^2. */
  readonly turning_km_s2: number;
}

/**
 * What bounds the motion of one orbit for good.
 *
 *   turning = 2 w v_escape + 3 w^2 r_apogee;  slack = 1.5e-4 + 0.02 e km/s
 *
 * Drag comes on top (`Propagator.dragSlackKmS`). The slack is measured: 0.02 m/s for e = 0.001, 0.6 m/s for e = 0.1, 1.4 m/s for e = 0.7.
 *
 * @units km/s, km/s^2
 * @shape one element set
 * @errors none
 * @validity orbits above ground
 * @source Vallado, 4th ed., eq. 1-34 (vis viva) and section 3.3 (rotating frames)
 * @golden tests/core/orbit/visibility.test.ts
 */
export function boundsOf({ mean_motion_rev_day, eccentricity }: ElementSet): OrbitBounds {
  const apogee_km = semiMajorAxisKm(mean_motion_rev_day) * (1 + eccentricity + 0.002) * 1.02;
  return {
    slope_slack_km_s: 1.5e-4 + SLACK_PER_ECCENTRICITY_KM_S * eccentricity,
    turning_km_s2: 2 * EARTH_ROTATION_RAD_S * ESCAPE_KM_S + 3 * EARTH_ROTATION_RAD_S ** 2 * apogee_km,
  };
}

/** Stations as columns. */
export interface StationColumns {
  readonly position: Float64Array;
  readonly up: Float64Array;
  readonly sin_mask: Float64Array;
  /** Least elevation above the plane across the geocentric direction: the mask less the vertical's deflection. */
  readonly elevation_rad: Float64Array;
  /** radius cos(elevation_rad): over the satellite's distance, the cosine of its largest angle plus that elevation. */
  readonly lever_km: Float64Array;
  /** Distance from the Earth's centre, km. */
  readonly radius: Float64Array;
}

/**
 * Stations and masks as columns for the march.
 *
 * @units km, radians
 * @shape one row a station
 * @errors programmer error for a mask outside [0, 90) degrees
 * @validity all sites
 * @source Vallado, 4th ed., section 3.2 (deflection of the ellipsoid's normal)
 * @golden tests/core/orbit/visibility.test.ts
 */
export function columnsOf(stations: readonly MaskedStation[]): StationColumns {
  const column = (width: number) => new Float64Array(width * stations.length);
  const columns: StationColumns = {
    position: column(3), up: column(3), sin_mask: column(1), elevation_rad: column(1), lever_km: column(1),
    radius: column(1),
  };
  for (const [index, { station, min_elevation_rad }] of stations.entries()) {
    assert(min_elevation_rad >= 0 && min_elevation_rad < Math.PI / 2, `mask of ${min_elevation_rad} rad`);
    columns.position.set(station.position_pef_km, 3 * index);
    columns.up.set(station.up, 3 * index);
    columns.sin_mask[index] = Math.sin(min_elevation_rad);
    const [x, y, z] = station.position_pef_km;
    const radius_km = Math.hypot(x, y, z);
    columns.radius[index] = radius_km;
    const [ux, uy, uz] = station.up;
    const deflection = Math.acos(Math.min(1, (x * ux + y * uy + z * uz) / radius_km));
    columns.elevation_rad[index] = min_elevation_rad - deflection;
    columns.lever_km[index] = radius_km * Math.cos(min_elevation_rad - deflection);
  }
  return columns;
}

/** What bounds the motion during the step to come, from the state at its start. */
export interface Motion {
  /** Angular momentum in PEF axes, km^2/s: the normal of the osculating plane. */
  readonly momentum: Float64Array;
  momentum_km2_s: number;
  apogee_km: number;
  /** Largest acceleration in the turning frame, km/s^2. */
  acceleration_km_s2: number;
  /** Largest rate of the direction from the Earth's centre, in the turning frame, rad/s. */
  direction_rad_s: number;
}

/**
 * A motion before its first state.
 *
 * @units as in Motion
 * @shape zeros
 * @errors none
 * @validity to be filled by updateMotion
 * @source house rule: hot loops allocate nothing
 * @golden tests/core/orbit/visibility.test.ts
 */
export function createMotion(): Motion {
  return { momentum: new Float64Array(3), momentum_km2_s: 0, apogee_km: 0, acceleration_km_s2: 0, direction_rad_s: 0 };
}

/**
 * Bounds on the motion of the step to come, from the osculating orbit.
 *
 *   h = r x v;  p = h^2 / mu;  e^2 = 1 + 2 E p / mu;  perigee = p / (1 + e);  apogee = p / (1 - e)
 *   acceleration <= mu / perigee^2 + turning;  direction rate <= h / perigee^2 + w
 *
 * @units state: km and km/s in PEF
 * @shape one state of six, written into `motion`
 * @errors none
 * @validity steps of six hours at most, above ground; margins as the constants above say
 * @source Vallado, 4th ed., eq. 1-13 to 1-21 (two-body), section 9.3 (J2's short periods)
 * @golden tests/core/orbit/visibility.test.ts
 */
export function updateMotion(state: Float64Array, bounds: OrbitBounds, motion: Motion): void {
  const x = state[0]!;
  const y = state[1]!;
  const z = state[2]!;
  const vx = state[3]! - EARTH_ROTATION_RAD_S * y;
  const vy = state[4]! + EARTH_ROTATION_RAD_S * x;
  const vz = state[5]!;
  const hx = y * vz - z * vy;
  const hy = z * vx - x * vz;
  const hz = x * vy - y * vx;
  const h2 = hx * hx + hy * hy + hz * hz;
  const p_km = h2 / MU_WGS72_KM3_S2;
  const energy = (vx * vx + vy * vy + vz * vz) / 2 - MU_WGS72_KM3_S2 / Math.sqrt(x * x + y * y + z * z);
  const eccentricity = Math.sqrt(Math.max(0, 1 + 2 * energy * p_km / MU_WGS72_KM3_S2));
  const perigee_km = Math.max(EARTH_RADIUS_WGS72_KM, p_km / (1 + eccentricity) * (1 - PERIGEE_MARGIN));
  motion.momentum[0] = hx;
  motion.momentum[1] = hy;
  motion.momentum[2] = hz;
  motion.momentum_km2_s = Math.sqrt(h2);
  motion.apogee_km = p_km / Math.max(1e-3, 1 - eccentricity) * (1 + APOGEE_MARGIN);
  motion.acceleration_km_s2 = (MU_WGS72_KM3_S2 / (perigee_km * perigee_km) + bounds.turning_km_s2) * RATE_MARGIN;
  motion.direction_rad_s = motion.momentum_km2_s / (perigee_km * perigee_km) * RATE_MARGIN + EARTH_ROTATION_RAD_S;
}
