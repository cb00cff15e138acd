import { seeded } from '../support/seeded.ts';

type Random = () => number;

/** Words that length fields, counts and clocks break on. */
const WORDS: readonly bigint[] = [
  0n, 1n, -1n, 255n, 0x7fff_ffffn, 0x8000_0000n, 0xffff_ffffn, 0xfe00_0000n, 0xffff_fffen, 0xf000_0000n,
  2n ** 52n, 2n ** 53n, 2n ** 62n, -(2n ** 62n), 2n ** 63n - 1n, 0x7ff0_0000_0000_0000n, 0x7ff8_0000_0000_0000n,
];
const TOKENS = [
  '', '0', '-1', '-0', '1e999', '9007199254740993', '99999999999999999999', 'NaN', 'null', '[]', '{}', '"', '\\',
  '\n', '\r', '\0', ',', '\ud800', '\ufeff', 'ffffffff', '[[[[[[[[', '<', '__proto__', 'é',
].map((token) => new TextEncoder().encode(token));

const below = (random: Random, limit: number) => Math.floor(random() * limit);
const joined = (...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
};

type Mutation = (bytes: Uint8Array<ArrayBuffer>, random: Random, other: Uint8Array) => Uint8Array<ArrayBuffer>;

const flipBits: Mutation = (bytes, random) => {
  for (let flips = 1 + below(random, 6); flips > 0 && bytes.length > 0; flips -= 1) {
    bytes[below(random, bytes.length)]! ^= 1 << below(random, 8);
  }
  return bytes;
};
const truncate: Mutation = (bytes, random) => bytes.slice(0, below(random, bytes.length + 1));
const splice: Mutation = (bytes, random, other) => {
  const [from, to] = [below(random, bytes.length + 1), below(random, bytes.length + 1)];
  const start = below(random, other.length + 1);
  return joined(bytes.subarray(0, from), other.subarray(start, start + below(random, 64)), bytes.subarray(to));
};
const setWord: Mutation = (bytes, random) => {
  if (bytes.length < 8) return bytes;
  const at = below(random, bytes.length - 7);
  const aligned = random() < 0.7 ? at - (at % 8) : at;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = WORDS[below(random, WORDS.length)]!;
  if (random() < 0.5) view.setBigInt64(aligned, word, true);
  else view.setUint32(aligned, Number(BigInt.asUintN(32, word)), true);
  return bytes;
};
const insertToken: Mutation = (bytes, random) => {
  const at = below(random, bytes.length + 1);
  const token = TOKENS[below(random, TOKENS.length)]!;
  return joined(bytes.subarray(0, at), token, bytes.subarray(at + (random() < 0.5 ? token.length : 0)));
};
const fillRange: Mutation = (bytes, random) => {
  const from = below(random, bytes.length + 1);
  return bytes.fill(below(random, 256), from, from + below(random, 24));
};

const MUTATIONS: readonly Mutation[] = [flipBits, truncate, splice, setWord, insertToken, fillRange];

/** One damaged file: the same for the same seed, whatever ran before. */
export function mutated(seeds: readonly Uint8Array[], seed: number): Uint8Array<ArrayBuffer> {
  const random = seeded(seed);
  random();
  const pick = () => seeds[below(random, seeds.length)]!;
  let bytes = new Uint8Array(pick());
  for (let rounds = 1 + below(random, 3); rounds > 0; rounds -= 1) {
    bytes = MUTATIONS[below(random, MUTATIONS.length)]!(bytes, random, pick());
  }
  return bytes;
}
