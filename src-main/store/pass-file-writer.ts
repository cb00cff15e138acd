import { randomBytes as systemRandom } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import Database from 'better-sqlite3';
import { assert } from '../../src-core/assert.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import { createChunkWriter, type ChunkWriter } from './chunk-writer.ts';
import { publishFile, syncFile } from './durable.ts';
import { makeFolder } from './make-folder.ts';
import { createPartialPassFile } from './open.ts';
import type { KeyVault } from './outcome-keys.ts';
import { contentSha256 } from './pass-digest.ts';
import { writePassLog, type PassLog } from './pass-log.ts';
import { insertMeta, readStations } from './pass-rows.ts';
import type { ClickBatch, PassMeta, SealedPass, StationHeader, StationTotals } from './pass-types.ts';
import { attempt, attemptValue, refused, type StoreError } from './store-error.ts';

export const PASS_SUFFIX = '.tpass';
const PARTIAL_SUFFIX = `${PASS_SUFFIX}.partial`;
export const passFileName = (pass_id: string) => `${pass_id}${PASS_SUFFIX}`;
export const partialPassName = (pass_id: string) => `${pass_id}${PARTIAL_SUFFIX}`;

/** What may be known of a recording only at its end, as where it came over the wire. */
type FinishedStation = StationTotals & Partial<Pick<StationHeader, 'sha256' | 'bytes' | 'manifest_json'>>;

/** One station's events on their way into the file, in batches of any size. */
export interface StationWriter {
  readonly appendClicks: (batch: ClickBatch) => Result<null, StoreError>;
  readonly appendBeacon: (ticks: Float64Array) => Result<null, StoreError>;
  readonly appendPps: (ticks: Float64Array) => Result<null, StoreError>;
  readonly finish: (totals: FinishedStation) => Result<null, StoreError>;
}

/** A whole station at once, for callers that hold its columns anyway. */
export interface StationColumns extends StationHeader, StationTotals {
  readonly clicks: ClickBatch;
  readonly beacon: { readonly ticks: Float64Array };
  readonly pps: { readonly ticks: Float64Array };
}

/**
 * A pass file being written. Nobody sees it before `publish`; until then `abandon`, or a crash, leaves nothing that
 * looks like a pass.
 */
export interface PassFileWriter {
  readonly beginStation: (header: StationHeader) => Result<StationWriter, StoreError>;
  readonly addStation: (columns: StationColumns) => Result<null, StoreError>;
  /** What a live pass has beside its tags. */
  readonly addLog: (log: PassLog) => Result<null, StoreError>;
  /** Closes the recording for ever and flushes it to the disk. */
  readonly seal: () => Result<SealedPass, StoreError>;
  /** Gives the sealed file its name. */
  readonly publish: () => Result<string, StoreError>;
  /** Removes what was written, the published file too: for an import that is taken back as a whole. */
  readonly abandon: () => void;
}

export interface NewPassFile {
  readonly directory: string;
  readonly meta: PassMeta;
  readonly vault: KeyVault;
  readonly migrations?: string;
  readonly randomBytes?: (count: number) => Uint8Array;
}

/** Starts the file of one pass. An interrupted earlier try is swept away, one that is still at work is not. */
export function createPassFileWriter(options: NewPassFile): Result<PassFileWriter, StoreError> {
  const { directory, meta, vault } = options;
  const path = join(directory, `${meta.pass_id}${PARTIAL_SUFFIX}`);
  const cleared = attempt(path, () => {
    makeFolder(directory);
    if (removeAbandoned(path)) return ok(null);
    return refused(`Pass ${meta.pass_id} is being imported by another console. Wait for it.`);
  });
  if (!cleared.ok) return cleared;
  const opened = createPartialPassFile(path, options.migrations);
  if (!opened.ok) return opened;
  const db = opened.value;
  const begun = attemptValue(path, () => {
    db.pragma('cache_size = -16000'); // Bounds what the one long transaction keeps in memory to 16 MB.
    db.exec('BEGIN');
    insertMeta(db, meta, vault.key_id);
  });
  if (!begun.ok) {
    db.close();
    return begun;
  }
  return ok(writerOf(options, { db, path, final: join(directory, passFileName(meta.pass_id)) }));
}

/** Gives a sealed pass its name; a file that lies there already, as after a crash, is never overwritten. */
export function publishPass(directory: string, pass_id: string): Result<string, StoreError> {
  const final = join(directory, passFileName(pass_id));
  return attempt(final, () => {
    if (existsSync(final)) return refused(`${final} lies there already. Restart the console: it takes the file in.`);
    publishFile(join(directory, partialPassName(pass_id)), final);
    return ok(basename(final));
  });
}

interface Draft { readonly db: Database.Database; readonly path: string; readonly final: string }

