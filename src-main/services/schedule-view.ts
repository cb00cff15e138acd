import type { MissionFile } from '../../src-contract/mission.ts';
import type { DualWindowView } from '../../src-contract/orbit.ts';
import type { PlannedPassView } from '../../src-contract/schedule.ts';
import { MS_PER_DAY } from '../../src-core/constants.ts';
import { describeConflict, refuseConflicts } from '../../src-core/schedule/conflicts.ts';
import { actionsFrom, holdsResources, type PlannedPass } from '../../src-core/schedule/life-cycle.ts';
import type { Turnaround } from '../../src-core/schedule/occupancy.ts';
import type { PlannedPass as StoredPass, Transition } from '../store/schedule-store.ts';
import { promised } from './planned-window.ts';

/** What a window promised when the pass was planned; kept as text with the pass. */
type WindowPromise = Pick<PlannedPassView, 'start_sigma_s' | 'loss_db_min' | 'loss_db_max' | 'expected'>;

export function promiseJson({ start_sigma_s, loss_db_min, loss_db_max, expected }: DualWindowView): string {
  return JSON.stringify({ start_sigma_s, loss_db_min, loss_db_max, expected: promised(expected) } satisfies WindowPromise);
}

/** A stored pass as the rules of the schedule see it: one satellite, two stations, a span. */
export function corePass(mission: MissionFile, stored: StoredPass): PlannedPass {
  const { pass_id, state, version, element_set_id, start_utc_ms, end_utc_ms } = stored;
  return { pass_id, state, version, element_set_id, start_utc_ms, end_utc_ms, ...resourcesOf(mission) };
}

export function resourcesOf({ satellite, stations: [a, b] }: MissionFile) {
  return { satellite_id: satellite.catalog_number, station_ids: [a.id, b.id] as const };
}

export function turnaroundOf({ turnaround }: MissionFile): Turnaround {
  return {
    satellite_turnaround_s: turnaround?.satellite_s ?? 0,
    station_turnaround_s: turnaround?.station_s ?? 0,
    station_turnaround_s_by_id: {},
  };
}

/** What stands in a pass's way, a sentence each; nothing stands in the way of a pass that is over. */
export function conflictsOf(mission: MissionFile, pass: StoredPass, plan: readonly StoredPass[]): string[] {
  if (pass.state !== 'proposed' && !holdsResources(pass.state)) return [];
  const held = plan.filter(({ state }) => holdsResources(state)).map((other) => corePass(mission, other));
  const free = refuseConflicts(corePass(mission, pass), held, turnaroundOf(mission));
  return free.ok ? [] : free.error.conflicts.map(describeConflict);
}

export interface PassSurroundings {
  readonly mission: MissionFile;
  readonly plan: readonly StoredPass[];
  readonly epoch_utc_ms: number;
  readonly current_set_id: string | null;
  readonly last: Transition;
  readonly recordings: readonly string[];
}

export function viewPass(pass: StoredPass, around: PassSurroundings): PlannedPassView {
  const { pass_id, night, state, version, start_utc_ms, end_utc_ms, element_set_id, expected_json } = pass;
  const { who, why, at_utc_ms } = around.last;
  return {
    pass_id,
    night,
    state,
    version,
    start_utc_ms,
    end_utc_ms,
    element_set_id,
    elements_age_days: (start_utc_ms - around.epoch_utc_ms) / MS_PER_DAY,
    on_current_elements: element_set_id === around.current_set_id,
    // Written by this program, and checked against the contract before it leaves the host.
    ...(JSON.parse(expected_json) as WindowPromise),
    changed: { who, why, at_utc_ms },
    actions: actionsFrom(state),
    conflicts: conflictsOf(around.mission, pass, around.plan),
    recordings: [...around.recordings],
  };
}
