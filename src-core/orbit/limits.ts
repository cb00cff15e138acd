// Hot: marches over every window once for each limit set. Nothing is allocated inside an evaluation.
import { EARTH_RADIUS_WGS72_KM, MU_WGS72_KM3_S2 } from './element-set.ts';
import { EARTH_ROTATION_RAD_S } from './frames.ts';
import type { HorizonMask } from './horizon-mask.ts';
import type { Station } from './look.ts';
import { shadowMargins } from './shadow.ts';
import type { SkyTrack } from './sky-track.ts';
import { EARTH_RADIUS_KM } from './sun.ts';

/** What can cut a window beside elevation, night and length. */
export type LimitName = 'horizon_mask' | 'range_max' | 'sunlight' | 'moon';

/** Whether a condition holds at an instant, and for how long that provably stays so. */
export interface LimitState {
  /** At zero or above it holds. */
  margin: number;
  hold_s: number;
}

/** A condition on the satellite beyond the elevation both stations need. */
export interface Limit {
  readonly name: LimitName;
  /** Index of the station it binds; null when it binds the satellite. */
  readonly station: number | null;
  /** `state` is the satellite's in PEF, km and km/s. */
  readonly evaluate: (utc_ms: number, state: Float64Array, into: LimitState) => void;
}

/** A proof never reaches further than this: the bounds below are taken over it. */
const HOLD_S_MAX = 30;
/** No satellite above ground is pulled harder, turning terms included, km/s^2. */
const ACCELERATION_KM_S2 = 1.03 * MU_WGS72_KM3_S2 / EARTH_RADIUS_WGS72_KM ** 2
  + 2 * EARTH_ROTATION_RAD_S * 11.2 + 0.001;
/** Sun and Moon move no faster over a turning station, parallax included. */
const SKY_RATE_RAD_S = 1.1 * EARTH_ROTATION_RAD_S;
/** Shadow bounds need some height above the ground. */
const HEIGHT_KM_MIN = 10;
/** Above the highest point of a horizon by this much, azimuth is let swing freely. */
const CLEARANCE_RAD = 5 * Math.PI / 180;

/** Largest speed over a hold. */
const speedBound = (state: Float64Array): number =>
  Math.sqrt(state[3]! ** 2 + state[4]! ** 2 + state[5]! ** 2) + ACCELERATION_KM_S2 * HOLD_S_MAX;

interface Sight { el_rad: number; az_rad: number; d_km: number; x: number; y: number; z: number }

function createSighting(station: Station): { sight: Sight; look: (state: Float64Array) => Sight } {
  const [sx, sy, sz] = station.position_pef_km;
  const { up, east, north } = station;
  const sight: Sight = { el_rad: 0, az_rad: 0, d_km: 0, x: 0, y: 0, z: 0 };
  const look = (state: Float64Array) => {
    const [dx, dy, dz] = [state[0]! - sx, state[1]! - sy, state[2]! - sz];
    const d = Math.sqrt(dx * dx + dy * dy + dz * dz);
    const azimuth = Math.atan2(dx * east[0] + dy * east[1] + dz * east[2], dx * north[0] + dy * north[1] + dz * north[2]);
    sight.el_rad = Math.asin(Math.max(-1, Math.min(1, (dx * up[0] + dy * up[1] + dz * up[2]) / d)));
    sight.az_rad = azimuth < 0 ? azimuth + 2 * Math.PI : azimuth;
    sight.d_km = d;
    sight.x = dx / d;
    sight.y = dy / d;
    sight.z = dz / d;
    return sight;
  };
  return { sight, look };
}

/** Time in which a line of sight provably turns by less than an angle: it turns by -ln(1 - v t / d) at most. */
const sweepTime = (angle_rad: number, d_km: number, speed_km_s: number): number =>
  d_km / speed_km_s * -Math.expm1(-angle_rad);

/**
 * Horizon of a station: the satellite stands above it.
 *
 *   margin = el - m(az);  |d margin| <= d(angle) sqrt(1 + (slope / cos el_top)^2) below el_top = max m + 5 degrees
 *
 * Above el_top azimuth may swing at any rate, but there nothing hides the satellite.
 *
 * @units radians, seconds
 * @shape one station
 * @errors none
 * @validity masks below 80 degrees
 * @source chain rule on the sphere; the sweep of a line of sight, d(angle)/dt <= v / d
 * @golden tests/core/orbit/limits.test.ts, against a fine grid
 */
export function horizonLimit(station: Station, which: number, mask: HorizonMask): Limit {
  const { look } = createSighting(station);
  const top_rad = mask.elevation_rad_max + CLEARANCE_RAD;
  const steepness = Math.sqrt(1 + (mask.slope_max / Math.cos(top_rad)) ** 2);
  return {
    name: 'horizon_mask', station: which,
    evaluate: (_, state, into) => {
      const { el_rad, az_rad, d_km } = look(state);
      into.margin = el_rad - mask.elevationRad(az_rad);
      let angle_rad = Math.abs(into.margin) / steepness;
      if (into.margin >= 0) {
        const above_rad = el_rad - mask.elevation_rad_max;
        angle_rad = above_rad > CLEARANCE_RAD / 2 ? above_rad : Math.min(angle_rad, CLEARANCE_RAD - above_rad);
      }
      into.hold_s = Math.min(HOLD_S_MAX, sweepTime(angle_rad, d_km, speedBound(state)));
    },
  };
}

