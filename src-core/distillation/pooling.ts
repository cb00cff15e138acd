import { assert } from '../assert.ts';
import { composableKeyLength, type ComposableParameters } from './key-length-composable.ts';
import { paperKeyLength } from './key-length-paper.ts';
import type { BasisCount, SiftedCounts } from './sift.ts';

const add = (one: BasisCount, two: BasisCount): BasisCount => ({ n: one.n + two.n, e: one.e + two.e });

/**
 * Sifted counts of several passes as one block: finite-size terms are paid once instead of once a pass.
 *
 *   n = sum n_i, e = sum e_i, basis by basis
 *
 * @units bits
 * @shape any number of passes; none gives zero bits
 * @errors none
 * @validity passes of one state, one pair of receivers and one custody. The sampling bound holds for any channel, so
 *   passes of different error rates may be pooled; whether they should is a question of length, see `gainOfPass`
 * @source Nature 582, 501 (2020), doi:10.1038/s41586-020-2401-y: bits of all passes are distilled together
 * @golden tests/core/distillation/pooling.test.ts
 */
export function poolCounts(passes: readonly SiftedCounts[]): SiftedCounts {
  const none = { n: 0, e: 0 };
  return passes.reduce((sum, { Z, X }) => ({ Z: add(sum.Z, Z), X: add(sum.X, X) }), { Z: none, X: none });
}

/** What one more pass does to a block's key. */
export interface PassGain {
  readonly length_bits: number;
  readonly length_with_pass_bits: number;
  /** Below zero: the pass is better kept out of this block. */
  readonly gain_bits: number;
  /** Like passes that the block still needs before it has a key; null when a thousand are not enough. */
  readonly passes_to_key: number | null;
}

const PASSES_MAX = 1000;

/**
 * What one more pass would add to a pooled block's key, and how many like it are missing to a first bit.
 *
 *   gain = L(block + pass) - L(block);  passes_to_key = min { k : L(block + k pass) >= 1 }
 *
 * @units bits
 * @shape leakage as an assumed f: a pass not yet reconciled has no transcript
 * @errors programmer error for leakage given in bits
 * @validity the pass expected is as uncertain as its prediction; the length rises in k once it is positive, so
 *   bisection finds the first
 * @source see `composableKeyLength`
 * @golden tests/core/distillation/pooling.test.ts
 */
export function gainOfPass(
  block: SiftedCounts, pass: SiftedCounts, parameters: ComposableParameters,
): PassGain {
  assert('f' in parameters.leakage, 'the leakage of a pass to come is an assumed f');
  const lengthWith = (k: number) => {
    const times = ({ n, e }: BasisCount) => ({ n: k * n, e: k * e });
    return composableKeyLength(poolCounts([block, { Z: times(pass.Z), X: times(pass.X) }]), parameters).length_bits;
  };
  const [length_bits, length_with_pass_bits] = [lengthWith(0), lengthWith(1)];
  let [low, high] = [-1, PASSES_MAX];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (lengthWith(middle) >= 1) high = middle;
    else low = middle;
  }
  return {
    length_bits, length_with_pass_bits, gain_bits: length_with_pass_bits - length_bits,
    passes_to_key: lengthWith(high) >= 1 ? high : null,
  };
}

/** What a pass to come is expected to bring; the sigma is the prediction's, counting noise is added here. */
export interface ExpectedPass {
  readonly sifted_bits: number;
  readonly sifted_bits_sigma: number;
  readonly qber: number;
  /** Share of Z among the sifted bits. */
  readonly z_share: number;
}

/** What both definitions need beside counts. */
export interface KeyTerms {
  /** Total distance from an ideal key; under `paper` it serves as both epsilons. */
  readonly epsilon: number;
  readonly delta: number;
  readonly f: number;
}

/** A number and where two thirds of the passes flown like this would have it. */
export interface Spread { readonly value: number; readonly low: number; readonly high: number }

/** One definition's key before and after the pass; unrounded, below zero it says how far from a key the counts are. */
export interface DefinitionProjection {
  readonly definition: 'paper' | 'composable';
  readonly length_bits: number;
  readonly length_with_pass_bits: Spread;
  readonly gain_bits: Spread;
}

export interface KeyProjection {
  readonly block: SiftedCounts;
  /** Expected counts of the pass, rounded to whole bits and errors. */
  readonly pass: SiftedCounts;
  readonly paper: DefinitionProjection;
  readonly composable: DefinitionProjection;
}

/** Real-valued counts of one pass: what is shifted, one at a time, to see how the length answers. */
interface MeanCounts { readonly n_z: number; readonly e_z: number; readonly n_x: number; readonly e_x: number }

function countsOf({ n_z, e_z, n_x, e_x }: MeanCounts): SiftedCounts {
  const basis = (n: number, e: number) => {
    const bits = Math.max(0, Math.round(n));
    return { n: bits, e: Math.min(bits, Math.max(0, Math.round(e))) };
  };
  return { Z: basis(n_z, e_z), X: basis(n_x, e_x) };
}

function meanOf({ sifted_bits, qber, z_share }: ExpectedPass): MeanCounts {
  const [n_z, n_x] = [sifted_bits * z_share, sifted_bits * (1 - z_share)];
  return { n_z, n_x, e_z: n_z * qber, e_x: n_x * qber };
}

