import { err, ok, type Result } from '../result.ts';
import { formatUtc } from '../utc.ts';
import type { ScheduledPass } from './conflicts.ts';

/** Where a pass stands; the last three are ends. */
export type PlanState = 'proposed' | 'approved' | 'armed' | 'live' | 'recorded' | 'processed' | 'archived' | 'aborted'
  | 'cancelled';

/** What someone does to a pass. */
export type PlanAction = 'approve' | 'arm' | 'start' | 'record' | 'process' | 'archive' | 'abort' | 'cancel';

/** A pass of the plan. Its identity outlives every change; `version` counts them from 1. */
export interface PlannedPass extends ScheduledPass {
  readonly state: PlanState;
  readonly version: number;
  readonly element_set_id: string;
}

/** How old the elements are at the pass, against what the mission allows; `why` is the override's reason. */
export interface ElementsAge {
  readonly age_days: number;
  readonly age_days_max: number;
  readonly override_why: string | null;
}

/** Who does it, when, and why. An empty reason is none. */
export interface Authority {
  readonly who: string;
  readonly why: string;
  readonly at_utc_ms: number;
}

/** One line of a pass's history, kept for ever. */
export interface Transition extends Authority {
  readonly pass_id: string;
  readonly version: number;
  /** Null for the proposal. */
  readonly from_state: PlanState | null;
  readonly to_state: PlanState;
}

export interface Changed {
  readonly pass: PlannedPass;
  readonly transition: Transition;
}

/** Why a change was refused; `describeRefusal` says what would make it allowed. */
export type Refusal =
  | { readonly type: 'NotFromHere'; readonly pass_id: string; readonly action: PlanAction; readonly state: PlanState }
  | { readonly type: 'NoName'; readonly pass_id: string }
  | { readonly type: 'NoReason'; readonly pass_id: string; readonly action: PlanAction }
  | { readonly type: 'StaleElements'; readonly pass_id: string; readonly age_days: number;
    readonly age_days_max: number }
  | { readonly type: 'TooEarly'; readonly pass_id: string; readonly action: PlanAction;
    readonly from_utc_ms: number }
  | { readonly type: 'TooLate'; readonly pass_id: string; readonly action: PlanAction; readonly until_utc_ms: number };

/** A pass cannot go live earlier than this before its start. @units milliseconds */
export const LIVE_LEAD_MS = 30 * 60_000;

interface Rule {
  readonly from: readonly PlanState[];
  readonly to: PlanState;
  /** The reason must be said: someone will ask for it. */
  readonly reasoned: boolean;
}

const RULES: Readonly<Record<PlanAction, Rule>> = {
  approve: { from: ['proposed'], to: 'approved', reasoned: true },
  arm: { from: ['approved'], to: 'armed', reasoned: false },
  start: { from: ['armed'], to: 'live', reasoned: false },
  // From approved and armed: recordings that the stations bring after a pass this console did not follow.
  record: { from: ['approved', 'armed', 'live'], to: 'recorded', reasoned: false },
  process: { from: ['recorded'], to: 'processed', reasoned: false },
  // From recorded: measurements are kept even where no verdict could be made of them.
  archive: { from: ['recorded', 'processed'], to: 'archived', reasoned: false },
  abort: { from: ['armed', 'live'], to: 'aborted', reasoned: true },
  cancel: { from: ['proposed', 'approved', 'armed'], to: 'cancelled', reasoned: true },
};

/** States in which a pass holds its stations and its satellite. */
export function holdsResources(state: PlanState): boolean {
  return state === 'approved' || state === 'armed' || state === 'live';
}

/** What can be done with a pass in this state, the way of life first. */
export function actionsFrom(state: PlanState): PlanAction[] {
  return (Object.keys(RULES) as PlanAction[]).filter((action) => RULES[action].from.includes(state));
}

/** From when until when an action makes sense; the ends of a pass's life have no time. */
function timesOf(pass: PlannedPass, action: PlanAction): readonly [number, number] {
  const { start_utc_ms, end_utc_ms } = pass;
  switch (action) {
    case 'approve':
    case 'arm':
      return [-Infinity, end_utc_ms];
    case 'start':
      return [start_utc_ms - LIVE_LEAD_MS, end_utc_ms];
    case 'record':
      return [start_utc_ms, Infinity];
    case 'process':
    case 'archive':
    case 'abort':
    case 'cancel':
      return [-Infinity, Infinity];
  }
}

function checkTime(pass: PlannedPass, action: PlanAction, at_utc_ms: number): Refusal | null {
  const { pass_id } = pass;
  const [from_utc_ms, until_utc_ms] = timesOf(pass, action);
  if (at_utc_ms < from_utc_ms) return { type: 'TooEarly', pass_id, action, from_utc_ms };
  return at_utc_ms < until_utc_ms ? null : { type: 'TooLate', pass_id, action, until_utc_ms };
}

const isStale = ({ age_days, age_days_max }: ElementsAge) => !(Math.abs(age_days) <= age_days_max);

