import type { OperationError } from '../../src-contract/errors.ts';
import type { MissionFile } from '../../src-contract/mission.ts';
import type { DualWindowView } from '../../src-contract/orbit.ts';
import { MS_PER_DAY } from '../../src-core/constants.ts';
import { findDualWindows, type DualWindow } from '../../src-core/orbit/windows.ts';
import { describePropagationError } from '../../src-core/orbit/propagate.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import { formatUtc } from '../../src-core/utc.ts';
import { readElementText } from '../pipeline/element-text.ts';
import { stationPair } from '../pipeline/pass-prediction.ts';
import { viewWindow } from '../pipeline/window-view.ts';

export interface WindowSite {
  readonly id: string;
  readonly latitude_deg: number;
  readonly longitude_deg: number;
  readonly altitude_m: number;
}

export interface WindowsRequest {
  readonly mission: MissionFile;
  readonly elements_text: string;
  readonly elements_name: string;
  readonly stations: readonly [WindowSite, WindowSite];
  readonly from_utc_ms: number;
  readonly days: number;
  /** For both stations; null takes the mission's own. */
  readonly min_elevation_deg: number | null;
  readonly sun_elevation_deg_max: number;
  readonly dark_only: boolean;
  /** Shorter windows are not worth a night's work; 0 keeps all. */
  readonly duration_s_min: number;
}

/** A window that both stations have, and that a constraint took off the list. */
export interface RemovedWindow {
  readonly start_utc: string;
  readonly end_utc: string;
  readonly duration_s: number;
  readonly cut_by: 'night' | 'duration_min';
}

export interface FoundWindows {
  readonly elements: { readonly epoch_utc: string; readonly age_days: number; readonly catalog_number: string };
  readonly windows: readonly DualWindowView[];
  readonly removed: readonly RemovedWindow[];
  /** Null, or why the search ended before its last day, as when the satellite decays. */
  readonly stopped_by: string | null;
}

/** Every window of a span, with what each should give. A set that decays on the way keeps the windows before. */
export function findWindows(request: WindowsRequest): Result<FoundWindows, OperationError> {
  const { mission, stations, from_utc_ms } = request;
  const chosen = readElementText(request.elements_text, request.elements_name, mission.satellite.catalog_number);
  if (!chosen.ok) return chosen;
  const propagator = chosen.value;
  const equipment = equipmentFor(mission, stations);
  const own = (which: 0 | 1) => request.min_elevation_deg ?? equipment[which].min_elevation_deg;
  const pair = stationPair(mission, { sites: stations, min_elevation_deg: [own(0), own(1)], equipment });
  const found = findDualWindows({
    propagator,
    stations: pair.masked,
    from_utc_ms,
    to_utc_ms: from_utc_ms + request.days * MS_PER_DAY,
    sun_elevation_rad_max: (request.sun_elevation_deg_max * Math.PI) / 180,
  });
  const windows: DualWindowView[] = [];
  const removed: RemovedWindow[] = [];
  for (const window of found.windows) {
    const cut_by = constraintAgainst(window, request);
    if (cut_by !== null) {
      const { start_utc_ms, end_utc_ms, duration_s } = window;
      removed.push({ start_utc: formatUtc(start_utc_ms), end_utc: formatUtc(end_utc_ms), duration_s, cut_by });
      continue;
    }
    const view = viewWindow(window, { pair, propagator, ids: [stations[0].id, stations[1].id] });
    if (!view.ok) return view;
    windows.push(view.value);
  }
  const stopped_by = found.stopped_by === null ? null : describePropagationError(found.stopped_by);
  if (windows.length === 0 && stopped_by !== null) {
    return err({ type: 'NotPossible', reason: found.stopped_by?.type ?? 'Decayed', message: stopped_by });
  }
  const { elements } = propagator;
  return ok({
    elements: {
      epoch_utc: formatUtc(elements.epoch_utc_ms),
      age_days: (from_utc_ms - elements.epoch_utc_ms) / MS_PER_DAY,
      catalog_number: elements.catalog_number,
    },
    windows,
    removed,
    stopped_by,
  });
}

/** Which constraint takes a window off the list, the night first; null for none. */
function constraintAgainst(window: DualWindow, request: WindowsRequest): RemovedWindow['cut_by'] | null {
  if (request.dark_only && !window.dark) return 'night';
  return window.duration_s < request.duration_s_min ? 'duration_min' : null;
}

/** A site named like a station of the mission has its equipment, in whatever order; any other borrows what is left. */
function equipmentFor({ stations: [a, b] }: MissionFile, [first, second]: WindowsRequest['stations']) {
  return first.id === b.id || second.id === a.id ? ([b, a] as const) : ([a, b] as const);
}
