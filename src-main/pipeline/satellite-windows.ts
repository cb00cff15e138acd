import type { ConstellationFile } from '../../src-contract/constellation.ts';
import type { ConstellationSearcher, PairWindow } from '../../src-core/orbit/constellation.ts';
import { createConstellationSearch } from '../../src-core/orbit/constellation.ts';
import type { ElementSet } from '../../src-core/orbit/element-set.ts';
import { createStation } from '../../src-core/orbit/look.ts';
import { createPropagator, describePropagationError } from '../../src-core/orbit/propagate.ts';
import { elevationCount, maskedStation, searchLimits } from './mission-limits.ts';

/** What one thread searches: some of the satellites, over all pairs. */
export interface SearchSatellitesInput {
  /** With their places in the whole constellation, by which the parts are joined again. */
  readonly satellites: readonly { readonly place: number; readonly elements: ElementSet }[];
  readonly stations: ConstellationFile['stations'];
  readonly pairs: readonly (readonly [number, number])[];
  readonly from_utc_ms: number;
  readonly to_utc_ms: number;
  readonly sun_elevation_deg_max: number;
  readonly dark_only: boolean;
  readonly windows: ConstellationFile['windows'];
}

/** The windows of one satellite, as columns that are moved from thread to thread. */
export interface SatelliteColumns {
  readonly place: number;
  readonly columns: Readonly<Record<WindowColumn, Float64Array | Uint8Array>>;
  readonly stopped_by: string | null;
}

/** Columns of a window; stations by their place in the list, causes by their place in EDGE_CAUSES. */
export const WINDOW_COLUMNS = [
  'station_a', 'station_b', 'start_utc_ms', 'end_utc_ms', 'dark', 'elevation_deg_max_a', 'elevation_deg_max_b',
  'range_sum_km_min', 'start_by', 'end_by',
] as const;
export type WindowColumn = (typeof WINDOW_COLUMNS)[number];

/** Small whole numbers take a byte on their way: a month of a large constellation has a million windows. */
const BYTES: readonly WindowColumn[] = ['station_a', 'station_b', 'dark', 'start_by', 'end_by'];

export const EDGE_CAUSES = ['min_elevation', 'horizon_mask', 'range_max', 'sunlight', 'moon', 'search'] as const;

const DEG = 180 / Math.PI;

/** The searcher of one share; it keeps the Sun's ephemeris from satellite to satellite. */
export function shareSearcher(input: Omit<SearchSatellitesInput, 'satellites'>): ConstellationSearcher {
  const { stations, sun_elevation_deg_max, windows, ...span } = input;
  return createConstellationSearch({
    ...span,
    stations: stations.map((site) => maskedStation(createStation(site), site)),
    sun_elevation_rad_max: sun_elevation_deg_max / DEG,
    limits: searchLimits(windows),
  });
}

/** One satellite of a share; one that decays keeps what it had before. */
export function satelliteColumns(
  searcher: ConstellationSearcher,
  { place, elements }: SearchSatellitesInput['satellites'][number],
  stations: SearchSatellitesInput['stations'],
): SatelliteColumns {
  const propagator = createPropagator(elements);
  if (!propagator.ok) {
    return { place, columns: columnsOf([], stations), stopped_by: describePropagationError(propagator.error) };
  }
  const { windows, stopped_by } = searcher.windowsOf(propagator.value);
  const why = stopped_by === null ? null : describePropagationError(stopped_by);
  return { place, columns: columnsOf(windows, stations), stopped_by: why };
}

function columnsOf(
  windows: readonly PairWindow[],
  stations: SearchSatellitesInput['stations'],
): SatelliteColumns['columns'] {
  const counts = stations.map((site) => elevationCount(site, site.elevation));
  const shown =
    (which: 0 | 1) =>
    ({ pair, elevation_rad_max }: PairWindow) =>
      counts[pair[which]]!.shownRad(elevation_rad_max[which]) * DEG;
  const read: Readonly<Record<WindowColumn, (window: PairWindow) => number>> = {
    station_a: ({ pair }) => pair[0],
    station_b: ({ pair }) => pair[1],
    start_utc_ms: ({ start_utc_ms }) => start_utc_ms,
    end_utc_ms: ({ end_utc_ms }) => end_utc_ms,
    dark: ({ dark }) => Number(dark),
    elevation_deg_max_a: shown(0),
    elevation_deg_max_b: shown(1),
    range_sum_km_min: ({ range_sum_m_min }) => range_sum_m_min / 1000,
    start_by: ({ start_by }) => EDGE_CAUSES.indexOf(start_by),
    end_by: ({ end_by }) => EDGE_CAUSES.indexOf(end_by),
  };
  const entries = WINDOW_COLUMNS.map((name) => {
    const values = BYTES.includes(name) ? Uint8Array.from(windows, read[name]) : Float64Array.from(windows, read[name]);
    return [name, values] as const;
  });
  return Object.fromEntries(entries) as unknown as SatelliteColumns['columns'];
}
