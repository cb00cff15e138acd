import type { KeyObject } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { unpackBits } from '../../src-core/bits.ts';
import { decodeTimes } from '../../src-core/rice.ts';
import type { StationStreams } from '../../src-core/archive/streams.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import { outcomeBits } from './chunk-writer.ts';
import { fileBytes, openPassFile, type OpenOptions } from './open.ts';
import { openOutcomes, type ChunkPlace, type SealedChunk } from './outcome-cipher.ts';
import type { KeyVault } from './outcome-keys.ts';
import { readMessages } from './pass-log.ts';
import { damagedRows, readMeta, readStations } from './pass-rows.ts';
import type { ClickBatch, SealedPass, StoredStation, StoredVerdict, StreamName } from './pass-types.ts';
import { attemptPass, invalidFile, refused, type StoreError } from './store-error.ts';

/** Reads one pass file. Times and verdicts need no key; outcomes need the pass's, and never leave the host. */
export interface PassFileReader {
  readonly pass: SealedPass;
  readonly file_bytes: number;
  readonly readTimes: (station: string, stream: StreamName) => Result<Float64Array, StoreError>;
  readonly readOutcomes: (station: string, vault: KeyVault) => Result<Uint8Array, StoreError>;
  /** All of one station: what processing starts from. */
  readonly readStreams: (station: string, vault: KeyVault) => Result<StationStreams, StoreError>;
  /** One chunk of a station's clicks, null after the last: for passes larger than memory. */
  readonly readClickChunk: (place: ClickChunkPlace, vault: KeyVault) => Result<ClickBatch | null, StoreError>;
  /** Ticks of the first and of the last click; null without clicks. */
  readonly readClickSpan: (station: string) => Result<readonly [number, number] | null, StoreError>;
  /** What a station said of itself while the pass flew, as JSON texts; none where it was not recorded live. */
  readonly readTelemetry: (station: string) => Result<readonly string[], StoreError>;
  /** Oldest first. */
  readonly listVerdicts: () => Result<readonly StoredVerdict[], StoreError>;
  readonly readSeries: (verdict_id: number) => Result<Uint8Array, StoreError>;
  readonly close: () => void;
}

export interface ClickChunkPlace {
  readonly station: string;
  readonly chunk_index: number;
}

export interface TimesRow {
  readonly chunk_index: number;
  readonly events: number;
  readonly first_tick: number;
  readonly last_tick: number;
  readonly times: Uint8Array;
  readonly sha256: string;
}
export interface OutcomeRow extends SealedChunk {
  readonly chunk_index: number;
  readonly events: number;
  readonly sha256: string;
}

export const prepareChunks = (db: Database) => ({
  times: db.prepare<[string, string], TimesRow>(`SELECT chunk_index, events, first_tick, last_tick, times, sha256
    FROM tag_chunk WHERE station = ? AND stream = ? ORDER BY chunk_index`),
  outcomes: db.prepare<[string], OutcomeRow>(`SELECT chunk_index, events, nonce, tag, sealed, sha256
    FROM outcome_chunk WHERE station = ? AND stream = 'clicks' ORDER BY chunk_index`),
});

interface SpanRow { readonly first: number | null; readonly last: number | null }

const prepareSingle = (db: Database) => ({
  times: db.prepare<[string, number], TimesRow>(`SELECT chunk_index, events, first_tick, last_tick, times, sha256
    FROM tag_chunk WHERE station = ? AND stream = 'clicks' AND chunk_index = ?`),
  outcomes: db.prepare<[string, number], OutcomeRow>(`SELECT chunk_index, events, nonce, tag, sealed, sha256
    FROM outcome_chunk WHERE station = ? AND stream = 'clicks' AND chunk_index = ?`),
  span: db.prepare<[string], SpanRow>(`SELECT min(first_tick) AS first, max(last_tick) AS last
    FROM tag_chunk WHERE station = ? AND stream = 'clicks'`),
});

export function openPassReader(
  path: string, options: Omit<OpenOptions, 'readonly'> = {},
): Result<PassFileReader, StoreError> {
  const opened = openPassFile(path, { ...options, readonly: true });
  if (!opened.ok) return opened;
  const db = opened.value;
  const reader = attemptPass(path, () => readerOf(db, path));
  if (!reader.ok) db.close();
  return reader;
}

