// Goal: hold every statistic to values of an arbitrary-precision program, and to bounds that no choice can move.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { incompleteBeta, logGamma, lowerGamma, upperGamma } from '../../src-core/special-functions.ts';
import {
  binaryEntropy, chiSquareUpperTail, clopperPearson, logBinomialPmf, logBinomialUpperTail, normalCdf, normalQuantile,
  poissonInterval, poissonUpperTail,
} from '../../src-core/statistics.ts';

const golden = JSON.parse(readFileSync(new URL('../golden/mpmath/special-functions.json', import.meta.url), 'utf8')) as
  Record<string, number[][]>;

/** Largest relative difference between a function and its golden rows. */
function worst(name: string, value: (...inputs: number[]) => number | number[]): number {
  const rows = golden[name]!;
  expect(rows.length).toBeGreaterThan(3);
  return Math.max(...rows.map((row) => {
    const found = value(...row);
    const list = typeof found === 'number' ? [found] : found;
    const expected = row.slice(-list.length);
    return Math.max(...list.map((x, i) => x === expected[i] ? 0 : Math.abs(x / expected[i]! - 1)));
  }));
}

test('authority: log-gamma to 1e-14, beside its zeros too', () => {
  expect(worst('log_gamma', (x) => logGamma(x))).toBeLessThan(1e-14);
});

test('authority: incomplete beta and gamma, normal distribution and its quantile', () => {
  expect(worst('incomplete_beta', (a, b, x) => incompleteBeta(a, b, x))).toBeLessThan(1e-12);
  expect(worst('upper_gamma', (a, x) => upperGamma(a, x))).toBeLessThan(1e-12);
  expect(worst('normal_cdf', (x) => normalCdf(x))).toBeLessThan(1e-12);
  expect(worst('normal_quantile', (p) => normalQuantile(p))).toBeLessThan(1e-13);
});

test('authority: binomial tail as a probability, and both exact intervals', () => {
  const relative = golden['log_binomial_upper_tail']!.map(([k, n, p, log]) =>
    Math.abs(Math.expm1(logBinomialUpperTail(k!, n!, p!) - log!)));
  expect(Math.max(...relative)).toBeLessThan(1e-12);
  const bounds = (x: { low: number; high: number }) => [x.low, x.high];
  expect(worst('clopper_pearson', (k, n, c) => bounds(clopperPearson(k, n, c)))).toBeLessThan(1e-11);
  expect(worst('poisson_interval', (k, c) => bounds(poissonInterval(k, c)))).toBeLessThan(1e-12);
});

test('analytic: a fair coin holds one bit, certainty none; chi-square with two degrees is exponential', () => {
  expect(binaryEntropy(0.5)).toBe(1);
  expect([binaryEntropy(0), binaryEntropy(1)]).toEqual([0, 0]);
  expect(chiSquareUpperTail(6, 2)).toBeCloseTo(Math.exp(-3), 15);
  expect(poissonUpperTail(1, 0.3)).toBeCloseTo(-Math.expm1(-0.3), 15);
  expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 13);
});

test('analytic: the binomial probabilities of ten throws add up to one', () => {
  const sum = Array.from({ length: 11 }, (_, k) => Math.exp(logBinomialPmf(k, 10, 0.3))).reduce((a, b) => a + b);
  expect(sum).toBeCloseTo(1, 14);
});

test('failure: arguments outside the domain are programmer errors', () => {
  expect(() => logGamma(0)).toThrow('logGamma of 0');
  expect(() => binaryEntropy(1.2)).toThrow('binary entropy');
  expect(() => clopperPearson(5, 4)).toThrow('5 among 4');
  expect(() => normalQuantile(0)).toThrow('normal quantile');
});

test('property: log-gamma obeys its recurrence, and the two incomplete gammas add to one', () => {
  fc.assert(fc.property(fc.double({ min: 1e-3, max: 1e5, noNaN: true }), (x) => {
    expect(Math.abs(logGamma(x + 1) - logGamma(x) - Math.log(x))).toBeLessThan(1e-14 * (20 + logGamma(x + 1)));
  }));
  fc.assert(fc.property(fc.double({ min: 0.1, max: 500, noNaN: true }), fc.double({ min: 0, max: 900, noNaN: true }),
    (a, x) => { expect(upperGamma(a, x) + lowerGamma(a, x)).toBeCloseTo(1, 12); }));
});

test('property: an exact interval holds its estimate, and the tail at its bound is half of alpha', () => {
  const counts = fc.integer({ min: 1, max: 5000 })
    .chain((n) => fc.tuple(fc.integer({ min: 1, max: n }), fc.constant(n)));
  fc.assert(fc.property(counts, ([k, n]) => {
    const { low, high } = clopperPearson(k, n);
    expect(low).toBeLessThanOrEqual(k / n);
    expect(high).toBeGreaterThanOrEqual(k / n);
    expect(Math.exp(logBinomialUpperTail(k, n, low))).toBeCloseTo(0.025, 10);
  }), { numRuns: 50 });
});
