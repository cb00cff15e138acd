// All alarms of the console together: samples and orders in, changes out.
import { err, ok, type Result } from '../result.ts';
import {
  displayOf, QUIET, stepAlarm, unheard, type AlarmDisplay, type AlarmInput, type AlarmRefusal, type AlarmState,
} from './alarm-machine.ts';
import { ALARM_RULES, isSuppressed, mannerOf, type AlarmPhase, type AlarmSample, type OnDelays } from './alarm-rules.ts';

export interface AlarmEntry {
  /** What the message said that broke the limit last, or that ended it. */
  readonly sample: AlarmSample;
  readonly state: AlarmState;
  /** The pass in which it went off last; null: none was on. */
  readonly pass_id: string | null;
}

/** One step of one alarm, as the history keeps it. */
export interface AlarmChange {
  readonly entry: AlarmEntry;
  readonly from: AlarmDisplay;
  readonly to: AlarmDisplay;
  /** The occurrence is a new one: it sounds, whatever was silenced before. */
  readonly announced: boolean;
  readonly at_utc_ms: number;
}

export type AlarmOrder = Exclude<AlarmInput, { kind: 'sample' | 'tick' | 'suppress' }>;
export type OrderRefusal = AlarmRefusal | { readonly type: 'NotFound'; readonly alarm_id: string };

export interface AlarmBoard {
  readonly feed: (samples: readonly AlarmSample[]) => AlarmChange[];
  readonly tick: (at_utc_ms: number) => AlarmChange[];
  /**
   * Another pass begins, or with null the present one is over: its messages tell their own time, which may be that of
   * years ago. What is listed stays, what was only heard is forgotten.
   */
  readonly begin: (pass_id: string | null) => void;
  /** Where the pass stands; null: none is on. */
  readonly setPhase: (phase: AlarmPhase | null, at_utc_ms: number) => AlarmChange[];
  readonly order: (alarm_id: string, order: AlarmOrder) => Result<AlarmChange[], OrderRefusal>;
  /** Those that are not normal, highest priority first, then newest. */
  readonly list: () => readonly (AlarmEntry & { readonly display: AlarmDisplay })[];
  /** Puts back what was kept before a restart. */
  readonly restore: (entries: readonly AlarmEntry[]) => void;
}

/** Alarms that nobody ever saw are forgotten beyond this many. */
const ENTRIES_MAX = 512;
const PRIORITIES = ['critical', 'serious', 'caution'];

export function createAlarmBoard(on_delay_ms: OnDelays): AlarmBoard {
  const entries = new Map<string, AlarmEntry>();
  let phase: AlarmPhase | null = null;
  let pass_id: string | null = null;

  const manner = (entry: AlarmEntry) => mannerOf(entry.sample.kind, on_delay_ms);
  const step = (entry: AlarmEntry, input: AlarmInput): Result<AlarmChange | null, AlarmRefusal> => {
    const next = stepAlarm(manner(entry), entry.state, input);
    if (!next.ok) return next;
    const [from, to] = [displayOf(manner(entry), entry.state), displayOf(manner(entry), next.value)];
    const again = next.value.occurrences > entry.state.occurrences && !next.value.suppressed;
    const announced = next.value.announced && (again || !entry.state.announced);
    const after = { ...entry, state: next.value, pass_id: announced ? pass_id : entry.pass_id };
    entries.set(entry.sample.alarm_id, after);
    return ok(from === to && !announced ? null : { entry: after, from, to, announced, at_utc_ms: input.at_utc_ms });
  };
  const stepAll = (inputOf: (entry: AlarmEntry) => AlarmInput): AlarmChange[] => [...entries.values()].flatMap((entry) => {
    const change = step(entry, inputOf(entry));
    return change.ok && change.value !== null ? [change.value] : [];
  });
  const take = (sample: AlarmSample): AlarmChange[] => {
    const before = entries.get(sample.alarm_id);
    // What is well and was never otherwise takes no room.
    if (before === undefined && (sample.verdict !== 'breach' || (entries.size >= ENTRIES_MAX && !makeRoom()))) return [];
    const known = before ?? { sample, pass_id, state: { ...QUIET, suppressed: isSuppressed(sample.kind, phase) } };
    // A message from the past, or from within the dead-band, does not speak for the present.
    const speaks = sample.at_utc_ms >= known.state.heard_utc_ms && sample.verdict === 'breach';
    const change = step(speaks ? { ...known, sample } : known, { kind: 'sample', at_utc_ms: sample.at_utc_ms, verdict: sample.verdict });
    return change.ok && change.value !== null ? [change.value] : [];
  };
  const makeRoom = (): boolean => {
    for (const [alarm_id, entry] of entries) {
      if (displayOf(manner(entry), entry.state) === 'normal' && entry.state.breach_since_utc_ms === null) entries.delete(alarm_id);
    }
    return entries.size < ENTRIES_MAX;
  };
  return {
    feed: (samples) => samples.flatMap(take),
    tick: (at_utc_ms) => stepAll(() => ({ kind: 'tick', at_utc_ms })),
    begin: (next) => {
      pass_id = next;
      for (const [alarm_id, entry] of entries) {
        if (displayOf(manner(entry), entry.state) === 'normal') entries.delete(alarm_id);
        else entries.set(alarm_id, { ...entry, state: unheard(entry.state) });
      }
    },
    setPhase: (next, at_utc_ms) => {
      phase = next;
      return stepAll(({ sample }) => ({ kind: 'suppress', at_utc_ms, on: isSuppressed(sample.kind, next) }));
    },
    order: (alarm_id, order) => {
      const entry = entries.get(alarm_id);
      if (entry === undefined) return err({ type: 'NotFound', alarm_id });
      const change = step(entry, order);
      if (!change.ok) return change;
      return ok(change.value === null ? [] : [change.value]);
    },
    list: () => [...entries.values()]
      .map((entry) => ({ ...entry, display: displayOf(manner(entry), entry.state) }))
      .filter(({ display }) => display !== 'normal')
      .sort((a, b) => rank(a) - rank(b) || (b.state.raised_at_utc_ms ?? 0) - (a.state.raised_at_utc_ms ?? 0)),
    restore: (kept) => {
      for (const entry of kept) entries.set(entry.sample.alarm_id, entry);
    },
  };
}

const rank = ({ sample }: AlarmEntry) => PRIORITIES.indexOf(ALARM_RULES[sample.kind].priority);
