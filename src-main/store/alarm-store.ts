import type { Database } from 'better-sqlite3';
import type { AlarmDisplay } from '../../src-core/alarms/alarm-machine.ts';
import type { Result } from '../../src-core/result.ts';
import { attemptValue, type StoreError } from './store-error.ts';

/** One step of one alarm, by a message, by time or by a name. */
export interface NewAlarmChange {
  readonly alarm_id: string;
  readonly pass_id: string | null;
  readonly from_state: AlarmDisplay;
  readonly to_state: AlarmDisplay;
  readonly announced: boolean;
  readonly text: string;
  readonly packet_utc_ms: number;
  readonly changed_at_utc_ms: number;
  readonly who: string | null;
  readonly why: string | null;
  readonly limits_version: string;
  readonly entry_json: string;
}

export type StoredAlarmChange = NewAlarmChange & { readonly change_id: number };

export interface AlarmReader {
  /** The newest step of every alarm that is not normal. */
  readonly listStanding: () => readonly StoredAlarmChange[];
  /** What happened in a pass, oldest first. */
  readonly listOfPass: (pass_id: string) => readonly StoredAlarmChange[];
}

export interface AlarmWriter {
  /** All or none. A full disk is an answer, not an exception: the alarm that tells of it must not die of it. */
  readonly append: (changes: readonly NewAlarmChange[]) => Result<null, StoreError>;
}

type Row = Omit<StoredAlarmChange, 'announced'> & { readonly announced: number };

const COLUMNS = `change_id, alarm_id, pass_id, from_state, to_state, announced, text, packet_utc_ms, changed_at_utc_ms, who, why,
  limits_version, entry_json`;
export const LIST_STANDING = `SELECT ${COLUMNS} FROM alarm_change
  WHERE change_id IN (SELECT max(change_id) FROM alarm_change GROUP BY alarm_id) AND to_state <> 'normal' ORDER BY change_id`;
export const LIST_OF_PASS = `SELECT ${COLUMNS} FROM alarm_change WHERE pass_id = ? ORDER BY change_id`;

/** All SQL about alarms: what went off, how it went on, and nothing changed afterwards. */
export function createAlarmStore(db: Database): AlarmReader & AlarmWriter {
  const insert = db.prepare(`INSERT INTO alarm_change (${COLUMNS.replace('change_id, ', '')}) VALUES (:alarm_id, :pass_id,
    :from_state, :to_state, :announced, :text, :packet_utc_ms, :changed_at_utc_ms, :who, :why, :limits_version, :entry_json)`);
  const standing = db.prepare<[], Row>(LIST_STANDING);
  const ofPass = db.prepare<[string], Row>(LIST_OF_PASS);
  const append = db.transaction((changes: readonly NewAlarmChange[]) => {
    for (const change of changes) insert.run({ ...change, announced: change.announced ? 1 : 0 });
    return null;
  });
  const read = (row: Row): StoredAlarmChange => ({ ...row, announced: row.announced === 1 });
  return {
    append: (changes) => attemptValue(db.name, () => append.immediate(changes)),
    listStanding: () => standing.all().map(read),
    listOfPass: (pass_id) => ofPass.all(pass_id).map(read),
  };
}