/**
 * Largest distance at which a station works.
 *
 *   margin = R_max - d;  |dd/dt| <= v
 *
 * @units kilometres, seconds
 * @shape one station
 * @errors none
 * @validity all orbits above ground
 * @source triangle inequality
 * @golden tests/core/orbit/limits.test.ts, against a fine grid
 */
export function rangeLimit(station: Station, which: number, range_km_max: number): Limit {
  const { look } = createSighting(station);
  return {
    name: 'range_max', station: which,
    evaluate: (_, state, into) => {
      into.margin = range_km_max - look(state).d_km;
      into.hold_s = Math.min(HOLD_S_MAX, Math.abs(into.margin) / speedBound(state));
    },
  };
}

/**
 * Light on the satellite: full sunlight, or full shadow.
 *
 *   |d margin/dt| <= v / r + w + R_E r' / (r sqrt(r^2 - R_E^2)), over radii that a hold can reach
 *
 * @units radians, seconds
 * @shape one satellite
 * @errors none
 * @validity satellites above 10 km
 * @source derivative of shadowMargins
 * @golden tests/core/orbit/limits.test.ts, against a fine grid
 */
export function sunlightLimit(wanted: 'lit' | 'umbra', sun: SkyTrack): Limit {
  const sun_km = new Float64Array(3);
  return {
    name: 'sunlight', station: null,
    evaluate: (utc_ms, state, into) => {
      sun(utc_ms, sun_km);
      const { lit_rad, umbra_rad } = shadowMargins(state, sun_km);
      into.margin = wanted === 'lit' ? lit_rad : umbra_rad;
      const r = Math.sqrt(state[0]! ** 2 + state[1]! ** 2 + state[2]! ** 2);
      const climbing = Math.abs(state[0]! * state[3]! + state[1]! * state[4]! + state[2]! * state[5]!) / r
        + 2 * ACCELERATION_KM_S2 * HOLD_S_MAX;
      const lowest = Math.max(EARTH_RADIUS_KM + HEIGHT_KM_MIN, r - climbing * HOLD_S_MAX);
      const widening = EARTH_RADIUS_KM * climbing / (lowest * Math.sqrt(lowest ** 2 - EARTH_RADIUS_KM ** 2));
      const rate = speedBound(state) / lowest + SKY_RATE_RAD_S + widening;
      into.hold_s = Math.min(HOLD_S_MAX, Math.abs(into.margin) / rate);
    },
  };
}

/**
 * Distance of a station's line of sight from the Moon, while the Moon is up.
 *
 *   margin = max(separation - least, -elevation of the Moon)
 *
 * @units radians, seconds
 * @shape one station
 * @errors none
 * @validity the Moon's centre, geometric elevation
 * @source the sweep of a line of sight, d(angle)/dt <= v / d
 * @golden tests/core/orbit/limits.test.ts, against a fine grid
 */
export function moonLimit(station: Station, which: number, { moon, separation_rad_min }:
{ readonly moon: SkyTrack; readonly separation_rad_min: number }): Limit {
  const { look } = createSighting(station);
  const moon_km = new Float64Array(3);
  const [sx, sy, sz] = station.position_pef_km;
  const { up } = station;
  return {
    name: 'moon', station: which,
    evaluate: (utc_ms, state, into) => {
      moon(utc_ms, moon_km);
      const [mx, my, mz] = [moon_km[0]! - sx, moon_km[1]! - sy, moon_km[2]! - sz];
      const distance = Math.sqrt(mx * mx + my * my + mz * mz);
      const below_rad = -Math.asin((mx * up[0] + my * up[1] + mz * up[2]) / distance);
      const { x, y, z, d_km } = look(state);
      const cosine = (x * mx + y * my + z * mz) / distance;
      const apart_rad = Math.acos(Math.max(-1, Math.min(1, cosine))) - separation_rad_min;
      const speed = speedBound(state);
      // The sight's sweep and the Moon's own course share the angle: half the angle to each is safe for both.
      const apart_s = Math.min(sweepTime(Math.abs(apart_rad) / 2, d_km, speed), Math.abs(apart_rad) / 2 / SKY_RATE_RAD_S);
      const below_s = Math.abs(below_rad) / SKY_RATE_RAD_S;
      into.margin = Math.max(apart_rad, below_rad);
      const holds = into.margin < 0 ? Math.min(apart_s, below_s)
        : Math.max(apart_rad >= 0 ? apart_s : 0, below_rad >= 0 ? below_s : 0);
      into.hold_s = Math.min(HOLD_S_MAX, holds);
    },
  };
}
