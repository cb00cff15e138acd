import type { ParityCode } from './ldpc-code.ts';

/** Steps of a belief in one nat: beliefs are whole numbers, so that functions of them are tables. */
const STEPS = 64;
/** Weakest phi that is not nought, as a power of two: beliefs beyond 14.6 nats are all the same. */
const PHI_BITS = 20;
const SURE = Math.round(STEPS * Math.log(2 ** (PHI_BITS + 1)));
/** Belief of a bit that was told: above anything the checks could add up to. */
const CERTAIN = 1 << 24;
/** Leading bits of a sum of phis that find its inverse. */
const MANTISSA_BITS = 7;
const MANTISSA_MASK = (1 << MANTISSA_BITS) - 1;

/** phi(x) = -ln tanh(x / 2), its own inverse; a belief of nothing counts as half a step. */
const phi = (x: number) => Math.log1p(2 / Math.expm1(x));

/** phi of each belief in steps, in units of 2^-20. */
const PHI = Int32Array.from({ length: SURE + 1 }, (_, steps) =>
  Math.round(2 ** PHI_BITS * phi(Math.max(0.5, steps) / STEPS)));

/** Belief in steps of each sum of phis, by its power of two and seven bits behind the leading one. */
const BELIEF = Int16Array.from({ length: 32 << MANTISSA_BITS }, (_, index) => {
  const sum = 2 ** (index >> MANTISSA_BITS) * (1 + ((index & MANTISSA_MASK) + 0.5) / (MANTISSA_MASK + 1));
  return Math.min(SURE, Math.round(STEPS * phi(sum / 2 ** PHI_BITS)));
});

/** State of one decoding; the arrays are the decoder's own. */
export interface Beliefs {
  readonly code: ParityCode;
  /** Parities of the errors, one a check. */
  readonly odd: Uint8Array;
  /** Belief of each bit that it is no error, all checks heard. */
  readonly total: Int32Array;
  /** Belief of each bit before any check. */
  readonly prior: Int32Array;
  /** What each check last said to each of its bits. */
  readonly said: Int16Array;
  /** Of the check at work: phi of each bit's belief, negative where the bit is believed to be an error. */
  readonly scratch: Int32Array;
}

/**
 * A decoding before its first sweep.
 *
 *   total = prior = ln((1 - qber)/qber), said = 0
 *
 * @units 1/64 nat
 * @shape one parity a check, dense ones last; 0 < qber < 1/2
 * @errors none
 * @validity one prior for all bits
 * @source Richardson, Shokrollahi, Urbanke, IEEE Trans. Inf. Theory 47, 619 (2001), doi:10.1109/18.910578
 * @golden tests/core/distillation/ldpc.test.ts
 */
export function beginBelief(code: ParityCode, odd: Uint8Array, qber: number): Beliefs {
  let widest = 0;
  for (let j = 0; j < code.checks; j += 1) widest = Math.max(widest, code.checkStart[j + 1]! - code.checkStart[j]!);
  const prior = Math.round(STEPS * Math.log((1 - qber) / qber));
  return {
    code, odd, total: new Int32Array(code.length).fill(prior), prior: new Int32Array(code.length).fill(prior),
    said: new Int16Array(code.checkStart[code.checks]!), scratch: new Int32Array(widest),
  };
}

/**
 * A bit that was told: its prior becomes certainty, what checks said of it stays.
 *
 *   total += certain - prior
 *
 * @units 1/64 nat
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
 *   |message| = phi(sum of phi(|belief|) of the check's other bits), its sign the product of theirs and of the parity
 *
 * @units 1/64 nat
 * @shape state of `beginBelief`
 * @errors none
 * @validity phi by table: messages are right to 1/64 nat below 4 nats and to 1 % above, cut at 14.6; hot loop, nothing
 *   is allocated
 * @source Richardson, Shokrollahi, Urbanke, IEEE Trans. Inf. Theory 47, 619 (2001), doi:10.1109/18.910578; phi as in
 *   Gallager, IRE Trans. Inf. Theory 8, 21 (1962), doi:10.1109/TIT.1962.1057683; order of checks as in Hocevar, IEEE
 *   SiPS 2004, doi:10.1109/SIPS.2004.1363033
 * @golden tests/core/distillation/ldpc.test.ts
 */
export function sweep({ code: { checks, checkStart, bits }, odd, total, said, scratch }: Beliefs): number {
  let broken = 0;
  for (let j = 0; j < checks; j += 1) {
    const start = checkStart[j]!;
    const end = checkStart[j + 1]!;
    let parity = odd[j]!;
    let signs = parity;
    let sum = 0;
    for (let e = start; e < end; e += 1) {
      const heard = total[bits[e]!]!;
      parity ^= heard >>> 31;
      const x = heard - said[e]!;
      const sign = x >>> 31;
      const size = (x ^ -sign) + sign;
      const weight = PHI[size > SURE ? SURE : size]!;
      signs ^= sign;
      sum += weight;
      scratch[e - start] = (weight << 1) | sign;
    }
    broken += parity;
    for (let e = start; e < end; e += 1) {
      const own = scratch[e - start]!;
      const rest = (sum - (own >>> 1)) | 1;
      const zeros = Math.clz32(rest);
      const size = BELIEF[((31 - zeros) << MANTISSA_BITS) | (((rest << zeros) >>> 24) & MANTISSA_MASK)]!;
      const message = ((own ^ signs) & 1) === 1 ? -size : size;
      total[bits[e]!]! += message - said[e]!;
      said[e] = message;
    }
  }
  return broken;
}

/**
 * Whether the signs of the beliefs as they stand fulfil every check, the dense ones too.
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
export function isSettled({ code: { checkStart, bits }, odd, total }: Beliefs): boolean {
  for (let j = 0; j < odd.length; j += 1) {
    let parity = odd[j]!;
    for (let e = checkStart[j]!; e < checkStart[j + 1]!; e += 1) parity ^= total[bits[e]!]! >>> 31;
    if (parity !== 0) return false;
  }
  return true;
}
