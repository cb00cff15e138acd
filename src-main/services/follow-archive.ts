import type { PlanAction } from '../../src-core/schedule/life-cycle.ts';
import type { ListedPass } from '../store/pass-store.ts';
import type { PlannedPass } from '../store/schedule-store.ts';
import { carryOut } from './carry-out.ts';
import { storedPlan, type ScheduleServiceDeps } from './schedule-plan.ts';

/** States of a pass that a recording can be of; one that was never approved was not flown on anybody's word. */
const FLOWN: ReadonlySet<PlannedPass['state']> = new Set([
  'approved',
  'armed',
  'live',
  'recorded',
  'processed',
  'archived',
]);

/** The planned pass that shares the most time with what was recorded; null where none was to be flown then. */
function plannedOf(deps: ScheduleServiceDeps, { start_utc_ms, seconds }: ListedPass): PlannedPass | null {
  const end_utc_ms = start_utc_ms + seconds * 1000;
  const shared = (pass: PlannedPass) =>
    Math.min(pass.end_utc_ms, end_utc_ms) - Math.max(pass.start_utc_ms, start_utc_ms);
  const candidates = storedPlan(deps).filter((pass) => FLOWN.has(pass.state) && shared(pass) > 0);
  return candidates.toSorted((a, b) => shared(b) - shared(a))[0] ?? null;
}

/**
 * An archived pass is new, or has a verdict by now: its planned one is recorded, or processed. One satellite and two
 * stations fly for a mission, so a recording in a pass's time is that pass's.
 */
export function followArchive(deps: ScheduleServiceDeps, pass_id: string): void {
  const flown = deps.archive.find(pass_id);
  if (flown === null) return;
  const planned = plannedOf(deps, flown);
  if (planned === null) return;
  deps.schedule.link({ pass_id, planned_pass_id: planned.pass_id, at_utc_ms: Math.round(deps.now_utc_ms()) });
  const recorded = step(deps, planned, { action: 'record', flown, why: `recordings archived as ${pass_id}` });
  if (flown.verdicts === 0) return;
  step(deps, recorded, { action: 'process', flown, why: `verdict ${flown.verdicts} of ${pass_id}` });
}

/** A pass file was found intact: what was processed is archived. */
export function followVerification(deps: ScheduleServiceDeps, pass_id: string): void {
  const flown = deps.archive.find(pass_id);
  const planned = flown === null ? null : plannedOf(deps, flown);
  if (flown === null || planned?.state !== 'processed') return;
  step(deps, planned, { action: 'archive', flown, why: `${pass_id} was verified and is intact` });
}

interface Step {
  readonly action: PlanAction & ('record' | 'process' | 'archive');
  readonly flown: ListedPass;
  readonly why: string;
}

/** The pass after the step, or as it was where the step is not due: it was taken before, or the pass is farther. */
function step(deps: ScheduleServiceDeps, pass: PlannedPass, { action, flown, why }: Step): PlannedPass {
  // A recording is not made before it ends; a simulated one may lie ahead of the mission's clock.
  const at_utc_ms = Math.round(Math.max(deps.now_utc_ms(), flown.start_utc_ms + flown.seconds * 1000));
  const done = deps.schedule.exclusively(() =>
    carryOut(deps, pass, { action, authority: { who: deps.who, why, at_utc_ms } }),
  );
  if (!done.ok) return pass;
  deps.publish({ type: 'schedule.changed' });
  return deps.schedule.find(pass.pass_id) ?? pass;
}
