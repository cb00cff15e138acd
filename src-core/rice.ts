import { assert } from './assert.ts';
import { err, ok, type Result } from './result.ts';
import { packBits, unpackBits, wordsOf } from './bits.ts';
import { ESCAPE_QUOTIENT, planRice, residualOf, type RicePlan } from './rice-plan.ts';

/**
 * Rice-coded columns of event times: one self-contained chunk, little endian.
 *
 *   u32 magic "TPR1"; u8 k, u8 signed, u16 zero; u32 count; u32 escapes; u32 quotient words; u32 zero;
 *   f64 first tick; f64 base gap; then as columns, each padded to 8 bytes:
 *   quotients (unary: q zeros and a one), remainders' low bits, remainders' high bits (k above 32), f64 escapes.
 *
 * A gap is base + residual; a residual is q * 2^k + r. Clicks are exponential, so base is the least gap and the
 * residual is not negative. Beacon and PPS pulses are nearly periodic: base is the median gap and the residual is
 * signed (zigzag). A quotient of ESCAPE_QUOTIENT says that the gap stands raw among the escapes.
 */
const MAGIC = 0x31525054; // "TPR1" read as a little-endian word.
const HEADER_BYTES = 40;
/** A chunk holds at most this many events, so that damaged counts cannot ask for the whole memory. */
export const CHUNK_EVENTS_MAX = 1 << 20;

export interface DamagedTimes { readonly type: 'DamagedTimes'; readonly reason: string }

const padded = (bytes: number) => Math.ceil(bytes / 8) * 8;
const damaged = (reason: string) => err({ type: 'DamagedTimes', reason });

/** Index of the first tick that is no safe integer, or lies before the one in front of it; -1 if all is well. */
export function firstDisorder(ticks: Float64Array): number {
  let previous = -Number.MAX_SAFE_INTEGER;
  for (let i = 0; i < ticks.length; i += 1) {
    const tick = ticks[i]!;
    if (!(tick >= previous && tick <= Number.MAX_SAFE_INTEGER && Math.floor(tick) === tick)) return i;
    previous = tick;
  }
  return -1;
}

interface Columns {
  readonly quotients: Uint32Array;
  readonly low: Uint32Array;
  readonly high: Uint32Array;
  readonly escapes: Float64Array;
  readonly quotient_bits: number;
}

/** Splits every gap as the plan says. */
function split(gaps: Float64Array, plan: RicePlan): Columns {
  const quotients = new Uint32Array(gaps.length);
  const low = new Uint32Array(gaps.length);
  const high = new Uint32Array(plan.k > 32 ? gaps.length : 0);
  const escapes = new Float64Array(plan.escapes);
  const divisor = 2 ** plan.k;
  let escaped = 0;
  let quotient_bits = gaps.length;
  for (let i = 0; i < gaps.length; i += 1) {
    const residual = residualOf(gaps[i]!, plan);
    const quotient = Math.floor(residual / divisor);
    if (quotient >= ESCAPE_QUOTIENT) {
      quotients[i] = ESCAPE_QUOTIENT;
      quotient_bits += ESCAPE_QUOTIENT;
      escapes[escaped] = gaps[i]!;
      escaped += 1;
      continue;
    }
    const remainder = residual - quotient * divisor;
    quotients[i] = quotient;
    quotient_bits += quotient;
    low[i] = remainder; // Modulo 2^32, as the conversion to a Uint32Array does.
    if (plan.k > 32) high[i] = Math.floor(remainder / 4_294_967_296);
  }
  return { quotients, low, high, escapes, quotient_bits };
}

function unary(quotients: Uint32Array, bits: number): Uint32Array {
  const words = new Uint32Array(Math.ceil(bits / 32));
  let position = -1;
  for (const quotient of quotients) {
    position += quotient + 1;
    words[position >>> 5]! |= 1 << (position & 31);
  }
  return words;
}

/** The gaps between neighbours; one fewer than the ticks. */
function gapsOf(ticks: Float64Array): Float64Array {
  const gaps = new Float64Array(ticks.length - 1);
  for (let i = 0; i < gaps.length; i += 1) gaps[i] = ticks[i + 1]! - ticks[i]!;
  return gaps;
}

/**
 * Codes ascending integer ticks (one to CHUNK_EVENTS_MAX of them, gaps below 2^53) close to their entropy.
 *
 * Order and integrality are the caller's duty; `firstDisorder` tells where they fail.
 */
export function encodeTimes(ticks: Float64Array): Uint8Array<ArrayBuffer> {
  assert(ticks.length >= 1 && ticks.length <= CHUNK_EVENTS_MAX, `chunk of ${ticks.length} events`);
  const gaps = gapsOf(ticks);
  const plan = planRice(gaps);
  const { quotients, low, high, escapes, quotient_bits } = split(gaps, plan);
  const columns: (Uint32Array | Float64Array)[] = [unary(quotients, quotient_bits)];
  if (plan.k > 0) columns.push(packBits(low, Math.min(plan.k, 32)));
  if (plan.k > 32) columns.push(packBits(high, plan.k - 32));
  columns.push(escapes);
  const bytes = new Uint8Array(HEADER_BYTES + columns.reduce((sum, { byteLength }) => sum + padded(byteLength), 0));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint8(4, plan.k);
  view.setUint8(5, plan.signed ? 1 : 0);
  view.setUint32(8, ticks.length, true);
  view.setUint32(12, escapes.length, true);
  view.setUint32(16, columns[0]!.length, true);
  view.setFloat64(24, ticks[0]!, true);
  view.setFloat64(32, plan.base, true);
  let offset = HEADER_BYTES;
  for (const column of columns) {
    bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), offset);
    offset += padded(column.byteLength);
  }
  return bytes;
}

