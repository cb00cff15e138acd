import type { OperationError } from '../../src-contract/errors.ts';
import type { MissionFile, MissionStation } from '../../src-contract/mission.ts';
import type { DualWindowView } from '../../src-contract/orbit.ts';
import type { KeyOutlook } from '../../src-contract/outlook.ts';
import {
  REFRACTED_DEG_MIN,
  type ElevationKind,
  type HorizonPointView,
  type WindowLimits,
} from '../../src-contract/window-limits.ts';
import { MS_PER_DAY } from '../../src-core/constants.ts';
import { findDualWindows, type DualWindow, type RemovedView } from '../../src-core/orbit/windows.ts';
import { describePropagationError, type Propagator } from '../../src-core/orbit/propagate.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import { formatUtc } from '../../src-core/utc.ts';
import { readElementText } from '../pipeline/element-text.ts';
import { searchLimits, stationName, type StationLimits } from '../pipeline/mission-limits.ts';
import { NO_CAMPAIGN, viewKeyOutlook, type CampaignCounts } from '../pipeline/key-outlook.ts';
import { pairCurves } from '../pipeline/pass-curves.ts';
import { stationPair, type StationPair } from '../pipeline/pass-prediction.ts';
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
  /** In place of the mission's own; what is left out stays as the mission has it. */
  readonly limits?: AskedLimits;
  /** What the campaign holds already; nothing when absent. */
  readonly campaign?: CampaignCounts | undefined;
  /** Adds the pass as a curve, a sample every so many seconds. */
  readonly curves_step_s?: number | undefined;
}

/** Limits asked for one search; undefined leaves the mission's own. */
export interface AskedLimits {
  /** By station; a station that is not named keeps its own. */
  readonly horizons: Readonly<Record<string, readonly HorizonPointView[]>> | undefined;
  readonly range_km_max: number | undefined;
  readonly elevation: ElevationKind | undefined;
  readonly duration_s_min: number | undefined;
  readonly moon_separation_deg_min: number | undefined;
  readonly sunlight: 'lit' | 'umbra' | 'any' | undefined;
}

/** A view that both stations have, and that a constraint took off the list. */
export interface RemovedWindow {
  readonly start_utc: string;
  readonly end_utc: string;
  readonly duration_s: number;
  readonly cut_by: 'night' | RemovedView['by'];
  /** Whose limit it is; null where it is not a station's. */
  readonly station: string | null;
}

/** A pass in columns: seconds since the start, each station's sight and loss by its terms, and both downlinks. */
export interface WindowCurves {
  readonly step_s: number;
  readonly columns: Readonly<Record<string, readonly (number | null)[]>>;
}

export interface FoundWindow extends DualWindowView {
  /** Secret bits that it adds to the campaign; null for a window of daylight. */
  readonly secret: KeyOutlook | null;
  readonly curves?: WindowCurves;
}