/** The mean moved by one sigma of each independent source: the link, counting in each basis, errors in each basis. */
function shifted(expected: ExpectedPass, sign: 1 | -1): MeanCounts[] {
  const mean = meanOf(expected);
  const { sifted_bits, sifted_bits_sigma, qber } = expected;
  const binomial = (n: number) => sign * Math.sqrt(n * qber * (1 - qber));
  const poisson = (n: number) => n + sign * Math.sqrt(n);
  return [
    meanOf({ ...expected, sifted_bits: Math.max(0, sifted_bits + sign * sifted_bits_sigma) }),
    { ...mean, n_z: poisson(mean.n_z), e_z: poisson(mean.n_z) * qber },
    { ...mean, n_x: poisson(mean.n_x), e_x: poisson(mean.n_x) * qber },
    { ...mean, e_z: mean.e_z + binomial(mean.n_z) },
    { ...mean, e_x: mean.e_x + binomial(mean.n_x) },
  ];
}

/** Deviations of one sign add in quadrature: up and down apart, because a length is not linear in its errors. */
function spreadOf(value: number, others: readonly number[]): Spread {
  const quadrature = (sign: 1 | -1) =>
    Math.sqrt(others.reduce((sum, other) => sum + Math.max(0, sign * (other - value)) ** 2, 0));
  return { value, low: value - quadrature(-1), high: value + quadrature(1) };
}

/**
 * What one more pass would add to the key of a block, under both definitions, with one-sigma intervals.
 *
 *   gain = L(block + pass) - L(block)
 *   low, high: five independent sources, each moved by +- its sigma (prediction of the link; Poisson in n_Z and n_X;
 *   binomial in e_Z and e_X), downward and upward deviations added in quadrature apart
 *
 * @units bits, unrounded
 * @shape sifted_bits >= 0, sigma >= 0, 0 <= qber <= 1/2, 0 <= z_share <= 1; block counted, not expected
 * @errors programmer error outside that
 * @validity counts of a pass are rounded, so lengths step by up to half an error's worth (about 4 bits composable);
 *   the interval is of about 68 % while the length bends little over one sigma. An empty block asks for the pass
 *   alone, which is below zero for a single night: see `bitsPerPass` for its worth in a campaign
 * @source see `composableKeyLength`, `paperKeyLength`; propagation of independent errors
 * @golden tests/core/distillation/projection.test.ts
 */
export function projectKey(block: SiftedCounts, expected: ExpectedPass, terms: KeyTerms): KeyProjection {
  checkExpected(expected);
  const pass = countsOf(meanOf(expected));
  const moved = [...shifted(expected, 1), ...shifted(expected, -1)].map(countsOf);
  const project = (definition: 'paper' | 'composable'): DefinitionProjection => {
    const length = (counts: SiftedCounts) => lengthOf(definition, counts, terms);
    const length_bits = length(block);
    const with_pass = spreadOf(
      length(poolCounts([block, pass])), moved.map((counts) => length(poolCounts([block, counts]))));
    const { value, low, high } = with_pass;
    return {
      definition, length_bits, length_with_pass_bits: with_pass,
      gain_bits: { value: value - length_bits, low: low - length_bits, high: high - length_bits },
    };
  };
  return { block, pass, paper: project('paper'), composable: project('composable') };
}

/**
 * Secret bits that each of `passes` like ones is worth when all are pooled into one key.
 *
 *   max(0, L(passes * pass)) / passes
 *
 * @units bits a pass
 * @shape as `projectKey`; passes >= 1
 * @errors programmer error outside that
 * @validity an average over a campaign of equal passes: finite-size terms are shared by all of them
 * @source see `composableKeyLength`, `paperKeyLength`
 * @golden tests/core/distillation/projection.test.ts
 */
export function bitsPerPass(
  expected: ExpectedPass, passes: number, terms: KeyTerms,
): { readonly paper: number; readonly composable: number } {
  checkExpected(expected);
  assert(Number.isSafeInteger(passes) && passes >= 1, `${passes} passes`);
  const counts = countsOf(meanOf({ ...expected, sifted_bits: passes * expected.sifted_bits }));
  const share = (definition: 'paper' | 'composable') => Math.max(0, lengthOf(definition, counts, terms)) / passes;
  return { paper: share('paper'), composable: share('composable') };
}

function checkExpected({ sifted_bits, sifted_bits_sigma, qber, z_share }: ExpectedPass): void {
  assert(sifted_bits >= 0 && sifted_bits_sigma >= 0 && Number.isFinite(sifted_bits + sifted_bits_sigma),
    `${sifted_bits} ± ${sifted_bits_sigma} sifted bits`);
  assert(qber >= 0 && qber <= 0.5 && z_share >= 0 && z_share <= 1, `error rate ${qber}, share of Z ${z_share}`);
}

function lengthOf(definition: 'paper' | 'composable', counts: SiftedCounts, { epsilon, delta, f }: KeyTerms): number {
  return definition === 'paper'
    ? paperKeyLength(counts, { f, eps_sec: epsilon, eps_cor: epsilon, delta }).length_bits
    : composableKeyLength(counts, { epsilon, delta, leakage: { f }, hashing: 'two-key' }).length_bits;
}
