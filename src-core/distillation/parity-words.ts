/** Bits packed 32 to a word, for parities over ranges: the inner loop of Cascade at both parties. */
export type ParityWords = Int32Array;

/**
 * Packs bits in the order given.
 *
 *   word floor(i/32), bit i mod 32 = bits[bitAt[i]]
 *
 * @units bits
 * @shape bits one a byte; `bitAt` any list of their places: a permutation, or the edges of a code
 * @errors none
 * @validity exact
 * @source definition of the layout
 * @golden tests/core/distillation/cascade.test.ts
 */
export function gatherWords(bits: Uint8Array, bitAt: Uint32Array): ParityWords {
  const n = bitAt.length;
  const words = new Int32Array((n + 31) >> 5);
  for (let w = 0, i = 0; w < words.length; w += 1) {
    const end = Math.min(n, i + 32);
    let word = 0;
    for (let shift = 0; i < end; i += 1, shift += 1) word |= bits[bitAt[i]!]! << shift;
    words[w] = word;
  }
  return words;
}

/**
 * Packs bits in their own order.
 *
 *   word floor(i/32), bit i mod 32 = bits[i]
 *
 * @units bits
 * @shape bits one a byte
 * @errors none
 * @validity exact
 * @source definition of the layout
 * @golden tests/core/distillation/cascade.test.ts
 */
export function naturalWords(bits: Uint8Array): ParityWords {
  const words = new Int32Array((bits.length + 31) >> 5);
  for (let i = 0; i < bits.length; i += 1) words[i >> 5]! |= bits[i]! << (i & 31);
  return words;
}

/** Parity of one word: 1 for an odd number of ones. */
function wordParity(word: number): 0 | 1 {
  let x = word ^ (word >>> 16);
  x ^= x >>> 8;
  x ^= x >>> 4;
  return ((0x6996 >>> (x & 15)) & 1) as 0 | 1;
}

/**
 * Parity of the bits at places start to end - 1.
 *
 *   XOR of the words between, the first and the last masked, then of the word's own bits
 *
 * @units parity, 0 or 1
 * @shape 0 <= start <= end <= number of bits
 * @errors none: an empty range is even
 * @validity exact
 * @source definition of the quantity
 * @golden tests/core/distillation/cascade.test.ts
 */
export function rangeParity(words: ParityWords, start: number, end: number): 0 | 1 {
  if (start >= end) return 0;
  const first = start >> 5;
  const last = (end - 1) >> 5;
  const headMask = -1 << (start & 31);
  const tailMask = -1 >>> (31 - ((end - 1) & 31));
  if (first === last) return wordParity(words[first]! & headMask & tailMask);
  let sum = (words[first]! & headMask) ^ (words[last]! & tailMask);
  for (let w = first + 1; w < last; w += 1) sum ^= words[w]!;
  return wordParity(sum);
}

/**
 * Bits of a Hamming syndrome over a range: enough to name any place in it.
 *
 *   ceil(log2(length))
 *
 * @units bits
 * @shape length >= 1
 * @errors none
 * @validity exact
 * @source R. W. Hamming, Bell Syst. Tech. J. 29, 147 (1950), doi:10.1002/j.1538-7305.1950.tb00463.x
 * @golden tests/core/distillation/hamming.test.ts
 */
export function syndromeBits(length: number): number {
  return length <= 1 ? 0 : 32 - Math.clz32(length - 1);
}

/**
 * Hamming syndrome of a range: with an odd parity and a single error, the difference of two syndromes is its place.
 *
 *   XOR over the ones of (place - start)
 *
 * @units place in the range
 * @shape 0 <= start < end <= number of bits
 * @errors none
 * @validity exact
 * @source R. W. Hamming, Bell Syst. Tech. J. 29, 147 (1950), doi:10.1002/j.1538-7305.1950.tb00463.x, extended code
 * @golden tests/core/distillation/hamming.test.ts
 */
export function rangeSyndrome(words: ParityWords, start: number, end: number): number {
  let syndrome = 0;
  for (let i = start; i < end; i += 1) if (((words[i >> 5]! >>> (i & 31)) & 1) === 1) syndrome ^= i - start;
  return syndrome;
}
