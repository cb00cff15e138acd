import { assert } from '../assert.ts';
import type { HexFormat } from './hex-tags.ts';

// Writers of the formats that need no overflow records, for fixtures and exchange; PTU has its own.

export type WordOrder = 'low-first' | 'high-first';

/** One S-Fifteen record: time in 1/256 ns, and its low ten bits: flags, rollover (0x10), four detectors. */
export interface A1Event {
  readonly time: bigint;
  readonly bits: number;
}

/** One event of a recorder that counts picoseconds. */
export interface PicosecondEvent {
  readonly time_ps: bigint;
  readonly channel: number;
}

const TIME_MAX = 2n ** 54n;
const LOW_WORD = 0xffff_ffffn;

function a1Words({ time, bits }: A1Event, order: WordOrder): readonly [number, number] {
  assert(time >= 0n && time < TIME_MAX, `${time} does not fit the 54-bit counter`);
  assert(Number.isInteger(bits) && bits >= 0 && bits < 1024, `${bits} are not ten bits`);
  const record = (time << 10n) | BigInt(bits);
  const [low, high] = [Number(record & LOW_WORD), Number(record >> 32n)];
  return order === 'low-first' ? [low, high] : [high, low];
}

/** A binary S-Fifteen file. */
export function encodeA1(events: readonly A1Event[], order: WordOrder = 'low-first'): Uint8Array {
  const bytes = new Uint8Array(events.length * 8);
  const view = new DataView(bytes.buffer);
  for (const [i, event] of events.entries()) {
    const [first, second] = a1Words(event, order);
    view.setUint32(8 * i, first, true);
    view.setUint32(8 * i + 4, second, true);
  }
  return bytes;
}

export interface HexText {
  readonly format: HexFormat;
  readonly order?: WordOrder;
}

/** An S-Fifteen text file: a0 with a word a line, a2 with a record a line. */
export function encodeHexTags(events: readonly A1Event[], { format, order = 'low-first' }: HexText): Uint8Array {
  const hex = (word: number) => word.toString(16).padStart(8, '0');
  const lines = events.map((event) => {
    const [first, second] = a1Words(event, order);
    return format === 'a0' ? `${hex(first)}\n${hex(second)}\n` : `${hex(second)}${hex(first)}\n`;
  });
  return ascii(lines.join(''));
}

const QUTAG_HEADER_BYTES = 40;
const QUTAG_RECORD_BYTES = 10;

/** A quTAG binary file with an empty header. */
export function encodeQutag(events: readonly PicosecondEvent[]): Uint8Array {
  const bytes = new Uint8Array(QUTAG_HEADER_BYTES + events.length * QUTAG_RECORD_BYTES);
  const view = new DataView(bytes.buffer);
  for (const [i, { time_ps, channel }] of events.entries()) {
    assert(BigInt.asIntN(64, time_ps) === time_ps, `${time_ps} ps does not fit 64 bits`);
    assert(Number.isInteger(channel) && channel >= 0 && channel < 65_536, `channel ${channel} does not fit 16 bits`);
    const at = QUTAG_HEADER_BYTES + i * QUTAG_RECORD_BYTES;
    view.setBigInt64(at, time_ps, true);
    view.setUint16(at + 8, channel, true);
  }
  return bytes;
}

/** `time_ps,channel` text. */
export function encodeCsvTags(events: readonly PicosecondEvent[]): Uint8Array {
  const lines = events.map(({ time_ps, channel }) => `${time_ps},${channel}\n`);
  return ascii(`time_ps,channel\n${lines.join('')}`);
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
