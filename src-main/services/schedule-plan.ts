import type { OperationError } from '../../src-contract/errors.ts';
import type { HostEvent } from '../../src-contract/events.ts';
import type { MissionFile } from '../../src-contract/mission.ts';
import type { PlannedPassView } from '../../src-contract/schedule.ts';
import { assert } from '../../src-core/assert.ts';
import type { Propagator } from '../../src-core/orbit/propagate.ts';
import type { Result } from '../../src-core/result.ts';
import type { ElementReader, StoredElements } from '../store/element-store.ts';
import type { LogWriter } from '../store/log-store.ts';
import type { ArchiveReader } from '../store/pass-store.ts';
import type { PlannedPass, ScheduleReader, ScheduleWriter } from '../store/schedule-store.ts';
import { viewPass } from './schedule-view.ts';

export interface ScheduleServiceDeps {
  readonly mission: MissionFile;
  readonly demo: boolean;
  readonly schedule: ScheduleReader & ScheduleWriter;
  readonly elements: ElementReader;
  /** What was recorded, to be found again on the plan. */
  readonly archive: Pick<ArchiveReader, 'find'>;
  readonly currentPropagator: () => Result<{ kept: StoredElements; propagator: Propagator }, OperationError>;
  readonly log: LogWriter;
  /** The account this host runs under; who decides about a pass says so with the change. */
  readonly who: string;
  readonly now_utc_ms: () => number;
  readonly publish: (event: HostEvent) => void;
}

/** Everything there ever was on the plan: the contract's times span it. */
const ALL = [0, 4_102_444_800_000] as const;

export const storedPlan = ({ schedule }: Pick<ScheduleServiceDeps, 'schedule'>) => schedule.listBetween(...ALL);

/** The whole plan as the interfaces show it, earliest first. */
export function viewPlan(deps: ScheduleServiceDeps): PlannedPassView[] {
  const plan = storedPlan(deps);
  return plan.map((pass) => viewOne(deps, pass, plan));
}

/** One pass as the interfaces show it, among the others. */
export function viewOne(
  deps: ScheduleServiceDeps,
  pass: PlannedPass,
  plan: readonly PlannedPass[] = storedPlan(deps),
): PlannedPassView {
  const { mission, elements, schedule } = deps;
  const set = elements.find(pass.element_set_id);
  const last = schedule.history(pass.pass_id).at(-1);
  assert(set !== null && last !== undefined, `pass ${pass.pass_id} has its elements and its history`);
  const current_set_id = elements.newest(mission.satellite.catalog_number)?.element_set_id ?? null;
  const recordings = schedule.recordings(pass.pass_id);
  return viewPass(pass, { mission, plan, last, epoch_utc_ms: set.epoch_utc_ms, current_set_id, recordings });
}

/** Every change also stands in the mission's chained log, with the account it came from. */
export function note(
  { log, who: account, now_utc_ms }: ScheduleServiceDeps,
  action: string,
  change: PlannedPass & { readonly who: string; readonly why: string },
): void {
  const { pass_id, version, state, element_set_id, who, why } = change;
  log.append({
    at_utc_ms: Math.round(now_utc_ms()),
    who: account,
    action,
    subject: pass_id,
    details: { version, state, element_set_id, by: who.trim(), why },
  });
}
