import { err, ok, type Result } from '../result.ts';
import { bitString, type BitString } from './bit-string.ts';
import type { ParityQuery } from './parity-dialogue.ts';
import type { Basis } from './sift.ts';
import type { VerificationSeed } from './verification.ts';

/** A tag with the public randomness it was made with. */
export interface TagMessage { readonly seed: VerificationSeed; readonly tag: BitString }

/** All that Alice and Bob say to each other. Everything here is public; nothing here is an outcome. */
export type Message =
  | { readonly type: 'hello'; readonly settings: string }
  | { readonly type: 'bases'; readonly bases: BitString }
  | { readonly type: 'parity-query'; readonly basis: Basis; readonly question: ParityQuery }
  | { readonly type: 'parity-reply'; readonly basis: Basis; readonly parities: BitString }
  | { readonly type: 'reconciled'; readonly e_z: number; readonly e_x: number }
  | { readonly type: 'verify'; readonly z: TagMessage | null; readonly x: TagMessage | null }
  | { readonly type: 'verified'; readonly verified: boolean }
  | { readonly type: 'amplify'; readonly z_seed: BitString | null; readonly x_seed: BitString | null }
  | { readonly type: 'finished' }
  | { readonly type: 'abort'; readonly reason: string };

export interface MalformedMessage { readonly type: 'MalformedMessage'; readonly byte: number; readonly why: string }

const TYPES = ['hello', 'bases', 'parity-query', 'parity-reply', 'reconciled', 'verify', 'verified', 'amplify',
  'finished', 'abort'] as const satisfies readonly Message['type'][];

/** Largest field accepted: two million bits of seed are the most a block of a million needs. */
const FIELD_BYTES_MAX = 64 * 1024 * 1024;

function createWriter() {
  const parts: Uint8Array[] = [];
  const u32 = (value: number) => {
    const part = new Uint8Array(4);
    new DataView(part.buffer).setUint32(0, value, true);
    parts.push(part);
  };
  const bytes = (value: Uint8Array) => parts.push(value);
  const bits = (value: BitString) => {
    u32(value.length);
    bytes(value.bytes);
  };
  const optional = <T>(value: T | null, write: (present: T) => void) => {
    bytes(Uint8Array.of(value === null ? 0 : 1));
    if (value !== null) write(value);
  };
  /** Text as UTF-16 code units: one encoding, the same everywhere. */
  const text = (value: string) => {
    u32(value.length);
    bytes(Uint8Array.from({ length: 2 * value.length }, (_, i) => (value.charCodeAt(i >> 1) >> (8 * (i & 1))) & 255));
  };
  const finish = () => {
    const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  };
  return { u32, u8: (value: number) => bytes(Uint8Array.of(value)), bytes, bits, optional, text, finish };
}

type Writer = ReturnType<typeof createWriter>;

const writeTag = (writer: Writer) => ({ seed, tag }: TagMessage) => {
  writer.bits(seed.point);
  writer.bits(seed.diagonals);
  writer.bits(tag);
};

const basisCode = (basis: Basis) => (basis === 'Z' ? 0 : 1);

function writeRanges(writer: Writer, ranges: Uint32Array): void {
  const packed = new DataView(new ArrayBuffer(4 * ranges.length));
  for (let i = 0; i < ranges.length; i += 1) packed.setUint32(4 * i, ranges[i]!, true);
  writer.u32(ranges.length);
  writer.bytes(new Uint8Array(packed.buffer));
}

/** One writer a type of message: forgetting one does not compile. */
const BODIES: { readonly [K in Message['type']]: (writer: Writer, message: Extract<Message, { type: K }>) => void } = {
  hello: (writer, { settings }) => writer.text(settings),
  bases: (writer, { bases }) => writer.bits(bases),
  'parity-query': (writer, { basis, question: { kind, pass, ranges } }) => {
    writer.u8(basisCode(basis));
    writer.u8(kind === 'parity' ? 0 : 1);
    writer.u32(pass);
    writeRanges(writer, ranges);
  },
  'parity-reply': (writer, { basis, parities }) => { writer.u8(basisCode(basis)); writer.bits(parities); },
  reconciled: (writer, { e_z, e_x }) => { writer.u32(e_z); writer.u32(e_x); },
  verify: (writer, { z, x }) => { for (const one of [z, x]) writer.optional(one, writeTag(writer)); },
  verified: (writer, { verified }) => writer.u8(verified ? 1 : 0),
  amplify: (writer, { z_seed, x_seed }) => { for (const one of [z_seed, x_seed]) writer.optional(one, writer.bits); },
  finished: () => undefined,
  abort: (writer, { reason }) => writer.text(reason),
};

/**
 * A message as bytes: one encoding only, so that transcripts of two runs can be compared byte for byte.
 *
 *   type (1 byte), then its fields; numbers 32 bits, low byte first; bit strings as length and packed bytes
 *
 * @units bytes
 * @shape any message
 * @errors none
 * @validity exact inverse of `decodeMessage`
 * @source this project's wire format
 * @golden tests/core/distillation/messages.test.ts
 */
