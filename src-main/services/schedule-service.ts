import type { Reply } from '../../src-contract/errors.ts';
import type { DualWindowView } from '../../src-contract/orbit.ts';
import type { PassChange, PlannedPassView, Proposal } from '../../src-contract/schedule.ts';
import { MS_PER_DAY } from '../../src-core/constants.ts';
import { err, ok } from '../../src-core/result.ts';
import { describeRefusal, propose, type Authority, type Refusal } from '../../src-core/schedule/life-cycle.ts';
import { formatUtc } from '../../src-core/utc.ts';
import { propagatorOf, readElementSets } from '../pipeline/element-text.ts';
import { exportPlan } from '../pipeline/plan-exports.ts';
import { windowNear } from '../pipeline/plan-windows.ts';
import type { PlannedPass, Transition } from '../store/schedule-store.ts';
import { carryOut } from './carry-out.ts';
import { createChoosing, type ChoosingDeps } from './choose-windows.ts';
import { followArchive, followVerification } from './follow-archive.ts';
import type { SchedulePort } from './ports.ts';
import { replanPasses } from './replan-passes.ts';
import { note, storedPlan, viewOne, viewPlan, type ScheduleServiceDeps } from './schedule-plan.ts';
import { corePass, promiseJson } from './schedule-view.ts';

export interface ScheduleService extends SchedulePort {
  /** An archived pass is new, or has a verdict: its planned one moves along. */
  readonly followArchive: (pass_id: string) => void;
  /** A pass file was found intact: its planned pass has come to its end. */
  readonly followVerification: (pass_id: string) => void;
  readonly plannedPasses: () => PlannedPassView[];
  readonly plannedPass: (pass_id: string) => PlannedPassView | null;
  /** A step that the console takes by itself, or that a live pass brings. */
  readonly advance: (pass_id: string, action: Exclude<PassChange['action'], 'approve'>, authority: Authority) => Reply<PlannedPassView>;
}

/** The plan: what is proposed, approved, moved and called off, by whom and why, and what the stations are sent. */
export function createScheduleService(deps: ChoosingDeps): ScheduleService {
  const { schedule } = deps;
  return {
    ...createChoosing(deps),
    listPasses: () => ok({ passes: viewPlan(deps) }),
    proposePass: (proposal) =>
      announce(
        deps,
        schedule.exclusively(() => proposePass(deps, proposal)),
      ),
    changePass: (change) =>
      announce(
        deps,
        schedule.exclusively(() => changePass(deps, change)),
      ),
    readHistory: ({ pass_id }) => {
      if (schedule.find(pass_id) === null) return err({ type: 'NotFound', what: 'planned pass', id: pass_id });
      const transitions = schedule.history(pass_id).map((transition) => transitionView(transition));
      return ok({ pass_id, transitions });
    },
    replanPasses: (authority) =>
      announce(
        deps,
        schedule.exclusively(() => replanPasses(deps, authority)),
      ),
    plannedPasses: () => viewPlan(deps),
    plannedPass: (pass_id) => {
      const pass = schedule.find(pass_id);
      return pass === null ? null : viewOne(deps, pass);
    },
    advance: (pass_id, action, authority) =>
      announce(
        deps,
        schedule.exclusively(() => {
          const pass = schedule.find(pass_id);
          if (pass === null) return err({ type: 'NotFound', what: 'planned pass', id: pass_id });
          return carryOut(deps, pass, { action, authority });
        }),
      ),
    followArchive: (pass_id) => followArchive(deps, pass_id),
    followVerification: (pass_id) => followVerification(deps, pass_id),
    exportPlan: (order) =>
      exportPlan(order, {
        mission: deps.mission,
        demo: deps.demo,
        written_utc_ms: deps.now_utc_ms(),
        passes: viewPlan(deps),
        propagatorOf: (element_set_id) => storedPropagator(deps, element_set_id),
      }),
  };
}

/** All of it but the pass it is of. */
function transitionView({ version, from_state, to_state, who, why, at_utc_ms, ...moved }: Transition) {
  const { start_moved_s, end_moved_s } = moved;
  return { version, from_state, to_state, who, why, at_utc_ms, start_moved_s, end_moved_s };
}

function announce<T>({ publish }: ScheduleServiceDeps, reply: Reply<T>): Reply<T> {
  if (reply.ok) publish({ type: 'schedule.changed' });
  return reply;
}

function storedPropagator({ elements }: ScheduleServiceDeps, element_set_id: string) {
  const set = elements.find(element_set_id);
  if (set === null) return err({ type: 'NotFound', what: 'element set', id: element_set_id });
  const sets = readElementSets(set.raw_text, set.source_name);
  return sets.ok ? propagatorOf(sets.value[0]!, set.source_name) : sets;
}

const refuse = (message: string) => err({ type: 'Refused', message } as const);
const refusal = (reason: Refusal) => refuse(describeRefusal(reason));

