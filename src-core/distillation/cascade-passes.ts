import { assert } from '../assert.ts';
import type { ParityCode } from './ldpc-code.ts';
import { gatherWords, type ParityWords } from './parity-words.ts';
import { drawShuffle, publicWords, type RandomWord, type Shuffle } from './shuffles.ts';

/** One pass of Cascade: blocks of `block_bits` in a shuffled order, or one random half of all bits in their order. */
export interface CascadePass {
  readonly block_bits: number;
  /** Shuffle of a block pass; null for a half pass. */
  readonly shuffle: Shuffle | null;
  /** Bits that take part in a half pass, packed; null for a block pass. */
  readonly mask: ParityWords | null;
}

/** What both parties know before the first parity: derived from length, announced error rate and public seed. */
export interface CascadePlan {
  readonly length: number;
  readonly passes: readonly CascadePass[];
  /** Of a reconciliation by a sparse code: the code whose checks are the first pass. */
  readonly code?: ParityCode;
}

export interface CascadeParameters {
  readonly length: number;
  /** Error rate that the block sizes are made for: announced, from the estimation or from earlier blocks. */
  readonly qber: number;
  readonly seed: number;
}

/** Half passes: each finds a remaining error with probability one half, for one bit; all miss it once in 4,096. */
const HALF_PASSES = 12;
const QBER_MIN = 1e-4;

/** Second and third block size over the first, by length: long blocks can afford rarer, longer searches. */
function growth(length: number): readonly [number, number] {
  if (length < 8000) return [8, 96];
  return length < 30_000 ? [16, 256] : [32, 768];
}

/**
 * Sizes of the block passes: powers of two halve evenly. The first is nearest to 0.8 / qber; the others gave the
 * least leakage of some 400 combinations tried from 1 to 8 % and 3,100 to 1e6 bits.
 */
function blockSizes(length: number, qber: number): number[] {
  const first = 2 ** Math.max(1, Math.round(Math.log2(0.8 / Math.max(qber, QBER_MIN))));
  const [second, third] = growth(length);
  return [first, second * first, third * first].filter((size, i) => i === 0 || size <= length / 2)
    .map((size) => Math.min(size, length));
}

/**
 * The passes of Cascade for a block, the same for both parties.
 *
 *   block passes of growing size in fresh orders, then random halves
 *
 * @units bits
 * @shape length >= 1, 0 <= qber <= 1/2
 * @errors programmer error outside that
 * @validity block sizes are tuned for independent errors at the announced rate; another rate costs bits, not safety
 * @source Martinez-Mateo et al., Quantum Inf. Comput. 15, 453 (2015), arXiv:1407.3257
 * @golden tests/core/distillation/cascade.test.ts
 */
export function planCascade({ length, qber, seed }: CascadeParameters): CascadePlan {
  assert(Number.isSafeInteger(length) && length > 0 && qber >= 0 && qber <= 0.5, `${length} bits at ${qber}`);
  const words = publicWords(seed);
  const blocks = blockSizes(length, qber).map((block_bits) => ({
    block_bits, shuffle: drawShuffle(length, words), mask: null }));
  return { length, passes: [...blocks, ...halfPasses(length, words)] };
}

/**
 * The closing passes: random halves of all bits, in their own order.
 *
 *   each bit takes part with probability one half, so any remaining errors show with probability one half a pass
 *
 * @units bits
 * @shape length >= 1
 * @errors none
 * @validity twelve halves miss a remaining error once in 4,096
 * @source Brassard and Salvail, EUROCRYPT '93, doi:10.1007/3-540-48285-7_35
 * @golden tests/core/distillation/cascade.test.ts
 */
export function halfPasses(length: number, words: RandomWord): CascadePass[] {
  return Array.from({ length: HALF_PASSES }, () => ({
    block_bits: length, shuffle: null, mask: Int32Array.from({ length: (length + 31) >> 5 }, () => words() | 0) }));
}

/**
 * A party's bits as a pass sees them, packed.
 *
 *   block pass: bits in shuffled order; half pass: bits AND mask
 *
 * @units bits
 * @shape one bit a byte, as many as planned
 * @errors none
 * @validity exact
 * @source definition of the passes
 * @golden tests/core/distillation/cascade.test.ts
 */
export function wordsOfPass(pass: CascadePass, bits: Uint8Array, natural: ParityWords): ParityWords {
  if (pass.shuffle !== null) return gatherWords(bits, pass.shuffle.bitAt);
  return natural.map((word, i) => word & pass.mask![i]!);
}

/**
 * Where a bit stands in a pass, or -1 when a half pass leaves it out.
 *
 *   block pass: its place in the shuffle; half pass: its own place, if the mask has it
 *
 * @units positions
 * @shape bit below the length
 * @errors none
 * @validity exact
 * @source definition of the passes
 * @golden tests/core/distillation/cascade.test.ts
 */
export function positionIn({ shuffle, mask }: CascadePass, bit: number): number {
  if (shuffle !== null) return shuffle.positionOf[bit]!;
  return ((mask![bit >> 5]! >>> (bit & 31)) & 1) === 1 ? bit : -1;
}