export interface FoundWindows {
  readonly elements: { readonly epoch_utc: string; readonly age_days: number; readonly catalog_number: string };
  readonly windows: readonly FoundWindow[];
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
  const limits = [limitsFor(request, 0, equipment), limitsFor(request, 1, equipment)] as const;
  const low = limits.findIndex(isTooLow);
  if (low >= 0) return err(tooLow(stations[low as 0 | 1].id));
  const pair = stationPair(mission, { sites: stations, limits, equipment });
  const ids = [stations[0].id, stations[1].id] as const;
  const found = findDualWindows({
    propagator,
    stations: pair.masked,
    from_utc_ms,
    to_utc_ms: from_utc_ms + request.days * MS_PER_DAY,
    sun_elevation_rad_max: (request.sun_elevation_deg_max * Math.PI) / 180,
    limits: searchLimits(windowLimitsFor(mission, request.limits)),
  });
  const kept = found.windows.filter(({ dark }) => dark || !request.dark_only);
  const by_night = found.windows.filter((window) => !kept.includes(window));
  const windows: FoundWindow[] = [];
  for (const window of kept) {
    const view = describeFound(request, window, { pair, propagator, ids });
    if (!view.ok) return view;
    windows.push(view.value);
  }
  const removed = [
    ...by_night.map((window) => removedView(window, { cut_by: 'night', station: null })),
    ...found.removed.map((view) =>
      request.dark_only && !view.dark
        ? removedView(view, { cut_by: 'night', station: null })
        : removedView(view, { cut_by: view.by, station: stationName(view.station, ids) }),
    ),
  ].toSorted((a, b) => Date.parse(a.start_utc) - Date.parse(b.start_utc));
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

interface Means {
  readonly pair: StationPair;
  readonly propagator: Propagator;
  readonly ids: readonly [string, string];
}

function describeFound(
  { mission, campaign = NO_CAMPAIGN, curves_step_s: step_s }: WindowsRequest,
  window: DualWindow,
  means: Means,
): Result<FoundWindow, OperationError> {
  const view = viewWindow(window, means);
  if (!view.ok) return view;
  const found = { ...view.value, secret: viewKeyOutlook(mission, campaign, view.value.expected) };
  if (step_s === undefined) return ok(found);
  const { start_utc_ms, end_utc_ms } = window;
  const frame = pairCurves(means.pair, means, { start_utc_ms, end_utc_ms, step_s, margin_s: 0 });
  if (!frame.ok) return frame;
  const columns = frame.value.columns.map(({ name, values }) =>
    [name, Array.from(values, (value) => (Number.isFinite(value) ? value : null))] as const);
  return ok({ ...found, curves: { step_s, columns: Object.fromEntries(columns) } });
}

function removedView(
  { start_utc_ms, end_utc_ms, duration_s }: Pick<DualWindow, 'start_utc_ms' | 'end_utc_ms' | 'duration_s'>,
  why: Pick<RemovedWindow, 'cut_by' | 'station'>,
): RemovedWindow {
  return { start_utc: formatUtc(start_utc_ms), end_utc: formatUtc(end_utc_ms), duration_s, ...why };
}

/** What stands around a telescope and how far it reaches belong to its place: a site by another name has none of it. */
function limitsFor(request: WindowsRequest, which: 0 | 1, equipment: readonly MissionStation[]): StationLimits {
  const { id } = request.stations[which];
  const { horizon, range_km_max, elevation, min_elevation_deg } = equipment[which]!;
  const own = equipment[which]!.id === id ? { horizon, range_km_max, elevation } : {};
  return {
    min_elevation_deg: request.min_elevation_deg ?? min_elevation_deg,
    horizon: request.limits?.horizons?.[id]?.slice() ?? own.horizon,
    range_km_max: request.limits?.range_km_max ?? own.range_km_max,
    elevation: request.limits?.elevation ?? own.elevation,
  };
}

function windowLimitsFor({ windows = {} }: MissionFile, asked?: AskedLimits): WindowLimits {
  if (asked === undefined) return windows;
  const { duration_s_min, moon_separation_deg_min, sunlight } = asked;
  return {
    ...windows,
    duration_s_min: duration_s_min ?? windows.duration_s_min,
    moon_separation_deg_min: moon_separation_deg_min ?? windows.moon_separation_deg_min,
    sunlight: sunlight === 'any' ? undefined : (sunlight ?? windows.sunlight),
  };
}

const isTooLow = ({ elevation, min_elevation_deg }: StationLimits) =>
  elevation === 'refracted' && min_elevation_deg < REFRACTED_DEG_MIN;

function tooLow(station_id: string): OperationError {
  const issue = `${station_id}: refracted elevation needs a least elevation of ${REFRACTED_DEG_MIN} degree or more`;
  return { type: 'InvalidInput', issues: [issue] };
}

/** A site named like a station of the mission has its equipment, in whatever order; any other borrows what is left. */
function equipmentFor({ stations: [a, b] }: MissionFile, [first, second]: WindowsRequest['stations']) {
  return first.id === b.id || second.id === a.id ? ([b, a] as const) : ([a, b] as const);
}
