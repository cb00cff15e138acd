// Goal: the chosen remainder width costs no more than its neighbours, whatever the law of the gaps.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ESCAPE_QUOTIENT, planRice, residualOf, type RicePlan } from '../../src-core/rice-plan.ts';

/** The cost in bits, counted plainly: unary quotient, remainder, and 64 bits more for a gap written raw. */
function plainBits(gaps: Float64Array, plan: RicePlan): number {
  return gaps.reduce((bits, gap) => {
    const quotient = Math.floor(residualOf(gap, plan) / 2 ** plan.k);
    return bits + plan.k + 1 + (quotient < ESCAPE_QUOTIENT ? quotient : ESCAPE_QUOTIENT + 64);
  }, 0);
}

test('property: no neighbour of the chosen width is cheaper, for mixtures of bursts, clicks and outages', () => {
  const gap = fc.oneof(fc.nat(3), fc.integer({ min: 1000, max: 3000 }), fc.nat(1e9), fc.nat(2 ** 45));
  const gaps = fc.array(gap, { minLength: 1, maxLength: 400 }).map((list) => Float64Array.from(list));
  fc.assert(fc.property(gaps, (column) => {
    const plan = planRice(column);
    for (const k of [plan.k - 1, plan.k + 1].filter((width) => width >= 0 && width <= 52)) {
      expect(plainBits(column, { ...plan, k })).toBeGreaterThanOrEqual(plainBits(column, plan));
    }
    const escapes = column.filter((value) => residualOf(value, plan) >= ESCAPE_QUOTIENT * 2 ** plan.k).length;
    expect(plan.escapes).toBe(escapes);
  }));
});

test('bursts are folded from their least gap, pulses around their period', () => {
  expect(planRice(Float64Array.of(9, 5, 30, 7, 100, 6)).signed).toBe(false);
  expect(planRice(Float64Array.from({ length: 99 }, (_, i) => (i % 2 === 0 ? 1e8 + 1 : 1e8 - 1)).fill(0, 50, 51)))
    .toMatchObject({ signed: true, escapes: 1 });
  expect(planRice(new Float64Array(0))).toEqual({ k: 0, base: 0, signed: false, escapes: 0 });
});
