import { assert } from '../assert.ts';
import { packBits, unpackBits, wordsOf } from '../bits.ts';
import { crc32 } from '../crc32.ts';
import { err, ok, type Result } from '../result.ts';
import { CHUNK_EVENTS_MAX, decodeTimes, encodeTimes, firstDisorder } from '../rice.ts';

/**
 * What a station recorded between two ticks of its recorder, as it travels on the wire; little endian.
 *
 *   "TPB1"; u32 seq; u64 t_utc_ns; i64 from_tick; i64 to_tick; u8 length and bytes of pass_id (ASCII);
 *   clicks, beacon, pps, each: u32 count; and where count > 0: u32 byte length, a chunk of times as in `rice.ts`;
 *   after the clicks' times (count > 0): u8 width, detector places of `width` bits each, low bit first, padded to u32;
 *   u32 CRC-32 of all bytes before it.
 *
 * The batch holds every event at from_tick <= tick < to_tick, also when there is none: silence is a measurement.
 */
export interface TagBatch {
  readonly seq: number;
  /** Nanoseconds of UTC since 1970 as a decimal: when the station closed the batch. */
  readonly t_utc_ns: string;
  readonly pass_id: string;
  /** Ticks are whole, not negative and below 2^53; the recorder's start is their origin. */
  readonly from_tick: number;
  readonly to_tick: number;
  /** `detector` is the place in the recording's list: an outcome. */
  readonly clicks: { readonly ticks: Float64Array<ArrayBuffer>; readonly detector: Uint8Array<ArrayBuffer> };
  readonly beacon: Float64Array<ArrayBuffer>;
  readonly pps: Float64Array<ArrayBuffer>;
}

export type TagBatchError =
  | { readonly type: 'NotATagBatch' }
  | { readonly type: 'UnknownBatchVersion'; readonly version: string }
  | { readonly type: 'DamagedBatch'; readonly reason: string }
  | { readonly type: 'InvalidBatch'; readonly reason: string };

/** More events of one stream than this belong into two batches. */
export const BATCH_EVENTS_MAX = CHUNK_EVENTS_MAX;

const MAGIC = 'TPB';
const VERSION = '1';
const FIXED_BYTES = 33;
const CRC_BYTES = 4;
const PASS_ID = /^[a-z0-9][a-z0-9-]{3,63}$/;
const SEQ_MAX = 0xffff_ffff;
const NS_MAX = 2n ** 64n - 1n;

const bytesOf = (ascii: string) => Uint8Array.from(ascii, (letter) => letter.charCodeAt(0));
const textOf = (bytes: Uint8Array) => String.fromCharCode(...bytes);

const isTick = (tick: number) => Number.isSafeInteger(tick) && tick >= 0;

/** Why a column is no stream of this batch; null where it is one. */
function faultOfTimes(ticks: Float64Array, { from_tick, to_tick }: Pick<TagBatch, 'from_tick' | 'to_tick'>): string | null {
  if (ticks.length > BATCH_EVENTS_MAX) return `${ticks.length} events, more than ${BATCH_EVENTS_MAX}`;
  if (ticks.length === 0) return null;
  const disorder = firstDisorder(ticks);
  if (disorder !== -1) return `event ${disorder} lies before the one in front of it`;
  if (ticks[0]! < from_tick) return 'the first event lies before from_tick';
  return ticks.at(-1)! < to_tick ? null : 'the last event does not lie before to_tick';
}

/** What both directions hold a batch to; null where nothing is wrong. */
function faultOf(batch: TagBatch): string | null {
  if (!Number.isSafeInteger(batch.seq) || batch.seq < 1 || batch.seq > SEQ_MAX) return `seq ${batch.seq} outside 1 to ${SEQ_MAX}`;
  if (!PASS_ID.test(batch.pass_id)) return 'pass_id is no name of a pass';
  if (!isTick(batch.from_tick) || !isTick(batch.to_tick)) return 'from_tick or to_tick outside 0 to 2^53 - 1';
  if (batch.from_tick > batch.to_tick) return 'from_tick lies after to_tick';
  for (const [name, ticks] of [['clicks', batch.clicks.ticks], ['beacon', batch.beacon], ['pps', batch.pps]] as const) {
    const fault = faultOfTimes(ticks, batch);
    if (fault !== null) return `${name}: ${fault}`;
  }
  return null;
}

function widthOf(detector: Uint8Array): number {
  let all = 1;
  for (const place of detector) all |= place;
  return 32 - Math.clz32(all);
}

const word = (value: number) => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
};

function timesSection(ticks: Float64Array<ArrayBuffer>): Uint8Array[] {
  if (ticks.length === 0) return [word(0)];
  const chunk = encodeTimes(ticks);
  return [word(ticks.length), word(chunk.length), chunk];
}

function placesSection(detector: Uint8Array): Uint8Array[] {
  if (detector.length === 0) return [];
  const width = widthOf(detector);
  return [Uint8Array.of(width), new Uint8Array(packBits(detector, width).buffer)];
}

function header(batch: TagBatch): Uint8Array {
  const bytes = new Uint8Array(FIXED_BYTES + batch.pass_id.length);
  const view = new DataView(bytes.buffer);
  bytes.set(bytesOf(MAGIC + VERSION));
  view.setUint32(4, batch.seq, true);
  view.setBigUint64(8, BigInt(batch.t_utc_ns), true);
  view.setBigInt64(16, BigInt(batch.from_tick), true);
  view.setBigInt64(24, BigInt(batch.to_tick), true);
  view.setUint8(32, batch.pass_id.length);
  bytes.set(bytesOf(batch.pass_id), FIXED_BYTES);
  return bytes;
}