function proposePass(deps: ScheduleServiceDeps, proposal: Proposal): Reply<PlannedPassView> {
  const { mission, schedule } = deps;
  const current = deps.currentPropagator();
  if (!current.ok) return current;
  const { kept, propagator } = current.value;
  const window = windowNear(mission, propagator, proposal.start_utc_ms);
  if (!window.ok) return window;
  const plan = storedPlan(deps);
  const unfit = refuseWindow(deps, window.value, plan);
  if (unfit !== null) return refuse(unfit);
  const { start_utc_ms, end_utc_ms } = window.value;
  const night = nightOf(start_utc_ms, mission.local_time.utc_offset_h);
  const pass_id = freeId(plan, `${night}-${formatUtc(start_utc_ms).slice(11, 16).replace(':', '')}`);
  const { element_set_id } = kept;
  const planned = {
    pass_id,
    night,
    start_utc_ms,
    end_utc_ms,
    element_set_id,
    expected_json: promiseJson(window.value),
  };
  const proposed = propose(
    corePass(mission, { ...planned, state: 'proposed', version: 1 }),
    { who: proposal.who, why: proposal.why, at_utc_ms: Math.round(deps.now_utc_ms()) },
    ageOf(deps, { start_utc_ms, epoch_utc_ms: kept.epoch_utc_ms, override_why: proposal.override_why }),
  );
  if (!proposed.ok) return refusal(proposed.error);
  const { who, why, at_utc_ms } = proposed.value.transition;
  const stored = schedule.propose(planned, { who: who.trim(), why, at_utc_ms });
  if (!stored.ok) return stored;
  note(deps, 'schedule.proposePass', { ...stored.value, who, why });
  return ok(viewOne(deps, stored.value));
}

const DEG_DIGITS = 1;

/** Why a window cannot become a pass, whoever asks; null where it can. */
function refuseWindow(
  { mission, now_utc_ms }: ScheduleServiceDeps,
  window: DualWindowView,
  plan: readonly PlannedPass[],
): string | null {
  const starts = formatUtc(window.start_utc_ms);
  if (!window.dark) {
    const sun_deg = Math.max(...window.stations.map(({ sun_elevation_deg_max }) => sun_elevation_deg_max));
    return (
      `The window of ${starts} is too light: the Sun reaches ${sun_deg.toFixed(DEG_DIGITS)} degrees, the mission ` +
      `asks for ${mission.night.sun_elevation_deg_max} or below at both stations. Propose a window of the night.`
    );
  }
  if (window.end_utc_ms <= now_utc_ms()) return `The window of ${starts} is over. Propose one that lies ahead.`;
  const known = plan.find(
    (pass) =>
      pass.state !== 'cancelled' &&
      pass.state !== 'aborted' &&
      pass.start_utc_ms < window.end_utc_ms &&
      window.start_utc_ms < pass.end_utc_ms,
  );
  if (known === undefined) return null;
  return `The window of ${starts} is on the plan as ${known.pass_id} (${known.state}). Cancel that pass to plan it anew.`;
}

function freeId(plan: readonly PlannedPass[], base: string): string {
  const taken = new Set(plan.map(({ pass_id }) => pass_id));
  for (let number = 1; ; number += 1) {
    const pass_id = number === 1 ? base : `${base}-${number}`;
    if (!taken.has(pass_id)) return pass_id;
  }
}

/** A night is named by its evening, in the mission's local time. */
function nightOf(utc_ms: number, utc_offset_h: number): string {
  return formatUtc(utc_ms + utc_offset_h * 3_600_000 - MS_PER_DAY / 2).slice(0, 10);
}

function ageOf(
  { mission }: ScheduleServiceDeps,
  times: { readonly start_utc_ms: number; readonly epoch_utc_ms: number; readonly override_why: string | null },
) {
  const age_days = (times.start_utc_ms - times.epoch_utc_ms) / MS_PER_DAY;
  return { age_days, age_days_max: mission.limits.elements_age_days_max, override_why: times.override_why };
}

function changePass(deps: ScheduleServiceDeps, change: PassChange): Reply<PlannedPassView> {
  const { schedule } = deps;
  const { pass_id, version, action } = change;
  const pass = schedule.find(pass_id);
  if (pass === null) return err({ type: 'NotFound', what: 'planned pass', id: pass_id });
  if (pass.version !== version) {
    return refuse(
      `Pass ${pass_id} is ${pass.state} at version ${pass.version} by now, not ${version}. ` +
        'Look again, then decide.',
    );
  }
  const authority = { who: change.who, why: change.why, at_utc_ms: Math.round(deps.now_utc_ms()) };
  const { epoch_utc_ms } = deps.elements.find(pass.element_set_id)!;
  const { start_utc_ms } = pass;
  return carryOut(
    deps,
    pass,
    action === 'approve'
      ? { action, authority, age: ageOf(deps, { start_utc_ms, epoch_utc_ms, override_why: change.override_why }) }
      : { action, authority },
  );
}
