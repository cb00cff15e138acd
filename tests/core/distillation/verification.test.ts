// Goal: a tag that equal strings share and different strings do not, with the probability it promises.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packBits, unpackBits, type BitString } from '../../../src-core/distillation/bit-string.ts';
import { tagBits, verificationSeedBits, verificationTag } from '../../../src-core/distillation/verification.ts';
import { seededStream } from './random-bits.ts';

function seedOf(tag: number, stream: ReturnType<typeof seededStream>) {
  const lengths = verificationSeedBits(tag);
  return { point: packBits(stream.bits(lengths.point)), diagonals: packBits(stream.bits(lengths.diagonals)) };
}

const number = (bits: BitString) => unpackBits(bits).reduce((sum, bit, i) => sum + BigInt(bit) * 2n ** BigInt(i), 0n);

test('authority: the polynomial over 2^127 - 1 in plain big integers, seen through an identity matrix', () => {
  const stream = seededStream(1);
  const text = stream.bits(500);
  const point = stream.bits(127);
  const diagonals = new Uint8Array(253);
  diagonals[126] = 1;
  const prime = 2n ** 127n - 1n;
  const words = [500n];
  for (let i = 0; i < 500; i += 120) words.push(number(packBits(text.slice(i, i + 120))));
  const r = number(packBits(point)) % prime;
  const value = words.reduce((sum, word, k) => {
    let power = 1n;
    for (let i = k + 1; i < words.length; i += 1) power = (power * r) % prime;
    return (sum + word * power) % prime;
  }, 0n);
  const tag = verificationTag(packBits(text), { point: packBits(point), diagonals: packBits(diagonals) });
  expect(number(tag)).toBe(value);
});

test('analytic: tags of different strings collide as often as their length says', () => {
  const stream = seededStream(2);
  const [one, two] = [packBits(stream.bits(300)), packBits(stream.bits(300))];
  let collisions = 0;
  const trials = 4000;
  for (let i = 0; i < trials; i += 1) {
    const seed = seedOf(5, stream);
    if (number(verificationTag(one, seed)) === number(verificationTag(two, seed))) collisions += 1;
  }
  const expected = trials / 32;
  expect(Math.abs(collisions - expected)).toBeLessThan(5 * Math.sqrt(expected));
});

test('the tag is as long as eps_cor asks, and no longer', () => {
  expect(tagBits(1e-10, 3100)).toBe(34);
  expect(tagBits(2 ** -90, 1_000_000)).toBe(91);
  expect(tagBits(1.001 * 2 ** -90, 1_000_000)).toBe(90);
  expect(() => tagBits(1e-36, 1000)).toThrow('no tag of this field');
});

test('failure: a seed of the wrong length is a programmer error', () => {
  const short = { point: packBits(new Uint8Array(126)), diagonals: packBits(new Uint8Array(150)) };
  expect(() => verificationTag(packBits(new Uint8Array(10)), short)).toThrow('point of 126 bits');
});

test('property: equal strings agree; one flipped bit, or a zero appended, does not', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 2000 }), fc.nat(), (length, seed) => {
    const stream = seededStream(seed);
    const bits = stream.bits(length);
    const key = seedOf(64, stream);
    const tag = number(verificationTag(packBits(bits), key));
    expect(number(verificationTag(packBits(bits.slice()), key))).toBe(tag);
    const flipped = bits.slice();
    flipped[stream.word() % length]! ^= 1;
    expect(number(verificationTag(packBits(flipped), key))).not.toBe(tag);
    expect(number(verificationTag(packBits(Uint8Array.from([...bits, 0])), key))).not.toBe(tag);
  }), { numRuns: 50 });
});
