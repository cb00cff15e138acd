import { MS_PER_DAY } from '../constants.ts';
import type { EdgeCause } from './cut.ts';
import { extremesOf } from './extremes.ts';
import type { PropagationError, Propagator } from './propagate.ts';
import { NO_LIMITS, type SearchLimits } from './search-limits.ts';
import { createSkyTrack, type SkyTrack } from './sky-track.ts';
import { findStationPasses, sharedPasses, type SharedPass, type StationPass } from './station-passes.ts';
import { bodyElevationRad, sunPefKm } from './sun.ts';
import { createTrack, type Track } from './track.ts';
import type { MaskedStation } from './visibility.ts';

/** Many stations at once; pairs are indices into them. */
export interface ConstellationSearch {
  readonly stations: readonly MaskedStation[];
  readonly pairs: readonly (readonly [number, number])[];
  readonly from_utc_ms: number;
  readonly to_utc_ms: number;
  readonly sun_elevation_rad_max: number;
  /** Windows by day are left out. */
  readonly dark_only: boolean;
  readonly limits?: SearchLimits;
}

/** A window of one satellite over one pair. */
export interface PairWindow {
  readonly pair: readonly [number, number];
  readonly start_utc_ms: number;
  readonly end_utc_ms: number;
  readonly dark: boolean;
  readonly elevation_rad_max: readonly [number, number];
  readonly range_sum_m_min: number;
  readonly start_by: EdgeCause['by'];
  readonly end_by: EdgeCause['by'];
}

export interface SatelliteWindows {
  readonly windows: readonly PairWindow[];
  /** Why the search ended early; what was found before is kept. */
  readonly stopped_by: PropagationError | null;
}

/** The Sun's largest elevation in a window lies at its ends, or, where it culminates between, within this of one. */
const SUN_STEP_MS = 600_000;

/** Searches one satellite after the other: the Sun's ephemeris is shared by all of them. */
export interface ConstellationSearcher { windowsOf(propagator: Propagator): SatelliteWindows }

/**
 * Windows of many satellites over many pairs: each station's passes once, then intersected pair by pair.
 *
 * With S stations and P pairs a satellite costs S searches instead of P, and an intersection is a merge of two lists.
 *
 * @units milliseconds since 1970 (UTC), radians, metres
 * @shape windows of a satellite by pair, then by time
 * @errors `stopped_by` as findDualWindows
 * @validity as findDualWindows; darkness by the Sun at both ends and every ten minutes between
 * @source findStationPasses, sharedPasses, extremesOf, sunPefKm
 * @golden tests/core/orbit/constellation.test.ts, against findDualWindows to 10 us
 */
export function createConstellationSearch(search: ConstellationSearch): ConstellationSearcher {
  const sun = createSkyTrack(sunPefKm);
  return {
    windowsOf: (propagator) => {
      const found = search.stations.map((station) => findStationPasses(propagator, station, search));
      const lost = found.flatMap(({ lost_at_s }) => (lost_at_s === null ? [] : [lost_at_s]));
      const passes = found.map(({ passes: own }) => own);
      const describe = createDescriber(search, { propagator, sun, passes });
      const windows = search.pairs.flatMap((pair) => describe(pair));
      const { epoch_utc_ms } = propagator.elements;
      return {
        windows,
        stopped_by: lost.length === 0 ? null : propagator.failureAt(epoch_utc_ms + Math.min(...lost) * 1000),
      };
    },
  };
}

interface Means {
  readonly propagator: Propagator;
  readonly sun: SkyTrack;
  readonly passes: readonly (readonly StationPass[])[];
}

function createDescriber(search: ConstellationSearch, { propagator, sun, passes }: Means) {
  const { epoch_utc_ms } = propagator.elements;
  const { duration_s_min } = search.limits ?? NO_LIMITS;
  const toUtc = (t_s: number) => epoch_utc_ms + t_s * 1000;
  const isDark = createDarkness(search, sun);
  const tracks = new Map<StationPass, Track | null>();
  let tracked = -1;
  // A station's pass is shared with many others: SGP4 is asked once for all of them.
  const trackOf = (pass: StationPass): Track | null => {
    const known = tracks.get(pass);
    if (known !== undefined) return known;
    const made = createTrack(propagator, pass);
    tracks.set(pass, made);
    return made;
  };
  const wanted = (shared: SharedPass) => toUtc(shared.end_s) > search.from_utc_ms
    && toUtc(shared.start_s) < search.to_utc_ms && shared.end_s - shared.start_s >= duration_s_min;
  return (pair: readonly [number, number]): PairWindow[] => {
    const stations = [search.stations[pair[0]]!, search.stations[pair[1]]!] as const;
    const windows: PairWindow[] = [];
    // Pairs come by their first station: the paths over the one before are done with.
    if (pair[0] !== tracked) tracks.clear();
    tracked = pair[0];
    for (const shared of sharedPasses(passes[pair[0]]!, passes[pair[1]]!)) {
      if (!wanted(shared)) continue;
      const span = { start_utc_ms: toUtc(shared.start_s), end_utc_ms: toUtc(shared.end_s) };
      const dark = isDark(stations, span);
      if (search.dark_only && !dark) continue;
      const whole = trackOf(shared.of);
      if (whole === null) continue;
      const track = { ...whole, start_s: shared.start_s, end_s: shared.end_s };
      const { elevation_rad_max, range_sum_m_min } = extremesOf(track, stations.map(({ station }) => station));
      windows.push({
        pair, ...span, dark, elevation_rad_max: [elevation_rad_max[0]!, elevation_rad_max[1]!], range_sum_m_min,
        start_by: shared.start_by, end_by: shared.end_by,
      });
    }
    return windows;
  };
}

function createDarkness(search: ConstellationSearch, sun: SkyTrack) {
  const at = new Float64Array(3);
  return (stations: readonly MaskedStation[], { start_utc_ms, end_utc_ms }: { start_utc_ms: number; end_utc_ms: number }) => {
    const steps = Math.min(Math.ceil(MS_PER_DAY / SUN_STEP_MS), Math.max(1, Math.ceil((end_utc_ms - start_utc_ms) / SUN_STEP_MS)));
    for (let i = 0; i <= steps; i++) {
      sun(start_utc_ms + (end_utc_ms - start_utc_ms) * i / steps, at);
      const place = [at[0]!, at[1]!, at[2]!] as const;
      for (const { station, sun_elevation_rad_max = search.sun_elevation_rad_max } of stations) {
        if (bodyElevationRad(place, station) >= sun_elevation_rad_max) return false;
      }
    }
    return true;
  };
}
