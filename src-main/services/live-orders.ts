import type { Reply } from '../../src-contract/errors.ts';
import type { InputOf } from '../../src-contract/operations.ts';
import type { PlannedPassView } from '../../src-contract/schedule.ts';
import { err, ok } from '../../src-core/result.ts';
import { livePlan } from '../pipeline/live-plan.ts';
import { log, passOn, say, show, type LiveDesk } from './live-desk.ts';
import { createLivePass, type LivePass, type LivePassFacts } from './live-pass.ts';
import { NO_RECORDER } from './live-recorder-words.ts';

type Action = InputOf<'live.directPass'>;
/** What is said to a pass that is on. */
type Word = Exclude<Action, { readonly action: 'start' }>;

export interface BeginWish {
  readonly pass_id: string;
  readonly mode: 'qkd' | 'bell';
  readonly who: string;
  readonly why: string;
  readonly simulated: boolean;
}

const OPERATIONAL = 'In operational custody no console may hear both stations: their outcomes together are the key.';
const refuse = (message: string) => err({ type: 'Refused', message } as const);

/** Begins to record a planned pass, or goes on with it where a part is on disk. */
export async function beginPass(desk: LiveDesk, wish: BeginWish): Promise<Reply<null>> {
  const { mission, recorder, planned: find, goLive, metaOf } = desk.deps;
  const { pass_id, mode, who, why } = wish;
  if (recorder === null) return refuse(NO_RECORDER.text);
  if (mission.custody === 'operational') return refuse(OPERATIONAL);
  const on = passOn(desk);
  if (on !== null) return refuse(`Pass ${on.facts.pass_id} is on. Stop it before another begins.`);
  const planned = find(pass_id);
  if (planned === null) return err({ type: 'NotFound', what: 'planned pass', id: pass_id });
  const live = goLive(planned, { who, why });
  if (!live.ok) return live;
  const begun = await recorder.begin(metaOf(planned, mode));
  if (!begun.ok) return begun;
  desk.pass = openPass(desk, planned, wish);
  [desk.counting, desk.scene, desk.end_said] = [null, null, false];
  say(desk, `${begun.value.resumed ? 'Recording goes on' : 'Recording begins'}: ${why}`);
  show(desk);
  return ok(null);
}

function openPass(desk: LiveDesk, planned: PlannedPassView, { mode, simulated }: BeginWish): LivePass {
  const { limits_version, deps: { mission, elapsed_ms, propagatorOf, lead_ms, now_utc_ms } } = desk;
  const { pass_id, night, start_utc_ms, end_utc_ms, start_sigma_s, elements_age_days } = planned;
  const propagator = propagatorOf(planned.element_set_id);
  const plan = propagator.ok ? livePlan(mission, propagator.value, planned) : propagator;
  const facts: LivePassFacts = {
    pass_id, night, mode, entangled_state: mission.source.state, custody: mission.custody, start_utc_ms, end_utc_ms,
    start_sigma_s, simulated, elements_age_days,
    begin_utc_ms: simulated ? start_utc_ms - lead_ms : Math.min(now_utc_ms(), end_utc_ms),
  };
  return createLivePass({ mission, limits_version, elapsed_ms, plan: plan.ok ? plan.value : null, facts });
}

/** Ends the recording: what is on disk is sealed, archived and processed as a job. */
export async function endPass(
  desk: LiveDesk, as: 'done' | 'aborted', line: { readonly who: string | null; readonly text: string },
): Promise<Reply<null>> {
  const pass = passOn(desk);
  const { recorder, finishPass, elapsed_ms } = desk.deps;
  if (pass === null || recorder === null || desk.ending) return refuse('No pass is on.');
  if (!desk.end_said) say(desk, line.text, line.who);
  [desk.ending, desk.end_said] = [true, true];
  const flushed = await recorder.end();
  desk.ending = false;
  if (!flushed.ok) return flushed;
  await desk.counting?.finish();
  desk.counting = null;
  pass.end(as);
  desk.ended_ms = elapsed_ms();
  finishPass(pass.facts.pass_id);
  show(desk);
  return ok(null);
}

/** The recorder's thread was started anew: it goes on with the pass that is on, and the counter hears all of it again. */
export async function goOn(desk: LiveDesk): Promise<void> {
  const pass = passOn(desk);
  const { recorder, planned: find, metaOf } = desk.deps;
  const planned = pass === null ? null : find(pass.facts.pass_id);
  if (pass === null || recorder === null || planned === null) return;
  await desk.counting?.drop();
  const begun = await recorder.begin(metaOf(planned, pass.facts.mode));
  desk.counting = null;
  const text = begun.ok ? 'The recorder was started anew and goes on' : 'The recorder was started anew, but cannot go on';
  log(desk, { station: null, source: 'recorder', severity: begun.ok ? 'serious' : 'critical', who: null, text });
}

/** Does what people order. */
export async function direct(desk: LiveDesk, action: Action): Promise<Reply<null>> {
  if (action.action === 'start') {
    const { pass_id, mode, who } = action;
    return beginPass(desk, { pass_id, mode, who, why: `started by ${who}`, simulated: false });
  }
  const pass = passOn(desk);
  if (pass === null || action.pass_id !== pass.facts.pass_id) return err({ type: 'NotFound', what: 'live pass', id: action.pass_id });
  return directOn(desk, pass, action);
}

async function directOn(desk: LiveDesk, pass: LivePass, action: Word): Promise<Reply<null>> {
  const { who } = action;
  const at_utc_ms = Math.round(pass.now_utc_ms());
  switch (action.action) {
    case 'stop': return endPass(desk, 'done', { who, text: 'Recording stopped' });
    case 'abort': return abortPass(desk, pass, action);
    case 'hold':
      pass.setHold({ who, why: action.why, at_utc_ms });
      say(desk, `Hold: ${action.why}`, who);
      return ok(null);
    case 'release':
      pass.setHold(null);
      say(desk, 'Hold released', who);
      return ok(null);
    case 'answer':
      pass.answer({ item_id: action.item_id, answer: action.answer, note: action.note, who, at_utc_ms });
      say(desk, `${action.item_id}: ${action.answer}${action.note === '' ? '' : `, ${action.note}`}`, who);
      return ok(null);
    case 'note':
      say(desk, action.text, who);
      return ok(null);
  }
}

async function abortPass(desk: LiveDesk, { facts: { pass_id } }: LivePass, { who, why }: { readonly who: string; readonly why: string }) {
  const aborted = desk.deps.abortPlan(pass_id, { who, why });
  if (!aborted.ok) return aborted;
  for (const { id } of desk.deps.mission.stations) void desk.deps.recorder?.command(id, { command: 'abort', pass_id, why });
  return endPass(desk, 'aborted', { who, text: `Aborted: ${why}` });
}
