import type { OperationError } from '../../src-contract/errors.ts';
import { encodeFrame } from '../../src-contract/frames.ts';
import type { HostEvent } from '../../src-contract/events.ts';
import type { InputOf, OutputOf } from '../../src-contract/operations.ts';
import type { MissionFile } from '../../src-contract/mission.ts';
import type { DualWindowView, ElementSetSummary } from '../../src-contract/orbit.ts';
import { MS_PER_DAY } from '../../src-core/constants.ts';
import type { ElementSet } from '../../src-core/orbit/element-set.ts';
import type { Propagator } from '../../src-core/orbit/propagate.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import { canonicalElementText, propagatorOf, readElementSets } from '../pipeline/element-text.ts';
import { warnAboutElements } from '../pipeline/element-warnings.ts';
import { compareWindows } from '../pipeline/compare-elements.ts';
import { viewNights, viewWindowAt } from '../pipeline/night-view.ts';
import { passCurves } from '../pipeline/pass-curves.ts';
import type { ElementReader, ElementWriter, NewElements, StoredElements } from '../store/element-store.ts';
import type { OrbitPort } from './ports.ts';

export interface OrbitServiceDeps {
  readonly mission: MissionFile;
  readonly elements: ElementReader & ElementWriter;
  readonly now_utc_ms: () => number;
  readonly elapsed_ms: () => number;
  readonly publish: (event: HostEvent) => void;
}

export interface OrbitService extends OrbitPort {
  /** The set that planning uses now: of the mission's satellite, the newest by epoch. */
  /** The window in which a moment lies, day or night, by the current elements; null outside every window. */
  readonly windowAt: (utc_ms: number) => DualWindowView | null;
  /** Null while there are none. */
  readonly elementsText: () => string | null;
  /** `listNights` for other services. */
  readonly nightsOf: (query: InputOf<'orbit.listNights'>) => Result<OutputOf<'orbit.listNights'>, OperationError>;
  readonly currentPropagator: () => Result<{ kept: StoredElements; propagator: Propagator }, OperationError>;
}

const NO_ELEMENTS = 'No elements yet: import a TLE or OMM of the satellite, then windows can be computed.';

/** Elements in, nights and curves out. */
export function createOrbitService(deps: OrbitServiceDeps): OrbitService {
  const { mission } = deps;
  const { catalog_number } = mission.satellite;

  function currentPropagator(): ReturnType<OrbitService['currentPropagator']> {
    const kept = deps.elements.newest(catalog_number);
    if (kept === null) return err({ type: 'NotPossible', reason: 'NoElements', message: NO_ELEMENTS });
    const sets = readElementSets(kept.raw_text, kept.source_name);
    if (!sets.ok) return sets;
    const propagator = propagatorOf(sets.value[0]!, kept.source_name);
    return propagator.ok ? ok({ kept, propagator: propagator.value }) : propagator;
  }

  const ageDays = (epoch_utc_ms: number) => (deps.now_utc_ms() - epoch_utc_ms) / MS_PER_DAY;

  function nightsOf({
    first_night,
    nights,
  }: InputOf<'orbit.listNights'>): Result<OutputOf<'orbit.listNights'>, OperationError> {
    const started = deps.elapsed_ms();
    const current = currentPropagator();
    if (!current.ok) return current;
    const { kept, propagator } = current.value;
    const views = viewNights(mission, propagator, { first_night, nights });
    if (!views.ok) return views;
    return ok({
      elements: {
        element_set_id: kept.element_set_id,
        catalog_number: kept.catalog_number,
        epoch_utc_ms: kept.epoch_utc_ms,
        age_days: ageDays(kept.epoch_utc_ms),
      },
      min_elevation_deg: mission.stations.map(({ min_elevation_deg }) => min_elevation_deg),
      sun_elevation_deg_max: mission.night.sun_elevation_deg_max,
      computed_in_ms: Math.max(0, deps.elapsed_ms() - started),
      nights: views.value,
      windows_found: views.value.reduce((sum, { windows }) => sum + windows.length, 0),
    });
  }

  return {
    currentPropagator,
    elementsText: () => deps.elements.newest(catalog_number)?.raw_text ?? null,
    windowAt: (utc_ms) => {
      const current = currentPropagator();
      return current.ok ? viewWindowAt(mission, current.value.propagator, utc_ms) : null;
    },
    listElements: () => {
      const sets = deps.elements.list(catalog_number);
      return ok({
        sets: sets.map((set, i) => viewSet(set, { current: i === 0, age_days: ageDays(set.epoch_utc_ms) })),
      });
    },
    importElements: (input) => importElements(deps, input),
    compareElements: (query) => compareElements(deps, query),
    listNights: nightsOf,
    nightsOf,
    readPassCurves: (query) => {
      const seconds = (query.end_utc_ms - query.start_utc_ms) / 1000;
      if (seconds <= 0 || seconds > PASS_S_MAX) return err(NO_PASS);
      const current = currentPropagator();
      if (!current.ok) return current;
      const frame = passCurves(mission, current.value.propagator, query);
      return frame.ok ? ok(encodeFrame(frame.value)) : frame;
    },
  };
}

