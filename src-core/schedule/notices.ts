import type { PlanState } from './life-cycle.ts';

/** A pass of the plan as far as its notices go. */
export interface ComingPass {
  readonly pass_id: string;
  readonly state: PlanState;
  readonly start_utc_ms: number;
}

/** What somebody still has to do something about, or to be there for. */
const AWAITED: readonly PlanState[] = ['proposed', 'approved', 'armed'];

/** The shortest of the leads within which the pass now lies; null before the longest, and once it should have begun. */
export function standingLead(
  { state, start_utc_ms }: ComingPass,
  leads_s: readonly number[],
  now_utc_ms: number,
): number | null {
  const left_s = (start_utc_ms - now_utc_ms) / 1000;
  if (left_s <= 0 || !AWAITED.includes(state)) return null;
  const within = leads_s.filter((lead_s) => left_s <= lead_s);
  return within.length === 0 ? null : Math.min(...within);
}

export interface Look {
  /** When it was looked before: what had been crossed by then is not told again. */
  readonly before_utc_ms: number;
  readonly now_utc_ms: number;
}

/** The lead that was crossed between two looks; of several, after the machine slept, the shortest. */
export function crossedLead(
  pass: ComingPass,
  leads_s: readonly number[],
  { before_utc_ms, now_utc_ms }: Look,
): number | null {
  const lead_s = standingLead(pass, leads_s, now_utc_ms);
  return lead_s !== null && pass.start_utc_ms - lead_s * 1000 > before_utc_ms ? lead_s : null;
}
