// Goal: reproduce the published key length from the published counts, and keep its edges free of NaN.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  mismatchShare, paperKeyLength, paperQberEdge, type PaperParameters,
} from '../../../src-core/distillation/key-length-paper.ts';

const golden = { Z: { n: 1685, e: 78 }, X: { n: 1415, e: 62 } };
const published: PaperParameters = { f: 1.19, eps_sec: 1e-10, eps_cor: 1e-10, delta: 0.0147 };

test('authority: 378.7 bits from the counts behind Nature 582, 501, and 372 within the rounding of f', () => {
  const key = paperKeyLength(golden, published);
  expect(Math.abs(key.length_bits - 378.7)).toBeLessThan(0.05);
  expect(key.length_z_bits + key.length_x_bits).toBeCloseTo(key.length_bits, 10);
  expect(key.key_bits).toBe(378);
  expect(Math.abs(paperKeyLength(golden, { ...published, f: 1.198 }).length_bits - 372)).toBeLessThan(0.2);
  expect(key.length_bits / 3100).toBeCloseTo(0.12, 2);
});

test('authority: the key vanishes at an error rate of 6.04 %', () => {
  const edge = paperQberEdge({ z: 1685, x: 1415 }, published)!;
  expect(Math.abs(edge - 0.0604)).toBeLessThan(0.0002);
  const at = (q: number) => paperKeyLength(
    { Z: { n: 168500, e: Math.round(168500 * q) }, X: { n: 141500, e: Math.round(141500 * q) } }, published);
  expect(at(0.01).length_bits).toBeGreaterThan(at(0.06).length_bits);
});

test('analytic: without errors, mismatch or leakage, an endless block gives one bit a bit less the overhead', () => {
  const n = 1e12;
  const clean = { Z: { n, e: 0 }, X: { n, e: 0 } };
  const key = paperKeyLength(clean, { ...published, delta: 0, f: 0 });
  expect(key.length_z_bits / n).toBeCloseTo(1, 3);
  expect(mismatchShare(0)).toBe(0);
  expect(mismatchShare(0.0147)).toBeCloseTo(0.028764, 6);
});

test('failure: no bits, no sample, or a phase error of one half give the formula\'s value, never NaN', () => {
  const overhead = Math.log2(2 / (1e-10 * 1e-20));
  const nothing = paperKeyLength({ Z: { n: 0, e: 0 }, X: { n: 0, e: 0 } }, published);
  expect(nothing.length_bits).toBeCloseTo(-2 * overhead, 9);
  expect(nothing.key_bits).toBe(0);
  expect(paperKeyLength({ Z: { n: 100, e: 0 }, X: { n: 0, e: 0 } }, published).length_z_bits).toBeCloseTo(-overhead, 9);
  const noise = paperKeyLength({ Z: { n: 1000, e: 0 }, X: { n: 1000, e: 500 } }, published);
  expect(noise.length_z_bits).toBeCloseTo(-overhead, 9);
  expect(() => paperKeyLength({ Z: { n: 1, e: 2 }, X: { n: 1, e: 0 } }, published)).toThrow('2 errors among 1 bits');
  expect(() => paperKeyLength(golden, { ...published, eps_sec: 0 })).toThrow('epsilons');
  expect(paperQberEdge({ z: 100, x: 100 }, published)).toBeNull();
});

test('property: one more error never lengthens the key, a looser epsilon never shortens it', () => {
  const basis = fc.integer({ min: 2, max: 100_000 }).chain((n) => fc.record({
    n: fc.constant(n), e: fc.integer({ min: 0, max: n - 1 }) }));
  fc.assert(fc.property(basis, basis, fc.integer({ min: 2, max: 15 }), (Z, X, digits) => {
    const tight = { ...published, eps_sec: 10 ** -digits };
    const length = paperKeyLength({ Z, X }, tight).length_bits;
    expect(Number.isFinite(length)).toBe(true);
    expect(paperKeyLength({ Z: { n: Z.n, e: Z.e + 1 }, X }, tight).length_bits).toBeLessThanOrEqual(length);
    expect(paperKeyLength({ Z, X }, { ...tight, eps_sec: 2 * tight.eps_sec }).length_bits).toBeGreaterThan(length);
  }));
});
