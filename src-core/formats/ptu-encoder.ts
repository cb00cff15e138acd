import { assert } from '../assert.ts';
import { encodePtuHeader, T2_FORMATS, type T2Format, type T2FormatName } from './ptu-header.ts';
import { SYNC_CHANNEL } from './tag-columns.ts';

export interface PtuEncoderOptions {
  readonly format?: T2FormatName;
  readonly tick_ps?: number;
  /** Written into the header for other programs; ours does not use it. */
  readonly sync_rate_hz?: number;
}

/** Rows to write: whole ticks, and channels 0 to 63, `SYNC_CHANNEL`, or `SYNC_CHANNEL` + n for marker n. */
export interface PtuRows {
  readonly ticks: Float64Array;
  readonly channel: Uint8Array;
}

export interface PtuEncoder {
  /** Records of these rows; overflow records are put in where time needs them. */
  readonly encode: (rows: PtuRows) => Uint8Array;
  /** The header for what was encoded so far; always the same length, so it can be written again at the end. */
  readonly header: () => Uint8Array;
}

/** Writes a T2 file piece by piece: header, records, and at the end the header again with the final count. */
export function createPtuEncoder(options: PtuEncoderOptions = {}): PtuEncoder {
  const format: T2Format = T2_FORMATS[options.format ?? 'hydraharp-v2'];
  const tick_ps = options.tick_ps ?? (format.family === 'picoharp' ? 4 : 1);
  const clock = { wraps: 0, records: 0 };
  return {
    encode: (rows) => {
      const words = encodeRows(rows, format, clock);
      clock.records += words.length;
      return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
    },
    header: () => encodePtuHeader({
      format, tick_ps, sync_rate_hz: options.sync_rate_hz ?? 0, records: clock.records,
    }),
  };
}

/** A whole T2 file in memory. */
export function encodePtu(rows: PtuRows, options: PtuEncoderOptions = {}): Uint8Array {
  const encoder = createPtuEncoder(options);
  const records = encoder.encode(rows);
  const header = encoder.header();
  const file = new Uint8Array(header.length + records.length);
  file.set(header);
  file.set(records, header.length);
  return file;
}

function encodeRows(rows: PtuRows, format: T2Format, clock: { wraps: number }): Uint32Array {
  const { ticks, channel } = rows;
  assert(ticks.length === channel.length, 'one channel for each time');
  const last = ticks.length === 0 ? 0 : ticks[ticks.length - 1]!;
  const overflows = format.count_mask === 0
    ? Math.max(0, Math.floor(last / format.wrap_ticks) - clock.wraps) + 1 : ticks.length;
  const words = new Uint32Array(ticks.length + overflows);
  let n = 0;
  for (let i = 0; i < ticks.length; i += 1) {
    const tick = ticks[i]!;
    const wraps = Math.floor(tick / format.wrap_ticks);
    if (wraps > clock.wraps) {
      n = writeOverflow(words, n, { format, wraps: wraps - clock.wraps });
      clock.wraps = wraps;
    }
    const rest = tick - clock.wraps * format.wrap_ticks;
    assert(rest >= 0 && Number.isInteger(rest), `row ${i} lies before the last wrap or between ticks`);
    words[n] = format.family === 'picoharp' ? picoHarpWord(channel[i]!, rest) : hydraHarpWord(channel[i]!, rest);
    n += 1;
  }
  return words.subarray(0, n);
}

function writeOverflow(words: Uint32Array, at: number, gap: { format: T2Format; wraps: number }): number {
  const { format, wraps } = gap;
  const word = format.family === 'picoharp' ? 0xf000_0000 : 0xfe00_0000;
  if (format.count_mask !== 0) {
    assert(wraps <= format.count_mask, 'one overflow record holds the gap');
    words[at] = word + wraps;
    return at + 1;
  }
  // Recorders without a count write one record a wrap; readers of that age take the low bits as zero.
  words.fill(word, at, at + wraps);
  return at + wraps;
}

function hydraHarpWord(channel: number, rest: number): number {
  if (channel < SYNC_CHANNEL) {
    return channel * 2 ** 25 + rest;
  }
  assert(channel <= SYNC_CHANNEL + 15, `channel ${channel} has no record`);
  return 0x8000_0000 + (channel - SYNC_CHANNEL) * 2 ** 25 + rest;
}

/** A marker's low four time bits are its name, as in the instrument. */
function picoHarpWord(channel: number, rest: number): number {
  if (channel <= 4) return channel * 2 ** 28 + rest;
  assert(channel > SYNC_CHANNEL && channel <= SYNC_CHANNEL + 15, `channel ${channel} has no record`);
  return 0xf000_0000 + (rest - (rest % 16)) + (channel - SYNC_CHANNEL);
}
