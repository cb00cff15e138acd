import { assert } from '../assert.ts';
import { composableKeyLength, type ComposableParameters } from './key-length-composable.ts';
import type { BasisCount, SiftedCounts } from './sift.ts';

const add = (one: BasisCount, two: BasisCount): BasisCount => ({ n: one.n + two.n, e: one.e + two.e });

/**
 * Sifted counts of several passes as one block: finite-size terms are paid once instead of once a pass.
 *
 *   n = sum n_i, e = sum e_i, basis by basis
 *
 * @units bits
 * @shape any number of passes; none gives zero bits
 * @errors none
 * @validity passes of one state, one pair of receivers and one custody. The sampling bound holds for any channel, so
 *   passes of different error rates may be pooled; whether they should is a question of length, see `gainOfPass`
 * @source Nature 582, 501 (2020), doi:10.1038/s41586-020-2401-y: bits of all passes are distilled together
 * @golden tests/core/distillation/pooling.test.ts
 */
export function poolCounts(passes: readonly SiftedCounts[]): SiftedCounts {
  const none = { n: 0, e: 0 };
  return passes.reduce((sum, { Z, X }) => ({ Z: add(sum.Z, Z), X: add(sum.X, X) }), { Z: none, X: none });
}

/** What one more pass does to a block's key. */
export interface PassGain {
  readonly length_bits: number;
  readonly length_with_pass_bits: number;
  /** Below zero: the pass is better kept out of this block. */
  readonly gain_bits: number;
  /** Like passes that the block still needs before it has a key; null when a thousand are not enough. */
  readonly passes_to_key: number | null;
}

const PASSES_MAX = 1000;

/**
 * What one more pass would add to a pooled block's key, and how many like it are missing to a first bit.
 *
 *   gain = L(block + pass) - L(block);  passes_to_key = min { k : L(block + k pass) >= 1 }
 *
 * @units bits
 * @shape leakage as an assumed f: a pass not yet reconciled has no transcript
 * @errors programmer error for leakage given in bits
 * @validity the pass expected is as uncertain as its prediction; the length rises in k once it is positive, so
 *   bisection finds the first
 * @source see `composableKeyLength`
 * @golden tests/core/distillation/pooling.test.ts
 */
export function gainOfPass(
  block: SiftedCounts, pass: SiftedCounts, parameters: ComposableParameters,
): PassGain {
  assert('f' in parameters.leakage, 'the leakage of a pass to come is an assumed f');
  const lengthWith = (k: number) => {
    const times = ({ n, e }: BasisCount) => ({ n: k * n, e: k * e });
    return composableKeyLength(poolCounts([block, { Z: times(pass.Z), X: times(pass.X) }]), parameters).length_bits;
  };
  const [length_bits, length_with_pass_bits] = [lengthWith(0), lengthWith(1)];
  let [low, high] = [-1, PASSES_MAX];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (lengthWith(middle) >= 1) high = middle;
    else low = middle;
  }
  return {
    length_bits, length_with_pass_bits, gain_bits: length_with_pass_bits - length_bits,
    passes_to_key: lengthWith(high) >= 1 ? high : null,
  };
}
