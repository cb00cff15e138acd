import type { Result } from '../result.ts';

/** Channel code of the sync input of a recorder whose sync is not one of its numbered channels. */
export const SYNC_CHANNEL = 64;

/** Rows of a recording: whole ticks, never decreasing, and 0 to 63 or `SYNC_CHANNEL`. */
export interface TagRows {
  readonly ticks: Float64Array;
  readonly channel: Uint8Array;
}

/**
 * Time-tags of one recording as columns in order of time. Every event of the file is either a row
 * here or counted once in `dropped`; overflow and rollover records are clock, not events.
 */
export interface TagColumns extends TagRows {
  readonly tick_ps: number;
  /** Recorder time of tick 0; not zero only where the recorder counts beyond 2^53. */
  readonly origin_ticks: bigint;
  /** The channel that `sync` of a manifest stands for, or null where the format has none. */
  readonly sync_channel: number | null;
  /** Records read, of every kind. */
  readonly records: number;
  readonly clock_records: number;
  /** Events that are not rows, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Rows that came late in the file and were put in their place. */
  readonly reordered: number;
  /** Bytes of an incomplete last record, or records the header promised and the file lacks. */
  readonly truncation: Truncation | null;
}

/** Rows of a file that is still being read, and how to read them. */
export interface SettledRows extends TagRows, Pick<TagColumns, 'sync_channel'> {
  /** NaN while the header is not read; then there are no rows either. */
  readonly tick_ps: number;
}

export interface Truncation {
  readonly records_missing: number;
  readonly bytes_left: number;
}

/** Why bytes are not a recording we can use. `byte`, `record` and `line` say where. */
export type FormatError =
  | { readonly type: 'WrongMagic'; readonly found: string; readonly expected: string }
  | { readonly type: 'TruncatedHeader'; readonly byte: number }
  | { readonly type: 'BadHeader'; readonly byte: number; readonly tag: string; readonly reason: string }
  | { readonly type: 'RefusedRecordType'; readonly name: string; readonly reason: string }
  | ({ readonly type: 'Truncated'; readonly record: number } & Truncation)
  | { readonly type: 'BadRecord'; readonly record: number; readonly byte: number; readonly reason: string }
  | { readonly type: 'BadLine'; readonly line: number; readonly reason: string };

/** Bytes of a file on their way into a message: a damaged file must not steer the terminal that shows it. */
export const printable = (text: string) => text.replace(/[^\x20-\x7e]/g, '?');

/** One sentence that says where the file stops being readable; the caller puts the file's name before it. */
export function describeFormatError(error: FormatError): string {
  switch (error.type) {
    case 'WrongMagic':
      return `byte 0: starts with ${error.found}, not ${error.expected}; this is another kind of file`;
    case 'TruncatedHeader':
      return `byte ${error.byte}: the file ends inside its header`;
    case 'BadHeader':
      return `byte ${error.byte}, header field ${error.tag}: ${error.reason}`;
    case 'RefusedRecordType':
      return `record type ${error.name} refused: ${error.reason}`;
    case 'Truncated':
      return `record ${error.record}: the file ends early (${error.bytes_left} bytes of a record, `
        + `${error.records_missing} records missing); use the rest with --partial`;
    case 'BadRecord':
      return `record ${error.record}, byte ${error.byte}: ${error.reason}`;
    case 'BadLine':
      return `line ${error.line}: ${error.reason}`;
  }
}

export interface TagReaderOptions {
  /** Use what is whole of a file that ends early; without it the end is an error. */
  readonly partial?: boolean;
  /** Size of the file, where known: one allocation instead of several. Never trusted for content. */
  readonly expected_bytes?: number;
}

/** Takes a file in pieces of any size. After an error every later call repeats it. */
export interface TagReader {
  readonly push: (chunk: Uint8Array) => Result<null, FormatError>;
  /** For files larger than memory: rows that nothing which follows can change, each once; `finish` gives the rest. */
  readonly takeSettled: () => SettledRows;
  readonly finish: () => Result<TagColumns, FormatError>;
}
