import { existsSync, rmSync, statSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { fileWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import { decodeTimes } from '../../src-core/rice.ts';
import { assert } from '../../src-core/assert.ts';
import { ok, type Result } from '../../src-core/result.ts';
import { publishFile, syncFile } from './durable.ts';
import { openPassFile, type OpenOptions } from './open.ts';
import { prepareChunks, readSealed, type TimesRow } from './pass-file-reader.ts';
import { STREAMS, type SealedPass, type StreamName } from './pass-types.ts';
import { attemptPass, invalidFile, refused, type StoreError } from './store-error.ts';

export interface ParquetExportRequest {
  readonly pass_path: string;
  /** Must not exist; appears only when it is whole. */
  readonly parquet_path: string;
}

export interface ParquetExport {
  readonly rows: number;
  readonly bytes: number;
}

/** Times are recorder time in ticks after the station's origin; the footer holds origin and tick of each station. */
const SCHEMA: SchemaElement[] = [
  { name: 'pass', num_children: 3 },
  { name: 'station', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
  { name: 'stream', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
  { name: 'time_ticks', type: 'INT64', repetition_type: 'REQUIRED' },
];

/**
 * Writes the times of a pass as Parquet, one row an event, one row group a chunk: memory is that of one chunk. Which
 * detector clicked is secret and not among the columns; no key is needed.
 */
export function exportPassToParquet(
  { pass_path, parquet_path }: ParquetExportRequest, options: Omit<OpenOptions, 'readonly'> = {},
): Result<ParquetExport, StoreError> {
  if (existsSync(parquet_path)) return refused(`${parquet_path} exists; choose another name`);
  const opened = openPassFile(pass_path, { ...options, readonly: true });
  if (!opened.ok) return opened;
  const db = opened.value;
  const partial = `${parquet_path}.partial`;
  try {
    return attemptPass(parquet_path, () => {
      const sealed = readSealed(db);
      if (!sealed.ok) return sealed;
      const written = writeRows(db, sealed.value, partial);
      if (!written.ok) return written;
      syncFile(partial);
      publishFile(partial, parquet_path);
      return ok({ rows: written.value, bytes: statSync(parquet_path).size });
    });
  } finally {
    rmSync(partial, { force: true });
    db.close();
  }
}

function writeRows(db: Database, sealed: SealedPass, partial: string): Result<number, StoreError> {
  const chunks = prepareChunks(db);
  const parquet = new ParquetWriter({
    writer: fileWriter(partial), schema: SCHEMA, createdBy: `twinpass ${sealed.meta.code_version}`,
    kvMetadata: factsOf(sealed),
  });
  let rows = 0;
  for (const { station, stored } of sealed.stations) {
    for (const stream of STREAMS) {
      let events = 0;
      for (const row of chunks.times.iterate(station, stream)) {
        const ticks = ticksOf(row);
        if (ticks === null) return invalidFile(db.name, chunkFault(station, stream, row));
        if (ticks.length > 0) writeGroup(parquet, { station, stream, ticks });
        events += ticks.length;
      }
      if (events !== stored[stream]) {
        return invalidFile(db.name, `${station}, ${stream}: ${events} events where ${stored[stream]} are counted`);
      }
      rows += events;
    }
  }
  settled(parquet.finish());
  return ok(rows);
}

const chunkFault = (station: string, stream: StreamName, { chunk_index }: TimesRow) =>
  `${station}, ${stream}, chunk ${chunk_index}: the times are damaged; restore a backup`;

/** The ticks of a chunk; null where they are damaged. A damaged row may hold another type than bytes. */
function ticksOf({ times, events }: TimesRow): Float64Array | null {
  const bytes: unknown = times;
  const decoded = decodeTimes(bytes instanceof Uint8Array ? bytes : new Uint8Array(0));
  return decoded.ok && decoded.value.length === events ? decoded.value : null;
}

interface RowGroup { readonly station: string; readonly stream: StreamName; readonly ticks: Float64Array }

function writeGroup(parquet: ParquetWriter, { station, stream, ticks }: RowGroup): void {
  const { length } = ticks;
  settled(parquet.write({
    columnData: [
      { name: 'station', data: new Array<string>(length).fill(station) },
      { name: 'stream', data: new Array<string>(length).fill(stream) },
      { name: 'time_ticks', data: BigInt64Array.from(ticks, BigInt), encoding: 'DELTA_BINARY_PACKED' },
    ],
    rowGroupSize: length,
  }));
}

/** The file writer is synchronous; a promise would outlive the file. */
function settled(pending: void | Promise<void>): void {
  assert(pending === undefined, 'the Parquet writer writes at once');
}

/** What the columns mean, as texts in the footer. */
function factsOf({ meta, content_sha256, stations }: SealedPass): { key: string; value: string }[] {
  const clocks = stations.map(({ station, tick_ps, origin_ticks }) => ({ station, tick_ps, origin_ticks }));
  return Object.entries({
    'twinpass.format': 'twinpass-times/1', 'twinpass.pass_id': meta.pass_id, 'twinpass.mode': meta.mode,
    'twinpass.start_utc_ms': String(meta.start_utc_ms), 'twinpass.seconds': String(meta.seconds),
    'twinpass.content_sha256': content_sha256, 'twinpass.stations': JSON.stringify(clocks),
  }).map(([key, value]) => ({ key, value }));
}
