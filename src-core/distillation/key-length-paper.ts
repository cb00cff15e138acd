import { assert } from '../assert.ts';
import { binaryEntropy } from '../statistics.ts';
import type { Basis, BasisCount, SiftedCounts } from './sift.ts';

/** What a key length depends on beside the counts. */
export interface PaperParameters {
  /** Leaked bits over n h(E), of the reconciliation used or assumed. */
  readonly f: number;
  readonly eps_sec: number;
  readonly eps_cor: number;
  /** Relative efficiency mismatch of the detectors, 0.0147 in the paper. */
  readonly delta: number;
}

/** A key length that names its definition and what it was made with. */
export interface PaperKeyLength extends PaperParameters {
  readonly definition: 'paper';
  /** Unrounded value of the formula, L_Z + L_X; below zero it says how far from a key the counts are. */
  readonly length_bits: number;
  readonly length_z_bits: number;
  readonly length_x_bits: number;
  /** Whole bits one may take: the length rounded down, never below zero. */
  readonly key_bits: number;
}

const isProbability = (x: number) => x > 0 && x < 1;

function checkCount({ n, e }: BasisCount): void {
  assert(Number.isSafeInteger(n) && Number.isSafeInteger(e) && e >= 0 && e <= n, `${e} errors among ${n} bits`);
}

/**
 * Share of the basis in which a mismatch of efficiencies can hide: Delta = 1 - 1/(1+delta)^2.
 *
 * @units dimensionless
 * @shape delta >= 0
 * @errors programmer error for a negative mismatch
 * @validity four detectors a station whose efficiencies agree within the ratio 1 + delta
 * @source Nature 582, 501 (2020), doi:10.1038/s41586-020-2401-y, Methods, "Entanglement-based QKD with detectors
 *   of different efficiency"
 * @golden tests/core/distillation/key-length-paper.test.ts
 */
export function mismatchShare(delta: number): number {
  assert(delta >= 0 && Number.isFinite(delta), `efficiency mismatch ${delta}`);
  return 1 - 1 / ((1 + delta) * (1 + delta));
}

/** 1 - h(p) where p is at most 1/2, else nothing: beyond it the phase may be all noise. */
const certainty = (p: number) => (p < 0.5 ? 1 - binaryEntropy(p) : 0);

/** One summand of the paper's length, in bits, signed. */
export interface PaperTerm {
  readonly term: 'entropy' | 'leakage' | 'verification' | 'amplification';
  readonly basis: Basis;
  readonly bits: number;
}

/** The summands of one basis' length, its phase errors bounded by the other basis' sample. */
function basisTerms(basis: Basis, counts: SiftedCounts, parameters: PaperParameters): PaperTerm[] {
  const [key, sample] = basis === 'Z' ? [counts.Z, counts.X] : [counts.X, counts.Z];
  const { f, eps_sec, eps_cor, delta } = parameters;
  const leak = key.n === 0 ? 0 : f * key.n * binaryEntropy(Math.min(key.e / key.n, 0.5));
  return [
    { term: 'entropy', basis, bits: key.n * phaseCertainty(key, sample, { eps_sec, delta }) },
    { term: 'leakage', basis, bits: -leak },
    { term: 'verification', basis, bits: -Math.log2(2 / eps_cor) },
    { term: 'amplification', basis, bits: 2 * Math.log2(eps_sec) },
  ];
}

/** Entropy a bit of one basis that the other basis' errors leave; none without a bit or without a sample. */
function phaseCertainty(
  key: BasisCount, sample: BasisCount, { eps_sec, delta }: Pick<PaperParameters, 'eps_sec' | 'delta'>,
): number {
  if (key.n === 0 || sample.n === 0) return 0;
  const theta = Math.sqrt(((sample.n + 1) * Math.log(1 / eps_sec)) / (2 * sample.n * (sample.n + key.n)));
  return certainty((sample.e / sample.n + theta) / (1 - mismatchShare(delta)));
}

const sumOf = (terms: readonly PaperTerm[]) => terms.reduce((sum, { bits }) => sum + bits, 0);

