import type { MissionFile, MissionStation } from '../../src-contract/mission.ts';
import type { DualWindowView } from '../../src-contract/orbit.ts';
import type { ElevationKind, WindowLimits } from '../../src-contract/window-limits.ts';
import type { EdgeCause } from '../../src-core/orbit/cut.ts';
import { createHorizonMask } from '../../src-core/orbit/horizon-mask.ts';
import type { LimitName } from '../../src-core/orbit/limits.ts';
import type { Station, StationSite } from '../../src-core/orbit/look.ts';
import { apparentElevationRad, refractionRad, standardAir } from '../../src-core/orbit/refraction.ts';
import { NO_LIMITS, type SearchLimits } from '../../src-core/orbit/search-limits.ts';
import type { MaskedStation } from '../../src-core/orbit/visibility.ts';
import type { DualWindow } from '../../src-core/orbit/windows.ts';

const RAD = Math.PI / 180;
/** Lowest elevation for which refraction is computed; lower points of a horizon are moved by as much. */
const REFRACTION_RAD_MIN = -0.5 * RAD;

/** What one station asks of a window. */
export type StationLimits = Pick<MissionStation, 'min_elevation_deg' | 'horizon' | 'range_km_max' | 'elevation'>;

/** How a station counts elevation: the geometric one and the one it shows. */
export interface ElevationCount {
  readonly kind: ElevationKind;
  readonly shownRad: (geometric_rad: number) => number;
  readonly geometricRad: (shown_rad: number) => number;
}

export function elevationCount({ altitude_m }: StationSite, kind: ElevationKind = 'geometric'): ElevationCount {
  if (kind === 'geometric') return { kind, shownRad: (rad) => rad, geometricRad: (rad) => rad };
  const air = standardAir(altitude_m);
  return {
    kind,
    shownRad: (rad) => apparentElevationRad(rad, air),
    geometricRad: (rad) => rad - refractionRad(Math.max(rad, REFRACTION_RAD_MIN), air),
  };
}

/** A station with its limits in geometric elevation, in which windows are searched. */
export function maskedStation(station: Station, limits: StationLimits): MaskedStation {
  const { geometricRad } = elevationCount(station.site, limits.elevation);
  const points = limits.horizon?.map(({ azimuth_deg, elevation_deg }) => ({
    azimuth_rad: azimuth_deg * RAD,
    elevation_rad: geometricRad(elevation_deg * RAD),
  }));
  return {
    station,
    min_elevation_rad: geometricRad(limits.min_elevation_deg * RAD),
    ...(points === undefined ? {} : { horizon: createHorizonMask(points) }),
    ...(limits.range_km_max === undefined ? {} : { range_m_max: limits.range_km_max * 1000 }),
  };
}

/** What the mission asks of every window. */
export function searchLimits(wanted: WindowLimits = {}): SearchLimits {
  const { moon_separation_deg_min, moon_illumination_min = 0, sunlight = null, duration_s_min = 0 } = wanted;
  const moon =
    moon_separation_deg_min === undefined
      ? null
      : { separation_rad_min: moon_separation_deg_min * RAD, illumination_min: moon_illumination_min };
  return { ...NO_LIMITS, sunlight, moon, duration_s_min };
}

/** The night and the limits of the mission's own search. */
export function missionSearch(mission: MissionFile) {
  return {
    sun_elevation_rad_max: mission.night.sun_elevation_deg_max * RAD,
    limits: searchLimits(mission.windows),
  };
}

/** What sets the edges of a window, by the stations' names. */
export function viewEdges(
  { start_cause, end_cause }: DualWindow,
  ids: readonly [string, string],
): Pick<DualWindowView, 'edges' | 'cut_by'> {
  const view = ({ by, station, taken_s }: EdgeCause) => ({ by, station: stationName(station, ids), taken_s });
  const isLimit = (by: EdgeCause['by']): by is LimitName => by !== 'min_elevation' && by !== 'search';
  const cut_by = [...new Set([start_cause.by, end_cause.by].filter(isLimit))];
  return { edges: { start: view(start_cause), end: view(end_cause) }, cut_by };
}

export function stationName(which: number | null, ids: readonly [string, string]): string | null {
  return which === null ? null : (ids[which] ?? null);
}