/** The reason as it is kept: an override of old elements stands in it. */
function reasonWith(authority: Authority, age: ElementsAge | null): string {
  const why = authority.why.trim();
  if (age === null || !isStale(age)) return why;
  const said = `elements ${age.age_days.toFixed(1)} d old, limit ${age.age_days_max} d, `
    + `overridden: ${(age.override_why ?? '').trim()}`;
  return why === '' ? said : `${why} (${said})`;
}

function checkElements(pass_id: string, age: ElementsAge): Refusal | null {
  if (!isStale(age) || (age.override_why ?? '').trim() !== '') return null;
  return { type: 'StaleElements', pass_id, age_days: age.age_days, age_days_max: age.age_days_max };
}

/**
 * Puts a window on the plan: version 1, proposed.
 *
 * @units age_days: from the element epoch to the start of the pass, either sign
 * @errors NoName; StaleElements unless overridden with a reason
 */
export function propose(
  pass: Omit<PlannedPass, 'state' | 'version'>, authority: Authority, age: ElementsAge,
): Result<Changed, Refusal> {
  if (authority.who.trim() === '') return err({ type: 'NoName', pass_id: pass.pass_id });
  const stale = checkElements(pass.pass_id, age);
  if (stale !== null) return err(stale);
  const proposed: PlannedPass = { ...pass, state: 'proposed', version: 1 };
  const why = reasonWith(authority, age);
  return ok({
    pass: proposed,
    transition: { ...authority, why, pass_id: pass.pass_id, version: 1, from_state: null, to_state: 'proposed' },
  });
}

/** What someone asks for, with the age of the elements where it matters: at the approval. */
export type Order =
  | { readonly action: 'approve'; readonly authority: Authority; readonly age: ElementsAge }
  | { readonly action: Exclude<PlanAction, 'approve'>; readonly authority: Authority };

/**
 * One step in the life of a pass.
 *
 *   proposed -> approved -> armed -> live -> recorded -> processed -> archived, or aborted, or cancelled
 *
 * @units at_utc_ms: milliseconds since 1970 (UTC)
 * @shape the changed pass with version + 1, and the line for its history
 * @errors every Refusal; conflicts with other passes are `refuseConflicts`
 */
export function changeState(pass: PlannedPass, order: Order): Result<Changed, Refusal> {
  const { pass_id, state } = pass;
  const { action, authority } = order;
  const rule = RULES[action];
  if (!rule.from.includes(state)) return err({ type: 'NotFromHere', pass_id, action, state });
  if (authority.who.trim() === '') return err({ type: 'NoName', pass_id });
  if (rule.reasoned && authority.why.trim() === '') return err({ type: 'NoReason', pass_id, action });
  const untimely = checkTime(pass, action, authority.at_utc_ms);
  if (untimely !== null) return err(untimely);
  const age = order.action === 'approve' ? order.age : null;
  const stale = age === null ? null : checkElements(pass_id, age);
  if (stale !== null) return err(stale);
  const version = pass.version + 1;
  return ok({
    pass: { ...pass, state: rule.to, version },
    transition: {
      ...authority, why: reasonWith(authority, age), pass_id, version, from_state: state, to_state: rule.to,
    },
  });
}

const NAMES: Readonly<Record<PlanAction, string>> = {
  approve: 'approved', arm: 'armed', start: 'started', record: 'recorded', process: 'processed',
  archive: 'archived', abort: 'aborted', cancel: 'cancelled',
};

function describeWay(state: PlanState): string {
  const actions = actionsFrom(state);
  if (actions.length === 0) return 'This is its end: propose the window again as a new pass.';
  return `From here it can be ${actions.map((action) => NAMES[action]).join(' or ')}.`;
}

/** One sentence that says what was refused and what would make it allowed. */
export function describeRefusal(refusal: Refusal): string {
  switch (refusal.type) {
    case 'NotFromHere':
      return `Pass ${refusal.pass_id} is ${refusal.state} and cannot be ${NAMES[refusal.action]}. `
        + describeWay(refusal.state);
    case 'NoName':
      return `Pass ${refusal.pass_id}: every change carries a name. Say who you are.`;
    case 'NoReason':
      return `Pass ${refusal.pass_id} can be ${NAMES[refusal.action]} with a reason. Say why.`;
    case 'StaleElements':
      return `The elements are ${Math.abs(refusal.age_days).toFixed(1)} days from pass ${refusal.pass_id}; `
        + `the mission allows ${refusal.age_days_max}. Load newer elements, or override with a reason.`;
    case 'TooEarly':
      return `Pass ${refusal.pass_id} cannot be ${NAMES[refusal.action]} before ${formatUtc(refusal.from_utc_ms)}.`;
    case 'TooLate':
      return `Pass ${refusal.pass_id} was over at ${formatUtc(refusal.until_utc_ms)} and cannot be `
        + `${NAMES[refusal.action]} any more. Cancel it, or bring its recordings.`;
  }
}
