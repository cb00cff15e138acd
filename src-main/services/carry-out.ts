import type { Reply } from '../../src-contract/errors.ts';
import type { PlannedPassView } from '../../src-contract/schedule.ts';
import { err, ok } from '../../src-core/result.ts';
import { changeState, describeRefusal, holdsResources, type Order } from '../../src-core/schedule/life-cycle.ts';
import type { PlannedPass } from '../store/schedule-store.ts';
import { note, storedPlan, viewOne, type ScheduleServiceDeps } from './schedule-plan.ts';
import { conflictsOf, corePass } from './schedule-view.ts';

/** One step in the life of a pass, whoever orders it: what the rules allow, and nobody's station is claimed twice. */
export function carryOut(deps: ScheduleServiceDeps, pass: PlannedPass, order: Order): Reply<PlannedPassView> {
  const { mission, schedule } = deps;
  const changed = changeState(corePass(mission, pass), order);
  if (!changed.ok) return err({ type: 'Refused', message: describeRefusal(changed.error) });
  if (holdsResources(changed.value.pass.state)) {
    const conflicts = conflictsOf(mission, pass, storedPlan(deps));
    if (conflicts.length > 0) return err({ type: 'Refused', message: conflicts.join(' ') });
  }
  const { to_state, who, why, at_utc_ms } = changed.value.transition;
  const moved = schedule.move(pass, to_state, { who: who.trim(), why, at_utc_ms });
  if (!moved.ok) return moved;
  note(deps, 'schedule.changePass', { ...moved.value, who, why });
  return ok(viewOne(deps, moved.value));
}
