import type { ParityCode } from './ldpc-code.ts';

/** Beliefs are logarithms of (no error / error); a bit known for sure has this one. */
const CERTAIN = 30;
const SURE = 0.999_999_999_9;
const TINY = 1e-12;

/** State of one decoding; the arrays are the decoder's own. */
export interface Beliefs {
  readonly code: ParityCode;
  /** Parities of the errors, one a check. */
  readonly odd: Uint8Array;
  /** Belief of each bit, all checks heard. */
  readonly total: Float64Array;
  /** Belief of each bit before any check. */
  readonly prior: Float64Array;
  /** What each check last said to each of its bits. */
  readonly said: Float64Array;
  /** Hyperbolic tangents of the check at work. */
  readonly scratch: Float64Array;
}

/**
 * A decoding before its first sweep.
 *
 *   total = prior, said = 0
 *
 * @units natural logarithms
 * @shape one parity a check
 * @errors none
 * @validity one prior for all bits
 * @source Richardson, Shokrollahi, Urbanke, IEEE Trans. Inf. Theory 47, 619 (2001), doi:10.1109/18.910578
 * @golden tests/core/distillation/ldpc.test.ts
 */
export function beginBelief(code: ParityCode, odd: Uint8Array, prior: number): Beliefs {
  let widest = 0;
  for (let j = 0; j < code.checks; j += 1) widest = Math.max(widest, code.checkStart[j + 1]! - code.checkStart[j]!);
  return {
    code, odd, total: new Float64Array(code.length).fill(prior), prior: new Float64Array(code.length).fill(prior),
    said: new Float64Array(code.bits.length), scratch: new Float64Array(widest),
  };
}

/**
 * A bit that was told: its prior becomes certainty, what checks said of it stays.
 *
 *   total += certain - prior
 *
 * @units natural logarithms
 * @shape a bit of the code
 * @errors none
 * @validity exact
 * @source definition of the state
 * @golden tests/core/distillation/ldpc.test.ts
 */
export function learn({ total, prior }: Beliefs, bit: number, turned: 0 | 1): void {
  const known = turned === 1 ? -CERTAIN : CERTAIN;
  total[bit]! += known - prior[bit]!;
  prior[bit] = known;
}

/**
 * One sweep over all checks in turn, each hearing what the checks before it said; returns how many found their parity
 * broken.
 *
 *   tanh(message / 2) = +- product of tanh(belief / 2) of the check's other bits
 *
 * @units natural logarithms
 * @shape state of `beginBelief`
 * @errors none
 * @validity beliefs are cut at 30; hot loop: nothing is allocated
 * @source Richardson, Shokrollahi, Urbanke, IEEE Trans. Inf. Theory 47, 619 (2001), doi:10.1109/18.910578; order of
 *   checks as in Hocevar, IEEE SiPS 2004, doi:10.1109/SIPS.2004.1363033
 * @golden tests/core/distillation/ldpc.test.ts
 */
export function sweep({ code: { checks, checkStart, bits }, odd, total, said, scratch }: Beliefs): number {
  let broken = 0;
  for (let j = 0; j < checks; j += 1) {
    const start = checkStart[j]!;
    const end = checkStart[j + 1]!;
    let product = odd[j] === 1 ? -1 : 1;
    let parity = odd[j]!;
    for (let e = start; e < end; e += 1) {
      const heard = total[bits[e]!]!;
      if (heard < 0) parity ^= 1;
      const x = Math.min(CERTAIN, Math.max(-CERTAIN, heard - said[e]!));
      let t = 1 - 2 / (Math.exp(x) + 1);
      if (t < TINY && t > -TINY) t = t < 0 ? -TINY : TINY;
      scratch[e - start] = t;
      product *= t;
    }
    broken += parity;
    for (let e = start; e < end; e += 1) {
      const r = Math.min(SURE, Math.max(-SURE, product / scratch[e - start]!));
      const message = Math.log((1 + r) / (1 - r));
      total[bits[e]!]! += message - said[e]!;
      said[e] = message;
    }
  }
  return broken;
}

/**
 * Whether the signs of the beliefs as they stand fulfil every check.
 *
 *   parity of the bits believed to be errors = the check's parity
 *
 * @units none
 * @shape state of `beginBelief`
 * @errors none
 * @validity exact
 * @source definition of a syndrome
 * @golden tests/core/distillation/ldpc.test.ts
 */
export function isSettled({ code: { checks, checkStart, bits }, odd, total }: Beliefs): boolean {
  for (let j = 0; j < checks; j += 1) {
    let parity = odd[j]!;
    for (let e = checkStart[j]!; e < checkStart[j + 1]!; e += 1) if (total[bits[e]!]! < 0) parity ^= 1;
    if (parity !== 0) return false;
  }
  return true;
}
