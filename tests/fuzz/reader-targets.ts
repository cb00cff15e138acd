import { encodePtu } from '../../src-core/formats/ptu-encoder.ts';
import { T2_FORMATS, type T2FormatName } from '../../src-core/formats/ptu-header.ts';
import {
  describeFormatError, SYNC_CHANNEL, type FormatError, type TagColumns,
} from '../../src-core/formats/tag-columns.ts';
import { encodeA1, encodeCsvTags, encodeHexTags, encodeQutag } from '../../src-core/formats/tag-encoders.ts';
import { createTagReader, type TagFileType } from '../../src-core/formats/tag-reader.ts';
import type { Result } from '../../src-core/result.ts';

/** Something to be fuzzed: valid inputs, and a run that throws where an invariant does not hold. */
export interface FuzzTarget {
  readonly seeds: readonly Uint8Array[];
  /** True where the input was accepted. */
  readonly run: (bytes: Uint8Array, index: number) => boolean;
}

const must = (holds: boolean, what: string) => {
  if (!holds) throw new Error(what);
};

const STEPS = [0, 1, 900, 40_000, 33_000_000, 70_000_000, 2, 250_000_000];
const tickAt = (i: number) => STEPS.reduce((sum, step, k) => sum + step * Math.ceil((i - k) / STEPS.length), 0);

const HARP_CHANNELS = [0, 1, 2, SYNC_CHANNEL, SYNC_CHANNEL + 1];

function ptuSeeds(): Uint8Array[] {
  const ticks = Float64Array.from({ length: 24 }, (_, i) => tickAt(i));
  return (Object.keys(T2_FORMATS) as T2FormatName[]).map((format) => {
    const pico = format === 'picoharp-300';
    const channel = Uint8Array.from(ticks, (_, i) => (pico ? i % 5 : HARP_CHANNELS[i % 5]!));
    return encodePtu({ ticks, channel }, { format });
  });
}

const START = 17_821_472_680_578_496n;
const a1Events = Array.from({ length: 24 }, (_, i) =>
  ({ time: START + BigInt(tickAt(i)), bits: [1, 2, 4, 8, 0x18, 9][i % 6]! }));
const short = a1Events.map(({ time, bits }) => ({ time: (time - START) & ~31n, bits }));
const picoseconds = Array.from({ length: 20 }, (_, i) => ({ time_ps: BigInt(tickAt(i)), channel: i % 6 }));
const late = picoseconds.map(({ time_ps, channel }) => ({ time_ps: time_ps + 2n ** 60n, channel }));
const disordered = picoseconds.map((_, i) => picoseconds[i ^ 1]!);

const SEEDS: Readonly<Record<TagFileType, readonly Uint8Array[]>> = {
  ptu: ptuSeeds(),
  a0: [encodeHexTags(a1Events, { format: 'a0' }), encodeHexTags(short, { format: 'a0', order: 'high-first' })],
  a1: [encodeA1(a1Events), encodeA1(short, 'high-first')],
  a2: [encodeHexTags(a1Events, { format: 'a2' }), encodeHexTags(short, { format: 'a2', order: 'high-first' })],
  qutag: [picoseconds, late, disordered].map(encodeQutag),
  csv: [picoseconds, late, disordered].map(encodeCsvTags),
};

export const READER_TYPES = Object.keys(SEEDS) as TagFileType[];

interface Reading { readonly type: TagFileType; readonly partial: boolean; readonly piece: number }

function read(bytes: Uint8Array, { type, partial, piece }: Reading): Result<TagColumns, FormatError> {
  const reader = createTagReader(type, { partial, expected_bytes: bytes.length });
  for (let at = 0; at < bytes.length; at += piece) {
    const pushed = reader.push(bytes.subarray(at, at + piece));
    if (!pushed.ok) return pushed;
  }
  return reader.finish();
}

/** Rows that a file of so many bytes can hold at most. */
const rowsMax = (type: TagFileType, bytes: number) => (type.startsWith('a') ? bytes / 2 : bytes / 3);

function checkColumns(tags: TagColumns, type: TagFileType, bytes: number): void {
  const { ticks, channel, records, clock_records } = tags;
  must(ticks.length === channel.length, 'columns of different length');
  must(ticks.length <= rowsMax(type, bytes), `${ticks.length} rows from ${bytes} bytes`);
  for (let i = 0; i < ticks.length; i += 1) {
    must(Number.isSafeInteger(ticks[i]!) && (i === 0 || ticks[i]! >= ticks[i - 1]!), `row ${i} is ${ticks[i]!}`);
    must(channel[i]! <= SYNC_CHANNEL, `row ${i} on channel ${channel[i]!}`);
  }
  const dropped = Object.values(tags.dropped).reduce((sum, n) => sum + n, 0);
  const counted = ticks.length + dropped + clock_records;
  // A record of several detectors is several rows.
  must(type.startsWith('a') ? counted >= records && counted <= 4 * records : counted === records,
    `${records} records, but ${ticks.length} rows, ${dropped} dropped, ${clock_records} of the clock`);
}

function checkError(error: FormatError): void {
  const text = describeFormatError(error);
  // Without what it quotes from the file.
  const ours = text.replace(/"(?:[^"\\]|\\.)*"|header field [^:]*/g, '');
  must(!/NaN|undefined|Infinity/.test(ours) && text.length < 1000, `message: ${text.slice(0, 200)}`);
  must(/^[\x20-\x7e]*$/.test(text), `message with control characters: ${JSON.stringify(text)}`);
}

const PIECES = [5, 13, 29, 64, 401];

/** The reader of one format: closed errors, exact sums, and the same answer in pieces (every eighth input). */
export function readerTarget(type: TagFileType): FuzzTarget {
  return {
    seeds: SEEDS[type],
    run: (bytes, index) => {
      const partial = index % 2 === 0;
      const result = read(bytes, { type, partial, piece: Math.max(1, bytes.length) });
      if (result.ok) checkColumns(result.value, type, bytes.length);
      else checkError(result.error);
      if (index % 8 === 0) {
        const again = read(bytes, { type, partial, piece: PIECES[(index / 8) % PIECES.length]! });
        must(sameAnswer(result, again), `in pieces: ${textOf(again)}; at once: ${textOf(result)}`);
      }
      return result.ok;
    },
  };
}

const textOf = (result: Result<TagColumns, FormatError>) =>
  JSON.stringify(result, (_, value: unknown) => {
    if (typeof value === 'bigint') return value.toString();
    return ArrayBuffer.isView(value) ? Array.from(value as unknown as Iterable<number>) : value;
  });
const sameAnswer = (a: Result<TagColumns, FormatError>, b: Result<TagColumns, FormatError>) => textOf(a) === textOf(b);
