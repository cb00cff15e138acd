// Goal: a key length that accounts for its epsilon term by term, and moves the right way in every input.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  composableKeyLength, type ComposableKeyLength, type ComposableParameters,
} from '../../../src-core/distillation/key-length-composable.ts';
import { logRestExceeds, restErrorBound } from '../../../src-core/distillation/hypergeometric.ts';
import { paperKeyLength } from '../../../src-core/distillation/key-length-paper.ts';
import { binaryEntropy } from '../../../src-core/statistics.ts';

const golden = { Z: { n: 1685, e: 78 }, X: { n: 1415, e: 62 } };
const strict: ComposableParameters = { epsilon: 1e-10, delta: 0.0147, leakage: { f: 1.19 }, hashing: 'two-key' };
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const spent = (key: ComposableKeyLength) => sum(key.budget.map((term) => term.epsilon));

test('authority: about 19 bits with two keys and about 132 jointly from the golden counts at 1e-10', () => {
  const two = composableKeyLength(golden, strict);
  // The project's own earlier calculation says 19 and 132; its constant terms differ by one to two bits.
  expect(Math.abs(two.length_bits - 19)).toBeLessThan(2.5);
  expect(two.length_bits).toBeCloseTo(20.08, 1);
  expect(two.proved).toBe(true);
  const joint = composableKeyLength(golden, { ...strict, hashing: 'joint' });
  expect(Math.abs(joint.length_bits - 132)).toBeLessThan(2.5);
  expect([joint.proved, joint.key_bits]).toEqual([false, 0]);
  const paper = paperKeyLength(golden, { f: 1.19, eps_sec: 1e-10, eps_cor: 1e-10, delta: 0.0147 });
  expect(two.length_bits).toBeLessThan(paper.length_bits);
});

test('the budget adds up to epsilon, the terms to the length, and the sampling term is the exact tail', () => {
  const key = composableKeyLength(golden, strict);
  expect(spent(key) / 1e-10).toBeCloseTo(1, 12);
  expect(sum(key.terms.map((term) => term.bits))).toBeCloseTo(key.length_bits, 9);
  expect(key.length_z_bits + key.length_x_bits).toBeCloseTo(key.length_bits, 9);
  const sampling = key.budget.find((term) => term.term === 'sampling' && term.basis === 'Z')!.epsilon;
  const tail = logRestExceeds(key.phase_errors.Z!, { sample: 1415, errors: 62, rest: 1685 });
  expect((sampling / 2) ** 2 / Math.exp(tail)).toBeCloseTo(1, 10);
  expect([...key.budget, ...key.terms].every((term) => term.theorem.includes('('))).toBe(true);
});

test('the split is the best there is: an exhaustive search over both bounds finds no longer key', () => {
  const key = composableKeyLength(golden, strict);
  const options = (sample: { n: number; e: number }, rest: number) => Array.from({ length: 90 }, (_, i) => i + 180)
    .map((bound) => ({
      eps: 2 * Math.exp(logRestExceeds(bound, { sample: sample.n, errors: sample.e, rest }) / 2),
      bits: rest * (1 - binaryEntropy(bound / rest * 1.0147 ** 2)) }));
  let best = -Infinity;
  for (const z of options(golden.X, 1685)) {
    for (const x of options(golden.Z, 1415)) {
      const share = (1e-10 - z.eps - x.eps) / 2;
      if (share > 0) best = Math.max(best, z.bits + x.bits + 2 * (Math.log2(share / 6) + 2 * Math.log2(4 * share / 3)));
    }
  }
  const leak = 1.19 * (1685 * binaryEntropy(78 / 1685) + 1415 * binaryEntropy(62 / 1415));
  expect(key.length_bits).toBeCloseTo(best - leak, 6);
});