/**
 * The paper's length term by term: their sum is `paperKeyLength`'s.
 *
 *   entropy n [1 - h((E + theta)/(1 - Delta))], leakage -f n h(E), -log2(2/eps_cor), -2 log2(1/eps_sec); Z, then X
 *
 * @units bits, signed
 * @shape as `paperKeyLength`
 * @errors as `paperKeyLength`
 * @validity as `paperKeyLength`: a reproduction, no theorem stands behind the entropy term
 * @source Nature 582, 501 (2020), doi:10.1038/s41586-020-2401-y, Methods
 * @golden tests/core/distillation/key-length-paper.test.ts
 */
export function paperTerms(counts: SiftedCounts, parameters: PaperParameters): PaperTerm[] {
  return [...basisTerms('Z', counts, parameters), ...basisTerms('X', counts, parameters)];
}

/**
 * Key length as the 1,120 km experiment computed it: a reproduction, not a bound to rely on.
 *
 *   L_Z = n_Z [1 - h((E_X + theta)/(1 - Delta)) - f h(E_Z)] - log2(2/(eps_cor eps_sec^2)),  L_X likewise
 *   theta = sqrt((n_X + 1) ln(1/eps_sec) / (2 n_X (n_X + n_Z))),  L = L_Z + L_X
 *
 * @units counts; lengths in bits, unrounded
 * @shape 0 <= e <= n; f >= 0; both epsilons in (0, 1); delta >= 0
 * @errors programmer error outside that
 * @validity theta is half of what a bound on the rest given the sample needs: use `composable` for a key to be
 *   relied on. A phase error of 1/2 or more, or no sample, gives no entropy; a bit error above 1/2 leaks as 1/2.
 * @source Nature 582, 501 (2020), doi:10.1038/s41586-020-2401-y, Methods; the form of theta is fixed by the
 *   published 372 bits, 0.12 bit/s and vanishing error rate of 6.0 %
 * @golden tests/core/distillation/key-length-paper.test.ts
 */
export function paperKeyLength(counts: SiftedCounts, parameters: PaperParameters): PaperKeyLength {
  const { f, eps_sec, eps_cor } = parameters;
  assert(f >= 0 && Number.isFinite(f), `reconciliation efficiency ${f}`);
  assert(isProbability(eps_sec) && isProbability(eps_cor), `epsilons ${eps_sec}, ${eps_cor}`);
  checkCount(counts.Z);
  checkCount(counts.X);
  const length_z_bits = sumOf(basisTerms('Z', counts, parameters));
  const length_x_bits = sumOf(basisTerms('X', counts, parameters));
  const length_bits = length_z_bits + length_x_bits;
  return {
    definition: 'paper', ...parameters, length_bits, length_z_bits, length_x_bits,
    key_bits: Math.max(0, Math.floor(length_bits)),
  };
}

/**
 * The error rate, equal in both bases, at which the paper's key vanishes for given numbers of bits.
 *
 *   root of L(n_Z, q n_Z, n_X, q n_X) in q
 *
 * @units result: error rate
 * @shape n_z, n_x > 0
 * @errors programmer error outside that; null when not even an error-free key is positive
 * @validity error counts are taken as real numbers, as in the paper's figure
 * @source Nature 582, 501 (2020), doi:10.1038/s41586-020-2401-y: "6.0 %"
 * @golden tests/core/distillation/key-length-paper.test.ts
 */
export function paperQberEdge(
  n: { readonly z: number; readonly x: number }, parameters: PaperParameters,
): number | null {
  assert(n.z > 0 && n.x > 0, `bits ${n.z}, ${n.x}`);
  const length = (q: number) => {
    return sumOf(paperTerms({ Z: { n: n.z, e: q * n.z }, X: { n: n.x, e: q * n.x } }, parameters));
  };
  if (length(0) <= 0) return null;
  let [low, high] = [0, 0.5];
  while (high - low > 1e-12) {
    const middle = (low + high) / 2;
    if (length(middle) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