function writerOf(options: NewPassFile, { db, path, final }: Draft): PassFileWriter {
  const { directory, meta, vault, randomBytes = systemRandom } = options;
  const sink = { db, pass_id: meta.pass_id, key: vault.keyFor(meta.pass_id), randomBytes };
  let published = false;
  const beginStation: PassFileWriter['beginStation'] = (header) => attempt(path, () => {
    insertStation(db, header);
    const finish = (totals: FinishedStation) => finishStation(db, header.station, totals);
    return ok(stationWriter(path, createChunkWriter(sink, header), finish));
  });
  return {
    beginStation,
    addStation: (columns) => {
      const begun = beginStation(columns);
      if (!begun.ok) return begun;
      const { appendClicks, appendBeacon, appendPps, finish } = begun.value;
      for (const step of [
        () => appendClicks(columns.clicks), () => appendBeacon(columns.beacon.ticks),
        () => appendPps(columns.pps.ticks), () => finish(columns),
      ]) {
        const done = step();
        if (!done.ok) return done;
      }
      return ok(null);
    },
    addLog: (log) => attemptValue(path, () => {
      writePassLog(db, log);
      return null;
    }),
    seal: () => attemptValue(path, () => {
      const content_sha256 = contentSha256(db);
      db.prepare('UPDATE pass_meta SET content_sha256 = ?').run(content_sha256);
      const stations = readStations(db);
      db.exec('COMMIT');
      db.close();
      syncFile(path);
      return { meta, outcome_key_id: vault.key_id, content_sha256, stations };
    }),
    publish: () => attempt(final, () => {
      assert(!db.open, 'a pass file is sealed before it is published');
      const named = publishPass(directory, meta.pass_id);
      published = named.ok;
      return named;
    }),
    abandon: () => {
      if (db.open) db.close();
      rmSync(path, { force: true });
      if (published) rmSync(final, { force: true });
    },
  };
}

function insertStation(db: Database.Database, header: StationHeader): void {
  const { station, file_name, type, sha256, bytes, manifest_json, tick_ps, origin_ticks, detectors } = header;
  db.prepare(`INSERT INTO recording (station, file_name, type, sha256, bytes, manifest_json, tick_ps,
    origin_ticks, detectors) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`)
    .run(station, file_name, type, sha256, bytes, manifest_json, tick_ps, origin_ticks, detectors);
}

function finishStation(db: Database.Database, station: string, totals: FinishedStation): void {
  const { events, counters, sha256 = null, bytes = null, manifest_json = null } = totals;
  db.prepare(`UPDATE recording SET events = ?, counters_json = ?, sha256 = coalesce(?, sha256),
    bytes = coalesce(?, bytes), manifest_json = coalesce(?, manifest_json) WHERE station = ?`)
    .run(events, JSON.stringify(counters), sha256, bytes, manifest_json, station);
}

function stationWriter(path: string, chunks: ChunkWriter, close: (totals: FinishedStation) => void): StationWriter {
  return {
    appendClicks: (batch) => attempt(path, () => chunks.append('clicks', batch)),
    appendBeacon: (ticks) => attempt(path, () => chunks.append('beacon', { ticks })),
    appendPps: (ticks) => attempt(path, () => chunks.append('pps', { ticks })),
    finish: (totals) => attemptValue(path, () => {
      chunks.flush();
      close(totals);
      return null;
    }),
  };
}

/** Removes the leavings of a crash at `path`; false if somebody is still writing there. */
export function removeAbandoned(path: string): boolean {
  if (!existsSync(path)) return true;
  const db = new Database(path, { timeout: 0 });
  try {
    db.exec('BEGIN EXCLUSIVE; ROLLBACK');
  } catch (cause) {
    if (cause instanceof Database.SqliteError && cause.code.startsWith('SQLITE_BUSY')) return false;
  } finally {
    db.close();
  }
  rmSync(path, { force: true });
  rmSync(`${path}-journal`, { force: true });
  return true;
}

/** Clears a folder of half-written passes, as after a crash; answers with the names that are gone. */
export function sweepPartialPasses(directory: string): Result<readonly string[], StoreError> {
  if (!existsSync(directory)) return ok([]);
  return attemptValue(directory, () => readdirSync(directory)
    .filter((name) => name.endsWith(PARTIAL_SUFFIX))
    .filter((name) => removeAbandoned(join(directory, name))));
}

/** Pass files that mission.db does not know: copied in by hand, or left by a crash between rename and commit. */
export function findStrayPasses(directory: string, known: ReadonlySet<string>): Result<readonly string[], StoreError> {
  if (!existsSync(directory)) return err({ type: 'NotFound', what: 'folder', id: directory });
  return attemptValue(directory, () =>
    readdirSync(directory).filter((name) => name.endsWith(PASS_SUFFIX) && !known.has(name)).sort());
}
