import { assert } from '../assert.ts';

/** Bits packed eight to a byte, the first bit lowest; bits of the last byte beyond `length` are zero. */
export interface BitString { readonly bytes: Uint8Array; readonly length: number }

/**
 * Packs bits given one a byte.
 *
 *   bit i sits in byte floor(i/8), weight 2^(i mod 8)
 *
 * @units bits
 * @shape every entry 0 or 1
 * @errors none: only the lowest bit of an entry counts
 * @validity exact
 * @source definition of the layout
 * @golden tests/core/distillation/bit-string.test.ts
 */
export function packBits(bits: Uint8Array): BitString {
  const bytes = new Uint8Array((bits.length + 7) >> 3);
  for (let i = 0; i < bits.length; i += 1) bytes[i >> 3]! |= (bits[i]! & 1) << (i & 7);
  return { bytes, length: bits.length };
}

/**
 * Unpacks a bit string to one bit a byte.
 *
 *   inverse of `packBits`
 *
 * @units bits
 * @shape as packed
 * @errors none
 * @validity exact
 * @source definition of the layout
 * @golden tests/core/distillation/bit-string.test.ts
 */
export function unpackBits({ bytes, length }: BitString): Uint8Array {
  const bits = new Uint8Array(length);
  for (let i = 0; i < length; i += 1) bits[i] = (bytes[i >> 3]! >> (i & 7)) & 1;
  return bits;
}

/**
 * A bit string of given length around bytes; stray bits of the last byte are cleared in a copy.
 *
 *   last byte AND (2^(length mod 8) - 1)
 *
 * @units bits
 * @shape bytes.length = ceil(length / 8)
 * @errors programmer error for another number of bytes
 * @validity exact
 * @source definition of the layout
 * @golden tests/core/distillation/bit-string.test.ts
 */
export function bitString(bytes: Uint8Array, length: number): BitString {
  assert(bytes.length === (length + 7) >> 3, `${bytes.length} bytes for ${length} bits`);
  const copy = bytes.slice();
  if ((length & 7) !== 0) copy[copy.length - 1]! &= (1 << (length & 7)) - 1;
  return { bytes: copy, length };
}

/**
 * Bits moved towards higher places by `shift`, in a buffer of `size` bytes.
 *
 *   result bit i + shift = bit i
 *
 * @units bits; bytes
 * @shape size * 8 >= length + shift
 * @errors programmer error when the buffer is too small
 * @validity exact
 * @source definition of the operation
 * @golden tests/core/distillation/bit-string.test.ts
 */
export function shiftedBytes({ bytes, length }: BitString, shift: number, size: number): Uint8Array {
  assert(shift >= 0 && size * 8 >= length + shift, `${length} bits moved by ${shift} into ${size} bytes`);
  const result = new Uint8Array(size);
  const [whole, part] = [shift >> 3, shift & 7];
  if (part === 0) {
    result.set(bytes, whole);
    return result;
  }
  for (let i = 0; i < bytes.length; i += 1) {
    const wide = bytes[i]! << part;
    result[whole + i]! |= wide & 255;
    if (wide > 255) result[whole + i + 1] = wide >> 8;
  }
  return result;
}