const PASS_S_MAX = 3600;
const NO_PASS = { type: 'InvalidInput', issues: ['end_utc_ms: a pass ends after it starts, within an hour'] } as const;

function compareElements(deps: OrbitServiceDeps, query: InputOf<'orbit.compareElements'>) {
  const { before_set_id, after_set_id, from_utc_ms, days } = query;
  const before = storedPropagator(deps, before_set_id);
  if (!before.ok) return before;
  const after = storedPropagator(deps, after_set_id);
  if (!after.ok) return after;
  const span = { from_utc_ms, to_utc_ms: from_utc_ms + days * MS_PER_DAY };
  return compareWindows(deps.mission, { before: before.value, after: after.value }, span);
}

function storedPropagator({ elements }: OrbitServiceDeps, element_set_id: string): Result<Propagator, OperationError> {
  const set = elements.find(element_set_id);
  if (set === null) return err({ type: 'NotFound', what: 'element set', id: element_set_id });
  const sets = readElementSets(set.raw_text, set.source_name);
  return sets.ok ? propagatorOf(sets.value[0]!, set.source_name) : sets;
}

function importElements(deps: OrbitServiceDeps, { text, source_name }: InputOf<'orbit.importElements'>) {
  const { name, catalog_number } = deps.mission.satellite;
  const sets = readElementSets(text, source_name);
  if (!sets.ok) return sets;
  const own = sets.value.filter((set) => set.catalog_number === catalog_number);
  const ignored_other_satellites = sets.value.length - own.length;
  if (own.length === 0) {
    const message = `holds ${sets.value.length} sets, none of ${name} (${catalog_number})`;
    return err({ type: 'InvalidFile', where: source_name, message });
  }
  const imported_at_utc_ms = Math.round(deps.now_utc_ms());
  const before = deps.elements.newest(catalog_number);
  const kept = deps.elements.insertAll(own.map((set) => newElements(set, { source_name, imported_at_utc_ms })));
  const already_known = kept.filter(({ known }) => known).length;
  if (already_known < kept.length) deps.publish({ type: 'elements.changed' });
  const warnings = warnAboutElements(own, { now_utc_ms: imported_at_utc_ms, before });
  return ok({ imported: kept.length - already_known, already_known, ignored_other_satellites, warnings });
}

function viewSet(set: StoredElements, now: { current: boolean; age_days: number }): ElementSetSummary {
  const { element_set_id, catalog_number, name, epoch_utc_ms, format, source_name, imported_at_utc_ms } = set;
  return { element_set_id, catalog_number, name, epoch_utc_ms, format, source_name, imported_at_utc_ms, ...now };
}

function newElements(set: ElementSet, origin: Pick<NewElements, 'source_name' | 'imported_at_utc_ms'>): NewElements {
  const text = canonicalElementText(set);
  const { catalog_number, name, format, epoch_utc_ms, inclination_deg, raan_deg, eccentricity } = set;
  const { argument_of_perigee_deg, mean_anomaly_deg, mean_motion_rev_day, bstar_per_earth_radius } = set;
  return {
    ...origin,
    canonical_text: text,
    raw_text: text,
    catalog_number,
    name,
    format,
    epoch_utc_ms,
    inclination_deg,
    raan_deg,
    eccentricity,
    argument_of_perigee_deg,
    mean_anomaly_deg,
    mean_motion_rev_day,
    bstar_per_earth_radius,
  };
}
