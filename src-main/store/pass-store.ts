import type { Database } from 'better-sqlite3';
import { err, ok, type Result } from '../../src-core/result.ts';
import { sha256Of } from './pass-digest.ts';
import type { Custody, SealedPass, VerdictNumbers, VerdictRow } from './pass-types.ts';
import { attempt, refused, type StoreError } from './store-error.ts';

export interface StoredPass {
  readonly pass_id: string;
  readonly night: string;
  readonly state: 'recorded' | 'processed' | 'failed';
  readonly mode: 'qkd' | 'bell';
  readonly entangled_state: 'psi+' | 'phi+';
  readonly custody: Custody;
  readonly start_utc_ms: number;
  readonly seconds: number;
  readonly file_name: string;
  readonly content_sha256: string;
  readonly imported_at_utc_ms: number;
  /** Why the last processing gave no verdict; null unless it failed. */
  readonly failure: string | null;
}

/** A pass with the figures of its newest verdict. */
export interface ListedPass extends StoredPass, VerdictNumbers { readonly verdicts: number }

export interface StoredRecording {
  readonly station: string;
  readonly file_name: string;
  readonly type: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly events: number;
}

export interface ArchiveReader {
  /** Newest pass first. */
  readonly list: () => readonly ListedPass[];
  readonly find: (pass_id: string) => ListedPass | null;
  /** The pass made of these two recordings, in whatever order. */
  readonly findByRecordings: (sha256: readonly string[]) => string | null;
  readonly recordings: (pass_id: string) => readonly StoredRecording[];
  /** Oldest first. */
  readonly verdicts: (pass_id: string) => readonly VerdictRow[];
  readonly fileNames: () => ReadonlySet<string>;
}

export interface NewPass {
  readonly sealed: SealedPass;
  readonly file_name: string;
  readonly imported_at_utc_ms: number;
}

export interface ArchivedPass {
  readonly pass_id: string;
  /** The same two recordings had been imported before; nothing was added. */
  readonly known: boolean;
}

export interface ArchiveWriter {
  /**
   * Adds a pass and, as the last step of the same transaction, publishes its file: file and row appear together, or
   * neither does.
   */
  readonly insert: (pass: NewPass, publish: () => Result<unknown, StoreError>) => Result<ArchivedPass, StoreError>;
  /** Indexes verdicts of the pass file; those known already are left alone. The newest decides the state. */
  readonly indexVerdicts: (pass_id: string, verdicts: readonly VerdictRow[]) => void;
  readonly markFailed: (pass_id: string, failure: string) => void;
}

/** The identity of a pair of recordings, whichever is named first. */
export const recordingsSha256 = (sha256: readonly string[]) => sha256Of(sha256.toSorted().join('\n'));

const PASS = `pass_id, night, state, mode, entangled_state, custody, start_utc_ms, seconds, file_name, content_sha256,
  imported_at_utc_ms, failure`;
const LISTED = `SELECT ${PASS}, coalesce(newest.verdict_id, 0) AS verdicts, newest.coincidences, newest.sifted_bits,
  newest.qber, newest.s FROM pass LEFT JOIN (SELECT pass_id AS of_pass, verdict_id, coincidences, sifted_bits, qber, s
  FROM verdict) AS newest ON newest.of_pass = pass.pass_id
  AND newest.verdict_id = (SELECT max(verdict_id) FROM verdict WHERE verdict.pass_id = pass.pass_id)`;
export const LIST_PASSES = `${LISTED} ORDER BY start_utc_ms DESC, pass_id`;
export const FIND_BY_RECORDINGS = 'SELECT pass_id FROM pass WHERE recordings_sha256 = ?';

function prepareReader(db: Database): ArchiveReader {
  const list = db.prepare<[], ListedPass>(LIST_PASSES);
  const find = db.prepare<[string], ListedPass>(`${LISTED} WHERE pass.pass_id = ?`);
  const byRecordings = db.prepare<[string], { readonly pass_id: string }>(FIND_BY_RECORDINGS);
  const recordings = db.prepare<[string], StoredRecording>(`SELECT station, file_name, type, sha256, bytes, events
    FROM recording WHERE pass_id = ? ORDER BY station`);
  const verdicts = db.prepare<[string], VerdictRow>(`SELECT verdict_id, made_at_utc_ms, code_version, sha256,
    coincidences, sifted_bits, qber, s FROM verdict WHERE pass_id = ? ORDER BY verdict_id`);
  const names = db.prepare<[], { readonly file_name: string }>('SELECT file_name FROM pass');
  return {
    list: () => list.all(),
    find: (pass_id) => find.get(pass_id) ?? null,
    findByRecordings: (sha256) => byRecordings.get(recordingsSha256(sha256))?.pass_id ?? null,
    recordings: (pass_id) => recordings.all(pass_id),
    verdicts: (pass_id) => verdicts.all(pass_id),
    fileNames: () => new Set(names.all().map(({ file_name }) => file_name)),
  };
}