/**
 * Codes a batch for the wire. Order, bounds and interval are the sender's duty: a batch that `decodeTagBatch` would
 * refuse is a programmer's error here.
 */
export function encodeTagBatch(batch: TagBatch): Uint8Array<ArrayBuffer> {
  const fault = faultOf(batch);
  assert(fault === null, `tag batch: ${fault ?? ''}`);
  assert(/^\d{1,20}$/.test(batch.t_utc_ns) && BigInt(batch.t_utc_ns) <= NS_MAX, 'tag batch: t_utc_ns is no u64');
  assert(batch.clicks.ticks.length === batch.clicks.detector.length, 'tag batch: each click has one detector');
  const parts = [
    header(batch), ...timesSection(batch.clicks.ticks), ...placesSection(batch.clicks.detector),
    ...timesSection(batch.beacon), ...timesSection(batch.pps),
  ];
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, CRC_BYTES));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  new DataView(bytes.buffer).setUint32(offset, crc32(bytes.subarray(0, offset)), true);
  return bytes;
}

/** Walks through the bytes; `null` where they end too early, so that nothing is read past. */
interface Cursor {
  readonly take: (length: number) => Uint8Array | null;
  readonly u32: () => number | null;
  readonly left: () => number;
}

function cursorOver(bytes: Uint8Array): Cursor {
  let offset = 0;
  const take = (length: number) => {
    if (length > bytes.length - offset) return null;
    offset += length;
    return bytes.subarray(offset - length, offset);
  };
  return {
    take,
    u32: () => {
      const four = take(4);
      return four === null ? null : new DataView(four.buffer, four.byteOffset).getUint32(0, true);
    },
    left: () => bytes.length - offset,
  };
}

const damaged = (reason: string) => err({ type: 'DamagedBatch', reason });
const CUT = damaged('the bytes end inside a section');

function readTimes(cursor: Cursor): Result<Float64Array<ArrayBuffer>, TagBatchError> {
  const count = cursor.u32();
  if (count === null) return CUT;
  if (count === 0) return ok(new Float64Array(0));
  const length = cursor.u32();
  const chunk = length === null ? null : cursor.take(length);
  if (chunk === null) return CUT;
  const times = decodeTimes(chunk);
  if (!times.ok) return damaged(`times: ${times.error.reason}`);
  return times.value.length === count ? times : damaged(`${times.value.length} times where ${count} were announced`);
}

function readPlaces(cursor: Cursor, count: number): Result<Uint8Array<ArrayBuffer>, TagBatchError> {
  const detector = new Uint8Array(count);
  if (count === 0) return ok(detector);
  const width = cursor.take(1)?.[0];
  if (width === undefined) return CUT;
  if (width < 1 || width > 8) return damaged(`${width} bits for a detector's place, outside 1 to 8`);
  const packed = cursor.take(4 * wordsOf(count, width));
  return packed === null ? CUT : ok(unpackBits(new Uint32Array(new Uint8Array(packed).buffer), width, detector));
}

function readStreams(cursor: Cursor): Result<Pick<TagBatch, 'clicks' | 'beacon' | 'pps'>, TagBatchError> {
  const ticks = readTimes(cursor);
  if (!ticks.ok) return ticks;
  const detector = readPlaces(cursor, ticks.value.length);
  if (!detector.ok) return detector;
  const beacon = readTimes(cursor);
  if (!beacon.ok) return beacon;
  const pps = readTimes(cursor);
  if (!pps.ok) return pps;
  if (cursor.left() !== 0) return damaged(`${cursor.left()} bytes too many`);
  return ok({ clicks: { ticks: ticks.value, detector: detector.value }, beacon: beacon.value, pps: pps.value });
}

/** Inverse of `encodeTagBatch`; whatever the bytes are, it answers, and its memory is in proportion to their number. */
export function decodeTagBatch(bytes: Uint8Array): Result<TagBatch, TagBatchError> {
  if (bytes.length < 4 || textOf(bytes.subarray(0, 3)) !== MAGIC) return err({ type: 'NotATagBatch' });
  const version = textOf(bytes.subarray(3, 4));
  if (version !== VERSION) return err({ type: 'UnknownBatchVersion', version: version.replace(/[^\x20-\x7e]/, '?') });
  if (bytes.length < FIXED_BYTES + CRC_BYTES) return damaged(`${bytes.length} bytes are fewer than a header`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const body = bytes.length - CRC_BYTES;
  if (view.getUint32(body, true) !== crc32(bytes.subarray(0, body))) return damaged('the checksum does not match');
  const cursor = cursorOver(bytes.subarray(FIXED_BYTES, body));
  const name = cursor.take(view.getUint8(32));
  if (name === null) return CUT;
  const streams = readStreams(cursor);
  if (!streams.ok) return streams;
  const batch = {
    seq: view.getUint32(4, true), t_utc_ns: view.getBigUint64(8, true).toString(), pass_id: textOf(name),
    from_tick: Number(view.getBigInt64(16, true)), to_tick: Number(view.getBigInt64(24, true)), ...streams.value,
  };
  const fault = faultOf(batch);
  return fault === null ? ok(batch) : err({ type: 'InvalidBatch', reason: fault });
}

/** What is wrong, in one line without control characters. */
export function describeTagBatchError(error: TagBatchError): string {
  switch (error.type) {
    case 'NotATagBatch': return 'does not start with TPB1: this is no tag batch';
    case 'UnknownBatchVersion': return `tag batch of version "${error.version}"; this console reads version ${VERSION}`;
    case 'DamagedBatch': return `damaged tag batch: ${error.reason}`;
    case 'InvalidBatch': return `tag batch that cannot be: ${error.reason}`;
  }
}
