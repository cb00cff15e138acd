import type { Reply } from '../../src-contract/errors.ts';
import type { ReplannedView } from '../../src-contract/schedule.ts';
import { MS_PER_DAY } from '../../src-core/constants.ts';
import { err, ok } from '../../src-core/result.ts';
import { replan, type Moved, type NewWindow, type Replanned } from '../../src-core/schedule/replan.ts';
import { missionWindows, viewMissionWindow } from '../pipeline/plan-windows.ts';
import { note, storedPlan, viewOne, type ScheduleServiceDeps } from './schedule-plan.ts';
import { corePass, promiseJson, resourcesOf } from './schedule-view.ts';

/** A quarter of a low orbit: half a revolution, 47 minutes, separates the windows of one pair. */
const SHIFT_S_MAX = 1400;

/** Puts the passes ahead onto the newest elements, all or none. */
export function replanPasses(
  deps: ScheduleServiceDeps,
  authority: { readonly who: string; readonly why: string },
): Reply<ReplannedView> {
  const { mission } = deps;
  if (authority.who.trim() === '') {
    return err({ type: 'Refused', message: 'Every change of the plan carries a name. Say who you are.' });
  }
  const current = deps.currentPropagator();
  if (!current.ok) return current;
  const { kept, propagator } = current.value;
  const stored = storedPlan(deps);
  const now_utc_ms = deps.now_utc_ms();
  const last_utc_ms = Math.max(now_utc_ms, ...stored.map(({ end_utc_ms }) => end_utc_ms));
  // A pass under way is neither moved nor lost; a window may have moved out of the plan's own span.
  const span = { from_utc_ms: now_utc_ms, to_utc_ms: last_utc_ms + SHIFT_S_MAX * 1000 };
  const found = missionWindows(mission, propagator, { ...span, from_utc_ms: span.from_utc_ms - MS_PER_DAY / 24 });
  if (!found.ok) return found;
  const windows = new Map(found.value.map((window, i): [string, typeof window] => [String(i), window]));
  const offered = Array.from(windows, ([window_id, { start_utc_ms, end_utc_ms }]): NewWindow => ({
    window_id,
    start_utc_ms,
    end_utc_ms,
    ...resourcesOf(mission),
  }));
  const result = replan(
    stored.map((pass) => corePass(mission, pass)),
    offered,
    {
      ...span,
      authority: { who: authority.who, why: authority.why, at_utc_ms: Math.round(now_utc_ms) },
      element_set_id: kept.element_set_id,
      shift_s_max: SHIFT_S_MAX,
    },
  );
  for (const moved of result.moved) {
    const window = found.value.find(({ start_utc_ms }) => start_utc_ms === moved.pass.start_utc_ms)!;
    const view = viewMissionWindow(mission, propagator, window);
    if (!view.ok) return view;
    const written = writeMoved(deps, moved, promiseJson(view.value));
    if (!written.ok) return written;
  }
  const unclaimed = result.unclaimed.filter(
    ({ window_id, start_utc_ms }) => windows.get(window_id)!.dark && start_utc_ms >= now_utc_ms,
  ).length;
  return ok({ ...viewReplanned(deps, result), unclaimed, element_set_id: kept.element_set_id, span: spanView(span) });
}

function writeMoved(
  deps: ScheduleServiceDeps,
  { pass, transition, start_moved_s, end_moved_s }: Moved,
  expected_json: string,
) {
  const { pass_id, version, start_utc_ms, end_utc_ms, element_set_id } = pass;
  const { who, why, at_utc_ms } = transition;
  const before = { pass_id, version: version - 1 };
  const edges = { start_utc_ms, end_utc_ms, element_set_id, expected_json };
  const written = deps.schedule.rewrite(before, edges, { who: who.trim(), why, at_utc_ms, start_moved_s, end_moved_s });
  if (written.ok) note(deps, 'schedule.replanPasses', { ...written.value, who, why });
  return written;
}

const spanView = ({ from_utc_ms, to_utc_ms }: { readonly from_utc_ms: number; readonly to_utc_ms: number }) => ({
  start_utc_ms: from_utc_ms,
  end_utc_ms: to_utc_ms,
});

function viewReplanned(deps: ScheduleServiceDeps, { moved, unchanged, vanished, left_alone }: Replanned) {
  const plan = storedPlan(deps);
  const ids = (passes: readonly { readonly pass_id: string }[]) => passes.map(({ pass_id }) => pass_id);
  return {
    moved: moved.map(({ pass: { pass_id }, start_moved_s, end_moved_s }) => ({
      pass: viewOne(
        deps,
        plan.find((pass) => pass.pass_id === pass_id)!,
        plan,
      ),
      start_moved_s,
      end_moved_s,
    })),
    unchanged: ids(unchanged),
    vanished: vanished.map(({ pass: { pass_id, start_utc_ms }, nearest_s }) => ({ pass_id, start_utc_ms, nearest_s })),
    left_alone: ids(left_alone),
  };
}
