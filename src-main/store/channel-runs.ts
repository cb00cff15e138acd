import type { Database } from 'better-sqlite3';
import type { Lane } from './channel-secret.ts';

/** One exchange with the other console. */
export interface ChannelRun {
  readonly run_id: number;
  readonly started_at_utc_ms: number;
  readonly role: Lane;
  readonly ended_at_utc_ms: number | null;
  readonly key_id: string | null;
  /** Why there is no key. */
  readonly reason: string | null;
  /** Parities of outcomes were told: without a key at its end, these bits may not be tried again. */
  readonly spoke: boolean;
  readonly passes: readonly string[];
}

export interface ChannelRunReader {
  /** Newest first. */
  readonly list: (limit: number) => readonly ChannelRun[];
  /** An earlier exchange that told parities of this pass and made no key of it. */
  readonly spentBy: (pass_id: string) => ChannelRun | null;
}

export interface ChannelRunWriter {
  readonly begin: (
    run: { readonly role: Lane; readonly passes: readonly string[]; readonly at_utc_ms: number },
  ) => number;
  readonly spoke: (run_id: number) => void;
  readonly end: (
    run_id: number, end: { readonly key_id: string } | { readonly reason: string }, at_utc_ms: number,
  ) => void;
}

interface Row extends Omit<ChannelRun, 'spoke' | 'passes'> { readonly spoke: 0 | 1 }

const COLUMNS = 'run_id, started_at_utc_ms, role, ended_at_utc_ms, key_id, reason, spoke';
export const RUN_THAT_SPENT = `SELECT ${COLUMNS} FROM channel_run JOIN channel_run_pass USING (run_id)
  WHERE pass_id = ? AND spoke = 1 AND key_id IS NULL ORDER BY run_id DESC LIMIT 1`;

/** The exchanges between two consoles: what was begun, what was told, how it ended. */
export function createChannelRuns(db: Database): ChannelRunReader & ChannelRunWriter {
  const list = db.prepare<[number], Row>(`SELECT ${COLUMNS} FROM channel_run ORDER BY run_id DESC LIMIT ?`);
  const passesOf = db.prepare<[number], { readonly pass_id: string }>(
    'SELECT pass_id FROM channel_run_pass WHERE run_id = ? ORDER BY pass_id');
  const spent = db.prepare<[string], Row>(RUN_THAT_SPENT);
  const insert = db.prepare('INSERT INTO channel_run (started_at_utc_ms, role) VALUES (?, ?)');
  const insertPass = db.prepare('INSERT INTO channel_run_pass (run_id, pass_id) VALUES (?, ?)');
  const closeOpen = db.prepare(`UPDATE channel_run SET ended_at_utc_ms = max(:at_utc_ms, started_at_utc_ms),
    reason = 'the console stopped in the middle' WHERE ended_at_utc_ms IS NULL`);
  const spoke = db.prepare('UPDATE channel_run SET spoke = 1 WHERE run_id = ? AND spoke = 0');
  const end = db.prepare(`UPDATE channel_run SET ended_at_utc_ms = max(:at_utc_ms, started_at_utc_ms), key_id = :key_id,
    reason = :reason WHERE run_id = :run_id`);
  const complete = ({ spoke: told, ...row }: Row): ChannelRun => ({
    ...row, spoke: told === 1, passes: passesOf.all(row.run_id).map(({ pass_id }) => pass_id),
  });
  const begin = db.transaction((role: Lane, passes: readonly string[], at_utc_ms: number) => {
    closeOpen.run({ at_utc_ms });
    const run_id = Number(insert.run(at_utc_ms, role).lastInsertRowid);
    for (const pass_id of passes) insertPass.run(run_id, pass_id);
    return run_id;
  });
  return {
    list: (limit) => list.all(limit).map(complete),
    spentBy: (pass_id) => {
      const row = spent.get(pass_id);
      return row === undefined ? null : complete(row);
    },
    begin: ({ role, passes, at_utc_ms }) => begin.immediate(role, passes, at_utc_ms),
    spoke: (run_id) => void spoke.run(run_id),
    end: (run_id, { key_id = null, reason = null }: { key_id?: string | null; reason?: string | null }, at_utc_ms) =>
      void end.run({ run_id, key_id, reason, at_utc_ms }),
  };
}
