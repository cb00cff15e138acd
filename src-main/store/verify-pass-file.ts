import type { KeyObject } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { decodeTimes } from '../../src-core/rice.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import { fileBytes, openPassFile, type OpenOptions } from './open.ts';
import type { KeyVault } from './outcome-keys.ts';
import { chunkSha256, contentSha256, sha256Of, verdictSha256, type ChainedVerdict } from './pass-digest.ts';
import { checkMessages } from './pass-log.ts';
import { openChunk, prepareChunks, readSealed, wrongKey, type OutcomeRow, type TimesRow } from './pass-file-reader.ts';
import { STREAMS, type SealedPass, type StoredStation, type VerdictRow } from './pass-types.ts';
import { damageOf, messageOf, type StoreError } from './store-error.ts';

export interface PassVerification {
  readonly pass_id: string | null;
  readonly intact: boolean;
  /** One sentence each, naming station, stream and chunk. */
  readonly findings: readonly string[];
  readonly checked_bytes: number;
}

/** What mission.db remembers of the file. */
export interface ExpectedPass {
  readonly content_sha256: string;
  readonly verdicts: readonly Pick<VerdictRow, 'verdict_id' | 'sha256'>[];
}

export interface VerifyOptions extends Omit<OpenOptions, 'readonly'> {
  /** Null where no mission.db knows the file, as before an import. */
  readonly expected: ExpectedPass | null;
  readonly onProgress?: (fraction: number) => void;
  readonly signal?: AbortSignal;
}

/** Findings beyond this many would only repeat themselves. */
const FINDINGS_MAX = 100;

interface Check {
  readonly db: Database;
  readonly sealed: SealedPass;
  /** Null where the vault holds another key: outcomes are then checked by their digests alone. */
  readonly key: KeyObject | null;
  readonly find: (finding: string) => void;
  /** Counts bytes, lets others run, and says whether to go on. */
  readonly advance: (bytes: number) => Promise<boolean>;
}

/**
 * Checks one pass file from the pages of the database up to the chain of its verdicts. Damage is a finding, not an
 * error; an error means that the check itself could not be made.
 */
export async function verifyPassFile(
  path: string, vault: KeyVault, options: VerifyOptions,
): Promise<Result<PassVerification, StoreError>> {
  const opened = openPassFile(path, { ...options, readonly: true });
  if (!opened.ok) return opened.error.type === 'InvalidFile' ? ok(unreadable(opened.error.message)) : opened;
  const db = opened.value;
  const findings: string[] = [];
  const find = (finding: string) => {
    if (findings.length < FINDINGS_MAX) findings.push(finding);
  };
  const progress = createProgress(db, options);
  let pass_id: string | null = null;
  try {
    if (!checkPages(db, find)) return ok({ pass_id, intact: false, findings, checked_bytes: 0 });
    const sealed = readSealed(db);
    if (sealed.ok) {
      pass_id = sealed.value.meta.pass_id;
      const own = vault.key_id === sealed.value.outcome_key_id;
      if (!own) find(wrongKey(sealed.value, vault.key_id));
      const key = own ? vault.keyFor(pass_id) : null;
      const check = { db, sealed: sealed.value, key, find, advance: progress.advance };
      const whole = await checkRecording(check) && await checkVerdicts(check, options.expected);
      if (!whole) return err({ type: 'Cancelled' });
      checkExpected(check, options.expected);
    } else {
      find(messageOf(sealed.error));
    }
  } catch (cause) {
    const error = damageOf(cause, path);
    if (error === null) throw cause;
    find(messageOf(error)); // A page too damaged to read ends the check, and is what it found.
  } finally {
    db.close();
  }
  options.onProgress?.(1);
  return ok({ pass_id, intact: findings.length === 0, findings, checked_bytes: progress.bytes() });
}

const unreadable = (finding: string): PassVerification =>
  ({ pass_id: null, intact: false, findings: [finding], checked_bytes: 0 });

function createProgress(db: Database, { onProgress, signal }: VerifyOptions) {
  const total = fileBytes(db);
  let bytes = 0;
  const advance = async (more: number) => {
    bytes += more;
    onProgress?.(Math.min(bytes / total, 1));
    await new Promise<void>((resolve) => setImmediate(resolve));
    return signal?.aborted !== true;
  };
  return { advance, bytes: () => bytes };
}

/** False where the pages themselves are broken: rows read from them would tell nothing more. */
function checkPages(db: Database, find: Check['find']): boolean {
  const report = db.pragma('integrity_check(20)') as readonly { readonly integrity_check: string }[];
  const faults = report.filter(({ integrity_check }) => integrity_check !== 'ok');
  for (const { integrity_check } of faults) find(`database: ${integrity_check}`);
  const orphans = db.pragma('foreign_key_check') as readonly { readonly table: string }[];
  for (const { table } of orphans) find(`database: a row of ${table} belongs to nothing`);
  return faults.length === 0;
}

/** One row at a time by its number: no statement stays open while others run between two chunks. */
const prepareChecks = (db: Database) => ({
  outcomes: prepareChunks(db).outcomes,
  timesRows: db.prepare<[string, string], number>(
    'SELECT rowid FROM tag_chunk WHERE station = ? AND stream = ? ORDER BY chunk_index').pluck(),
  timesAt: db.prepare<[number], TimesRow>(
    'SELECT chunk_index, events, first_tick, last_tick, times, sha256 FROM tag_chunk WHERE rowid = ?'),
});

