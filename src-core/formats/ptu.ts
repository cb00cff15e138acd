import { assert } from '../assert.ts';
import { err, ok, type Result } from '../result.ts';
import { HEADER_BYTES_MAX, parsePtuHeader, type PtuHeader } from './ptu-header.ts';
import { decodeHydraHarpT2, decodePicoHarpT2, type T2State } from './ptu-records.ts';
import { createTagBuffer, reserveRows, takeColumns, takeSettledRows } from './tag-buffer.ts';
import {
  SYNC_CHANNEL, type FormatError, type TagColumns, type TagReader, type TagReaderOptions, type Truncation,
} from './tag-columns.ts';

const RECORD_BYTES = 4;
/** Records decoded in one go; bounds the copy that aligns them. */
const BLOCK_RECORDS = 1 << 18;

/** Decoding state of one file: the header first, then whole records, with up to three bytes kept between pieces. */
interface PtuProgress {
  header: PtuHeader | null;
  head: Uint8Array;
  readonly state: T2State;
  readonly tail: Uint8Array;
  tail_bytes: number;
  records: number;
  beyond: number;
  failure: FormatError | null;
}

/** Reads a PicoQuant T2 file of any size in pieces of any size; holds the columns and one header. */
export function createPtuDecoder(options: TagReaderOptions = {}): TagReader {
  assert(new Uint8Array(new Uint32Array([1]).buffer)[0] === 1, 'the machine must be little-endian, as PTU records are');
  const capacity = Math.floor((options.expected_bytes ?? 0) / RECORD_BYTES);
  const progress: PtuProgress = {
    header: null, head: new Uint8Array(0), tail: new Uint8Array(RECORD_BYTES), tail_bytes: 0,
    state: { buffer: createTagBuffer(capacity), base: 0, clock_records: 0, markers: 0, unknown: 0 },
    records: 0, beyond: 0, failure: null,
  };
  const settle = <T>(result: Result<T, FormatError>): Result<T, FormatError> => {
    if (!result.ok) progress.failure ??= result.error;
    return result;
  };
  return {
    push: (chunk) => (progress.failure === null ? settle(pushChunk(progress, chunk)) : err(progress.failure)),
    takeSettled: () => ({
      ...takeSettledRows(progress.state.buffer),
      tick_ps: progress.header?.tick_ps ?? Number.NaN, sync_channel: syncChannelOf(progress.header),
    }),
    finish: () => (progress.failure === null
      ? settle(finishFile(progress, options.partial ?? false)) : err(progress.failure)),
  };
}

/** The PicoHarp has no special sync record: its sync input is channel 0. */
const syncChannelOf = (header: PtuHeader | null) => (header?.format.family === 'picoharp' ? 0 : SYNC_CHANNEL);

function pushChunk(progress: PtuProgress, chunk: Uint8Array): Result<null, FormatError> {
  if (progress.header !== null) return pushRecords(progress, progress.header, chunk);
  const head = new Uint8Array(progress.head.length + chunk.length);
  head.set(progress.head);
  head.set(chunk, progress.head.length);
  const parsed = parsePtuHeader(head);
  if (!parsed.ok) return parsed;
  const header = parsed.value;
  // A header that points behind these bytes waits for them; parsePtuHeader bounds how long it may grow.
  if (header === null || header.bytes > head.length) {
    if (head.length > HEADER_BYTES_MAX * 2) {
      return err({ type: 'BadHeader', byte: head.length, tag: 'Header_End', reason: 'not found' });
    }
    progress.head = head;
    return ok(null);
  }
  progress.header = header;
  progress.head = new Uint8Array(0);
  return pushRecords(progress, header, head.subarray(header.bytes));
}

function pushRecords(progress: PtuProgress, header: PtuHeader, chunk: Uint8Array): Result<null, FormatError> {
  let at = 0;
  if (progress.tail_bytes > 0) {
    at = Math.min(RECORD_BYTES - progress.tail_bytes, chunk.length);
    progress.tail.set(chunk.subarray(0, at), progress.tail_bytes);
    progress.tail_bytes += at;
    if (progress.tail_bytes < RECORD_BYTES) return ok(null);
    progress.tail_bytes = 0;
    const first = decodeBlock(progress, header, new Int32Array(progress.tail.slice().buffer));
    if (!first.ok) return first;
  }
  const whole = Math.floor((chunk.length - at) / RECORD_BYTES);
  for (let done = 0; done < whole; done += BLOCK_RECORDS) {
    const block = alignedWords(chunk, at + done * RECORD_BYTES, Math.min(BLOCK_RECORDS, whole - done));
    const decoded = decodeBlock(progress, header, block);
    if (!decoded.ok) return decoded;
  }
  at += whole * RECORD_BYTES;
  progress.tail.set(chunk.subarray(at));
  progress.tail_bytes = chunk.length - at;
  return ok(null);
}

/** Words over the chunk itself where it is aligned, else over a copy of this block. */
function alignedWords(chunk: Uint8Array, at: number, records: number): Int32Array {
  const from = chunk.byteOffset + at;
  if (from % RECORD_BYTES === 0) return new Int32Array(chunk.buffer, from, records);
  // Not slice: Node's Buffer, which files come in, answers that with a view.
  return new Int32Array(new Uint8Array(chunk.subarray(at, at + records * RECORD_BYTES)).buffer);
}

function decodeBlock(progress: PtuProgress, header: PtuHeader, block: Int32Array): Result<null, FormatError> {
  const room = header.records === null ? Infinity : header.records - progress.records;
  const words = block.length > room ? block.subarray(0, room) : block;
  progress.beyond += block.length - words.length;
  reserveRows(progress.state.buffer, words.length);
  const decode = header.format.family === 'picoharp' ? decodePicoHarpT2 : decodeHydraHarpT2;
  const stopped = decode(words, progress.state, header.format);
  const record = progress.records + stopped;
  progress.records += words.length;
  if (stopped === words.length) return ok(null);
  return err({
    type: 'BadRecord', record, byte: header.bytes + RECORD_BYTES * record,
    reason: 'its overflow count carries the clock beyond 2^53 ticks; the file is damaged here',
  });
}

function finishFile(progress: PtuProgress, partial: boolean): Result<TagColumns, FormatError> {
  const { header, state, records } = progress;
  if (header === null) return err({ type: 'TruncatedHeader', byte: progress.head.length });
  const missing = header.records === null ? 0 : Math.max(0, header.records - records);
  const truncation: Truncation | null = missing > 0 || progress.tail_bytes > 0
    ? { records_missing: missing, bytes_left: progress.tail_bytes } : null;
  if (truncation !== null && !partial) return err({ type: 'Truncated', record: records, ...truncation });
  const counts: readonly (readonly [string, number])[] = [
    ['marker', state.markers], ['unknown_special', state.unknown],
    ['out_of_order', state.buffer.out_of_order], ['beyond_record_count', progress.beyond],
  ];
  return ok({
    ...takeColumns(state.buffer),
    tick_ps: header.tick_ps,
    origin_ticks: 0n,
    sync_channel: syncChannelOf(header),
    records: records + progress.beyond,
    clock_records: state.clock_records,
    dropped: Object.fromEntries(counts.filter(([, n]) => n > 0)),
    reordered: state.buffer.reordered,
    truncation,
  });
}
