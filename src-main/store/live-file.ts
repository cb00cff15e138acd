import { randomBytes as systemRandom, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import type { NumberRange } from '../../src-core/archive/number-ranges.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import { syncDirectory } from './durable.ts';
import { createLiveDatabase, fileBytes, openLiveDatabase, PASS_MIGRATIONS } from './open.ts';
import type { KeyVault } from './outcome-keys.ts';
import { insertMeta, metaOf, readMeta, type MetaRow } from './pass-rows.ts';
import type { PassMeta } from './pass-types.ts';
import { NONCE_BYTES, seal, unseal, type Sealed } from './sealing.ts';
import { attempt, attemptPass, attemptValue, invalidFile, refused, type StoreError } from './store-error.ts';

/** A pass that is being recorded; sealing makes a `.tpass` of it. */
const LIVE_SUFFIX = '.tpass.live';
export const livePassName = (pass_id: string) => `${pass_id}${LIVE_SUFFIX}`;

export type MessageKind = 'telemetry' | 'event';
export type LiveKind = MessageKind | 'tags';

/** What a station's batches are made of. */
export interface LiveStation {
  readonly station: string;
  readonly tick_ps: number;
  readonly detectors: number;
  readonly manifest_json: string;
}

/** One batch as it came over the wire, and what its header says. It names detectors: it lies on disk sealed. */
export interface LiveBatch {
  readonly station: string;
  readonly seq: number;
  readonly t_utc_ms: number;
  readonly from_tick: number;
  readonly to_tick: number;
  readonly clicks: number;
  readonly bytes: Uint8Array;
}

export interface LiveMessage {
  readonly station: string;
  readonly kind: MessageKind;
  readonly seq: number;
  readonly t_utc_ms: number;
  readonly body: string;
}

/** One line of the pass's log. */
export interface PassEvent {
  readonly at_utc_ms: number;
  readonly station: string | null;
  readonly source: 'station' | 'console' | 'operator' | 'alarm' | 'recorder' | 'lock';
  readonly severity: 'routine' | 'caution' | 'serious' | 'critical';
  readonly who: string | null;
  readonly text: string;
}

/** What one transaction brings. */
export interface LiveEntries {
  readonly stations?: readonly LiveStation[];
  readonly batches?: readonly LiveBatch[];
  readonly messages?: readonly LiveMessage[];
  readonly events?: readonly PassEvent[];
}

/** Where a batch lies in the recorder's time; its content stays sealed. */
export type BatchSpan = Omit<LiveBatch, 'bytes'> & { readonly bytes: number };

/** The file of a pass while it is recorded: one writer, every commit on the disk when it returns. */
export interface LiveFile {
  readonly path: string;
  readonly meta: PassMeta;
  /** All of it or nothing; what is here already is passed over, so a message that comes twice does no harm. */
  readonly commit: (entries: LiveEntries) => Result<null, StoreError>;
  /** Numbers on disk, as runs: where a recorder that starts again goes on. */
  readonly numbers: (station: string, kind: LiveKind) => readonly NumberRange[];
  readonly stations: () => readonly LiveStation[];
  readonly spans: (station: string) => readonly BatchSpan[];
  /** Batches of a station in order of their numbers, opened one at a time. */
  readonly batches: (station: string) => Iterable<Result<Uint8Array, StoreError>>;
  readonly messages: (station: string, kind: MessageKind) => Iterable<Omit<LiveMessage, 'station' | 'kind'>>;
  readonly speakers: () => readonly string[];
  readonly events: () => readonly (PassEvent & { readonly event_id: number })[];
  readonly bytes: () => number;
  /** How large the file may become; without it the disk alone decides. @units pages of 4 kB */
  readonly setQuota: (pages_max: number) => void;
  readonly close: () => void;
}

export interface LiveFileOptions {
  readonly directory: string;
  readonly vault: KeyVault;
  readonly migrations?: string;
  readonly randomBytes?: (count: number) => Uint8Array;
}

/** Starts the file of a pass that is about to fly. */
export function createLiveFile(meta: PassMeta, options: LiveFileOptions): Result<LiveFile, StoreError> {
  const { directory, vault, migrations = PASS_MIGRATIONS } = options;
  const path = join(directory, livePassName(meta.pass_id));
  const made = attempt(path, () => {
    mkdirSync(directory, { recursive: true });
    if (existsSync(path)) return refused(`Pass ${meta.pass_id} is being recorded already. Stop it, or let it go on.`);
    return ok(null);
  });
  if (!made.ok) return made;
  const db = createLiveDatabase(path, migrations);
  if (!db.ok) return db;
  const filled = attemptValue(path, () => {
    insertMeta(db.value, meta, vault.key_id);
    syncDirectory(directory);
    return liveFileOf(db.value, meta, options);
  });
  if (!filled.ok) db.value.close();
  return filled;
}

/** Opens the file of a pass whose recording was interrupted; what was committed is there, what was not is not. */
export function openLiveFile(pass_id: string, options: LiveFileOptions): Result<LiveFile, StoreError> {
  const path = join(options.directory, livePassName(pass_id));
  const opened = openLiveDatabase(path, options.migrations);
  if (!opened.ok) return opened;
  const file = attemptPass(path, () => {
    const row = readMeta(opened.value);
    if (row === undefined) return invalidFile(path, 'recording stopped before it began: the file holds no pass; delete it');
    if (row.outcome_key_id !== options.vault.key_id) return refused(foreignKey(row, options.vault.key_id));
    return ok(liveFileOf(opened.value, metaOf(row), options));
  });
  if (!file.ok) opened.value.close();
  return file;
}

const foreignKey = ({ pass_id, outcome_key_id }: MetaRow, held: string) =>
  `Pass ${pass_id} was recorded under key ${outcome_key_id}, and this console holds ${held}. `
  + 'Restore the key file that belongs to this archive.';

/** Passes whose recording has not been sealed: to be taken up again after a crash. */
export function findLivePasses(directory: string): Result<readonly string[], StoreError> {
  if (!existsSync(directory)) return ok([]);
  return attemptValue(directory, () => readdirSync(directory)
    .filter((name) => name.endsWith(LIVE_SUFFIX)).map((name) => name.slice(0, -LIVE_SUFFIX.length)).sort());
}

/** Removes the live file of a pass that is sealed, or was given up. */
export function removeLiveFile(directory: string, pass_id: string): Result<null, StoreError> {
  const path = join(directory, livePassName(pass_id));
  return attemptValue(path, () => {
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${path}${suffix}`, { force: true });
    return null;
  });
}

interface SealedRow extends Sealed { readonly seq: number }
interface SeqRow { readonly seq: number }

const prepare = (db: Database) => ({
  station: db.prepare(`INSERT INTO live_station (station, tick_ps, detectors, manifest_json)
    VALUES (:station, :tick_ps, :detectors, :manifest_json) ON CONFLICT (station) DO UPDATE SET
    tick_ps = excluded.tick_ps, detectors = excluded.detectors, manifest_json = excluded.manifest_json`),
  batch: db.prepare(`INSERT INTO live_batch (station, seq, t_utc_ms, from_tick, to_tick, clicks, bytes, nonce, tag, sealed)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (station, seq) DO NOTHING`),
  message: db.prepare(`INSERT INTO live_message (station, kind, seq, t_utc_ms, body)
    VALUES (:station, :kind, :seq, :t_utc_ms, :body) ON CONFLICT (station, kind, seq) DO NOTHING`),
  event: db.prepare(`INSERT INTO pass_event (at_utc_ms, station, source, severity, who, text)
    VALUES (:at_utc_ms, :station, :source, :severity, :who, :text)`),
  batchNumbers: db.prepare<[string], SeqRow>('SELECT seq FROM live_batch WHERE station = ? ORDER BY seq'),
  messageNumbers: db.prepare<[string, string], SeqRow>(
    'SELECT seq FROM live_message WHERE station = ? AND kind = ? ORDER BY seq'),
  stations: db.prepare<[], LiveStation>('SELECT station, tick_ps, detectors, manifest_json FROM live_station ORDER BY station'),
  spans: db.prepare<[string], BatchSpan>(`SELECT station, seq, t_utc_ms, from_tick, to_tick, clicks, bytes
    FROM live_batch WHERE station = ? ORDER BY seq`),
  sealed: db.prepare<[string], SealedRow>('SELECT seq, nonce, tag, sealed FROM live_batch WHERE station = ? ORDER BY seq'),
  messages: db.prepare<[string, string], Omit<LiveMessage, 'station' | 'kind'>>(
    'SELECT seq, t_utc_ms, body FROM live_message WHERE station = ? AND kind = ? ORDER BY seq'),
  speakers: db.prepare<[], string>(`SELECT station FROM live_station UNION SELECT DISTINCT station FROM live_batch
    UNION SELECT DISTINCT station FROM live_message ORDER BY station`).pluck(),
  events: db.prepare<[], PassEvent & { readonly event_id: number }>(`SELECT event_id, at_utc_ms, station, source, severity,
    who, text FROM pass_event ORDER BY event_id`),
});

const labelOf = (pass_id: string, station: string, seq: number) => ({ purpose: 'live-batch', pass_id, station, seq });

function liveFileOf(db: Database, meta: PassMeta, options: LiveFileOptions): LiveFile {
  const { vault, randomBytes = systemRandom } = options;
  const setQuota = (pages: number) => void db.pragma(`max_page_count = ${pages}`);
  const { pass_id } = meta;
  const key = vault.keyFor(pass_id);
  const sql = prepare(db);
  const write = db.transaction(({ stations = [], batches = [], messages = [], events = [] }: LiveEntries) => {
    for (const station of stations) sql.station.run(station);
    for (const batch of batches) {
      const { station, seq, t_utc_ms, from_tick, to_tick, clicks, bytes } = batch;
      const { nonce, tag, sealed } = seal(bytes, labelOf(pass_id, station, seq), { key, nonce: randomBytes(NONCE_BYTES) });
      sql.batch.run(station, seq, t_utc_ms, from_tick, to_tick, clicks, bytes.length, nonce, tag, sealed);
    }
    for (const message of messages) sql.message.run(message);
    for (const event of events) sql.event.run(event);
  });
  return {
    path: db.name,
    meta,
    commit: (entries) => attemptValue(db.name, () => {
      write.immediate(entries);
      return null;
    }),
    numbers: (station, kind) => runsOf(kind === 'tags'
      ? sql.batchNumbers.iterate(station) : sql.messageNumbers.iterate(station, kind)),
    stations: () => sql.stations.all(),
    spans: (station) => sql.spans.all(station),
    batches: (station) => openedBatches(sql.sealed.iterate(station), { path: db.name, pass_id, station, key }),
    messages: (station, kind) => sql.messages.iterate(station, kind),
    speakers: () => sql.speakers.all(),
    events: () => sql.events.all(),
    bytes: () => fileBytes(db),
    setQuota,
    close: () => db.close(),
  };
}

interface BatchSource { readonly path: string; readonly pass_id: string; readonly station: string; readonly key: KeyObject }

function* openedBatches(
  rows: Iterable<SealedRow>, { path, pass_id, station, key }: BatchSource,
): Generator<Result<Uint8Array, StoreError>> {
  for (const { seq, ...sealed } of rows) {
    const bytes = unseal(sealed, labelOf(pass_id, station, seq), key);
    yield bytes === null
      ? err({ type: 'InvalidFile', where: path, message: `${station}, batch ${seq}: altered, or of another pass` })
      : ok(bytes);
  }
}

function runsOf(rows: Iterable<SeqRow>): readonly NumberRange[] {
  const runs: { from: number; through: number }[] = [];
  for (const { seq } of rows) {
    const last = runs.at(-1);
    if (last?.through === seq - 1) last.through = seq;
    else runs.push({ from: seq, through: seq });
  }
  return runs;
}
