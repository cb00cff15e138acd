import { assert } from '../assert.ts';
import { MS_PER_DAY } from '../constants.ts';
import { cutTrack, type EdgeCause, type Piece } from './cut.ts';
import { extremesOf } from './extremes.ts';
import type { LimitName } from './limits.ts';
import { lookAngles } from './look.ts';
import type { PropagationError, Propagator } from './propagate.ts';
import { limitsOf, NO_LIMITS, type LimitsAt, type SearchLimits } from './search-limits.ts';
import { bodyElevationRad, sunPefKm } from './sun.ts';
import { createTrack, type Track } from './track.ts';
import { findVisibility, type MaskedStation, type VisibleInterval } from './visibility.ts';

/** What one station sees in a window. */
interface WindowStation {
  readonly elevation_rad_max: number;
  readonly range_m_min: number;
  readonly range_m_max: number;
  readonly azimuth_rad_start: number;
  readonly azimuth_rad_end: number;
  readonly sun_elevation_rad_max: number;
}

/** An interval in which both stations see the satellite above their masks; stations in the order asked. */
export interface DualWindow {
  readonly start_utc_ms: number;
  readonly end_utc_ms: number;
  readonly duration_s: number;
  readonly clipped_start: boolean;
  readonly clipped_end: boolean;
  /** What sets each edge, and what it takes from the view that elevation alone would give. */
  readonly start_cause: EdgeCause;
  readonly end_cause: EdgeCause;
  readonly stations: readonly [WindowStation, WindowStation];
  readonly range_sum_m_min: number;
  readonly range_sum_m_max: number;
  /** The Sun stays below the limit at both stations for the whole window. */
  readonly dark: boolean;
}

/** A view that elevation alone would give, and that a limit left nothing of or too little. */
export interface RemovedView {
  readonly start_utc_ms: number;
  readonly end_utc_ms: number;
  readonly duration_s: number;
  readonly by: LimitName | 'duration_min';
  readonly station: number | null;
  /** As of a window. */
  readonly dark: boolean;
  /** Largest elevation of the Sun at either station. */
  readonly sun_elevation_rad_max: number;
}

export interface WindowSearch {
  readonly propagator: Propagator;
  readonly stations: readonly [MaskedStation, MaskedStation];
  readonly from_utc_ms: number;
  readonly to_utc_ms: number;
  /** Night is when the Sun is below this at a station that sets no limit of its own. */
  readonly sun_elevation_rad_max: number;
  /** None when absent. */
  readonly limits?: SearchLimits;
}

export interface WindowsFound {
  readonly windows: readonly DualWindow[];
  readonly removed: readonly RemovedView[];
  /** Why the search ended early, as when the satellite decays; null when it reached its end. */
  readonly stopped_by: PropagationError | null;
}

/** Between two positions of the ephemeris the Sun is turned at its mean rate: 0.002 degree at most. */
const SUN_STEP_MS = 600_000;
const SUN_RATE_RAD_MS = 2 * Math.PI / MS_PER_DAY;

/** Largest elevations of the Sun: at both ends of each stretch, where it lies unless the Sun culminates between. */
function sunMaxima(search: WindowSearch, window: { start_utc_ms: number; end_utc_ms: number }): [number, number] {
  const maxima: [number, number] = [-Math.PI / 2, -Math.PI / 2];
  const span_ms = window.end_utc_ms - window.start_utc_ms;
  const stretches = Math.max(1, Math.ceil(span_ms / SUN_STEP_MS));
  for (let i = 0; i < stretches; i++) {
    const [x, y, z] = sunPefKm(window.start_utc_ms + span_ms * (i + 0.5) / stretches);
    const turn_rad = SUN_RATE_RAD_MS * span_ms / stretches / 2;
    for (const angle of [-turn_rad, turn_rad]) {
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      const sun = [c * x + s * y, c * y - s * x, z] as const;
      for (const which of [0, 1] as const) {
        maxima[which] = Math.max(maxima[which], bodyElevationRad(sun, search.stations[which].station));
      }
    }
  }
  return maxima;
}

/** The Sun stays below each station's limit. */
function isDark(search: WindowSearch, sun: readonly [number, number]): boolean {
  return search.stations.every(({ sun_elevation_rad_max = search.sun_elevation_rad_max }, which) =>
    sun[which as 0 | 1] < sun_elevation_rad_max);
}

/** An edge of the view by elevation: the station that stands nearest to its own least elevation. */
function elevationCause(search: WindowSearch, track: Track, t_s: number): EdgeCause {
  const state = new Float64Array(6);
  track.write(t_s, state);
  const [a, b] = search.stations.map(({ station, min_elevation_rad }) =>
    lookAngles(state, station).elevation_rad - min_elevation_rad) as [number, number];
  return { by: 'min_elevation', station: a <= b ? 0 : 1, taken_s: 0 };
}

const CUT_BY_SEARCH: EdgeCause = { by: 'search', station: null, taken_s: 0 };
/** A limit that takes less than this from an edge coincides with the elevation there. */
const CUT_S_MIN = 1e-4;

interface View { readonly interval: VisibleInterval; readonly track: Track }

