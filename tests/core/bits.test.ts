// Goal: packed numbers return whatever their width, and take no more room than that width.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packBits, unpackBits, wordsOf } from '../../src-core/bits.ts';

test('property: numbers of every width from 1 to 32 bits return', () => {
  const column = fc.integer({ min: 1, max: 32 }).chain((width) => fc.tuple(
    fc.constant(width), fc.array(fc.nat(2 ** Math.min(width, 31) - 1), { maxLength: 100 })));
  fc.assert(fc.property(column, ([width, values]) => {
    const packed = packBits(Uint32Array.from(values), width);
    expect(packed.length).toBe(Math.ceil((values.length * width) / 32));
    expect([...unpackBits(packed, width, new Uint32Array(values.length))]).toEqual(values);
  }));
});

test('the top bit survives, and a longer number is cut to its low bits', () => {
  expect([...unpackBits(packBits(Uint32Array.of(0xffffffff, 0x80000000), 32), 32, new Uint32Array(2))])
    .toEqual([0xffffffff, 0x80000000]);
  expect([...unpackBits(packBits(Uint8Array.of(5, 2), 2), 2, new Uint8Array(2))]).toEqual([1, 2]);
});

test('a width outside 1 to 32 and a packed column too short are programmer errors', () => {
  expect(() => packBits(Uint8Array.of(1), 0)).toThrow('width');
  expect(() => unpackBits(new Uint32Array(1), 33, new Uint32Array(1))).toThrow('width');
  expect(() => unpackBits(new Uint32Array(1), 2, new Uint8Array(17))).toThrow('shorter');
  expect(wordsOf(17, 2)).toBe(2);
});
