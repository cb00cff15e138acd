// Goal: the sampling bound is exact: golden tails to 1e-12 down to 1e-60, golden bounds over every channel.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  logHypergeometricLowerTail, logHypergeometricPmf, logRestExceeds, restErrorBound,
} from '../../../src-core/distillation/hypergeometric.ts';

const file = new URL('../../golden/mpmath/hypergeometric.json', import.meta.url);
const golden = JSON.parse(readFileSync(file, 'utf8')) as {
  lower_tail: [number, number, number, number, number, number][];
  rest_error_bound: [number, number, number, number, number][];
};

test('authority: the lower tail to 1e-12 relative, from 0.95 down to 3e-60', () => {
  for (const [x, total, marked, drawn, , p] of golden.lower_tail) {
    const found = Math.exp(logHypergeometricLowerTail(x, { total, marked, drawn }));
    expect(Math.abs(found / p - 1), `${x} of ${total}, ${marked}, ${drawn}`).toBeLessThan(1e-12);
  }
  expect(Math.min(...golden.lower_tail.map((row) => row[5]))).toBeLessThan(1e-40);
});

test('authority: the bound on the rest is the one an exhaustive search over all channels finds', () => {
  for (const [sample, errors, rest, epsilon, bound] of golden.rest_error_bound) {
    expect(restErrorBound({ sample, errors, rest }, Math.log(epsilon))).toBe(bound);
  }
});

test('analytic: drawing everything is certain, drawing one is a proportion, all cells add to one', () => {
  expect(logHypergeometricPmf(4, { total: 10, marked: 4, drawn: 10 })).toBeCloseTo(0, 14);
  expect(Math.exp(logHypergeometricPmf(1, { total: 10, marked: 4, drawn: 1 }))).toBeCloseTo(0.4, 15);
  const urn = { total: 100, marked: 40, drawn: 50 };
  const cells = Array.from({ length: 41 }, (_, x) => Math.exp(logHypergeometricPmf(x, urn)));
  expect(cells.reduce((a, b) => a + b)).toBeCloseTo(1, 13);
});

test('failure: impossible draws have no probability, impossible urns are programmer errors', () => {
  expect(logHypergeometricPmf(5, { total: 10, marked: 4, drawn: 6 })).toBe(-Infinity);
  expect(logHypergeometricLowerTail(-1, { total: 10, marked: 4, drawn: 6 })).toBe(-Infinity);
  expect(() => logHypergeometricPmf(1, { total: 10, marked: 11, drawn: 6 })).toThrow('11 marked');
  expect(logRestExceeds(7, { sample: 5, errors: 1, rest: 7 })).toBe(-Infinity);
  expect(restErrorBound({ sample: 0, errors: 0, rest: 9 }, Math.log(1e-10))).toBe(9);
});

test('property: the bound falls with the probability and is the smallest that holds', () => {
  const size = fc.integer({ min: 1, max: 2000 });
  const sample = fc.tuple(size, size).chain(([tested, rest]) => fc.record({
    sample: fc.constant(tested), rest: fc.constant(rest), errors: fc.integer({ min: 0, max: tested }) }));
  fc.assert(fc.property(sample, fc.integer({ min: 1, max: 40 }), (input, digits) => {
    const logP = -digits * Math.LN10;
    const bound = restErrorBound(input, logP);
    expect(logRestExceeds(bound, input)).toBeLessThanOrEqual(logP);
    if (bound > 0) expect(logRestExceeds(bound - 1, input)).toBeGreaterThan(logP);
    expect(restErrorBound(input, logP - 3)).toBeGreaterThanOrEqual(bound);
  }));
});