function describeWindow(search: WindowSearch, view: View, piece: Piece): DualWindow {
  const { propagator, stations } = search;
  const { interval, track } = view;
  const part = { ...track, start_s: piece.start_s, end_s: piece.end_s };
  const extremes = extremesOf(part, stations.map(({ station }) => station));
  const [start, end] = [new Float64Array(6), new Float64Array(6)];
  track.write(piece.start_s, start);
  track.write(piece.end_s, end);
  const start_utc_ms = propagator.elements.epoch_utc_ms + piece.start_s * 1000;
  const end_utc_ms = propagator.elements.epoch_utc_ms + piece.end_s * 1000;
  const sun = sunMaxima(search, { start_utc_ms, end_utc_ms });
  const stationAt = (which: 0 | 1): WindowStation => ({
    elevation_rad_max: extremes.elevation_rad_max[which]!,
    range_m_min: extremes.range_m_min[which]!,
    range_m_max: extremes.range_m_max[which]!,
    azimuth_rad_start: lookAngles(start, stations[which].station).azimuth_rad,
    azimuth_rad_end: lookAngles(end, stations[which].station).azimuth_rad,
    sun_elevation_rad_max: sun[which],
  });
  const causeAt = (cause: EdgeCause | null, t_s: number, clipped: boolean): EdgeCause => {
    if (cause !== null && cause.taken_s >= CUT_S_MIN) return cause;
    return clipped ? CUT_BY_SEARCH : elevationCause(search, track, t_s);
  };
  return {
    start_utc_ms, end_utc_ms,
    duration_s: piece.end_s - piece.start_s,
    clipped_start: interval.clipped_start && piece.start_cause === null,
    clipped_end: interval.clipped_end && piece.end_cause === null,
    start_cause: causeAt(piece.start_cause, piece.start_s, interval.clipped_start),
    end_cause: causeAt(piece.end_cause, piece.end_s, interval.clipped_end),
    stations: [stationAt(0), stationAt(1)],
    range_sum_m_min: extremes.range_sum_m_min,
    range_sum_m_max: extremes.range_sum_m_max,
    dark: isDark(search, sun),
  };
}

interface Found { readonly windows: DualWindow[]; readonly removed: RemovedView[] }

function takeView(search: WindowSearch, interval: VisibleInterval, { limitsAt, found }: { limitsAt: LimitsAt; found: Found }) {
  const track = createTrack(search.propagator, interval);
  if (track === null) return;
  const { epoch_utc_ms } = search.propagator.elements;
  const toUtc = (t_s: number) => epoch_utc_ms + t_s * 1000;
  const remove = (lost: Pick<Piece, 'start_s' | 'end_s'>, by: Pick<RemovedView, 'by' | 'station'>) => {
    const span = { start_utc_ms: toUtc(lost.start_s), end_utc_ms: toUtc(lost.end_s) };
    const sun = sunMaxima(search, span);
    found.removed.push({
      ...span, ...by, duration_s: lost.end_s - lost.start_s, dark: isDark(search, sun),
      sun_elevation_rad_max: Math.max(...sun),
    });
  };
  const limits = limitsAt(toUtc((interval.start_s + interval.end_s) / 2));
  const { pieces, most } = cutTrack(track, limits, epoch_utc_ms);
  if (pieces.length === 0) remove(interval, { by: most!.by as LimitName, station: most!.station });
  for (const piece of pieces) {
    if (piece.end_s - piece.start_s < (search.limits ?? NO_LIMITS).duration_s_min) {
      remove(piece, { by: 'duration_min', station: null });
    } else {
      found.windows.push(describeWindow(search, { interval, track }, piece));
    }
  }
}

/**
 * Every dual-view window that overlaps [from, to), whole, with what an operator needs to know of it.
 *
 * A window in progress at either end is reported whole, so the windows of adjoining searches, joined by their
 * start, are the windows of the joined search, number for number. Limits cut what elevation gives, and each edge
 * names what sets it; a view of which nothing is left is listed as removed, with the limit that hides the most.
 *
 * @units milliseconds since 1970 (UTC), seconds, metres, radians
 * @shape windows in order of time; stations in the order given
 * @errors `stopped_by` when SGP4 gives no state within the search; what was found before is kept
 * @validity as findVisibility and cutTrack; geometric elevation; dark judged by the Sun's largest elevation in the
 *   window, which night removes whole or not at all
 * @source findVisibility, cutTrack, extremesOf, sunPefKm
 * @golden tests/core/orbit/windows.test.ts, all 708 of python-sgp4, edges within 2 ms
 */
export function findDualWindows(search: WindowSearch): WindowsFound {
  const { propagator, stations, from_utc_ms, to_utc_ms } = search;
  assert(Number.isFinite(from_utc_ms) && from_utc_ms <= to_utc_ms, `search from ${from_utc_ms} to ${to_utc_ms}`);
  const { epoch_utc_ms } = propagator.elements;
  const views = findVisibility(propagator, stations, {
    from_s: (from_utc_ms - epoch_utc_ms) / 1000, to_s: (to_utc_ms - epoch_utc_ms) / 1000,
  });
  const found: Found = { windows: [], removed: [] };
  const limitsAt = limitsOf(stations, search.limits ?? NO_LIMITS);
  for (const interval of views.intervals) takeView(search, interval, { limitsAt, found });
  const overlaps = (window: { start_utc_ms: number; end_utc_ms: number }) =>
    window.end_utc_ms > from_utc_ms && window.start_utc_ms < to_utc_ms;
  const lost_at_utc_ms = views.lost_at_s === null ? null : epoch_utc_ms + views.lost_at_s * 1000;
  return {
    windows: found.windows.filter(overlaps),
    removed: found.removed.filter(overlaps),
    stopped_by: lost_at_utc_ms === null ? null : propagator.failureAt(lost_at_utc_ms),
  };
}