/** True if the check went through to its end. */
async function checkRecording(check: Check): Promise<boolean> {
  const chunks = prepareChecks(check.db);
  for (const station of check.sealed.stations) {
    for (const stream of STREAMS) {
      const where = `${station.station}, ${stream}`;
      let state: ChunkState = { next: 0, last_tick: -Number.MAX_SAFE_INTEGER };
      for (const rowid of chunks.timesRows.all(station.station, stream)) {
        const row = chunks.timesAt.get(rowid)!;
        state = checkTimes(check, row, { where, state });
        if (!await check.advance(row.times.length)) return false;
      }
    }
    if (!await checkOutcomes(check, station, chunks)) return false;
  }
  checkMessages(check.db, check.find);
  if (contentSha256(check.db) !== check.sealed.content_sha256) {
    check.find('recording: its rows do not match the digest it was sealed with');
  }
  return true;
}

interface ChunkState { readonly next: number; readonly last_tick: number }

function checkTimes(
  { find }: Check, row: TimesRow, { where, state }: { readonly where: string; readonly state: ChunkState },
): ChunkState {
  const chunk = `${where}, chunk ${row.chunk_index}`;
  if (row.chunk_index !== state.next) find(`${where}: chunk ${state.next} is missing`);
  const after = { next: row.chunk_index + 1, last_tick: row.last_tick };
  if (sha256Of(row.times) !== row.sha256) {
    find(`${chunk}: times do not match their digest`);
    return after;
  }
  const decoded = decodeTimes(row.times);
  const fault = decoded.ok ? faultOf(decoded.value, row, state) : decoded.error.reason;
  if (fault !== null) find(`${chunk}: ${fault}`);
  return after;
}

function faultOf(ticks: Float64Array, row: TimesRow, { last_tick }: ChunkState): string | null {
  if (ticks.length !== row.events) return `${ticks.length} events where ${row.events} are counted`;
  if (ticks[0] !== row.first_tick || ticks.at(-1) !== row.last_tick) return 'its ends differ from its row';
  return row.first_tick < last_tick ? 'begins before the one in front of it ends' : null;
}

async function checkOutcomes(
  check: Check, station: StoredStation, chunks: ReturnType<typeof prepareChecks>,
): Promise<boolean> {
  const where = `${station.station}, outcomes`;
  let outcomes = 0;
  const rows = chunks.outcomes.all(station.station); // A third of a byte a click: small beside one chunk of times.
  for (const row of rows) {
    outcomes += row.events;
    checkOutcomeChunk(check, row, { station, chunk: `${where}, chunk ${row.chunk_index}` });
    if (!await check.advance(row.sealed.length)) return false;
  }
  if (outcomes !== station.stored.clicks) check.find(`${where}: ${outcomes} for ${station.stored.clicks} clicks`);
  return true;
}

function checkOutcomeChunk(
  { sealed, key, find }: Check, row: OutcomeRow,
  { station: { station, detectors }, chunk }: { readonly station: StoredStation; readonly chunk: string },
): void {
  if (chunkSha256(row) !== row.sha256) {
    find(`${chunk}: ciphertext does not match its digest`);
    return;
  }
  if (key === null) return;
  const { chunk_index, events } = row;
  const place = { pass_id: sealed.meta.pass_id, station, chunk_index, events };
  const opened = openChunk(row, { key, place, detectors });
  if (opened === null) find(`${chunk}: does not open with this mission's key`);
  opened?.fill(0);
}

type ChainRow = ChainedVerdict & { readonly sha256: string; readonly series: Uint8Array };

async function checkVerdicts({ db, sealed, find, advance }: Check, expected: ExpectedPass | null): Promise<boolean> {
  const ids = db.prepare<[], number>('SELECT verdict_id FROM verdict ORDER BY verdict_id').pluck().all();
  const read = db.prepare<[number], ChainRow>(`SELECT verdict_id, made_at_utc_ms, code_version, parameters_json,
    result_json, coincidences, sifted_bits, qber, s, prev_sha256, sha256, series FROM verdict WHERE verdict_id = ?`);
  const indexed = new Map(expected?.verdicts.map(({ verdict_id, sha256 }) => [verdict_id, sha256]));
  let previous = sealed.content_sha256;
  for (const [place, verdict_id] of ids.entries()) {
    const row = read.get(verdict_id)!;
    const { series, sha256 } = row;
    const follows = verdict_id === place + 1 && row.prev_sha256 === previous;
    if (!follows) find(`verdict ${verdict_id}: the one before it is missing`);
    if (verdictSha256(row, series) !== sha256) find(`verdict ${verdict_id}: does not match its digest`);
    if (expected !== null && indexed.get(verdict_id) !== sha256) {
      const memory = indexed.has(verdict_id) ? 'remembers another one' : 'does not know it';
      find(`verdict ${verdict_id}: mission.db ${memory}`);
    }
    indexed.delete(verdict_id);
    previous = sha256;
    if (!await advance(series.length)) return false;
  }
  for (const verdict_id of indexed.keys()) find(`verdict ${verdict_id}: mission.db knows it, the file has lost it`);
  return true;
}

function checkExpected({ sealed, find }: Check, expected: ExpectedPass | null): void {
  if (expected !== null && expected.content_sha256 !== sealed.content_sha256) {
    find('recording: mission.db remembers another digest, so this is not the file that was imported');
  }
}
