// The life of one alarm after ANSI/ISA-18.2-2016 (IEC 62682): pure. Judging a value against its limit is done before
// (judge); here a breach becomes an alarm, and an alarm ends the way the standard has it. Two clocks, never mixed:
// samples and delays run on packet time, orders and shelves on the time of those who give them.
import { err, ok, type Result } from '../result.ts';

export type AlarmDisplay = 'normal' | 'unacknowledged' | 'acknowledged' | 'returned' | 'latched' | 'shelved' | 'suppressed';

/** How an alarm behaves. A latching one is never suppressed: safety does not depend on a phase. */
export interface AlarmManner {
  readonly latching: boolean;
  /** A breach must last this long to be an alarm, its end this long to be a return. */
  readonly on_delay_ms: number;
  readonly off_delay_ms: number;
}

export interface Stamp { readonly who: string; readonly at_utc_ms: number }
export interface Shelf { readonly who: string; readonly why: string; readonly until_utc_ms: number }

export interface AlarmState {
  readonly active: boolean;
  /** The occurrence was told, and is not over: over it is when it returned, was taken, and where it latches was reset. */
  readonly announced: boolean;
  readonly suppressed: boolean;
  readonly acknowledged: Stamp | null;
  readonly shelved: Shelf | null;
  /** Packet time of the first breach of a row of breaches, and of the first clear after them. */
  readonly breach_since_utc_ms: number | null;
  readonly clear_since_utc_ms: number | null;
  readonly raised_at_utc_ms: number | null;
  readonly returned_at_utc_ms: number | null;
  readonly occurrences: number;
  /** Where it latches: what was told, from and to, so that hearing it again tells nothing; the newest of them. */
  readonly told: readonly (readonly [number, number])[];
  /** Packet time of the newest sample: an older one is late, whatever the clock on the wall says. */
  readonly heard_utc_ms: number;
}

export const QUIET: AlarmState = {
  active: false, announced: false, suppressed: false, acknowledged: null, shelved: null, breach_since_utc_ms: null,
  clear_since_utc_ms: null, raised_at_utc_ms: null, returned_at_utc_ms: null, occurrences: 0, told: [], heard_utc_ms: 0,
};

export type Verdict = 'breach' | 'hold' | 'clear';

export type AlarmInput =
  /** What a message says of its moment; `hold` lies in the dead-band and changes nothing. */
  | { readonly kind: 'sample'; readonly at_utc_ms: number; readonly verdict: Verdict }
  /** Time goes on: shelves end. A delay does not: who has fallen silent has not said that it lasts. */
  | { readonly kind: 'tick'; readonly at_utc_ms: number }
  | { readonly kind: 'suppress'; readonly at_utc_ms: number; readonly on: boolean }
  | { readonly kind: 'acknowledge'; readonly at_utc_ms: number; readonly who: string }
  | { readonly kind: 'shelve'; readonly at_utc_ms: number; readonly who: string; readonly why: string; readonly until_utc_ms: number }
  | { readonly kind: 'unshelve'; readonly at_utc_ms: number; readonly who: string }
  | { readonly kind: 'reset'; readonly at_utc_ms: number; readonly who: string };

export interface AlarmRefusal { readonly type: 'Refused'; readonly message: string }

/** The one word that an operator sees. */
export function displayOf(manner: AlarmManner, state: AlarmState): AlarmDisplay {
  if (state.shelved !== null) return 'shelved';
  if (state.suppressed && state.active) return 'suppressed';
  if (!state.announced) return 'normal';
  if (state.active) return state.acknowledged === null ? 'unacknowledged' : 'acknowledged';
  if (state.acknowledged === null) return 'returned';
  return manner.latching ? 'latched' : 'normal';
}

/** The next state; an order that this state does not know is refused with what would make it possible. */
export function stepAlarm(manner: AlarmManner, state: AlarmState, input: AlarmInput): Result<AlarmState, AlarmRefusal> {
  if (input.kind === 'sample') return ok(sampled(manner, state, input));
  if (input.kind === 'suppress') return ok(suppressed(manner, state, input.on));
  const now = shelfEnded(state, input.at_utc_ms);
  switch (input.kind) {
    case 'tick': return ok(now);
    case 'acknowledge': return acknowledged(manner, now, input);
    case 'shelve': return shelve(manner, now, input);
    case 'unshelve': return now.shelved === null ? refuse('It is not shelved.') : ok(unshelved(now));
    case 'reset': return reset(manner, now);
  }
}

const refuse = (message: string) => err({ type: 'Refused', message } as const);

const shelfEnded = (state: AlarmState, at_utc_ms: number): AlarmState =>
  (state.shelved !== null && at_utc_ms >= state.shelved.until_utc_ms ? unshelved(state) : state);

/** Raises or returns where the breach, or its end, has lasted long enough. */
function settled(manner: AlarmManner, state: AlarmState): AlarmState {
  const { breach_since_utc_ms: breach, clear_since_utc_ms: clear, heard_utc_ms: now, active } = state;
  if (!active && breach !== null && now - breach >= manner.on_delay_ms) return raised(state, breach);
  if (active && clear !== null && now - clear >= manner.off_delay_ms) return returned(manner, state, clear);
  return state;
}

