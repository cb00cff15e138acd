// Goal: the fast Toeplitz hash is the plain matrix over GF(2), bit for bit, at every length.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { additiveTransform, addProducts, inverseTransform } from '../../../src-core/distillation/binary-field.ts';
import { packBits, unpackBits } from '../../../src-core/distillation/bit-string.ts';
import { toeplitzHash } from '../../../src-core/distillation/toeplitz.ts';
import { seededStream } from './random-bits.ts';

/** y_i = XOR_j s[i - j + n - 1] x_j, as the definition says. */
function plainToeplitz(x: Uint8Array, s: Uint8Array, rows: number): Uint8Array {
  return Uint8Array.from({ length: rows }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < x.length; j += 1) sum ^= x[j]! & s[i - j + x.length - 1]!;
    return sum;
  });
}

function fastToeplitz(x: Uint8Array, s: Uint8Array, rows: number): Uint8Array {
  return unpackBits(toeplitzHash({ input: packBits(x), seed: packBits(s), output_bits: rows }));
}

test('authority: the definition itself, over lengths that straddle every block boundary', () => {
  const stream = seededStream(1);
  for (const [n, m] of [
    [1, 1], [7, 3], [8, 8], [511, 100], [512, 512], [513, 512], [3100, 19], [5000, 4999], [10_000, 1025],
    [140_000, 3], [20_000, 9000],
  ] as const) {
    const [x, s] = [stream.bits(n), stream.bits(n + m - 1)];
    expect(fastToeplitz(x, s, m), `${n} to ${m}`).toEqual(plainToeplitz(x, s, m));
  }
});

test('authority: a large block agrees with the definition on sampled rows, past the largest transform', () => {
  const stream = seededStream(2);
  const [n, m] = [300_000, 150_000];
  const [x, s] = [stream.bits(n), stream.bits(n + m - 1)];
  const fast = fastToeplitz(x, s, m);
  const sampled = Array.from({ length: 60 }, () => stream.word() % m);
  for (const i of [0, 1, 7, 131_071, 131_072, 131_073, 149_999, ...sampled]) {
    let sum = 0;
    for (let j = 0; j < n; j += 1) sum ^= x[j]! & s[i - j + n - 1]!;
    expect(fast[i], `row ${i}`).toBe(sum);
  }
});

test('analytic: the identity diagonal copies the input, a seed of zeros gives zeros', () => {
  const x = seededStream(3).bits(1000);
  const diagonal = new Uint8Array(1999);
  diagonal[999] = 1;
  expect(fastToeplitz(x, diagonal, 1000)).toEqual(x);
  expect(fastToeplitz(x, new Uint8Array(1199), 200)).toEqual(new Uint8Array(200));
});

test('analytic: the transform gives the values of x on the span, and is undone exactly', () => {
  const f = new Uint16Array(64);
  f[1] = 1;
  additiveTransform(f);
  expect(new Set(f).size).toBe(64);
  expect([f[0], f[1]]).toEqual([0, 1]);
  const cube = new Uint16Array(64);
  cube[3] = 1;
  additiveTransform(cube);
  const expected = new Uint16Array(64);
  const squared = new Uint16Array(64);
  addProducts(squared, f, f);
  addProducts(expected, squared, f);
  expect(cube).toEqual(expected);
  const stream = seededStream(4);
  for (const size of [1, 2, 4, 256, 32_768, 65_536]) {
    const before = Uint16Array.from({ length: size }, () => stream.word() & 65_535);
    const after = before.slice();
    additiveTransform(after);
    inverseTransform(after);
    expect(after).toEqual(before);
  }
});

test('failure: a seed of the wrong length or more bits than went in are programmer errors', () => {
  const x = packBits(new Uint8Array(100));
  expect(() => toeplitzHash({ input: x, seed: packBits(new Uint8Array(100)), output_bits: 10 })).toThrow('seed of 100');
  expect(() => toeplitzHash({ input: x, seed: packBits(new Uint8Array(200)), output_bits: 101 })).toThrow('101 bits');
});

test('property: linear over GF(2), for any lengths and seeds', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 3000 }), fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(),
    (n, share, seed) => {
      const m = 1 + Math.floor(share * (n - 1));
      const stream = seededStream(seed);
      const [x, y, s] = [stream.bits(n), stream.bits(n), stream.bits(n + m - 1)];
      const both = fastToeplitz(x.map((bit, i) => bit ^ y[i]!), s, m);
      const apart = fastToeplitz(y, s, m);
      expect(both).toEqual(fastToeplitz(x, s, m).map((bit, i) => bit ^ apart[i]!));
    }), { numRuns: 40 });
});