function prepareInsert(db: Database, reader: ArchiveReader): ArchiveWriter['insert'] {
  const insertPass = db.prepare(`INSERT INTO pass (pass_id, night, state, mode, entangled_state, custody, start_utc_ms,
    seconds, file_name, content_sha256, recordings_sha256, imported_at_utc_ms) VALUES (:pass_id, :night, 'recorded',
    :mode, :entangled_state, :custody, :start_utc_ms, :seconds, :file_name, :content_sha256, :recordings_sha256,
    :imported_at_utc_ms)`);
  const insertRecording = db.prepare(`INSERT INTO recording (pass_id, station, file_name, type, sha256, bytes, events)
    VALUES (:pass_id, :station, :file_name, :type, :sha256, :bytes, :events)`);
  // Throwing is how a transaction is told to roll back; the reason waits here for the caller.
  const taken_back: StoreError[] = [];
  const write = db.transaction(({ sealed, ...row }: NewPass, publish: () => Result<unknown, StoreError>) => {
    const { meta: { pass_id, night, mode, entangled_state, custody, start_utc_ms, seconds }, content_sha256 } = sealed;
    const digests = sealed.stations.map(({ sha256 }) => sha256);
    const known = reader.findByRecordings(digests);
    if (known !== null) return ok({ pass_id: known, known: true });
    if (reader.find(pass_id) !== null) return refused(`Pass ${pass_id} exists already, made of other recordings.`);
    insertPass.run({
      pass_id, night, mode, entangled_state, custody, start_utc_ms, seconds, content_sha256,
      recordings_sha256: recordingsSha256(digests), ...row,
    });
    for (const { station, file_name, type, sha256, bytes, events } of sealed.stations) {
      insertRecording.run({ pass_id, station, file_name, type, sha256, bytes, events });
    }
    const published = publish();
    if (!published.ok) {
      taken_back.push(published.error);
      throw new Error('the pass file was not published, so its row is taken back');
    }
    return ok({ pass_id, known: false });
  });
  return (pass, publish) => {
    try {
      return attempt(db.name, () => write.immediate(pass, publish));
    } catch (cause) {
      const reason = taken_back.pop();
      if (reason === undefined) throw cause;
      return err(reason);
    }
  };
}

/** All SQL about the archive's index. */
export function createPassStore(db: Database): ArchiveReader & ArchiveWriter {
  const reader = prepareReader(db);
  const insertVerdict = db.prepare(`INSERT INTO verdict (pass_id, verdict_id, made_at_utc_ms, code_version, sha256,
    coincidences, sifted_bits, qber, s) VALUES (:pass_id, :verdict_id, :made_at_utc_ms, :code_version, :sha256,
    :coincidences, :sifted_bits, :qber, :s) ON CONFLICT (pass_id, verdict_id) DO NOTHING`);
  const processed = db.prepare(`UPDATE pass SET state = 'processed', failure = NULL WHERE pass_id = ?`);
  const failed = db.prepare(`UPDATE pass SET state = 'failed', failure = ? WHERE pass_id = ?`);
  const indexVerdicts = db.transaction((pass_id: string, verdicts: readonly VerdictRow[]) => {
    let added = 0;
    for (const { verdict_id, made_at_utc_ms, code_version, sha256, coincidences, sifted_bits, qber, s } of verdicts) {
      added += insertVerdict.run({
        pass_id, verdict_id, made_at_utc_ms, code_version, sha256, coincidences, sifted_bits, qber, s,
      }).changes;
    }
    if (added > 0) processed.run(pass_id);
  });
  return {
    ...reader,
    insert: prepareInsert(db, reader),
    indexVerdicts: (pass_id, verdicts) => indexVerdicts.immediate(pass_id, verdicts),
    markFailed: (pass_id, failure) => void failed.run(failure, pass_id),
  };
}
