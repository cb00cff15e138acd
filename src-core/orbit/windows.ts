import { assert } from '../assert.ts';
import { MS_PER_DAY } from '../constants.ts';
import { extremesOf } from './extremes.ts';
import { lookAngles } from './look.ts';
import type { PropagationError, Propagator } from './propagate.ts';
import { bodyElevationRad, sunPefKm } from './sun.ts';
import { createTrack } from './track.ts';
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
  readonly stations: readonly [WindowStation, WindowStation];
  readonly range_sum_m_min: number;
  readonly range_sum_m_max: number;
  /** The Sun stays below the limit at both stations for the whole window. */
  readonly dark: boolean;
}

export interface WindowSearch {
  readonly propagator: Propagator;
  readonly stations: readonly [MaskedStation, MaskedStation];
  readonly from_utc_ms: number;
  readonly to_utc_ms: number;
  /** Night is when the Sun is below this at a station. */
  readonly sun_elevation_rad_max: number;
}

export interface WindowsFound {
  readonly windows: readonly DualWindow[];
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

function describeWindow(search: WindowSearch, interval: VisibleInterval): DualWindow | null {
  const { propagator, stations } = search;
  const track = createTrack(propagator, interval);
  if (track === null) return null;
  const extremes = extremesOf(track, stations.map(({ station }) => station));
  const [start, end] = [new Float64Array(6), new Float64Array(6)];
  track.write(interval.start_s, start);
  track.write(interval.end_s, end);
  const start_utc_ms = propagator.elements.epoch_utc_ms + interval.start_s * 1000;
  const end_utc_ms = propagator.elements.epoch_utc_ms + interval.end_s * 1000;
  const sun = sunMaxima(search, { start_utc_ms, end_utc_ms });
  const stationAt = (which: 0 | 1): WindowStation => ({
    elevation_rad_max: extremes.elevation_rad_max[which]!,
    range_m_min: extremes.range_m_min[which]!,
    range_m_max: extremes.range_m_max[which]!,
    azimuth_rad_start: lookAngles(start, stations[which].station).azimuth_rad,
    azimuth_rad_end: lookAngles(end, stations[which].station).azimuth_rad,
    sun_elevation_rad_max: sun[which],
  });
  return {
    start_utc_ms, end_utc_ms,
    duration_s: interval.end_s - interval.start_s,
    clipped_start: interval.clipped_start,
    clipped_end: interval.clipped_end,
    stations: [stationAt(0), stationAt(1)],
    range_sum_m_min: extremes.range_sum_m_min,
    range_sum_m_max: extremes.range_sum_m_max,
    dark: Math.max(...sun) < search.sun_elevation_rad_max,
  };
}

/**
 * Every dual-view window that overlaps [from, to), whole, with what an operator needs to know of it.
 *
 * A window in progress at either end is reported whole, so the windows of adjoining searches, joined by their
 * start, are the windows of the joined search, number for number.
 *
 * @units milliseconds since 1970 (UTC), seconds, metres, radians
 * @shape windows in order of time; stations in the order given
 * @errors `stopped_by` when SGP4 gives no state within the search; what was found before is kept
 * @validity as findVisibility; geometric elevation; dark judged by the Sun's largest elevation in the window
 * @source findVisibility, extremesOf, sunPefKm
 * @golden tests/core/orbit/windows.test.ts, all 708 of python-sgp4, edges within 2 ms
 */
export function findDualWindows(search: WindowSearch): WindowsFound {
  const { propagator, stations, from_utc_ms, to_utc_ms } = search;
  assert(Number.isFinite(from_utc_ms) && from_utc_ms <= to_utc_ms, `search from ${from_utc_ms} to ${to_utc_ms}`);
  const { epoch_utc_ms } = propagator.elements;
  const found = findVisibility(propagator, stations, {
    from_s: (from_utc_ms - epoch_utc_ms) / 1000, to_s: (to_utc_ms - epoch_utc_ms) / 1000,
  });
  const windows = found.intervals.map((interval) => describeWindow(search, interval))
    .filter((window) => window !== null);
  const lost_at_utc_ms = found.lost_at_s === null ? null : epoch_utc_ms + found.lost_at_s * 1000;
  return { windows, stopped_by: lost_at_utc_ms === null ? null : propagator.failureAt(lost_at_utc_ms) };
}
