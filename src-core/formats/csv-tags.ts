import { err, ok, type Result } from '../result.ts';
import { columnsOf, drop, type RecordCounts } from './fixed-records.ts';
import { appendRow, createTagBuffer, reserveRows, takeSettledRows, type TagBuffer } from './tag-buffer.ts';
import { printable, type FormatError, type TagColumns, type TagReader, type TagReaderOptions } from './tag-columns.ts';

const HEADER = 'time_ps,channel';
const NEWLINE = 10;
/** `-9223372036854775808,65535` and its line end: longer lines are not ours. */
const LINE_BYTES_MAX = 64;
const TOO_LONG = `longer than ${LINE_BYTES_MAX} bytes; this is not ${HEADER}`;
const BYTES_PER_ROW = 12;
const CHANNEL_MAX = 63;
const ROW = /^(-?\d{1,19}),(\d{1,5})$/;
/** Times from here on are counted from the first, so that a double keeps every picosecond. */
const PLAIN_MAX = 2 ** 52;

interface Progress {
  readonly buffer: TagBuffer;
  readonly counts: RecordCounts;
  rest: Uint8Array;
  /** Lines read, the header included. */
  lines: number;
}

/** Reads `time_ps,channel` text: a header line, then one event a line. */
export function createCsvReader(options: TagReaderOptions = {}): TagReader {
  const progress: Progress = {
    buffer: createTagBuffer(Math.floor((options.expected_bytes ?? 0) / BYTES_PER_ROW)),
    counts: { records: 0, clock_records: 0, dropped: {}, origin_ticks: 0n },
    rest: new Uint8Array(0), lines: 0,
  };
  let failure: FormatError | null = null;
  const settle = <T>(result: Result<T, FormatError>): Result<T, FormatError> => {
    if (!result.ok) failure ??= result.error;
    return result;
  };
  return {
    push: (chunk) => (failure === null ? settle(push(progress, chunk)) : err(failure)),
    takeSettled: () => ({ ...takeSettledRows(progress.buffer), tick_ps: 1, sync_channel: null }),
    finish: () => (failure === null ? settle(finish(progress)) : err(failure)),
  };
}

function push(progress: Progress, chunk: Uint8Array): Result<null, FormatError> {
  const bytes = new Uint8Array(progress.rest.length + chunk.length);
  bytes.set(progress.rest);
  bytes.set(chunk, progress.rest.length);
  reserveRows(progress.buffer, Math.ceil(bytes.length / 4));
  let from = 0;
  for (let to = bytes.indexOf(NEWLINE); to >= 0; to = bytes.indexOf(NEWLINE, from)) {
    const read = readLine(progress, bytes.subarray(from, to));
    if (!read.ok) return read;
    from = to + 1;
  }
  progress.rest = bytes.slice(from);
  if (progress.rest.length <= LINE_BYTES_MAX) return ok(null);
  return err({ type: 'BadLine', line: progress.lines + 1, reason: TOO_LONG });
}

function readLine(progress: Progress, bytes: Uint8Array): Result<null, FormatError> {
  progress.lines += 1;
  const line = progress.lines;
  if (bytes.length > LINE_BYTES_MAX) return err({ type: 'BadLine', line, reason: TOO_LONG });
  const text = String.fromCharCode(...bytes).replace(/\r$/, '');
  if (line === 1) {
    return text === HEADER ? ok(null) : err({ type: 'BadLine', line, reason: `the first line must be ${HEADER}` });
  }
  const row = ROW.exec(text);
  if (row === null) {
    const reason = `${JSON.stringify(printable(text))} is not two whole numbers, picoseconds and channel`;
    return err({ type: 'BadLine', line, reason });
  }
  const { counts, buffer } = progress;
  const plain = Number(row[1]);
  if (counts.records === 0 && Math.abs(plain) >= PLAIN_MAX) counts.origin_ticks = BigInt(row[1]!);
  const tick = counts.origin_ticks === 0n ? plain : Number(BigInt(row[1]!) - counts.origin_ticks);
  if (!Number.isSafeInteger(tick)) {
    return err({ type: 'BadLine', line, reason: 'more than 2^53 ps from the first event' });
  }
  if (Number(row[2]) > CHANNEL_MAX) drop(counts, 'channel_out_of_range');
  else appendRow(buffer, tick, Number(row[2]));
  counts.records += 1;
  return ok(null);
}

function finish(progress: Progress): Result<TagColumns, FormatError> {
  if (progress.rest.length > 0) {
    const last = readLine(progress, progress.rest);
    if (!last.ok) return last;
  }
  if (progress.lines === 0) return err({ type: 'BadLine', line: 1, reason: `the first line must be ${HEADER}` });
  return ok(columnsOf({ buffer: progress.buffer, counts: progress.counts, tick_ps: 1, truncation: null }));
}
