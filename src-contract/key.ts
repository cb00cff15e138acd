import { z } from 'zod';
import { count, nonNegative, passId, utcMs } from './quantities.ts';

// Keys as an account: names, lengths, states. Their bits have no place in this file.

/** A UUID made of the public transcript: both parties of a distillation know it. */
export const keyId = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'a key id from `key list`');
export const keyDefinition = z.enum(['paper', 'composable']);
export const keyState = z.enum(['held', 'reserved', 'delivered', 'destroyed']);
const keyCustody = z.enum(['analysis', 'operational']);

/** Total distance from an ideal key: a smaller one outgrows the verification tag's field, a larger one protects none. */
export const totalEpsilon = z.number().min(1e-20).max(0.01);

const basisCount = z.strictObject({ n: count, e: count });

const reconciliation = z.strictObject({
  algorithm: z.enum(['cascade', 'hamming', 'ldpc']),
  /** Bits of the transcript that speak of the sifted bits; the verification tag is counted in the length instead. */
  leaked_bits: count,
  /** Leaked bits over n h(E); null without an error. */
  f: nonNegative.nullable(),
  verified: z.boolean(),
});

const basisOrJoint = z.enum(['Z', 'X', 'joint']);

/** How a length came about: every share of epsilon, every summand of bits, and what proves it. */
export const keyBudget = z.strictObject({
  definition: keyDefinition,
  /** Shares of the total epsilon; of `paper` its two epsilons, which are no total. */
  epsilons: z.array(z.strictObject({
    term: z.enum(['sampling', 'verification', 'amplification']), basis: basisOrJoint, epsilon: nonNegative,
    theorem: z.string(),
  })),
  /** Their sum is the length before rounding. */
  bits: z.array(z.strictObject({
    term: z.enum(['entropy', 'leakage', 'verification', 'amplification']), basis: basisOrJoint, bits: z.number(),
    theorem: z.string(),
  })),
  /** Composable only: errors each basis is taken to hold, from the other basis' sample; null where it makes no key. */
  phase_errors: z.strictObject({ Z: count.nullable(), X: count.nullable() }).nullable(),
});

export const keyView = z.strictObject({
  key_id: keyId,
  state: keyState,
  custody: keyCustody,
  definition: keyDefinition,
  epsilon: z.number().positive().max(1),
  efficiency_mismatch: nonNegative,
  length_bits: count,
  /** Unrounded value of the definition's formula. */
  formula_bits: z.number(),
  sifted: z.strictObject({ Z: basisCount, X: basisCount }),
  reconciliation,
  passes: z.array(passId),
  /** 128 bits of a keyed hash: equal for equal keys of this mission, and telling nothing else. */
  digest: z.string().regex(/^[0-9a-f]{32}$/),
  /** Keys with bits of the same passes: they are not independent, and one of them at most may be used. */
  shares_passes_with: z.array(keyId),
  created_at_utc_ms: utcMs,
  code_version: z.string(),
  transitions: z.array(z.strictObject({ to_state: keyState, who: z.string(), why: z.string(), at_utc_ms: utcMs })),
});

export type KeyView = z.output<typeof keyView>;
export type KeyBudget = z.output<typeof keyBudget>;
