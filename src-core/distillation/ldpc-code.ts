import { assert } from '../assert.ts';
import { drawShuffle, publicWords, type RandomWord } from './shuffles.ts';

/** A sparse parity-check code: check j is the parity of the bits `bits[checkStart[j]] .. bits[checkStart[j + 1] - 1]`. */
export interface ParityCode {
  readonly length: number;
  /** Sparse checks, which beliefs travel over. */
  readonly checks: number;
  /** Dense checks behind them, each over a random half of the bits: they tell whether what was found is the truth. */
  readonly closing: number;
  /** The error rate it was drawn for. */
  readonly qber: number;
  readonly checkStart: Uint32Array;
  readonly bits: Uint32Array;
}

/** Shares of edges by degree of their bit, for error rates up to `qber_max`. */
interface Profile {
  readonly qber_max: number;
  readonly threshold: number;
  readonly edges: readonly (readonly [degree: number, share: number])[];
}

/**
 * Found by density evolution on the binary symmetric channel and a linear program over the shares, degrees up to 28.
 * Thresholds of the ensembles: f = 1.085, 1.070, 1.048, 1.031 and 1.023 at 2, 3, 4.5, 6 and 8 %.
 */
const PROFILES: readonly Profile[] = [
  { qber_max: 0.025, threshold: 1.085, edges: [[2, 0.108], [3, 0.235], [5, 0.051], [7, 0.249], [14, 0.357]] },
  { qber_max: 0.037, threshold: 1.07, edges: [[2, 0.124], [3, 0.238], [5, 0.059], [7, 0.206], [14, 0.373]] },
  { qber_max: 0.052, threshold: 1.048, edges: [[2, 0.139], [3, 0.225], [7, 0.295], [14, 0.078], [20, 0.263]] },
  { qber_max: 0.07, threshold: 1.031, edges: [[2, 0.143], [3, 0.211], [7, 0.258], [10, 0.043], [20, 0.16], [28, 0.185]] },
  { qber_max: 0.5, threshold: 1.023, edges: [[2, 0.161], [3, 0.206], [7, 0.237], [10, 0.068], [20, 0.063], [28, 0.265]] },
];

const profileOf = (qber: number) => PROFILES.find(({ qber_max }) => qber <= qber_max) ?? PROFILES.at(-1)!;

/**
 * The least f at which the ensemble of an error rate decodes, for blocks without end.
 *
 *   by density evolution, stored with the ensemble
 *
 * @units checks over n h(qber)
 * @shape 0 < qber <= 1/2
 * @errors none
 * @validity the ensembles' design rates are 2, 3, 4.5, 6 and 8 %; between them the nearest from above is taken
 * @source density evolution on the binary symmetric channel, Richardson, Shokrollahi, Urbanke,
 *   IEEE Trans. Inf. Theory 47, 619 (2001), doi:10.1109/18.910578
 * @golden tests/core/distillation/ldpc.test.ts
 */
export function thresholdOf(qber: number): number {
  return profileOf(qber).threshold;
}

/** Degrees of all bits in rising order: shares of edges turned into numbers of bits, at most `checks - 1` of degree 2. */
function degreesOf({ edges }: Profile, length: number, checks: number): Uint8Array {
  const perEdge = edges.reduce((sum, [degree, share]) => sum + share / degree, 0);
  const degrees = new Uint8Array(length);
  let [at, bits] = [0, 0];
  for (const [degree, share] of edges) {
    bits += (length * share) / degree / perEdge;
    for (const end = Math.min(length, Math.round(bits)); at < end; at += 1) {
      degrees[at] = degree === 2 && at >= checks - 1 ? 3 : degree;
    }
  }
  degrees.fill(edges.at(-1)![0], at);
  return degrees;
}

/** Tries before an edge is placed where its bit stands already: the two then cancel. */
const TRIES = 24;

/**
 * A code drawn from its numbers alone: both parties, and every later run, get the same one.
 *
 *   bits of degree 2 form one chain over the checks, so no cycle is made of them alone; every other edge takes a free
 *   place of the checks at random, avoiding checks that its bit stands in already; ten dense checks close it
 *
 * @units bits
 * @shape 8 <= checks < length < 2^26
 * @errors programmer error outside that
 * @validity free places are dealt evenly, so degrees of checks differ by at most two
 * @source Richardson, Shokrollahi, Urbanke, IEEE Trans. Inf. Theory 47, 619 (2001), doi:10.1109/18.910578
 *   (irregular degrees); Yang, Ryan, Li, IEEE Trans. Commun. 52, 564 (2004), doi:10.1109/TCOMM.2004.826367 (chain)
 * @golden tests/core/distillation/ldpc.test.ts
 */
