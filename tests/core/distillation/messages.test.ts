// Goal: what one party says is what the other hears, and damaged bytes are named, not believed.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packBits } from '../../../src-core/distillation/bit-string.ts';
import { decodeMessage, encodeMessage, type Message } from '../../../src-core/distillation/messages.ts';

const bits = fc.array(fc.constantFrom(0, 1), { maxLength: 40 }).map((list) => packBits(Uint8Array.from(list)));
const basis = fc.constantFrom('Z' as const, 'X' as const);
const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const tag = fc.record({ seed: fc.record({ point: bits, diagonals: bits }), tag: bits });
const ranges = fc.array(u32, { maxLength: 20 }).map((list) => Uint32Array.from(list));
const message: fc.Arbitrary<Message> = fc.oneof(
  fc.record({ type: fc.constant('hello' as const), settings: fc.string() }),
  fc.record({ type: fc.constant('bases' as const), bases: bits }),
  fc.record({ type: fc.constant('parity-query' as const), basis, question: fc.record({
    kind: fc.constantFrom('parity' as const, 'syndrome' as const), pass: u32, ranges }) }),
  fc.record({ type: fc.constant('parity-reply' as const), basis, parities: bits }),
  fc.record({ type: fc.constant('reconciled' as const), e_z: u32, e_x: u32 }),
  fc.record({ type: fc.constant('verify' as const), z: fc.option(tag), x: fc.option(tag) }),
  fc.record({ type: fc.constant('verified' as const), verified: fc.boolean() }),
  fc.record({ type: fc.constant('amplify' as const), z_seed: fc.option(bits), x_seed: fc.option(bits) }),
  fc.record({ type: fc.constant('finished' as const) }),
  fc.record({ type: fc.constant('abort' as const), reason: fc.string() }),
);

test('analytic: a parity reply is type, basis, length and packed bits', () => {
  const bytes = encodeMessage({ type: 'parity-reply', basis: 'X', parities: packBits(Uint8Array.from([1, 0, 1])) });
  expect([...bytes]).toEqual([3, 1, 3, 0, 0, 0, 5]);
});

test('failure: unknown types, short and long bodies and stray bits are named with their byte', () => {
  const why = (...bytes: number[]) => decodeMessage(Uint8Array.from(bytes));
  expect(why(200)).toEqual({ ok: false, error: { type: 'MalformedMessage', byte: 0, why: 'unknown type 200' } });
  expect(why()).toMatchObject({ ok: false, error: { byte: 0 } });
  expect(why(3, 1, 3, 0, 0)).toMatchObject({ ok: false, error: { byte: 2, why: 'needs 4 bytes, 3 are left' } });
  expect(why(3, 1, 3, 0, 0, 0, 13)).toMatchObject({ ok: false, error: { why: 'bits behind the end of a string' } });
  expect(why(8, 0)).toMatchObject({ ok: false, error: { byte: 1, why: '1 bytes behind the end' } });
  expect(why(6, 2)).toMatchObject({ ok: false, error: { why: 'flag 2' } });
  expect(why(1, 255, 255, 255, 255)).toMatchObject({ ok: false, error: { type: 'MalformedMessage' } });
});

test('property: decoding undoes encoding, and any bytes at all give an answer', () => {
  fc.assert(fc.property(message, (sent) => {
    expect(decodeMessage(encodeMessage(sent))).toEqual({ ok: true, value: sent });
  }));
  fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
    const heard = decodeMessage(bytes);
    if (heard.ok) expect(encodeMessage(heard.value)).toEqual(bytes);
  }));
});
