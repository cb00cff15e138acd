import { insertLateRow, type TagBuffer } from './tag-buffer.ts';
import { SYNC_CHANNEL } from './tag-columns.ts';

/** What the record loops carry from one piece of the file to the next. */
export interface T2State {
  readonly buffer: TagBuffer;
  /** Ticks of the wraps so far. */
  base: number;
  clock_records: number;
  markers: number;
  unknown: number;
}

export interface T2Wrap {
  readonly wrap_ticks: number;
  /** Mask of the overflow count; 0 where one overflow record is one wrap. */
  readonly count_mask: number;
}

/** Times beyond this would lose ticks in a double. */
const BASE_MAX = Number.MAX_SAFE_INTEGER - 2 ** 28;

const SPECIAL_OVERFLOW = 63;
const SPECIAL_MARKER_MAX = 15;

/**
 * HydraHarp, TimeHarp 260 and MultiHarp T2: special 1 bit, channel 6 bits, time 25 bits.
 * Returns the index of the record that overruns exact arithmetic, or `words.length`.
 */
export function decodeHydraHarpT2(words: Int32Array, state: T2State, wrap: T2Wrap): number {
  const { buffer } = state;
  const { wrap_ticks, count_mask } = wrap;
  const { ticks, channel } = buffer;
  const end = words.length;
  let { base } = state;
  let { length, last } = buffer;
  let clock = 0;
  let i = 0;
  for (; i < end; i += 1) {
    const record = words[i]!;
    let code = record >>> 25;
    if (record < 0) {
      code &= 63;
      if (code === SPECIAL_OVERFLOW) {
        const wraps = record & count_mask;
        base += wraps === 0 ? wrap_ticks : wraps * wrap_ticks;
        clock += 1;
        if (base > BASE_MAX) break;
        continue;
      }
      if (code !== 0) {
        if (code <= SPECIAL_MARKER_MAX) state.markers += 1;
        else state.unknown += 1;
        continue;
      }
      code = SYNC_CHANNEL;
    }
    const tick = base + (record & 0x1ff_ffff);
    if (tick >= last) {
      ticks[length] = tick;
      channel[length] = code;
      length += 1;
      last = tick;
    } else {
      buffer.length = length;
      insertLateRow(buffer, tick, code);
      length = buffer.length;
    }
  }
  state.base = base;
  state.clock_records += clock;
  buffer.length = length;
  buffer.last = last;
  return i;
}

const PICOHARP_SPECIAL = 15;
const PICOHARP_CHANNEL_MAX = 4;

/**
 * PicoHarp 300 T2: channel 4 bits, time 28 bits; channel 15 is special, its low four bits name
 * markers, none of them is an overflow. Returns as `decodeHydraHarpT2`.
 */
export function decodePicoHarpT2(words: Int32Array, state: T2State, wrap: T2Wrap): number {
  const { buffer } = state;
  const end = words.length;
  let i = 0;
  for (; i < end; i += 1) {
    const record = words[i]!;
    const code = record >>> 28;
    if (code === PICOHARP_SPECIAL) {
      if ((record & 15) === 0) {
        state.base += wrap.wrap_ticks;
        state.clock_records += 1;
        if (state.base > BASE_MAX) break;
      } else state.markers += 1;
      continue;
    }
    if (code > PICOHARP_CHANNEL_MAX) {
      state.unknown += 1;
      continue;
    }
    const tick = state.base + (record & 0xfff_ffff);
    if (tick >= buffer.last) {
      buffer.ticks[buffer.length] = tick;
      buffer.channel[buffer.length] = code;
      buffer.length += 1;
      buffer.last = tick;
    } else insertLateRow(buffer, tick, code);
  }
  return i;
}