interface Header extends RicePlan {
  readonly count: number;
  readonly quotient_words: number;
  readonly first: number;
}

function readHeader(bytes: Uint8Array<ArrayBuffer>): Result<Header, DamagedTimes> {
  if (bytes.length < HEADER_BYTES) return damaged(`${bytes.length} bytes are fewer than a header`);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  if (view.getUint32(0, true) !== MAGIC) return damaged('does not start with TPR1');
  const header = {
    k: view.getUint8(4), signed: view.getUint8(5) === 1, count: view.getUint32(8, true),
    escapes: view.getUint32(12, true), quotient_words: view.getUint32(16, true),
    first: view.getFloat64(24, true), base: view.getFloat64(32, true),
  };
  const { k, count, escapes, quotient_words } = header;
  if (count < 1 || count > CHUNK_EVENTS_MAX) return damaged(`count ${count} outside 1 to ${CHUNK_EVENTS_MAX}`);
  const gaps = count - 1;
  // Each gap has a one among the quotients: a count without them would ask for memory that nothing fills.
  if (gaps > 32 * quotient_words) return damaged(`${gaps} gaps in ${quotient_words} words`);
  const remainders = padded(4 * wordsOf(gaps, Math.min(k, 32))) + padded(4 * wordsOf(gaps, Math.max(k - 32, 0)));
  const expected = HEADER_BYTES + padded(4 * quotient_words) + remainders + 8 * escapes;
  if (k > 52 || expected !== bytes.length) return damaged(`${bytes.length} bytes where the header says ${expected}`);
  return ok(header);
}

/** Reads the unary column: the distance from each one to the one before. Returns how many ones there were. */
function readQuotients(words: Uint32Array, quotients: Uint32Array): number {
  let previous = -1;
  let found = 0;
  for (let w = 0; w < words.length; w += 1) {
    let word = words[w]!;
    while (word !== 0) {
      const position = (w << 5) + 31 - Math.clz32(word & -word);
      word &= word - 1;
      quotients[found] = position - previous - 1; // A write past the end of a typed array is ignored.
      previous = position;
      found += 1;
    }
  }
  return found;
}

/** Sums quotients and remainders up to ticks; the number of escapes met says whether the chunk was whole. */
function join(columns: Omit<Columns, 'quotient_bits'>, header: Header, ticks: Float64Array): number {
  const { quotients, low, high, escapes } = columns;
  const { base, signed } = header;
  const divisor = 2 ** header.k;
  const wide = high.length > 0;
  let tick = header.first;
  let escaped = 0;
  ticks[0] = tick;
  for (let i = 0; i < quotients.length; i += 1) {
    const quotient = quotients[i]!;
    if (quotient >= ESCAPE_QUOTIENT) {
      tick += escapes[escaped] ?? Number.NaN;
      escaped += 1;
    } else {
      let residual = quotient * divisor + low[i]!;
      if (wide) residual += high[i]! * 4_294_967_296;
      if (signed) {
        const half = Math.floor(residual / 2);
        residual = half * 2 === residual ? half : -half - 1;
      }
      tick += base + residual;
    }
    ticks[i + 1] = tick;
  }
  return escaped;
}

/** Inverse of `encodeTimes`; bytes that are no whole chunk are refused, never read past. */
export function decodeTimes(bytes: Uint8Array): Result<Float64Array<ArrayBuffer>, DamagedTimes> {
  const whole = new Uint8Array(bytes); // An own, aligned buffer, whatever the carrier's offset was.
  const read = readHeader(whole);
  if (!read.ok) return read;
  const { k, count, escapes, quotient_words } = read.value;
  const gaps = count - 1;
  let offset = HEADER_BYTES;
  const words = (length: number) => {
    const column = new Uint32Array(whole.buffer, offset, length);
    offset += padded(4 * length);
    return column;
  };
  const quotients = new Uint32Array(gaps);
  if (readQuotients(words(quotient_words), quotients) !== gaps) return damaged('quotients do not match the count');
  const low = new Uint32Array(gaps);
  const high = new Uint32Array(k > 32 ? gaps : 0);
  if (k > 0) unpackBits(words(wordsOf(gaps, Math.min(k, 32))), Math.min(k, 32), low);
  if (k > 32) unpackBits(words(wordsOf(gaps, k - 32)), k - 32, high);
  const columns = { quotients, low, high, escapes: new Float64Array(whole.buffer, offset, escapes) };
  const ticks = new Float64Array(count);
  if (join(columns, read.value, ticks) !== escapes) return damaged('escapes do not match the quotients');
  const disorder = firstDisorder(ticks);
  return disorder === -1 ? ok(ticks) : damaged(`event ${disorder} lies before the one in front of it`);
}