export function drawCode({ length, checks, qber }: CodeParameters): ParityCode {
  assert(Number.isSafeInteger(length) && checks >= 8 && checks < length, `${checks} checks of ${length} bits`);
  const profile = profileOf(qber);
  const words = publicWords(length ^ (checks << 7));
  const degrees = degreesOf(profile, length, checks);
  const { bitAt } = drawShuffle(length, words);
  const bitStart = new Uint32Array(length + 1);
  for (let i = 0; i < length; i += 1) bitStart[i + 1] = bitStart[i]! + Math.min(degrees[i]!, checks);
  const edges = bitStart[length]!;
  const checkOf = new Uint32Array(edges);
  const chained = Math.min(degrees.lastIndexOf(2) + 1, checks - 1);
  const order = drawShuffle(checks, words).bitAt;
  for (let i = 0; i < chained; i += 1) {
    checkOf[2 * i] = order[i]!;
    checkOf[2 * i + 1] = order[i + 1]!;
  }
  placeEdges({ checkOf, bitStart, first: chained, checks, words });
  return { qber, ...withClosing(byCheck({ length, checks, checkOf, bitStart, bitAt }), words) };
}

export interface CodeParameters { readonly length: number; readonly checks: number; readonly qber: number }

interface Placing {
  readonly checkOf: Uint32Array;
  readonly bitStart: Uint32Array;
  /** First bit whose edges are not placed yet. */
  readonly first: number;
  readonly checks: number;
  readonly words: RandomWord;
}

/** Deals the free places of the checks to the edges left, in random order. */
function placeEdges({ checkOf, bitStart, first, checks, words }: Placing): void {
  const edges = checkOf.length;
  const from = bitStart[first]!;
  const taken = new Uint32Array(checks);
  for (let e = 0; e < from; e += 1) taken[checkOf[e]!]! += 1;
  const places = new Uint32Array(edges - from);
  let filled = 0;
  for (let level = 1; filled < places.length; level += 1) {
    for (let check = 0; check < checks && filled < places.length; check += 1) {
      if (taken[check]! < level) {
        places[filled] = check;
        filled += 1;
        taken[check] = level;
      }
    }
  }
  let left = places.length;
  const length = bitStart.length - 1;
  // Bits of high degree come last in the list and are the hardest to place without meeting themselves: place them first.
  for (let bit = length - 1; bit >= first; bit -= 1) {
    for (let e = bitStart[bit]!; e < bitStart[bit + 1]!; e += 1) {
      const own = checkOf.subarray(bitStart[bit], e);
      let pick = 0;
      for (let attempt = 0; attempt < TRIES; attempt += 1) {
        pick = Math.floor((words() / 2 ** 32) * left);
        if (!own.includes(places[pick]!)) break;
      }
      checkOf[e] = places[pick]!;
      left -= 1;
      places[pick] = places[left]!;
    }
  }
}

interface Edges {
  readonly length: number;
  readonly checks: number;
  readonly checkOf: Uint32Array;
  readonly bitStart: Uint32Array;
  readonly bitAt: Uint32Array;
}

/** The same edges listed check by check, places turned into shuffled bits. */
function byCheck({ length, checks, checkOf, bitStart, bitAt }: Edges): Sparse {
  const checkStart = new Uint32Array(checks + 1);
  for (const check of checkOf) checkStart[check + 1]! += 1;
  for (let j = 0; j < checks; j += 1) checkStart[j + 1]! += checkStart[j]!;
  const fill = checkStart.slice();
  const bits = new Uint32Array(checkOf.length);
  for (let i = 0; i < length; i += 1) {
    for (let e = bitStart[i]!; e < bitStart[i + 1]!; e += 1) {
      const check = checkOf[e]!;
      bits[fill[check]!] = bitAt[i]!;
      fill[check]! += 1;
    }
  }
  return { length, checks, checkStart, bits };
}

type Sparse = Omit<ParityCode, 'qber' | 'closing'>;

/** Another word of the same syndrome passes all of them once in 1,024. */
const CLOSING = 10;

function withClosing(sparse: Sparse, words: RandomWord): Omit<ParityCode, 'qber'> {
  const { length, checks } = sparse;
  const bits = new Uint32Array(sparse.bits.length + CLOSING * length);
  bits.set(sparse.bits);
  const checkStart = new Uint32Array(checks + CLOSING + 1);
  checkStart.set(sparse.checkStart);
  let at = sparse.bits.length;
  for (let dense = 1; dense <= CLOSING; dense += 1) {
    for (let bit = 0, word = 0; bit < length; bit += 1, word >>>= 1) {
      if ((bit & 31) === 0) word = words();
      if ((word & 1) === 0) continue;
      bits[at] = bit;
      at += 1;
    }
    checkStart[checks + dense] = at;
  }
  return { length, checks, closing: CLOSING, checkStart, bits: bits.slice(0, at) };
}
