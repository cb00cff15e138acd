import { err, ok, type Result } from '../result.ts';
import { printable, type FormatError } from './tag-columns.ts';

// PicoQuant's unified file format (PTU): magic, version, then tags of 48 bytes, some with data behind them.

const PTU_MAGIC = 'PQTTTR\0\0';
/** What files from before PTU begin with: the name of the instrument. */
const LEGACY_STARTS: readonly string[] = ['HydraHar', 'PicoHarp', 'TimeHarp'];
const PREFIX_BYTES = 16;
const TAG_BYTES = 48;
const IDENT_BYTES = 32;
/** Real headers are a few kB; beyond this the bytes are not a header. */
export const HEADER_BYTES_MAX = 16 * 1024 * 1024;

const TAG_EMPTY = 0xffff0008;
const TAG_INT = 0x10000008;
const TAG_FLOAT = 0x20000008;
const TAGS_WITH_DATA: readonly number[] = [0x2001ffff, 0x4001ffff, 0x4002ffff, 0xffffffff];
const TAGS_PLAIN: readonly number[] = [TAG_EMPTY, 0x00000008, TAG_INT, 0x11000008, 0x12000008, TAG_FLOAT, 0x21000008];

type T2Family = 'hydraharp' | 'picoharp';

export interface T2Format {
  readonly name: string;
  readonly code: number;
  readonly family: T2Family;
  readonly wrap_ticks: number;
  readonly count_mask: number;
}

const counted = { family: 'hydraharp', wrap_ticks: 33_554_432, count_mask: 0x1ff_ffff } as const;

/** The T2 record types we read. Source: PicoQuant, TTTR record type constants of the PTU format. */
export const T2_FORMATS = {
  'hydraharp-v2': { name: 'HydraHarp V2 T2', code: 0x01010204, ...counted },
  'hydraharp-v1': {
    name: 'HydraHarp V1 T2', code: 0x00010204, family: 'hydraharp', wrap_ticks: 33_552_000, count_mask: 0,
  },
  'timeharp-260n': { name: 'TimeHarp 260 N T2', code: 0x00010205, ...counted },
  'timeharp-260p': { name: 'TimeHarp 260 P T2', code: 0x00010206, ...counted },
  'multiharp': { name: 'MultiHarp T2', code: 0x00010207, ...counted },
  'picoharp-300': {
    name: 'PicoHarp 300 T2', code: 0x00010203, family: 'picoharp', wrap_ticks: 210_698_240, count_mask: 0,
  },
} as const satisfies Record<string, T2Format>;

export type T2FormatName = keyof typeof T2_FORMATS;

const T3_NAMES: Readonly<Record<number, string>> = {
  0x00010303: 'PicoHarp 300 T3', 0x00010304: 'HydraHarp V1 T3', 0x01010304: 'HydraHarp V2 T3',
  0x00010305: 'TimeHarp 260 N T3', 0x00010306: 'TimeHarp 260 P T3', 0x00010307: 'MultiHarp T3',
};

export interface PtuHeader {
  readonly format: T2Format;
  readonly tick_ps: number;
  /** Records the file says it holds; null where the measurement was not finished properly. */
  readonly records: number | null;
  /** Where the records begin. */
  readonly bytes: number;
}

/**
 * Reads the header from the first bytes of a file. `ok(null)` asks for more bytes.
 * Only the fields that decide about times are used; the others are skipped by their length.
 */
export function parsePtuHeader(bytes: Uint8Array): Result<PtuHeader | null, FormatError> {
  // Judged when it is whole, so that the answer does not depend on how the file comes in pieces.
  if (bytes.length < PTU_MAGIC.length) return ok(null);
  const start = ascii(bytes.subarray(0, PTU_MAGIC.length));
  if (start !== PTU_MAGIC) return err(notPtu(start));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fields = new Map<string, number>();
  let at = PREFIX_BYTES;
  for (;;) {
    if (at > HEADER_BYTES_MAX) return bad(at, 'Header_End', `not found in the first ${HEADER_BYTES_MAX} bytes`);
    if (at + TAG_BYTES > bytes.length) return ok(null);
    const tag = ascii(bytes.subarray(at, at + IDENT_BYTES)).replace(/\0.*$/s, '');
    const type = view.getUint32(at + 36, true);
    const value = view.getBigInt64(at + 40, true);
    if (TAGS_WITH_DATA.includes(type)) {
      if (value < 0n || value > BigInt(HEADER_BYTES_MAX)) return bad(at, tag, `length ${String(value)} is impossible`);
      at += TAG_BYTES + Number(value);
      continue;
    }
    if (!TAGS_PLAIN.includes(type)) return bad(at, tag, `unknown tag type 0x${type.toString(16)}`);
    fields.set(tag, type === TAG_FLOAT ? view.getFloat64(at + 40, true) : Number(value));
    at += TAG_BYTES;
    if (tag === 'Header_End') return readFields(fields, at);
  }
}

