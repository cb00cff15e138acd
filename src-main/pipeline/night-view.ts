import type { OperationError } from '../../src-contract/errors.ts';
import type { MissionFile } from '../../src-contract/mission.ts';
import type { DualWindowView, NightView } from '../../src-contract/orbit.ts';
import { listNights, type Night, type NoWindowReason } from '../../src-core/orbit/nights.ts';
import { describePropagationError, type Propagator } from '../../src-core/orbit/propagate.ts';
import { findDualWindows, type RemovedView } from '../../src-core/orbit/windows.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import { formatUtc } from '../../src-core/utc.ts';
import { missionSearch } from './mission-limits.ts';
import { missionPair, type StationPair } from './pass-prediction.ts';
import { viewWindow } from './window-view.ts';

const DEG = 180 / Math.PI;

export interface NightsQuery {
  readonly first_night: string;
  readonly nights: number;
}

/** The nights of a span as the Plan view shows them: windows with what they should give, or why there is none. */
export function viewNights(
  mission: MissionFile,
  propagator: Propagator,
  query: NightsQuery,
): Result<NightView[], OperationError> {
  const pair = missionPair(mission);
  const nights = listNights({
    propagator,
    stations: pair.masked,
    first_night: query.first_night,
    count: query.nights,
    ...missionSearch(mission),
  });
  if (!nights.ok) return err({ type: 'InvalidInput', issues: [`first_night: ${nights.error.text} is no date`] });
  const ids = [mission.stations[0].id, mission.stations[1].id] as const;
  const views: NightView[] = [];
  for (const night of nights.value) {
    const windows = [];
    for (const window of night.windows) {
      const view = viewWindow(window, { pair, propagator, ids });
      if (!view.ok) return view;
      windows.push(view.value);
    }
    views.push({
      ...viewSky(night, ids),
      windows,
      reason: night.reason === null ? null : explain(night.reason, { mission, pair }),
    });
  }
  return ok(views);
}

function viewSky(night: Night, ids: readonly [string, string]): Omit<NightView, 'windows' | 'reason'> {
  const first_of_year = Date.UTC(Number(night.night.slice(0, 4)), 0, 1);
  const evening = Date.parse(`${night.night}T00:00:00Z`);
  return {
    night: night.night,
    day_of_year: Math.round((evening - first_of_year) / 86_400_000) + 1,
    dark: night.dark,
    sun_down: night.sun_down,
    moon_up: [...night.moon_up],
    moon_illumination: night.moon_illumination,
    stations: ids.map((id, which) => ({ id, visible: [...night.visible[which as 0 | 1]] })),
  };
}

const clockOf = (utc_ms: number) => `${formatUtc(utc_ms).slice(11, 19)} Z`;
const degrees = (rad: number) => `${(rad * DEG).toFixed(1)}°`;

/** Why a night has no window, in one sentence with the numbers that decided it. */
function explain(reason: NoWindowReason, { mission, pair }: { mission: MissionFile; pair: StationPair }): string {
  const [a, b] = mission.stations;
  const shown = (which: 0 | 1, rad: number) => degrees(pair.counts[which].shownRad(rad));
  switch (reason.type) {
    case 'NoDarkness':
      return `No darkness: the Sun does not go below ${mission.night.sun_elevation_deg_max}° at both stations.`;
    case 'CutAway':
      return explainCut(reason.view, mission);
    case 'TooLight': {
      const sun = Math.max(...reason.window.stations.map(({ sun_elevation_rad_max }) => sun_elevation_rad_max));
      return `Too light: both see it at ${clockOf(reason.window.start_utc_ms)}, but with the Sun at ${degrees(sun)}.`;
    }
    case 'BelowMask': {
      const short = reason.short_station;
      const [low, other] = short === 0 ? [a, b] : [b, a];
      return (
        `No common view: at best (${clockOf(reason.utc_ms)}) ${low.name} sees it at ${shown(short, reason.elevation_rad[short])}, ` +
        `below ${low.min_elevation_deg}° ${pair.counts[short].kind}, while ${other.name} has ` +
        `${shown(short === 0 ? 1 : 0, reason.elevation_rad[short === 0 ? 1 : 0])}.`
      );
    }
    case 'NeverTogether':
      return 'No common view: in darkness the two stations never have it above the horizon together.';
    case 'NoState':
      return describePropagationError(reason.error);
  }
}

/** What each limit did to a view that both stations have, after "both see it at .. for .. s, ". */
const CUT_WORDS: Readonly<Record<RemovedView['by'], (mission: MissionFile, which: 0 | 1) => string>> = {
  horizon_mask: ({ stations }, which) => `but the horizon of ${stations[which].name} hides it`,
  range_max: ({ stations }, which) =>
    `but it stays beyond ${String(stations[which].range_km_max)} km from ${stations[which].name}`,
  moon: ({ stations, windows }, which) =>
    `but from ${stations[which].name} it stands within ${String(windows?.moon_separation_deg_min)}° of the Moon`,
  sunlight: ({ windows }) => `but the satellite is not in full ${windows?.sunlight === 'umbra' ? 'shadow' : 'sunlight'}`,
  duration_min: ({ windows }) => `less than the ${String(windows?.duration_s_min)} s asked for`,
};

/** A view in darkness that a limit took whole, or of which it left too little. */
function explainCut({ by, station, start_utc_ms, duration_s }: RemovedView, mission: MissionFile): string {
  const words = CUT_WORDS[by](mission, station === 1 ? 1 : 0);
  return `Cut away: both see it at ${clockOf(start_utc_ms)} for ${duration_s.toFixed(0)} s, ${words}.`;
}

/** The window of the mission in which a moment lies; null where it lies in none. */
export function viewWindowAt(mission: MissionFile, propagator: Propagator, utc_ms: number): DualWindowView | null {
  const pair = missionPair(mission);
  const { windows } = findDualWindows({
    propagator,
    stations: pair.masked,
    from_utc_ms: utc_ms,
    to_utc_ms: utc_ms + 1,
    ...missionSearch(mission),
  });
  const window = windows.find(({ start_utc_ms, end_utc_ms }) => start_utc_ms <= utc_ms && utc_ms <= end_utc_ms);
  if (window === undefined) return null;
  const view = viewWindow(window, { pair, propagator, ids: [mission.stations[0].id, mission.stations[1].id] });
  return view.ok ? view.value : null;
}
