import type { Database } from 'better-sqlite3';
import { canonicalJson, type Plain } from '../../src-core/archive/canonical-json.ts';
import { sha256Of } from './pass-digest.ts';

/** Who did what, to what. `details` never holds an outcome, a key or a passphrase. */
export interface NewLogEntry {
  readonly at_utc_ms: number;
  readonly who: string;
  /** `domain.verbNoun`, as in the contract. */
  readonly action: string;
  readonly subject: string;
  readonly details: Readonly<Record<string, Plain>>;
}

export interface LogEntry extends Omit<NewLogEntry, 'details'> {
  readonly entry_id: number;
  readonly details_json: string;
  readonly sha256: string;
}

/** Where the log stops being what was written. `head_sha256` noted elsewhere also shows a cut end. */
export interface LogCheck {
  readonly entries: number;
  readonly head_sha256: string;
  readonly broken_at: number | null;
}

export interface LogReader {
  /** Newest first, `limit` entries before `before_entry_id` (or from the end). */
  readonly list: (limit: number, before_entry_id?: number) => readonly LogEntry[];
  readonly listOf: (subject: string) => readonly LogEntry[];
  readonly check: () => LogCheck;
}

export interface LogWriter { readonly append: (entry: NewLogEntry) => LogEntry }

interface ChainedRow extends LogEntry { readonly prev_sha256: string }

/** What the first entry names as its predecessor. */
const BEGINNING = '0'.repeat(64);
const COLUMNS = 'entry_id, at_utc_ms, who, action, subject, details_json, sha256';
export const LIST_OF_SUBJECT = `SELECT ${COLUMNS} FROM log_entry WHERE subject = ? ORDER BY entry_id DESC`;

function entrySha256(entry: Omit<ChainedRow, 'sha256'>): string {
  const { entry_id, at_utc_ms, who, action, subject, details_json, prev_sha256 } = entry;
  return sha256Of(canonicalJson({ entry_id, at_utc_ms, who, action, subject, details_json, prev_sha256 }));
}

/** The record of who did what: appended, never changed, each entry naming the one before it by its digest. */
export function createLogStore(db: Database): LogReader & LogWriter {
  const insert = db.prepare(`INSERT INTO log_entry (${COLUMNS}, prev_sha256)
    VALUES (:entry_id, :at_utc_ms, :who, :action, :subject, :details_json, :sha256, :prev_sha256)`);
  const tail = db.prepare<[], Pick<LogEntry, 'entry_id' | 'sha256'>>(
    'SELECT entry_id, sha256 FROM log_entry ORDER BY entry_id DESC LIMIT 1');
  const list = db.prepare<[number, number], LogEntry>(
    `SELECT ${COLUMNS} FROM log_entry WHERE entry_id < ? ORDER BY entry_id DESC LIMIT ?`);
  const ofSubject = db.prepare<[string], LogEntry>(LIST_OF_SUBJECT);
  const all = db.prepare<[], ChainedRow>(`SELECT ${COLUMNS}, prev_sha256 FROM log_entry ORDER BY entry_id`);
  const append = db.transaction(({ details, ...told }: NewLogEntry): LogEntry => {
    const last = tail.get();
    const row = {
      ...told, entry_id: (last?.entry_id ?? 0) + 1, details_json: canonicalJson(details),
      prev_sha256: last?.sha256 ?? BEGINNING,
    };
    const sha256 = entrySha256(row);
    insert.run({ ...row, sha256 });
    const { entry_id, at_utc_ms, who, action, subject, details_json } = row;
    return { entry_id, at_utc_ms, who, action, subject, details_json, sha256 };
  });
  return {
    append: (entry) => append.immediate(entry),
    list: (limit, before_entry_id = Number.MAX_SAFE_INTEGER) => list.all(before_entry_id, limit),
    listOf: (subject) => ofSubject.all(subject),
    check: () => {
      let [entries, head_sha256] = [0, BEGINNING];
      for (const row of all.iterate()) {
        const follows = row.entry_id === entries + 1 && row.prev_sha256 === head_sha256;
        if (!follows || entrySha256(row) !== row.sha256) return { entries, head_sha256, broken_at: row.entry_id };
        entries += 1;
        head_sha256 = row.sha256;
      }
      return { entries, head_sha256, broken_at: null };
    },
  };
}