export function encodeMessage(message: Message): Uint8Array {
  const writer = createWriter();
  writer.u8(TYPES.indexOf(message.type));
  const write = BODIES[message.type] as (writer: Writer, message: Message) => void;
  write(writer, message);
  return writer.finish();
}

function createReader(source: Uint8Array) {
  let at = 0;
  let failure: MalformedMessage | null = null;
  /** The first failure counts; what is read after it are zeros that nobody sees. */
  const fail = (why: string) => { failure ??= { type: 'MalformedMessage', byte: at, why }; };
  const take = (count: number) => {
    const left = source.length - at;
    if (count > FIELD_BYTES_MAX || count > left) fail(`needs ${count} bytes, ${left} are left`);
    if (failure !== null) return new Uint8Array(Math.min(count, 4));
    at += count;
    return source.subarray(at - count, at);
  };
  const u8 = () => take(1)[0]!;
  const u32 = () => {
    const part = take(4);
    return new DataView(part.buffer, part.byteOffset, 4).getUint32(0, true);
  };
  const bits = (): BitString => {
    const length = u32();
    const bytes = take(Math.ceil(length / 8));
    if (failure !== null) return { bytes: new Uint8Array(0), length: 0 };
    const clean = bitString(bytes, length);
    if (clean.bytes.at(-1) !== bytes.at(-1)) fail('bits behind the end of a string');
    return clean;
  };
  const flag = () => {
    const value = u8();
    if (value > 1) fail(`flag ${value}`);
    return value === 1;
  };
  const text = () => {
    const units = take(2 * u32());
    let value = '';
    for (let i = 0; i + 1 < units.length; i += 2) value += String.fromCharCode(units[i]! | (units[i + 1]! << 8));
    return value;
  };
  const ranges = () => {
    const part = take(4 * u32());
    const view = new DataView(part.buffer, part.byteOffset, part.length);
    return Uint32Array.from({ length: part.length >> 2 }, (_, i) => view.getUint32(4 * i, true));
  };
  const end = () => { if (at !== source.length) fail(`${source.length - at} bytes behind the end`); };
  const failed = (): MalformedMessage | null => failure;
  return { u8, u32, bits, flag, text, ranges, end, failed };
}

type Reader = ReturnType<typeof createReader>;

const readBasis = (reader: Reader): Basis => (reader.flag() ? 'X' : 'Z');
const readOptional = <T>(reader: Reader, read: () => T): T | null => (reader.flag() ? read() : null);
const readTag = (reader: Reader) => (): TagMessage =>
  ({ seed: { point: reader.bits(), diagonals: reader.bits() }, tag: reader.bits() });

const READERS: { readonly [K in Message['type']]: (reader: Reader) => Extract<Message, { type: K }> } = {
  hello: (reader) => ({ type: 'hello', settings: reader.text() }),
  bases: (reader) => ({ type: 'bases', bases: reader.bits() }),
  'parity-query': (reader) => ({ type: 'parity-query', basis: readBasis(reader), question: {
    kind: reader.flag() ? 'syndrome' : 'parity', pass: reader.u32(), ranges: reader.ranges() } }),
  'parity-reply': (reader) => ({ type: 'parity-reply', basis: readBasis(reader), parities: reader.bits() }),
  reconciled: (reader) => ({ type: 'reconciled', e_z: reader.u32(), e_x: reader.u32() }),
  verify: (reader) =>
    ({ type: 'verify', z: readOptional(reader, readTag(reader)), x: readOptional(reader, readTag(reader)) }),
  verified: (reader) => ({ type: 'verified', verified: reader.flag() }),
  amplify: (reader) =>
    ({ type: 'amplify', z_seed: readOptional(reader, reader.bits), x_seed: readOptional(reader, reader.bits) }),
  finished: () => ({ type: 'finished' }),
  abort: (reader) => ({ type: 'abort', reason: reader.text() }),
};

/**
 * A message from bytes, or where and why they are none.
 *
 *   inverse of `encodeMessage`; every length is checked before it is believed
 *
 * @units bytes
 * @shape any bytes
 * @errors MalformedMessage for unknown types, short or long bodies, stray bits
 * @validity exact
 * @source this project's wire format
 * @golden tests/core/distillation/messages.test.ts
 */
export function decodeMessage(bytes: Uint8Array): Result<Message, MalformedMessage> {
  const reader = createReader(bytes);
  const code = reader.u8();
  const type = TYPES[code];
  if (reader.failed() !== null || type === undefined) {
    return err({ type: 'MalformedMessage', byte: 0, why: bytes.length === 0 ? 'empty' : `unknown type ${code}` });
  }
  const message = READERS[type](reader);
  reader.end();
  const failure = reader.failed();
  return failure === null ? ok(message) : err(failure);
}
