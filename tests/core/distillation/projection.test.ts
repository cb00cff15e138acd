// Goal: what the next pass adds is said before it is flown, with an interval that two thirds of such passes meet.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { composableKeyLength } from '../../../src-core/distillation/key-length-composable.ts';
import { paperKeyLength } from '../../../src-core/distillation/key-length-paper.ts';
import { bitsPerPass, poolCounts, projectKey, type ExpectedPass } from '../../../src-core/distillation/pooling.ts';
import type { SiftedCounts } from '../../../src-core/distillation/sift.ts';
import { seededStream } from './random-bits.ts';

const terms = { epsilon: 1e-10, delta: 0.0147, f: 1.19 };
/** The published campaign, and one more night like its nights. */
const campaign: SiftedCounts = { Z: { n: 1685, e: 78 }, X: { n: 1415, e: 62 } };
const night: ExpectedPass = { sifted_bits: 310, sifted_bits_sigma: 60, qber: 0.045, z_share: 0.54 };

test('authority: before the pass the lengths are those of the published campaign under both definitions', () => {
  const { paper, composable, pass } = projectKey(campaign, night, terms);
  expect(paper.length_bits).toBeCloseTo(378.7, 1);
  expect(composable.length_bits).toBeCloseTo(20.08, 1);
  expect(pass).toEqual({ Z: { n: 167, e: 8 }, X: { n: 143, e: 6 } });
  const pooled = poolCounts([campaign, pass]);
  expect(composable.length_with_pass_bits.value).toBeCloseTo(
    composableKeyLength(pooled, { epsilon: 1e-10, delta: 0.0147, leakage: { f: 1.19 }, hashing: 'two-key' })
      .length_bits, 9);
  expect(paper.length_with_pass_bits.value).toBeCloseTo(
    paperKeyLength(pooled, { f: 1.19, eps_sec: 1e-10, eps_cor: 1e-10, delta: 0.0147 }).length_bits, 9);
  for (const one of [paper, composable]) {
    expect(one.gain_bits.value).toBeCloseTo(one.length_with_pass_bits.value - one.length_bits, 9);
  }
});

/** Counts as a flown pass would bring them: the link's factor, then every bit in turn. */
function flown({ sifted_bits, sifted_bits_sigma, qber, z_share }: ExpectedPass, seed: number): SiftedCounts {
  const stream = seededStream(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - stream.fraction())) * Math.cos(2 * Math.PI * stream.fraction());
  const mean = Math.max(0, sifted_bits + sifted_bits_sigma * normal());
  const counts = { Z: { n: 0, e: 0 }, X: { n: 0, e: 0 } };
  // Arrivals of a Poisson process in unit time.
  for (let t = -Math.log(1 - stream.fraction()) / mean; t < 1; t += -Math.log(1 - stream.fraction()) / mean) {
    const basis = stream.fraction() < z_share ? counts.Z : counts.X;
    basis.n += 1;
    if (stream.fraction() < qber) basis.e += 1;
  }
  return counts;
}

test('analytic: 68 % of 600 flown passes end inside the interval, under both definitions', () => {
  const block = poolCounts([campaign, campaign]);
  const projected = projectKey(block, night, terms);
  const inside = { paper: 0, composable: 0 };
  for (let seed = 1; seed <= 600; seed += 1) {
    const found = projectKey(poolCounts([block, flown(night, seed)]), { ...night, sifted_bits: 0 }, terms);
    for (const definition of ['paper', 'composable'] as const) {
      const { low, high } = projected[definition].length_with_pass_bits;
      const length = found[definition].length_bits;
      if (low <= length && length <= high) inside[definition] += 1;
    }
  }
  // Three standard deviations of the share of 600 are 0.057; rounded counts and a bent length add a little.
  expect(Math.abs(inside.paper / 600 - 0.683)).toBeLessThan(0.08);
  expect(Math.abs(inside.composable / 600 - 0.683)).toBeLessThan(0.08);
});

test('a single night is no key, each of many is worth something, and more so the more there are', () => {
  expect(projectKey(poolCounts([]), night, terms).composable.length_with_pass_bits.value).toBeLessThan(0);
  const [one, ten, hundred] = [1, 10, 100].map((passes) => bitsPerPass(night, passes, terms));
  expect(one).toEqual({ paper: 0, composable: 0 });
  expect(ten!.composable).toBeLessThan(hundred!.composable);
  expect(ten!.paper).toBeLessThan(hundred!.paper);
  // Never more than an endless campaign of such nights gives: 310 bits at 0.045 and f = 1.19, about 127.
  expect(bitsPerPass(night, 100_000, terms).composable).toBeLessThan(127.5);
});

test('property: the interval holds its value, and a pass of nothing adds nothing', () => {
  fc.assert(fc.property(
    fc.record({
      sifted_bits: fc.double({ min: 0, max: 2000, noNaN: true }), sifted_bits_sigma: fc.double({ min: 0, max: 500, noNaN: true }),
      qber: fc.double({ min: 0, max: 0.5, noNaN: true }), z_share: fc.double({ min: 0, max: 1, noNaN: true }),
    }), (expected) => {
      const found = projectKey(campaign, expected, terms);
      for (const { gain_bits: { value, low, high } } of [found.paper, found.composable]) {
        expect(Number.isFinite(value)).toBe(true);
        expect(low).toBeLessThanOrEqual(value);
        expect(high).toBeGreaterThanOrEqual(value);
      }
    }), { numRuns: 40 });
  expect(projectKey(campaign, { ...night, sifted_bits: 0, sifted_bits_sigma: 0 }, terms).composable.gain_bits)
    .toEqual({ value: 0, low: 0, high: 0 });
});

test('failure: impossible expectations are programmer errors', () => {
  expect(() => projectKey(campaign, { ...night, qber: 0.6 }, terms)).toThrow('error rate 0.6');
  expect(() => projectKey(campaign, { ...night, sifted_bits: Number.NaN }, terms)).toThrow('sifted bits');
  expect(() => bitsPerPass(night, 0, terms)).toThrow('0 passes');
});
