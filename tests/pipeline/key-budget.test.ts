// Goal: the terms of a length add up to it, the shares of epsilon to the total, and each names what proves it.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keyBudget } from '../../src-contract/key.ts';
import { composableKeyLength } from '../../src-core/distillation/key-length-composable.ts';
import { paperKeyLength } from '../../src-core/distillation/key-length-paper.ts';
import { efficiencyOf, viewKeyBudget, type BudgetRequest } from '../../src-main/pipeline/key-budget.ts';

const GOLDEN = { Z: { n: 1685, e: 78 }, X: { n: 1415, e: 62 } };
const request = (change: Partial<BudgetRequest> = {}): BudgetRequest => ({
  counts: GOLDEN, definition: 'composable', eps_sec: 1e-10, eps_cor: 1e-10, epsilon: 1e-10, delta: 0.0147,
  hashing: 'two-key', leakage: { f: 1.19 }, ...change });

const bitsOf = ({ bits }: ReturnType<typeof viewKeyBudget>) => bits.reduce((sum, term) => sum + term.bits, 0);
const epsilonOf = ({ epsilons }: ReturnType<typeof viewKeyBudget>) =>
  epsilons.reduce((sum, { epsilon }) => sum + epsilon, 0);

const basis = fc.tuple(fc.integer({ min: 1, max: 20_000 }), fc.double({ min: 0, max: 0.12, noNaN: true }))
  .map(([n, share]) => ({ n, e: Math.floor(n * share) }));
const counts = fc.record({ Z: basis, X: basis });

test('property: composable terms add up to the length, and the shares of epsilon to no more than the total', () => {
  fc.assert(fc.property(counts, fc.constantFrom('two-key', 'joint', 'z-only', 'x-only'), (found, hashing) => {
    const budget = keyBudget.parse(viewKeyBudget(request({ counts: found, hashing })));
    const length = composableKeyLength(found, { epsilon: 1e-10, delta: 0.0147, leakage: { f: 1.19 }, hashing });
    expect(bitsOf(budget)).toBeCloseTo(length.length_bits, 6);
    expect(epsilonOf(budget)).toBeLessThanOrEqual(1e-10 * (1 + 1e-9));
    expect(epsilonOf(budget)).toBeGreaterThan(0.999e-10);
  }), { numRuns: 40 });
});

test('property: leakage counted from a transcript takes the place of f, and nothing else moves', () => {
  fc.assert(fc.property(counts, fc.nat(2000), fc.nat(2000), (found, z_bits, x_bits) => {
    const budget = viewKeyBudget(request({ counts: found, leakage: { bits: z_bits + x_bits } }));
    const length = composableKeyLength(found, {
      epsilon: 1e-10, delta: 0.0147, leakage: { z_bits, x_bits }, hashing: 'two-key' });
    expect(bitsOf(budget)).toBeCloseTo(length.length_bits, 6);
    expect(budget.bits.filter(({ term }) => term === 'leakage')).toHaveLength(1);
  }), { numRuns: 40 });
});

test('property: the paper’s terms add up to its length', () => {
  fc.assert(fc.property(counts, (found) => {
    const parameters = { f: 1.19, eps_sec: 1e-9, eps_cor: 1e-11, delta: 0.0147 };
    const budget = viewKeyBudget(request({ ...parameters, counts: found, definition: 'paper' }));
    expect(bitsOf(budget)).toBeCloseTo(paperKeyLength(found, parameters).length_bits, 6);
    expect(budget.epsilons.map(({ epsilon }) => epsilon)).toEqual([1e-9, 1e-11]);
  }));
});

test('every term of the golden counts names a theorem, and the paper’s say that they are none', () => {
  const composable = viewKeyBudget(request());
  for (const { theorem } of [...composable.epsilons, ...composable.bits]) expect(theorem).toMatch(/Tomamichel|Nat\. Commun/);
  expect(composable.phase_errors).toEqual({ Z: 241, X: 207 });
  const paper = viewKeyBudget(request({ definition: 'paper' }));
  for (const { theorem } of [...paper.epsilons, ...paper.bits]) expect(theorem).toContain('not proved');
});

test('efficiency is leaked bits over the entropy of the errors, and nothing without an error', () => {
  expect(efficiencyOf(GOLDEN, 979)).toBeCloseTo(1.19, 2);
  expect(efficiencyOf({ Z: { n: 10, e: 0 }, X: { n: 0, e: 0 } }, 5)).toBeNull();
});