function notPtu(start: string): FormatError {
  if (LEGACY_STARTS.includes(start)) {
    const reason = 'its header does not describe its records; save it as .ptu with the maker\'s converter';
    return { type: 'RefusedRecordType', name: 'legacy PicoQuant file (.ht2, .pt2, .t3r)', reason };
  }
  return { type: 'WrongMagic', found: JSON.stringify(printable(start)), expected: 'PQTTTR' };
}

function readFields(fields: ReadonlyMap<string, number>, bytes: number): Result<PtuHeader, FormatError> {
  const code = fields.get('TTResultFormat_TTTRRecType');
  if (code === undefined) return bad(bytes, 'TTResultFormat_TTTRRecType', 'missing, so the records cannot be read');
  const t3 = T3_NAMES[code];
  if (t3 !== undefined) {
    return err({ type: 'RefusedRecordType', name: t3, reason: 'Twinpass needs absolute times: record in T2 mode' });
  }
  const format = Object.values(T2_FORMATS).find((candidate) => candidate.code === code);
  if (format === undefined) {
    const name = `0x${(code >>> 0).toString(16).padStart(8, '0')}`;
    return err({ type: 'RefusedRecordType', name, reason: 'unknown' });
  }
  const resolution_s = fields.get('MeasDesc_GlobalResolution');
  if (resolution_s === undefined || !(resolution_s >= 1e-15 && resolution_s <= 1e-3)) {
    return bad(bytes, 'MeasDesc_GlobalResolution', `"${resolution_s ?? 'missing'}" is not a tick in seconds`);
  }
  const records = fields.get('TTResult_NumberOfRecords') ?? 0;
  if (records < 0) return bad(bytes, 'TTResult_NumberOfRecords', `${records} is negative`);
  // A tick is a decimal fraction of a second; rounding to 1e-6 ps takes the binary dust off.
  const tick_ps = Math.round(resolution_s * 1e18) / 1e6;
  return ok({ format, tick_ps, records: records === 0 ? null : records, bytes });
}

const bad = (byte: number, tag: string, reason: string) =>
  err({ type: 'BadHeader', byte, tag: printable(tag), reason });

function ascii(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

export interface PtuHeaderFields {
  readonly format: T2Format;
  readonly tick_ps: number;
  readonly sync_rate_hz: number;
  readonly records: number;
}

/** The smallest header that PicoQuant's own readers accept, always the same length. */
export function encodePtuHeader(fields: PtuHeaderFields): Uint8Array {
  const tags: readonly (readonly [string, number, number])[] = [
    ['Measurement_Mode', TAG_INT, 2],
    ['MeasDesc_GlobalResolution', TAG_FLOAT, fields.tick_ps * 1e-12],
    ['MeasDesc_Resolution', TAG_FLOAT, fields.tick_ps * 1e-12],
    ['TTResultFormat_TTTRRecType', TAG_INT, fields.format.code],
    ['TTResultFormat_BitsPerRecord', TAG_INT, 32],
    ['TTResult_SyncRate', TAG_INT, fields.sync_rate_hz],
    ['TTResult_NumberOfRecords', TAG_INT, fields.records],
    ['Header_End', TAG_EMPTY, 0],
  ];
  const bytes = new Uint8Array(PREFIX_BYTES + TAG_BYTES * tags.length);
  const view = new DataView(bytes.buffer);
  const write = (text: string, at: number) => bytes.set(Array.from(text, (letter) => letter.charCodeAt(0)), at);
  write(PTU_MAGIC, 0);
  write('1.0.00', PTU_MAGIC.length);
  for (const [row, [ident, type, value]] of tags.entries()) {
    const at = PREFIX_BYTES + TAG_BYTES * row;
    write(ident, at);
    view.setInt32(at + IDENT_BYTES, -1, true);
    view.setUint32(at + 36, type, true);
    if (type === TAG_FLOAT) view.setFloat64(at + 40, value, true);
    else view.setBigInt64(at + 40, BigInt(value), true);
  }
  return bytes;
}
