// Goal: packed bits are the bits that went in, in order, with nothing behind the last.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bitString, packBits, shiftedBytes, unpackBits } from '../../../src-core/distillation/bit-string.ts';

test('analytic: the first bit is the lowest of the first byte', () => {
  const packed = packBits(Uint8Array.from([1, 0, 0, 0, 0, 0, 0, 0, 1, 1]));
  expect(packed).toEqual({ bytes: Uint8Array.from([1, 3]), length: 10 });
});

test('failure: stray bits are cleared, a wrong number of bytes is a programmer error', () => {
  expect(bitString(Uint8Array.from([255, 255]), 9)).toEqual({ bytes: Uint8Array.from([255, 1]), length: 9 });
  expect(() => bitString(Uint8Array.from([255]), 9)).toThrow('1 bytes for 9 bits');
  expect(() => shiftedBytes(packBits(new Uint8Array(9)), 8, 2)).toThrow('moved by 8');
});

test('property: packing and shifting lose nothing', () => {
  fc.assert(fc.property(fc.array(fc.constantFrom(0, 1), { maxLength: 100 }), fc.nat(40), (bits, shift) => {
    const packed = packBits(Uint8Array.from(bits));
    expect([...unpackBits(packed)]).toEqual(bits);
    const size = (bits.length + shift + 7) >> 3;
    const moved = unpackBits({ bytes: shiftedBytes(packed, shift, size), length: bits.length + shift });
    expect([...moved]).toEqual([...Array.from({ length: shift }, () => 0), ...bits]);
  }));
});
