import { assert } from '../assert.ts';
import { addProducts, additiveTransform, inverseTransform } from './binary-field.ts';
import { bitString, shiftedBytes, type BitString } from './bit-string.ts';

/** What a Toeplitz hash takes: `seed` holds the diagonals, input length + output length - 1 bits. */
export interface ToeplitzInput {
  readonly input: BitString;
  readonly seed: BitString;
  readonly output_bits: number;
}

/** Bytes of a block: products of two blocks must fit a transform of at most 65,536 points (32,768 here). */
const BLOCK_BYTES_MAX = 16_384;
const BLOCK_BYTES_MIN = 64;

function blockBytes(outputBits: number): number {
  let bytes = BLOCK_BYTES_MIN;
  while (bytes < BLOCK_BYTES_MAX && bytes * 8 < outputBits) bytes *= 2;
  return bytes;
}

/** Transforms of the blocks of a byte string, each padded to twice its length. */
function transformBlocks(bytes: Uint8Array, block: number): Uint16Array[] {
  return Array.from({ length: bytes.length / block }, (_, i) => {
    const points = new Uint16Array(2 * block);
    points.set(bytes.subarray(i * block, (i + 1) * block));
    additiveTransform(points);
    return points;
  });
}

/** Adds a product's bytes from `from` on to the output: each coefficient reaches one byte and the next. */
function addBytes(output: Uint8Array, product: Uint16Array, from: number): void {
  for (let k = 0; k < output.length; k += 1) {
    const at = from + k;
    output[k]! ^= (product[at]! & 255) ^ (at > 0 ? product[at - 1]! >> 8 : 0);
  }
}

/**
 * Toeplitz hash over GF(2), exact at any length: y = T x with T[i][j] = seed[i - j + n - 1].
 *
 *   y_i = XOR_j seed[i - j + n - 1] x_j = coefficient i + n - 1 of seed(z) x(z)
 *   bytes are coefficients in GF(2^16), where a product of two (degree 14) is not reduced; blocks are multiplied by
 *   an additive Fourier transform and summed before it is undone
 *
 * @units bits
 * @shape seed of input + output - 1 bits; at least one output bit, at most as many as the input
 * @errors programmer error for other lengths
 * @validity exact: integer arithmetic in a finite field, no rounding to prove
 * @source C.-M. Fung, Ma, Chau, PRA 81, 012318 (2010), doi:10.1103/PhysRevA.81.012318 (Toeplitz hashing);
 *   Krawczyk, CRYPTO '94, doi:10.1007/3-540-48658-5_15 (universality)
 * @golden tests/core/distillation/toeplitz.test.ts
 */
export function toeplitzHash({ input, seed, output_bits }: ToeplitzInput): BitString {
  assert(Number.isSafeInteger(output_bits) && output_bits > 0 && output_bits <= input.length,
    `${output_bits} bits out of ${input.length}`);
  assert(seed.length === input.length + output_bits - 1, `seed of ${seed.length} bits`);
  const block = blockBytes(output_bits);
  const columns = Math.ceil(input.length / (8 * block));
  const rows = Math.ceil(output_bits / (8 * block));
  const x = transformBlocks(shiftedBytes(input, columns * block * 8 - input.length, columns * block), block);
  const s = transformBlocks(shiftedBytes(seed, 1, (columns + rows) * block), block);
  const result = new Uint8Array(rows * block);
  for (let row = 0; row < rows; row += 1) {
    const lower = new Uint16Array(2 * block);
    const upper = new Uint16Array(2 * block);
    for (let column = 0; column < columns; column += 1) {
      const diagonal = columns + row - column;
      addProducts(lower, x[column]!, s[diagonal]!);
      addProducts(upper, x[column]!, s[diagonal - 1]!);
    }
    inverseTransform(lower);
    inverseTransform(upper);
    const output = result.subarray(row * block, (row + 1) * block);
    addBytes(output, lower, 0);
    addBytes(output, upper, block);
  }
  return bitString(result.slice(0, (output_bits + 7) >> 3), output_bits);
}
