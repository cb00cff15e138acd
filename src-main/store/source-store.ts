import type { Database } from 'better-sqlite3';
import { ok, type Result } from '../../src-core/result.ts';
import { refused, type StoreError } from './store-error.ts';

export interface ElementSource {
  readonly source_id: string;
  readonly kind: 'url' | 'folder';
  readonly address: string;
  readonly added_by: string;
  readonly added_at_utc_ms: number;
}

/** One question to an address, and what came of it. */
export interface ElementFetch {
  readonly fetch_id: number;
  readonly address: string;
  readonly asked_at_utc_ms: number;
  readonly outcome: 'asking' | 'new' | 'unchanged' | 'failed';
  readonly message: string;
  readonly imported: number;
  readonly sha256: string | null;
  readonly etag: string | null;
  readonly last_modified: string | null;
  readonly not_before_utc_ms: number | null;
}

export type FetchEnd = Omit<ElementFetch, 'fetch_id' | 'address' | 'asked_at_utc_ms'>;

export interface SourceReader {
  /** In the order they were added. */
  readonly list: () => readonly ElementSource[];
  readonly find: (source_id: string) => ElementSource | null;
  /** The newest questions to an address, newest first. */
  readonly fetches: (address: string) => readonly ElementFetch[];
  /** The newest question that was answered well. */
  readonly lastGood: (address: string) => ElementFetch | null;
}

export interface SourceWriter {
  readonly add: (source: ElementSource) => Result<ElementSource, StoreError>;
  readonly remove: (source_id: string) => void;
  /**
   * Notes a question before it is put, unless there were `asked_max` since then already; null in that case. One
   * transaction, so that two consoles on one mission do not both take the last one.
   */
  readonly begin: (question: FetchQuestion) => number | null;
  readonly end: (fetch_id: number, end: FetchEnd) => void;
}

export interface FetchQuestion {
  readonly address: string;
  readonly asked_at_utc_ms: number;
  readonly since_utc_ms: number;
  readonly until_utc_ms: number;
  readonly asked_max: number;
}

const RECENT_MAX = 12;
export const LIST_FETCHES = 'SELECT * FROM element_fetch WHERE address = ? ORDER BY asked_at_utc_ms DESC, fetch_id DESC';

/** All SQL about where elements come from. */
export function createSourceStore(db: Database): SourceReader & SourceWriter {
  const list = db.prepare<[], ElementSource>('SELECT * FROM element_source ORDER BY added_at_utc_ms, source_id');
  const find = db.prepare<[string], ElementSource>('SELECT * FROM element_source WHERE source_id = ?');
  const insert = db.prepare(`INSERT INTO element_source (source_id, kind, address, added_by, added_at_utc_ms)
    VALUES (:source_id, :kind, :address, :added_by, :added_at_utc_ms) ON CONFLICT (address) DO NOTHING`);
  const remove = db.prepare<[string]>('DELETE FROM element_source WHERE source_id = ?');
  const fetches = db.prepare<[string], ElementFetch>(`${LIST_FETCHES} LIMIT ${RECENT_MAX}`);
  const good = db.prepare<[string], ElementFetch>(`SELECT * FROM element_fetch WHERE address = ?
    AND outcome IN ('new', 'unchanged') ORDER BY asked_at_utc_ms DESC, fetch_id DESC LIMIT 1`);
  const asked = db.prepare<[FetchQuestion], number>(`SELECT count(*) FROM element_fetch WHERE address = :address
    AND asked_at_utc_ms > :since_utc_ms AND asked_at_utc_ms < :until_utc_ms`).pluck();
  const ask = db.prepare<[FetchQuestion]>(`INSERT INTO element_fetch (address, asked_at_utc_ms, outcome, message, imported)
    VALUES (:address, :asked_at_utc_ms, 'asking', '', 0)`);
  const end = db.prepare(`UPDATE element_fetch SET outcome = :outcome, message = :message, imported = :imported,
    sha256 = :sha256, etag = :etag, last_modified = :last_modified, not_before_utc_ms = :not_before_utc_ms
    WHERE fetch_id = :fetch_id`);
  const begin = db.transaction((question: FetchQuestion): number | null =>
    (asked.get(question)! >= question.asked_max ? null : Number(ask.run(question).lastInsertRowid)));
  return {
    list: () => list.all(),
    find: (source_id) => find.get(source_id) ?? null,
    fetches: (address) => fetches.all(address),
    lastGood: (address) => good.get(address) ?? null,
    add: (source) => (insert.run(source).changes === 1 ? ok(source)
      : refused(`${source.address} is a source already: see the list of sources.`)),
    remove: (source_id) => void remove.run(source_id),
    begin: (question) => begin.immediate(question),
    end: (fetch_id, ended) => void end.run({ fetch_id, ...ended }),
  };
}
