// Goal: the simulator's dice follow their distributions, repeat by seed, and are strangers to each other.
import { describe, expect, test } from 'vitest';
import { chiSquareUpperTail, normalCdf } from '../../src-core/statistics.ts';
import { createRandom, cumulate, drawIndex, randomFromState, type Random } from '../../src-main/simulator/random.ts';

/** Chance that a sample so uneven comes from this distribution: the values, through it, are counted in equal bins. */
function fitProbability(values: readonly number[], cdf: (x: number) => number, bins = 100): number {
  const counts = new Float64Array(bins);
  for (const value of values) counts[Math.min(bins - 1, Math.floor(cdf(value) * bins))]! += 1;
  const mean = values.length / bins;
  return chiSquareUpperTail(counts.reduce((sum, n) => sum + (n - mean) ** 2 / mean, 0), bins - 1);
}
const draw = (n: number, one: () => number) => Array.from({ length: n }, one);
/** With a fixed seed a test either always passes or never; this says the seed was not picked from thousands. */
const UNLIKELY = 1e-3;

describe('the generator', () => {
  test('gives the outputs of the reference implementation of xoshiro128** from state 1, 2, 3, 4', () => {
    const random = randomFromState([1, 2, 3, 4]);
    expect(draw(10, random.bits)).toEqual([11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034,
      3734860849, 3729100597, 4258142804]);
  });

  test('repeats by seed and purpose, and changes with either', () => {
    const first = (random: Random) => draw(4, random.bits);
    const one = first(createRandom(7, 'pairs'));
    expect(first(createRandom(7, 'pairs'))).toEqual(one);
    expect(first(createRandom(8, 'pairs'))).not.toEqual(one);
    expect(first(createRandom(7, 'singles 0'))).not.toEqual(one);
  });

  test('streams of neighbouring seeds and purposes are uncorrelated', () => {
    const n = 20_000;
    const base = createRandom(1, 'dark 0');
    const strangers = [createRandom(2, 'dark 0'), createRandom(1, 'dark 1'), createRandom(0, 'dark 0')];
    const x = draw(n, base.uniform);
    for (const stranger of strangers) {
      const y = draw(n, stranger.uniform);
      const correlation = 12 * x.reduce((sum, value, i) => sum + (value - 0.5) * (y[i]! - 0.5), 0) / n;
      expect(Math.abs(correlation) * Math.sqrt(n)).toBeLessThan(4);
    }
  });

  test('a seed that is no 32-bit number, and a state of zeros, are programmer errors', () => {
    expect(() => createRandom(-1, 'x')).toThrow('32-bit');
    expect(() => createRandom(2 ** 32, 'x')).toThrow('32-bit');
    expect(() => randomFromState([0, 0, 0, 0])).toThrow('zero');
  });
});

describe('distributions', () => {
  const random = createRandom(20180914, 'distributions');

  test('uniform: flat on [0, 1), 53 bits', () => {
    const values = draw(100_000, random.uniform);
    expect(fitProbability(values, (x) => x)).toBeGreaterThan(UNLIKELY);
    expect(Math.min(...values.slice(0, 1000))).toBeGreaterThanOrEqual(0);
    expect(values.some((value) => (value * 2 ** 32) % 1 !== 0)).toBe(true);
  });

  test('exponential of rate 1', () => {
    expect(fitProbability(draw(100_000, random.exponential), (x) => 1 - Math.exp(-x))).toBeGreaterThan(UNLIKELY);
  });

  test('normal, also where both values of a draw are used', () => {
    const values = draw(100_000, random.normal);
    expect(fitProbability(values, normalCdf)).toBeGreaterThan(UNLIKELY);
    const neighbours = values.slice(1).reduce((sum, value, i) => sum + value * values[i]!, 0) / values.length;
    expect(Math.abs(neighbours) * Math.sqrt(values.length)).toBeLessThan(4);
  });

  test('exponential gaps make a Poisson process: counts a unit of time have variance equal to mean', () => {
    const counts = new Float64Array(4000);
    const rate = 7;
    for (let t = random.exponential() / rate; t < counts.length; t += random.exponential() / rate) {
      counts[Math.floor(t)]! += 1;
    }
    const mean = counts.reduce((a, b) => a + b) / counts.length;
    const variance = counts.reduce((sum, n) => sum + (n - mean) ** 2, 0) / (counts.length - 1);
    expect(Math.abs(mean - rate) / Math.sqrt(rate / counts.length)).toBeLessThan(4);
    expect(Math.abs(variance / mean - 1) / Math.sqrt(2 / counts.length)).toBeLessThan(4);
  });

  test('an index is drawn as often as its weight says, and never with weight zero', () => {
    const weights = [0.2, 0, 0.5, 0.3];
    const sums = cumulate(weights);
    const counts = weights.map(() => 0);
    const n = 50_000;
    for (let i = 0; i < n; i += 1) counts[drawIndex(random, sums)]! += 1;
    expect(counts[1]).toBe(0);
    const chi = [0, 2, 3].reduce((sum, i) => sum + (counts[i]! - n * weights[i]!) ** 2 / (n * weights[i]!), 0);
    expect(chiSquareUpperTail(chi, 2)).toBeGreaterThan(UNLIKELY);
  });
});