function sampled(manner: AlarmManner, state: AlarmState, { at_utc_ms, verdict }: Extract<AlarmInput, { kind: 'sample' }>): AlarmState {
  if (at_utc_ms < state.heard_utc_ms) return lateSample(manner, state, { at_utc_ms, verdict });
  const now = { ...state, heard_utc_ms: at_utc_ms };
  switch (verdict) {
    case 'hold': return now.active ? { ...now, clear_since_utc_ms: null } : { ...now, breach_since_utc_ms: null };
    case 'breach':
      return settled(manner, { ...now, breach_since_utc_ms: now.breach_since_utc_ms ?? at_utc_ms, clear_since_utc_ms: null });
    case 'clear':
      return settled(manner, { ...now, clear_since_utc_ms: now.clear_since_utc_ms ?? at_utc_ms, breach_since_utc_ms: null });
  }
}

/** A message from the past says nothing of now; but where safety asks, what it tells is not lost either. */
function lateSample(manner: AlarmManner, state: AlarmState, { at_utc_ms, verdict }: { at_utc_ms: number; verdict: Verdict }): AlarmState {
  if (!manner.latching || verdict !== 'breach' || state.told.some(([from, to]) => from <= at_utc_ms && at_utc_ms <= to)) return state;
  if (state.active && at_utc_ms >= (state.raised_at_utc_ms ?? Infinity)) return state;
  const heard = { ...state, told: withTold(state, at_utc_ms, at_utc_ms) };
  if (state.active) return heard;
  return {
    ...heard, announced: true, acknowledged: null, occurrences: state.occurrences + 1, raised_at_utc_ms: at_utc_ms,
    returned_at_utc_ms: at_utc_ms,
  };
}

const TOLD_MAX = 64;
const withTold = (state: AlarmState, from: number, to: number) => [...state.told, [from, to] as const].slice(-TOLD_MAX);

function raised(state: AlarmState, since_utc_ms: number): AlarmState {
  const on = { ...state, active: true, clear_since_utc_ms: null, occurrences: state.occurrences + 1 };
  return state.suppressed ? { ...on, raised_at_utc_ms: since_utc_ms } : announce({ ...on, raised_at_utc_ms: since_utc_ms });
}

const announce = (state: AlarmState): AlarmState =>
  ({ ...state, announced: true, acknowledged: null, returned_at_utc_ms: null });

function returned(manner: AlarmManner, state: AlarmState, at_utc_ms: number): AlarmState {
  const told = manner.latching ? withTold(state, state.raised_at_utc_ms ?? at_utc_ms, at_utc_ms) : state.told;
  const off = { ...state, active: false, breach_since_utc_ms: null, returned_at_utc_ms: at_utc_ms, told };
  return over(manner, off) ? { ...off, announced: false } : off;
}

/** Taken, and nothing asks to be reset. */
const over = (manner: AlarmManner, state: AlarmState) => !state.active && state.acknowledged !== null && !manner.latching;

/** Suppression ends with the alarm still there: it is told now, with the time at which it began. */
function suppressed(manner: AlarmManner, state: AlarmState, on: boolean): AlarmState {
  if (manner.latching || state.suppressed === on) return state;
  const next = { ...state, suppressed: on };
  return !on && state.active && !state.announced ? announce(next) : next;
}

function acknowledged(manner: AlarmManner, state: AlarmState, { who, at_utc_ms }: Extract<AlarmInput, { kind: 'acknowledge' }>):
Result<AlarmState, AlarmRefusal> {
  const display = displayOf(manner, state);
  if (display === 'shelved') return refuse('It is shelved: take it off the shelf first.');
  if (display !== 'unacknowledged' && display !== 'returned') return refuse('There is nothing to acknowledge.');
  const taken = { ...state, acknowledged: { who, at_utc_ms } };
  return ok(over(manner, taken) ? { ...taken, announced: false } : taken);
}

function shelve(manner: AlarmManner, state: AlarmState, { who, why, until_utc_ms, at_utc_ms }: Extract<AlarmInput, { kind: 'shelve' }>):
Result<AlarmState, AlarmRefusal> {
  const display = displayOf(manner, state);
  if (manner.latching) return refuse('An alarm that latches for safety cannot be shelved: acknowledge it.');
  if (display === 'shelved') return refuse('It is shelved already.');
  if (until_utc_ms <= at_utc_ms) return refuse('The shelf would end before it begins.');
  return ok({ ...state, shelved: { who, why, until_utc_ms } });
}

/** What lies behind the shelf comes back: what is still active, or came and went, waits for a name again. */
function unshelved(state: AlarmState): AlarmState {
  const open = { ...state, shelved: null };
  return state.active && state.announced ? { ...open, acknowledged: null } : open;
}

function reset(manner: AlarmManner, state: AlarmState): Result<AlarmState, AlarmRefusal> {
  if (!manner.latching) return refuse('It does not latch: it ends by itself once it is acknowledged.');
  if (state.active) return refuse('It is still active: only what has returned can be reset.');
  if (!state.announced) return refuse('There is nothing to reset.');
  if (state.acknowledged === null) return refuse('Acknowledge it first.');
  return ok({ ...state, announced: false });
}

/** The same alarm before a stream of messages that tells another time: delays and counts begin anew. */
export const unheard = (state: AlarmState): AlarmState =>
  ({ ...state, breach_since_utc_ms: null, clear_since_utc_ms: null, occurrences: 0, told: [], heard_utc_ms: 0 });

/** Which side of its limit a value lies on; between limit and limit less dead-band it keeps the side it came from. */
export function verdictOf(value: number, limit: number, dead_band: number): Verdict {
  if (value >= limit) return 'breach';
  return value > limit - dead_band ? 'hold' : 'clear';
}
