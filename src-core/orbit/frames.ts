import { MS_PER_DAY } from '../constants.ts';

export { EARTH_ROTATION_RAD_S } from '../constants.ts';

/** 2000-01-01T12:00:00 in milliseconds since 1970, the epoch of the sidereal-time polynomial. */
export const J2000_UTC_MS = 946_728_000_000;

const SECONDS_PER_DAY = 86_400;

/** An instant in two parts, so that neither rounding of milliseconds since 1970 nor of days shows. */
export interface SplitInstant {
  readonly base_utc_ms: number;
  readonly offset_s: number;
}

/**
 * Greenwich mean sidereal time of 1982, with UTC taken for UT1.
 *
 *   GMST[s] = 67310.54841 + (876600 h + 8640184.812866) T + 0.093104 T^2 - 6.2e-6 T^3
 *
 * The 876,600 hours are whole turns plus the time of day, which is added exactly instead.
 *
 * @units offset_s: seconds; result: radians in [0, 2 pi)
 * @shape scalar
 * @errors none
 * @validity 1950 to 2100; taking UTC for UT1 turns the Earth by up to 0.9 s (47 ms at an edge, 99th percentile)
 * @source Aoki et al., Astron. Astrophys. 105, 359 (1982), eq. 14; Vallado, 4th ed., eq. 3-45
 * @golden tests/core/orbit/frames.test.ts, `Vallado example 3-5`
 */
export function gmst82Rad({ base_utc_ms, offset_s }: SplitInstant): number {
  const since_j2000_ms = base_utc_ms - J2000_UTC_MS;
  const t = (since_j2000_ms / 1000 + offset_s) / (36_525 * SECONDS_PER_DAY);
  const day_s = (since_j2000_ms % MS_PER_DAY) / 1000 + offset_s;
  const seconds = 67_310.548_41 + day_s + (8_640_184.812_866 + (0.093_104 - 6.2e-6 * t) * t) * t;
  const turns = seconds / SECONDS_PER_DAY;
  return (turns - Math.floor(turns)) * 2 * Math.PI;
}
