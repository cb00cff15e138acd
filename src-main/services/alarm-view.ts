import type { AlarmList } from '../../src-contract/alarm.ts';
import type { AlarmBoard, AlarmChange } from '../../src-core/alarms/alarm-board.ts';
import { ALARM_RULES } from '../../src-core/alarms/alarm-rules.ts';

/** What the log of the pass says of an alarm. */
export interface AlarmEvent {
  readonly at_utc_ms: number;
  readonly station: string | null;
  readonly severity: 'routine' | 'caution' | 'serious' | 'critical';
  readonly who: string | null;
  readonly text: string;
}

/** One alarm as the operator sees it. */
export function viewOf({ sample, state, display, pass_id }: ReturnType<AlarmBoard['list']>[number]): AlarmList['alarms'][number] {
  const { priority, advice, latching } = ALARM_RULES[sample.kind];
  const { alarm_id, station, text, value, limit, unit } = sample;
  return {
    alarm_id, state: display, priority, station, pass_id, text, advice, value, limit, unit,
    // On the shelf before it ever went off: since when it is watched.
    raised_at_utc_ms: whole(state.raised_at_utc_ms ?? state.breach_since_utc_ms ?? sample.at_utc_ms),
    returned_at_utc_ms: state.returned_at_utc_ms === null ? null : whole(state.returned_at_utc_ms),
    acknowledged: state.acknowledged, shelved: state.shelved, latching, occurrences: state.occurrences,
  };
}

const whole = Math.floor;

/** One line for the log; what an operator sees of time and phases alone is none. */
export function changeEvent(
  { entry: { sample, state }, from, to, announced, at_utc_ms }: AlarmChange,
  by?: { readonly who: string; readonly why: string | null },
): AlarmEvent[] {
  const { station, text } = sample;
  const line = { at_utc_ms, station, who: by?.who ?? null };
  if (by !== undefined) {
    const why = by.why === null ? '' : `: ${by.why}`;
    return [{ ...line, severity: 'routine', text: `${orderWord(from, to)}${why}: ${text}`.slice(0, 500) }];
  }
  if (announced) {
    return [{ ...line, at_utc_ms: state.raised_at_utc_ms ?? at_utc_ms, severity: ALARM_RULES[sample.kind].priority, text }];
  }
  const ended = state.active ? [] : [{ ...line, severity: 'routine' as const, text: `ended: ${text}` }];
  return from === 'unacknowledged' || from === 'acknowledged' ? ended : [];
}

function orderWord(from: AlarmChange['from'], to: AlarmChange['to']): string {
  if (to === 'shelved') return 'shelved';
  if (from === 'shelved') return 'taken off the shelf';
  return from === 'latched' ? 'reset' : 'acknowledged';
}
