import { assert } from './assert.ts';

/** Words that `count` numbers of `width` bits fill. */
export const wordsOf = (count: number, width: number) => Math.ceil((count * width) / 32);

/**
 * Packs each number's low `width` bits (1 to 32), first number first, low bit first.
 *
 * Values are taken modulo 2^32, so a caller splits wider numbers over two columns.
 */
export function packBits(values: Uint32Array | Uint8Array, width: number): Uint32Array<ArrayBuffer> {
  assert(width >= 1 && width <= 32, `bit width ${width} outside 1 to 32`);
  const words = new Uint32Array(wordsOf(values.length, width));
  const mask = width === 32 ? 0xffffffff : (1 << width) - 1;
  for (let i = 0, position = 0; i < values.length; i += 1, position += width) {
    const value = values[i]! & mask;
    const word = position >>> 5;
    const shift = position & 31;
    words[word]! |= value << shift;
    if (shift + width > 32) words[word + 1]! |= value >>> (32 - shift);
  }
  return words;
}

/** Inverse of `packBits`: fills `out` from numbers of `width` bits. */
export function unpackBits<Column extends Uint32Array | Uint8Array>(
  words: Uint32Array, width: number, out: Column,
): Column {
  assert(width >= 1 && width <= 32, `bit width ${width} outside 1 to 32`);
  assert(words.length >= wordsOf(out.length, width), 'packed column is shorter than its count');
  const mask = width === 32 ? 0xffffffff : (1 << width) - 1;
  for (let i = 0, position = 0; i < out.length; i += 1, position += width) {
    const word = position >>> 5;
    const shift = position & 31;
    const low = words[word]! >>> shift;
    const value = shift + width > 32 ? low | (words[word + 1]! << (32 - shift)) : low;
    out[i] = value & mask;
  }
  return out;
}
