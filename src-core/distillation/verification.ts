import { assert } from '../assert.ts';
import { packBits, type BitString } from './bit-string.ts';
import { toeplitzHash } from './toeplitz.ts';

/** The Mersenne prime 2^127 - 1: the field in which a string is a polynomial. */
const FIELD_BITS = 127;
const PRIME = 2n ** 127n - 1n;
/** Bytes of a coefficient: 120 bits, below the prime. */
const COEFFICIENT_BYTES = 15;

/** Public randomness of one verification, drawn after the strings are fixed. */
export interface VerificationSeed {
  /** Point of evaluation, 127 bits. */
  readonly point: BitString;
  /** Diagonals of the Toeplitz matrix that shortens 127 bits to the tag. */
  readonly diagonals: BitString;
}

const coefficients = (length_bits: number) => Math.ceil(length_bits / (8 * COEFFICIENT_BYTES)) + 1;

/**
 * Bits of tag that catch every difference but with probability eps_cor.
 *
 *   smallest t with 2^-t + (L + 1) 2^-126 <= eps_cor,  L = ceil(n/120) + 1 coefficients
 *
 * @units bits
 * @shape 0 < eps_cor < 1; length up to 2^40
 * @errors programmer error when eps_cor is below what a 127-bit field can promise
 * @validity 2^-126 bounds twice the chance of one point among 2^127 draws reduced by the prime
 * @source J. L. Carter and M. N. Wegman, J. Comput. Syst. Sci. 18, 143 (1979), doi:10.1016/0022-0000(79)90044-8;
 *   D. R. Stinson, Des. Codes Cryptogr. 4, 369 (1994), doi:10.1007/BF01388651 (composition)
 * @golden tests/core/distillation/verification.test.ts
 */
export function tagBits(eps_cor: number, length_bits: number): number {
  const left = eps_cor - (coefficients(length_bits) + 1) * 2 ** -126;
  assert(eps_cor < 1 && left > 2 ** -100, `no tag of this field verifies ${length_bits} bits to ${eps_cor}`);
  return Math.ceil(-Math.log2(left));
}

/**
 * Lengths of the random strings that a tag needs.
 *
 *   point: 127; diagonals: 127 + t - 1
 *
 * @units bits
 * @shape 1 <= tag_bits <= 127
 * @errors programmer error outside that
 * @validity exact
 * @source see `verificationTag`
 * @golden tests/core/distillation/verification.test.ts
 */
export function verificationSeedBits(tag_bits: number): { readonly point: number; readonly diagonals: number } {
  assert(tag_bits >= 1 && tag_bits <= FIELD_BITS, `tag of ${tag_bits} bits`);
  return { point: FIELD_BITS, diagonals: FIELD_BITS + tag_bits - 1 };
}

function integerOf(bytes: Uint8Array): bigint {
  let hex = '';
  for (let i = bytes.length - 1; i >= 0; i -= 1) hex += bytes[i]!.toString(16).padStart(2, '0');
  return BigInt(`0x${hex === '' ? '0' : hex}`);
}

/** x mod 2^127 - 1 for x below its square: high and low part are added, twice at most. */
function reduce(x: bigint): bigint {
  const folded = (x & PRIME) + (x >> 127n);
  return folded >= PRIME ? folded - PRIME : folded;
}

/** The string as a polynomial, its length the leading coefficient, at a point: Horner's rule. */
function evaluate({ bytes, length }: BitString, point: bigint): bigint {
  let sum = BigInt(length);
  for (let start = 0; start < bytes.length; start += COEFFICIENT_BYTES) {
    sum = reduce(sum * point + integerOf(bytes.subarray(start, start + COEFFICIENT_BYTES)));
  }
  return sum;
}

/**
 * Tag of a string under an almost universal hash: equal strings agree, different ones but with probability eps.
 *
 *   p = sum_k c_k r^(L-k) mod 2^127 - 1, c_0 the length and c_k its 120-bit words;  tag = Toeplitz(p), t bits
 *   eps = 2^-t + (L + 1) 2^-126
 *
 * @units bits
 * @shape seed lengths as `verificationSeedBits` says
 * @errors programmer error for other lengths
 * @validity the seed is uniform and drawn after the strings are fixed; the tag's t bits are leaked
 * @source J. L. Carter and M. N. Wegman, J. Comput. Syst. Sci. 18, 143 (1979), doi:10.1016/0022-0000(79)90044-8;
 *   D. R. Stinson, Des. Codes Cryptogr. 4, 369 (1994), doi:10.1007/BF01388651 (composition)
 * @golden tests/core/distillation/verification.test.ts
 */
export function verificationTag(text: BitString, seed: VerificationSeed): BitString {
  assert(seed.point.length === FIELD_BITS, `point of ${seed.point.length} bits`);
  const value = evaluate(text, reduce(integerOf(seed.point.bytes)));
  const valueBits = Uint8Array.from({ length: FIELD_BITS }, (_, i) => Number((value >> BigInt(i)) & 1n));
  const output_bits = seed.diagonals.length - FIELD_BITS + 1;
  return toeplitzHash({ input: packBits(valueBits), seed: seed.diagonals, output_bits });
}
