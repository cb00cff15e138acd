/**
 * Long series travel as one columnar binary frame:
 *
 *   bytes 0..3  "TPF1"; bytes 4..7 header length H, little endian; H bytes of JSON header;
 *   zero padding to a multiple of 8; then each column, little endian, padded to a multiple of 8.
 */
export interface FrameColumn {
  readonly name: string;
  readonly unit: string;
  readonly values: Float64Array;
}

export interface Frame {
  readonly columns: readonly FrameColumn[];
  /** Small facts about the series: bin widths, fits, limits. JSON-safe. */
  readonly facts: Readonly<Record<string, number | string | null>>;
}

interface Header {
  readonly columns: readonly { readonly name: string; readonly unit: string; readonly length: number }[];
  readonly facts: Frame['facts'];
}

const MAGIC = 0x31465054; // "TPF1" read as a little-endian word.
const aligned = (bytes: number) => Math.ceil(bytes / 8) * 8;

/** JSON stays JSON when every other character is escaped, and then one byte is one character. */
function asciiBytes(json: string): Uint8Array {
  const ascii = json.replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return Uint8Array.from(ascii, (c) => c.charCodeAt(0));
}

function asciiText(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** One `Uint8Array` that owns its buffer, ready to be sent whole. */
export function encodeFrame(frame: Frame): Uint8Array<ArrayBuffer> {
  const header: Header = {
    columns: frame.columns.map(({ name, unit, values }) => ({ name, unit, length: values.length })),
    facts: frame.facts,
  };
  const text = asciiBytes(JSON.stringify(header));
  const body = frame.columns.reduce((sum, { values }) => sum + values.byteLength, 0);
  const bytes = new Uint8Array(aligned(8 + text.length) + body);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, text.length, true);
  bytes.set(text, 8);
  let offset = aligned(8 + text.length);
  for (const { values } of frame.columns) {
    new Float64Array(bytes.buffer, offset, values.length).set(values);
    offset += values.byteLength;
  }
  return bytes;
}

function parseHeader(text: string): Header {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (cause) {
    throw new RangeError('Frame header is not JSON', { cause });
  }
  if (!isHeader(header)) throw new RangeError('Frame header does not list columns and facts');
  return header;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isHeader(value: unknown): value is Header {
  if (!isRecord(value) || !Array.isArray(value['columns']) || !isRecord(value['facts'])) return false;
  return value['columns'].every((column: unknown) => isRecord(column) && typeof column['name'] === 'string'
    && typeof column['unit'] === 'string' && Number.isSafeInteger(column['length']) && Number(column['length']) >= 0)
    && Object.values(value['facts']).every((fact) => fact === null || ['number', 'string'].includes(typeof fact));
}

/** Inverse of `encodeFrame`; throws a RangeError on bytes that are not a whole frame. */
export function decodeFrame(bytes: Uint8Array): Frame {
  const whole = bytes.slice(); // An own, aligned buffer, whatever the carrier's offset was.
  if (whole.length < 8) throw new RangeError(`Frame of ${whole.length} bytes is shorter than its magic`);
  const view = new DataView(whole.buffer);
  if (view.getUint32(0, true) !== MAGIC) throw new RangeError('Frame does not start with TPF1');
  const header_bytes = view.getUint32(4, true);
  if (8 + header_bytes > whole.length) throw new RangeError('Frame header is cut off');
  const header = parseHeader(asciiText(whole.subarray(8, 8 + header_bytes)));
  let offset = aligned(8 + header_bytes);
  const columns = header.columns.map(({ name, unit, length }) => {
    if (offset + length * 8 > whole.length) throw new RangeError(`Frame column ${name} is cut off`);
    const values = new Float64Array(whole.buffer, offset, length);
    offset += length * 8;
    return { name, unit, values };
  });
  return { columns, facts: header.facts };
}

/** The column of that name; a missing one is a broken contract, not an operating error. */
export function columnOf(frame: Frame, name: string): Float64Array {
  const column = frame.columns.find((candidate) => candidate.name === name);
  if (column === undefined) throw new RangeError(`Frame has no column ${name}`);
  return column.values;
}