/** The pass of an open file; refused where the recording was never sealed. */
export function readSealed(db: Database): Result<SealedPass, StoreError> {
  const row = readMeta(db);
  if (row === undefined) return invalidFile(db.name, 'the file holds no pass');
  const { outcome_key_id, content_sha256, ...meta } = row;
  if (content_sha256 === null) return invalidFile(db.name, 'the recording was never finished; import it again');
  const stations = readStations(db);
  const damage = damagedRows(db, stations);
  if (damage !== null) return invalidFile(db.name, `the pass file is damaged (${damage}); restore a backup`);
  return ok({ meta, outcome_key_id, content_sha256, stations });
}

function readerOf(db: Database, path: string): Result<PassFileReader, StoreError> {
  const sealed = readSealed(db);
  if (!sealed.ok) return sealed;
  const pass = sealed.value;
  const file_bytes = fileBytes(db);
  const chunks = prepareChunks(db);
  const find = (station: string): Result<StoredStation, StoreError> => {
    const found = pass.stations.find((candidate) => candidate.station === station);
    return found === undefined ? err({ type: 'NotFound', what: 'station', id: station }) : ok(found);
  };
  const readTimes: PassFileReader['readTimes'] = (station, stream) => attemptPass(path, () => {
    const found = find(station);
    if (!found.ok) return found;
    return joinTimes(path, chunks.times.iterate(station, stream), found.value.stored[stream]);
  });
  const readOutcomes: PassFileReader['readOutcomes'] = (station, vault) => attemptPass(path, () => {
    const found = find(station);
    if (!found.ok) return found;
    if (vault.key_id !== pass.outcome_key_id) return refused(wrongKey(pass, vault.key_id));
    const { pass_id } = pass.meta;
    const source = { path, pass_id, station: found.value, key: vault.keyFor(pass_id) };
    return joinOutcomes(source, chunks.outcomes.iterate(station));
  });
  const readStreams: PassFileReader['readStreams'] = (station, vault) => {
    const detector = readOutcomes(station, vault);
    if (!detector.ok) return detector;
    const clicks = readTimes(station, 'clicks');
    if (!clicks.ok) return clicks;
    const beacon = readTimes(station, 'beacon');
    if (!beacon.ok) return beacon;
    const pps = readTimes(station, 'pps');
    if (!pps.ok) return pps;
    return ok({
      clicks: { ticks: clicks.value, detector: detector.value },
      beacon: { ticks: beacon.value }, pps: { ticks: pps.value },
    });
  };
  const single = prepareSingle(db);
  const readClickChunk: PassFileReader['readClickChunk'] = ({ station, chunk_index }, vault) => attemptPass(path, () => {
    const found = find(station);
    if (!found.ok) return found;
    if (vault.key_id !== pass.outcome_key_id) return refused(wrongKey(pass, vault.key_id));
    const times = single.times.get(station, chunk_index);
    if (times === undefined) return ok(null);
    const ticks = joinTimes(path, [times], times.events);
    if (!ticks.ok) return ticks;
    const row = single.outcomes.get(station, chunk_index);
    const place = { pass_id: pass.meta.pass_id, station, chunk_index, events: times.events };
    const { detectors } = found.value;
    const detector = row?.events !== times.events ? null
      : openChunk(row, { key: vault.keyFor(pass.meta.pass_id), place, detectors });
    if (detector !== null) return ok({ ticks: ticks.value, detector });
    return invalidFile(path, `outcomes of ${station}, chunk ${chunk_index}: altered, or of another pass; restore a backup`);
  });
  const readClickSpan: PassFileReader['readClickSpan'] = (station) => attemptPass(path, () => {
    const { first, last } = single.span.get(station) ?? { first: null, last: null };
    return ok(first === null || last === null ? null : [first, last]);
  });
  const verdicts = verdictReader(db, path);
  return ok({
    pass, file_bytes, readTimes, readOutcomes, readStreams, readClickChunk, readClickSpan, ...verdicts,
    readTelemetry: (station) => attemptPass(path, () => readMessages(db, station, 'telemetry')),
    close: () => db.close(),
  });
}

