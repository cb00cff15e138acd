import type { InputOf } from '../../src-contract/operations.ts';
import type { AlarmChange } from '../../src-core/alarms/alarm-board.ts';
import type { AlarmWriter, NewAlarmChange } from '../store/alarm-store.ts';
import type { LogWriter } from '../store/log-store.ts';

export interface AlarmKeepingDeps {
  readonly alarms: AlarmWriter;
  readonly log: LogWriter;
  readonly reportIncident: (cause: unknown) => void;
  readonly now_utc_ms: () => number;
  readonly limits_version: string;
}

/** What could not be written waits in memory, at most this much of it. */
const WAITING_MAX = 4096;

/** Writes down what alarms do. A disk that is full keeps nobody from seeing or taking an alarm: it is written later. */
export function createAlarmKeeping(deps: AlarmKeepingDeps) {
  let waiting: NewAlarmChange[] = [];
  return {
    keep: (changes: readonly AlarmChange[], by?: { readonly who: string; readonly why: string | null }) => {
      waiting = [...waiting, ...changes.map((change) => rowOf(deps, change, by))].slice(-WAITING_MAX);
      const kept = deps.alarms.append(waiting);
      if (kept.ok) waiting = [];
    },
    /** Who did what; the mission's log. */
    note: (action: InputOf<'alarms.handleAlarm'>, subjects: readonly string[]) => {
      const { action: verb, who, ...details } = action;
      const said = 'why' in details ? { why: details.why } : {};
      const shelf = 'minutes' in details ? { minutes: details.minutes } : {};
      for (const subject of subjects) {
        try {
          deps.log.append({
            at_utc_ms: deps.now_utc_ms(), who, action: 'alarms.handleAlarm', subject, details: { action: verb, ...said, ...shelf },
          });
        } catch (cause) {
          deps.reportIncident(cause);
        }
      }
    },
  };
}

function rowOf(
  { now_utc_ms, limits_version }: AlarmKeepingDeps, { entry, from, to, announced }: AlarmChange,
  by?: { readonly who: string; readonly why: string | null },
): NewAlarmChange {
  const { sample, state, pass_id } = entry;
  return {
    alarm_id: sample.alarm_id, pass_id, from_state: from, to_state: to, announced, text: sample.text,
    packet_utc_ms: sample.at_utc_ms, changed_at_utc_ms: now_utc_ms(), who: by?.who ?? null, why: by?.why ?? null,
    limits_version, entry_json: JSON.stringify({ sample, state, pass_id }),
  };
}
