import { err, ok, type Result } from '../result.ts';
import { createTagBuffer, reserveRows, takeColumns, takeSettledRows, type TagBuffer } from './tag-buffer.ts';
import type { FormatError, TagColumns, TagReader, TagReaderOptions } from './tag-columns.ts';

/** What a reader of fixed-size records counts besides its rows. */
export interface RecordCounts {
  records: number;
  clock_records: number;
  readonly dropped: Record<string, number>;
  origin_ticks: bigint;
}

export interface FixedRecords {
  readonly header_bytes: number;
  readonly record_bytes: number;
  readonly rows_per_record: number;
  readonly tick_ps: number;
  /** Bytes of records held back until the first of them are looked at; 0 where nothing has to be found out. */
  readonly preview_bytes: number;
  /** Sees the first records before any is decoded. */
  readonly preview: (view: DataView) => void;
  /** Reads the record at a byte; a text says why it cannot. */
  readonly decode: (view: DataView, byte: number, into: { buffer: TagBuffer; counts: RecordCounts }) => string | null;
}

interface Progress {
  readonly into: { readonly buffer: TagBuffer; readonly counts: RecordCounts };
  rest: Uint8Array;
  skipped: number;
  previewed: boolean;
}

/** A reader for files that are a header of known length and then records of one length. */
export function createFixedReader(format: FixedRecords, options: TagReaderOptions): TagReader {
  const rows = Math.floor((options.expected_bytes ?? 0) / format.record_bytes);
  const progress: Progress = {
    into: {
      buffer: createTagBuffer(rows), counts: { records: 0, clock_records: 0, dropped: {}, origin_ticks: 0n },
    },
    rest: new Uint8Array(0), skipped: 0, previewed: format.preview_bytes === 0,
  };
  let failure: FormatError | null = null;
  const settle = <T>(result: Result<T, FormatError>): Result<T, FormatError> => {
    if (!result.ok) failure ??= result.error;
    return result;
  };
  return {
    push: (chunk) => (failure === null ? settle(push(format, progress, chunk)) : err(failure)),
    takeSettled: () =>
      ({ ...takeSettledRows(progress.into.buffer), tick_ps: format.tick_ps, sync_channel: null }),
    finish: () => (failure === null ? settle(finish(format, progress, options.partial ?? false)) : err(failure)),
  };
}

function push(format: FixedRecords, progress: Progress, chunk: Uint8Array): Result<null, FormatError> {
  const skip = Math.min(format.header_bytes - progress.skipped, chunk.length);
  progress.skipped += skip;
  const bytes = joined(progress.rest, chunk.subarray(skip));
  if (!progress.previewed) {
    if (bytes.length < format.preview_bytes) {
      progress.rest = bytes;
      return ok(null);
    }
    showPreview(format, progress, bytes);
  }
  return decodeAll(format, progress, bytes);
}

function showPreview(format: FixedRecords, progress: Progress, bytes: Uint8Array): void {
  progress.previewed = true;
  const whole = Math.floor(Math.min(bytes.length, format.preview_bytes) / format.record_bytes);
  format.preview(new DataView(bytes.buffer, bytes.byteOffset, whole * format.record_bytes));
}

function decodeAll(format: FixedRecords, progress: Progress, bytes: Uint8Array): Result<null, FormatError> {
  const { counts, buffer } = progress.into;
  const whole = Math.floor(bytes.length / format.record_bytes);
  reserveRows(buffer, whole * format.rows_per_record);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < whole; i += 1) {
    const reason = format.decode(view, i * format.record_bytes, progress.into);
    if (reason !== null) {
      const byte = format.header_bytes + counts.records * format.record_bytes;
      return err({ type: 'BadRecord', record: counts.records, byte, reason });
    }
    counts.records += 1;
  }
  progress.rest = bytes.slice(whole * format.record_bytes);
  return ok(null);
}

function finish(format: FixedRecords, progress: Progress, partial: boolean): Result<TagColumns, FormatError> {
  if (progress.skipped < format.header_bytes) return err({ type: 'TruncatedHeader', byte: progress.skipped });
  if (!progress.previewed) {
    showPreview(format, progress, progress.rest);
    const decoded = decodeAll(format, progress, progress.rest);
    if (!decoded.ok) return decoded;
  }
  const { counts, buffer } = progress.into;
  const truncation = progress.rest.length > 0 ? { records_missing: 0, bytes_left: progress.rest.length } : null;
  if (truncation !== null && !partial) return err({ type: 'Truncated', record: counts.records, ...truncation });
  return ok(columnsOf({ buffer, counts, tick_ps: format.tick_ps, truncation }));
}

interface Finished {
  readonly buffer: TagBuffer;
  readonly counts: RecordCounts;
  readonly tick_ps: number;
  readonly truncation: TagColumns['truncation'];
}

/** The columns of a reader that has no sync input of its own. */
export function columnsOf({ buffer, counts, tick_ps, truncation }: Finished): TagColumns {
  if (buffer.out_of_order > 0) counts.dropped['out_of_order'] = buffer.out_of_order;
  return {
    ...takeColumns(buffer),
    tick_ps,
    origin_ticks: counts.origin_ticks,
    sync_channel: null,
    records: counts.records,
    clock_records: counts.clock_records,
    dropped: counts.dropped,
    reordered: buffer.reordered,
    truncation,
  };
}

function joined(rest: Uint8Array, chunk: Uint8Array): Uint8Array {
  if (rest.length === 0) return chunk;
  const bytes = new Uint8Array(rest.length + chunk.length);
  bytes.set(rest);
  bytes.set(chunk, rest.length);
  return bytes;
}

/** Counts one event that is not a row. */
export function drop(counts: RecordCounts, reason: string): void {
  counts.dropped[reason] = (counts.dropped[reason] ?? 0) + 1;
}
