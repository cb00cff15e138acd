// Goal: under the paper's definition a key is never longer than the sum of both bases, also where one is negative.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planLengths, type PartySettings } from '../../../src-core/distillation/party-settings.ts';
import { binaryEntropy } from '../../../src-core/statistics.ts';

const settings = { definition: 'paper', epsilon: 1e-10, delta: 0.0147, hashing: 'two-key', algorithm: 'cascade' } as PartySettings;
const leak = ({ n, e }: { n: number; e: number }) => Math.ceil(1.19 * n * binaryEntropy(e / n));

test('near the edge, where X alone falls below zero, Z pays for it', () => {
  // The formula gives 10.7 bits in Z and -9.3 in X: 1.4 together, a fraction less with whole leaked bits.
  const counts = { Z: { n: 1685, e: 101 }, X: { n: 1415, e: 86 } };
  const plan = planLengths(counts, settings, { Z: leak(counts.Z), X: leak(counts.X) });
  if (plan.ok) {
    expect(plan.value.account.length_x_bits).toBeLessThan(0);
    expect(plan.value.z_bits + plan.value.x_bits).toBeLessThanOrEqual(plan.value.account.length_bits);
  } else {
    expect(plan.error).toMatchObject({ type: 'NoKey' });
  }
});

test('property: whole bits never exceed the sum', () => {
  const basis = fc.record({ n: fc.integer({ min: 500, max: 20_000 }), permille: fc.integer({ min: 1, max: 70 }) })
    .map(({ n, permille }) => ({ n, e: Math.ceil((n * permille) / 1000) }));
  fc.assert(fc.property(basis, basis, (Z, X) => {
    const plan = planLengths({ Z, X }, settings, { Z: leak(Z), X: leak(X) });
    if (!plan.ok) return;
    expect(plan.value.z_bits + plan.value.x_bits).toBeLessThanOrEqual(plan.value.account.length_bits);
    expect(Math.min(plan.value.z_bits, plan.value.x_bits)).toBeGreaterThanOrEqual(0);
  }));
});