export const wrongKey = ({ meta, outcome_key_id }: SealedPass, held: string) =>
  `The outcomes of pass ${meta.pass_id} were sealed under key ${outcome_key_id}, and this console holds ${held}. `
  + 'Restore the key file that belongs to this archive.';

interface SeriesRow { readonly series: Uint8Array }

function verdictReader(db: Database, path: string): Pick<PassFileReader, 'listVerdicts' | 'readSeries'> {
  const list = db.prepare<[], StoredVerdict>(`SELECT verdict_id, made_at_utc_ms, code_version, sha256, coincidences,
    sifted_bits, qber, s, parameters_json, result_json FROM verdict ORDER BY verdict_id`);
  const series = db.prepare<[number], SeriesRow>('SELECT series FROM verdict WHERE verdict_id = ?');
  return {
    listVerdicts: () => attemptPass(path, () => ok(list.all())),
    readSeries: (verdict_id) => attemptPass(path, () => {
      const row = series.get(verdict_id);
      return row === undefined ? err({ type: 'NotFound', what: 'verdict', id: String(verdict_id) }) : ok(row.series);
    }),
  };
}

/** A damaged row may hold another type than its STRICT column allows; then it holds no bytes. */
const bytesOf = (value: unknown) => (value instanceof Uint8Array ? value : new Uint8Array(0));

function joinTimes(path: string, rows: Iterable<TimesRow>, events: number): Result<Float64Array, StoreError> {
  const ticks = new Float64Array(events);
  let filled = 0;
  for (const row of rows) {
    const decoded = decodeTimes(bytesOf(row.times));
    const chunk = `times, chunk ${row.chunk_index}`;
    const refuse = (reason: string) => invalidFile(path, `${chunk}: ${reason}; restore a backup`);
    if (!decoded.ok) return refuse(decoded.error.reason);
    if (filled + decoded.value.length > events) return refuse('longer than its count');
    ticks.set(decoded.value, filled);
    filled += decoded.value.length;
  }
  return filled === events ? ok(ticks) : invalidFile(path, `${filled} events where ${events} are counted`);
}

interface OutcomeSource {
  readonly path: string;
  readonly pass_id: string;
  readonly station: StoredStation;
  readonly key: KeyObject;
}

function joinOutcomes(source: OutcomeSource, rows: Iterable<OutcomeRow>): Result<Uint8Array, StoreError> {
  const { path, pass_id, key, station: { station, detectors, stored } } = source;
  const outcomes = new Uint8Array(stored.clicks);
  let filled = 0;
  for (const row of rows) {
    const { chunk_index, events } = row;
    const opened = filled + events > outcomes.length ? null
      : openChunk(row, { key, place: { pass_id, station, chunk_index, events }, detectors });
    if (opened === null) {
      outcomes.fill(0);
      const chunk = `outcomes of ${station}, chunk ${chunk_index}`;
      return invalidFile(path, `${chunk}: altered, or of another pass; restore a backup`);
    }
    outcomes.set(opened, filled);
    opened.fill(0);
    filled += events;
  }
  if (filled === outcomes.length) return ok(outcomes);
  return invalidFile(path, `${filled} outcomes for ${outcomes.length} clicks; restore a backup`);
}

interface ChunkKey {
  readonly key: KeyObject;
  readonly place: ChunkPlace;
  readonly detectors: number;
}

/** One chunk's outcomes; null where it does not authenticate or is shorter than its count. */
export function openChunk(row: OutcomeRow, { key, place, detectors }: ChunkKey): Uint8Array | null {
  const width = outcomeBits(detectors);
  const chunk = { nonce: bytesOf(row.nonce), tag: bytesOf(row.tag), sealed: bytesOf(row.sealed) };
  const packed = openOutcomes(chunk, place, key);
  if (packed === null || packed.length * 8 < place.events * width) return null;
  const words = new Uint32Array(new Uint8Array(packed).buffer, 0, packed.length >>> 2);
  const outcomes = unpackBits(words, width, new Uint8Array(place.events));
  packed.fill(0);
  words.fill(0);
  return outcomes;
}
