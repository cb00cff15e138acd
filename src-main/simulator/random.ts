import { assert } from '../../src-core/assert.ts';

/** A reproducible source of random numbers; each purpose has its own, so one more draw here moves nothing there. */
export interface Random {
  /** 32 random bits. */
  readonly bits: () => number;
  /** In [0, 1), 53 bits. */
  readonly uniform: () => number;
  /** Waiting time of a Poisson process of rate 1. */
  readonly exponential: () => number;
  /** Mean 0, variance 1. */
  readonly normal: () => number;
}

const TWO_POW_26 = 67_108_864;
const TWO_POW_53 = 9_007_199_254_740_992;

const rotateLeft = (x: number, k: number) => (x << k) | (x >>> (32 - k));

/**
 * Generator xoshiro128** with a period of 2^128 - 1; four words that are not all zero.
 *
 * Source: Blackman and Vigna, ACM Trans. Math. Softw. 47, 36 (2021), doi:10.1145/3460772.
 * Not for keys: this is the simulator's dice, predictable by design.
 */
export function randomFromState(state: readonly [number, number, number, number]): Random {
  assert(state.some((word) => (word | 0) !== 0), 'the state is not all zero');
  let [a, b, c, d] = state.map((word) => word | 0) as [number, number, number, number];
  let spare = Number.NaN;
  const bits = () => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotateLeft(d, 11);
    return result;
  };
  const uniform = () => ((bits() >>> 5) * TWO_POW_26 + (bits() >>> 6)) / TWO_POW_53;
  const normal = () => {
    if (!Number.isNaN(spare)) {
      const value = spare;
      spare = Number.NaN;
      return value;
    }
    // Marsaglia's polar method: two independent values a time, exact.
    for (;;) {
      const x = 2 * uniform() - 1;
      const y = 2 * uniform() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const scale = Math.sqrt(-2 * Math.log(square) / square);
      spare = y * scale;
      return x * scale;
    }
  };
  return { bits, uniform, normal, exponential: () => -Math.log1p(-uniform()) };
}

/** One step of SplitMix in 32 bits: a bijection that spreads neighbouring seeds over all words. */
function mix(word: number): number {
  let z = (word + 0x9e37_79b9) | 0;
  z = Math.imul(z ^ (z >>> 16), 0x85eb_ca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2_ae35);
  return z ^ (z >>> 16);
}

/** The stream named `purpose` of a seed: other names and other seeds give streams that have nothing in common. */
export function createRandom(seed: number, purpose: string): Random {
  assert(Number.isInteger(seed) && seed >= 0 && seed <= 0xffff_ffff, `seed ${seed} is not a 32-bit number`);
  let word = mix(seed);
  for (let i = 0; i < purpose.length; i += 1) word = mix(word ^ purpose.charCodeAt(i));
  const state = [0, 1, 2, 3].map((index) => {
    word = mix(word ^ mix(seed ^ index));
    return word;
  }) as [number, number, number, number];
  // All four words zero has probability 2^-128, and would be a generator that stands still.
  if (state.every((value) => value === 0)) state[0] = 1;
  return randomFromState(state);
}

/** Running sums of weights, to draw from with `drawIndex`. The last sum is the total, not scaled to 1. */
export function cumulate(weights: readonly number[]): Float64Array {
  let sum = 0;
  return Float64Array.from(weights, (weight) => {
    assert(weight >= 0, `weight ${weight}`);
    sum += weight;
    return sum;
  });
}

/** Index with probability proportional to its weight; few weights, so a plain walk. */
export function drawIndex(random: Random, sums: Float64Array): number {
  const last = sums.length - 1;
  const at = random.uniform() * sums[last]!;
  let index = 0;
  while (index < last && sums[index]! <= at) index += 1;
  return index;
}
