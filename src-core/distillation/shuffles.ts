import { assert } from '../assert.ts';

/** A source of uniform 32-bit words: seeded and public, for orders and masks; never for keys. */
export type RandomWord = () => number;

/**
 * Public pseudo-random words from a seed that one party announces after the data: both draw the same shuffles.
 *
 *   splitmix32: state += 0x9e3779b9, then two multiply-xorshift rounds
 *
 * @units 32-bit unsigned words
 * @shape any integer seed
 * @errors none
 * @validity statistical quality only: it orders bits, it protects nothing
 * @source Steele, Lea, Flood, OOPSLA 2014, doi:10.1145/2660193.2660195 (the construction, in 32 bits)
 * @golden tests/core/distillation/cascade.test.ts
 */
export function publicWords(seed: number): RandomWord {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e37_79b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0_aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a_2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
}

/** An order of n bits: which bit stands at a position, and where a bit stands. */
export interface Shuffle { readonly bitAt: Uint32Array; readonly positionOf: Uint32Array }

/**
 * A uniformly random order of n bits.
 *
 *   Fisher-Yates: for i from n-1 down, swap i with floor(word (i+1) / 2^32)
 *
 * @units positions
 * @shape 0 < n < 2^26
 * @errors programmer error outside that
 * @validity the bias of the scaled word is below n / 2^32
 * @source D. E. Knuth, The Art of Computer Programming, volume 2, algorithm 3.4.2 P
 * @golden tests/core/distillation/cascade.test.ts
 */
export function drawShuffle(n: number, randomWord: RandomWord): Shuffle {
  assert(Number.isSafeInteger(n) && n > 0 && n < 2 ** 26, `shuffle of ${n}`);
  const bitAt = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i -= 1) {
    const j = Math.floor((randomWord() / 2 ** 32) * (i + 1));
    const moved = bitAt[i]!;
    bitAt[i] = bitAt[j]!;
    bitAt[j] = moved;
  }
  const positionOf = new Uint32Array(n);
  for (let i = 0; i < n; i += 1) positionOf[bitAt[i]!] = i;
  return { bitAt, positionOf };
}
