import { horizonLimit, moonLimit, rangeLimit, sunlightLimit, type Limit } from './limits.ts';
import { moonIllumination, moonPefKm } from './moon.ts';
import type { MaskedStation } from './motion-bounds.ts';
import { createSkyTrack } from './sky-track.ts';
import { sunPefKm } from './sun.ts';

/** What a mission asks of a window beyond elevation and night. */
export interface SearchLimits {
  /** At a station that sets no limit of its own; null for none. */
  readonly range_m_max: number | null;
  /** Light on the satellite over the whole window; null for any. */
  readonly sunlight: 'lit' | 'umbra' | null;
  /** Line of sight to Moon, while it is up and at least so much of it is lit; null for any. */
  readonly moon: { readonly separation_rad_min: number; readonly illumination_min: number } | null;
  readonly duration_s_min: number;
}

/** A search by elevation alone. */
export const NO_LIMITS: SearchLimits = { range_m_max: null, sunlight: null, moon: null, duration_s_min: 0 };

/** The limits that bind a view about a moment. */
export type LimitsAt = (middle_utc_ms: number) => readonly Limit[];

/**
 * The limits of a search as conditions to march by; horizons that never rise above the elevation are left out.
 *
 * @units as in SearchLimits
 * @shape stations in the order of the search: an edge names them by index
 * @errors none
 * @validity the Moon's lit share is taken at the middle of a view: it changes by 0.001 in a quarter of an hour
 * @source horizonLimit, rangeLimit, sunlightLimit, moonLimit
 * @golden tests/core/orbit/limits.test.ts
 */
export function limitsOf(stations: readonly MaskedStation[], wanted: SearchLimits): LimitsAt {
  const [sun, moon] = [createSkyTrack(sunPefKm), createSkyTrack(moonPefKm)];
  const { range_m_max, sunlight, moon: apart } = wanted;
  const always: Limit[] = [
    ...stations.flatMap(({ station, horizon, min_elevation_rad }, which) =>
      (horizon !== undefined && horizon.elevation_rad_max > min_elevation_rad
        ? [horizonLimit(station, which, horizon)] : [])),
    ...stations.flatMap(({ station, range_m_max: own_m = range_m_max }, which) =>
      (own_m === null ? [] : [rangeLimit(station, which, own_m / 1000)])),
    ...(sunlight === null ? [] : [sunlightLimit(sunlight, sun)]),
  ];
  if (apart === null) return () => always;
  const { separation_rad_min } = apart;
  const by_moon = stations.map(({ station }, which) => moonLimit(station, which, { moon, separation_rad_min }));
  return (utc_ms) =>
    (moonIllumination(moonPefKm(utc_ms), sunPefKm(utc_ms)) >= apart.illumination_min ? [...always, ...by_moon] : always);
}