test('authority: one eps_s for both bases gives the earlier 132.0 and 18.4; two of them add the 1.9 and 1.7 bits', () => {
  const leak = 1.19 * (1685 * binaryEntropy(78 / 1685) + 1415 * binaryEntropy(62 / 1415));
  const entropy = (sample: { n: number; e: number }, rest: number, eps: number) => {
    const bound = restErrorBound({ sample: sample.n, errors: sample.e, rest }, 2 * Math.log(eps));
    return rest * (1 - binaryEntropy(bound / rest * 1.0147 ** 2));
  };
  const best = (hashes: number) => Math.max(...Array.from({ length: 150 }, (_, i) => {
    const eps = 1e-10 * 10 ** (-0.02 * (i + 1));
    const share = (1e-10 - 4 * eps) / hashes;
    if (share <= 0) return -Infinity;
    const overhead = Math.log2(6 / share) - 2 * Math.log2(4 * share / 3);
    return entropy(golden.X, 1685, eps) + entropy(golden.Z, 1415, eps) - hashes * overhead - leak;
  }));
  expect(best(1)).toBeCloseTo(132.0, 1);
  expect(best(2)).toBeCloseTo(18.4, 1);
});

test('one basis alone, leakage from a transcript, and a million bits', () => {
  const alone = composableKeyLength(golden, { ...strict, hashing: 'z-only' });
  expect(alone.length_x_bits).toBe(0);
  expect(alone.phase_errors.X).toBeNull();
  expect(alone.length_bits).toBeCloseTo(25.9, 1);
  const counted = composableKeyLength(golden, { ...strict, leakage: { z_bits: 500, x_bits: 400 } });
  expect(counted.terms.filter((term) => term.term === 'leakage').map((term) => term.bits)).toEqual([-500, -400]);
  const large = { Z: { n: 1_000_000, e: 45_000 }, X: { n: 1_000_000, e: 45_000 } };
  const rate = composableKeyLength(large, { ...strict, leakage: { f: 1.04 } }).length_bits / 2e6;
  const endless = 1 - binaryEntropy(0.045 * 1.0147 ** 2) - 1.04 * binaryEntropy(0.045);
  expect(rate).toBeLessThan(endless);
  expect(rate).toBeGreaterThan(endless - 0.02);
});

test('failure: no bits or hopeless errors give a negative length and no key, never NaN', () => {
  for (const counts of [
    { Z: { n: 0, e: 0 }, X: { n: 0, e: 0 } }, { Z: { n: 100, e: 0 }, X: { n: 0, e: 0 } },
    { Z: { n: 100, e: 100 }, X: { n: 100, e: 50 } }, { Z: { n: 1, e: 1 }, X: { n: 1, e: 0 } },
  ]) {
    for (const hashing of ['two-key', 'joint', 'z-only', 'x-only'] as const) {
      const key = composableKeyLength(counts, { ...strict, hashing });
      expect(key.length_bits).toBeLessThan(0);
      expect(key.key_bits).toBe(0);
    }
  }
  expect(() => composableKeyLength(golden, { ...strict, epsilon: 0 })).toThrow('epsilon 0');
  expect(() => composableKeyLength({ ...golden, Z: { n: 1, e: 2 } }, strict)).toThrow('2 errors among 1 bits');
});

test('property: a looser epsilon and larger blocks lengthen the key, an error shortens it', () => {
  const basis = fc.integer({ min: 200, max: 20_000 }).chain((n) => fc.record({
    n: fc.constant(n), e: fc.integer({ min: 0, max: Math.floor(n / 20) }) }));
  fc.assert(fc.property(basis, basis, fc.integer({ min: 5, max: 14 }), (Z, X, digits) => {
    const at = (counts: { Z: typeof Z; X: typeof X }, epsilon = 10 ** -digits) =>
      composableKeyLength(counts, { ...strict, epsilon }).length_bits;
    const length = at({ Z, X });
    expect(Number.isFinite(length)).toBe(true);
    expect(at({ Z, X }, 2 * 10 ** -digits)).toBeGreaterThan(length);
    expect(at({ Z: { n: Z.n, e: Z.e + 1 }, X })).toBeLessThan(length);
    expect(at({ Z, X: { n: X.n, e: X.e + 1 } })).toBeLessThan(length);
    // Where there is a key at all: a hopeless block only leaks more when it grows. The bound counts whole errors,
    // so one bit more may cost one error's worth; a tenth more never does.
    if (length > 0) {
      const tenth = ({ n, e }: typeof Z) => ({ n: n + Math.ceil(n / 10), e: e + Math.floor(e / 10) });
      expect(at({ Z: tenth(Z), X: tenth(X) })).toBeGreaterThan(length);
      expect(at({ Z: { n: Z.n + 1, e: Z.e }, X })).toBeGreaterThan(length - 8);
    }
  }), { numRuns: 60 });
});
