import { assert } from '../assert.ts';
import { binaryEntropy } from '../statistics.ts';
import { logRestExceeds, restErrorBound } from './hypergeometric.ts';
import { mismatchShare } from './key-length-paper.ts';
import type { Basis, BasisCount, SiftedCounts } from './sift.ts';

/**
 * How sifted bits become key. `two-key`: each basis verified and hashed by itself, epsilons added. `z-only`, `x-only`:
 * one basis makes key, the other only tests it. `joint`: one verification and one hash over both, which saves an
 * overhead but has no proof named here: no key may be taken on it.
 */
export type Hashing = 'two-key' | 'z-only' | 'x-only' | 'joint';

/** Leaked bits as the transcript counted them, or an assumed f. */
export type Leakage = { readonly f: number } | { readonly z_bits: number; readonly x_bits: number };

export interface ComposableParameters {
  /** Total distance from an ideal key, over everything that is made. */
  readonly epsilon: number;
  /** Relative efficiency mismatch of the detectors. */
  readonly delta: number;
  readonly leakage: Leakage;
  readonly hashing: Hashing;
}

/** One share of the total epsilon. */
export interface BudgetTerm {
  readonly term: 'sampling' | 'verification' | 'amplification';
  readonly basis: Basis | 'joint';
  readonly epsilon: number;
  readonly theorem: string;
}

/** One summand of the length, in bits, signed. */
export interface LengthTerm {
  readonly term: 'entropy' | 'leakage' | 'verification' | 'amplification';
  readonly basis: Basis | 'joint';
  readonly bits: number;
  readonly theorem: string;
}

export interface ComposableKeyLength {
  readonly definition: 'composable';
  readonly hashing: Hashing;
  /** False for `joint`: the number is a comparison, not a licence. */
  readonly proved: boolean;
  readonly epsilon: number;
  readonly delta: number;
  /** Unrounded; below zero it says how far from a key the counts are. */
  readonly length_bits: number;
  readonly length_z_bits: number;
  readonly length_x_bits: number;
  /** Whole bits one may take: each key rounded down, never below zero; 0 where no proof is named. */
  readonly key_bits: number;
  /** Errors the rest is taken to hold, and the phase error rate with the mismatch counted in. */
  readonly phase_errors: { readonly Z: number | null; readonly X: number | null };
  readonly phase_error_rate: { readonly Z: number | null; readonly X: number | null };
  readonly budget: readonly BudgetTerm[];
  readonly terms: readonly LengthTerm[];
}

const THEOREM = {
  sampling: 'exact hypergeometric tail; smoothing as in Tomamichel and Leverrier, Quantum 1, 14 (2017)',
  entropy: 'entropic uncertainty for smooth entropies: Tomamichel et al., Nat. Commun. 3, 634 (2012)',
  leakage: 'chain rule for classical information, bit by bit of the transcript: Nat. Commun. 3, 634 (2012)',
  verification: 'universal hash of ceil(log2(1/eps_cor)) bits: Nat. Commun. 3, 634 (2012)',
  amplification: 'quantum leftover hashing: Tomamichel and Leverrier, Quantum 1, 14 (2017)',
} as const;

/** One bound on the rest's errors: what it costs in epsilon and leaves in entropy. */
interface Candidate { readonly bound: number; readonly eps_sampling: number; readonly entropy_bits: number }

/** A basis that makes key, tested by the other. */
interface KeyBasis {
  readonly basis: Basis;
  readonly key: BasisCount;
  readonly sample: BasisCount;
  readonly leak_bits: number;
}

const phaseErrorRate = (bound: number, n: number, delta: number) =>
  (n === 0 ? 0 : bound / n / (1 - mismatchShare(delta)));

function candidate(bound: number, { key, sample }: KeyBasis, delta: number): Candidate {
  const logFailure = logRestExceeds(bound, { sample: sample.n, errors: sample.e, rest: key.n });
  const rate = phaseErrorRate(bound, key.n, delta);
  return {
    bound,
    eps_sampling: 2 * Math.exp(logFailure / 2),
    entropy_bits: rate < 0.5 ? key.n * (1 - binaryEntropy(rate)) : 0,
  };
}

/** Range of bounds worth trying: from the first that leaves any epsilon to one that costs a millionth of it. */
function boundRange({ key, sample }: KeyBasis, epsilon: number): readonly [number, number] {
  const rest = { sample: sample.n, errors: sample.e, rest: key.n };
  return [restErrorBound(rest, 2 * Math.log(epsilon / 2)), restErrorBound(rest, 2 * Math.log((epsilon / 2) * 1e-6))];
}

const GRID = 40;

function grid([low, high]: readonly [number, number]): number[] {
  const step = Math.max(1, Math.ceil((high - low) / GRID));
  const bounds: number[] = [];
  for (let bound = low; bound < high; bound += step) bounds.push(bound);
  bounds.push(high);
  return bounds;
}

interface Choice { readonly picks: readonly Candidate[]; readonly remainder: number; readonly bits: number }

/** All pairs (or singles) of candidates; the remainder of epsilon is shared equally by the hashes. */
function bestOf(lists: readonly (readonly Candidate[])[], epsilon: number, hashes: number): Choice | null {
  let best: Choice | null = null;
  const [first, second] = lists;
  for (const one of first!) {
    for (const two of second ?? [null]) {
      const picks = two === null ? [one] : [one, two];
      const remainder = epsilon - picks.reduce((sum, pick) => sum + pick.eps_sampling, 0);
      if (remainder <= 0) continue;
      const bits = picks.reduce((sum, pick) => sum + pick.entropy_bits, 0) + 3 * hashes * Math.log2(remainder / hashes);
      if (best === null || bits > best.bits) best = { picks, remainder, bits };
    }
  }
  return best;
}

/** Searches the bounds from a coarse grid down to single errors; the length has one maximum in each bound. */
function optimise(bases: readonly KeyBasis[], { epsilon, delta }: ComposableParameters, hashes: number): Choice {
  let ranges = bases.map((basis) => boundRange(basis, epsilon / bases.length));
  for (;;) {
    const lists = bases.map((basis, i) => grid(ranges[i]!).map((bound) => candidate(bound, basis, delta)));
    const best = bestOf(lists, epsilon, hashes);
    assert(best !== null, 'some bound always leaves a part of epsilon');
    const steps = lists.map((list) => Math.max(1, (list[1]?.bound ?? 0) - list[0]!.bound));
    if (steps.every((step) => step === 1)) return best;
    ranges = best.picks.map((pick, i) => [
      Math.max(ranges[i]![0], pick.bound - steps[i]!), Math.min(ranges[i]![1], pick.bound + steps[i]!),
    ] as const);
  }
}

/** Of what remains of epsilon for one hash, a third verifies and two thirds amplify: the maximum of their product. */
const verificationShare = (share: number) => share / 3;
const amplificationShare = (share: number) => (2 * share) / 3;
const verificationBits = (share: number) => Math.log2(2 / verificationShare(share));
const amplificationBits = (share: number) => -2 * Math.log2(2 * amplificationShare(share));

function leakOf(leakage: Leakage, basis: Basis, { n, e }: BasisCount): number {
  if ('f' in leakage) return n === 0 ? 0 : leakage.f * n * binaryEntropy(Math.min(e / n, 0.5));
  return basis === 'Z' ? leakage.z_bits : leakage.x_bits;
}

function check(counts: SiftedCounts, { epsilon, leakage, hashing }: ComposableParameters): void {
  assert(epsilon > 0 && epsilon < 1, `epsilon ${epsilon}`);
  for (const { n, e } of [counts.Z, counts.X]) {
    assert(Number.isSafeInteger(n) && Number.isSafeInteger(e) && e >= 0 && e <= n, `${e} errors among ${n} bits`);
  }
  const leaks = 'f' in leakage ? [leakage.f] : [leakage.z_bits, leakage.x_bits];
  for (const leak of leaks) assert(leak >= 0 && Number.isFinite(leak), `leakage ${leak} for ${hashing}`);
}

function keyBases(counts: SiftedCounts, { leakage, hashing }: ComposableParameters): KeyBasis[] {
  const all: KeyBasis[] = [
    { basis: 'Z', key: counts.Z, sample: counts.X, leak_bits: leakOf(leakage, 'Z', counts.Z) },
    { basis: 'X', key: counts.X, sample: counts.Z, leak_bits: leakOf(leakage, 'X', counts.X) },
  ];
  if (hashing === 'z-only') return all.slice(0, 1);
  return hashing === 'x-only' ? all.slice(1) : all;
}

/** The chosen split, term by term: of epsilon and of the length. */
function itemise(bases: readonly KeyBasis[], { picks, remainder }: Choice, hashes: readonly (Basis | 'joint')[]) {
  const share = remainder / hashes.length;
  const budget: BudgetTerm[] = [
    ...bases.map(({ basis }, i) =>
      ({ term: 'sampling', basis, epsilon: picks[i]!.eps_sampling, theorem: THEOREM.sampling }) as const),
    ...hashes.flatMap((basis) => [
      { term: 'verification', basis, epsilon: verificationShare(share), theorem: THEOREM.verification },
      { term: 'amplification', basis, epsilon: amplificationShare(share), theorem: THEOREM.amplification },
    ] as const),
  ];
  const terms: LengthTerm[] = [
    ...bases.flatMap(({ basis, leak_bits }, i) => [
      { term: 'entropy', basis, bits: picks[i]!.entropy_bits, theorem: THEOREM.entropy },
      { term: 'leakage', basis, bits: -leak_bits, theorem: THEOREM.leakage },
    ] as const),
    ...hashes.flatMap((basis) => [
      { term: 'verification', basis, bits: -verificationBits(share), theorem: THEOREM.verification },
      { term: 'amplification', basis, bits: -amplificationBits(share), theorem: THEOREM.amplification },
    ] as const),
  ];
  return { budget, terms };
}

/** Bits a basis contributes; terms that both share count half each. */
function lengthOf(basis: Basis, terms: readonly LengthTerm[]): number {
  const share = { [basis]: 1, joint: 0.5 } as Partial<Record<LengthTerm['basis'], number>>;
  return terms.reduce((sum, term) => sum + term.bits * (share[term.basis] ?? 0), 0);
}

/**
 * Key length against the total distance from an ideal key, with every term's theorem.
 *
 *   L = n [1 - h(t/n / (1 - Delta))] - leak - log2(2/eps_cor) - 2 log2(1/(2 eps_pa))   for each key
 *   t: smallest number with P[sample shows its errors or fewer while the rest holds more than t] <= eps_s^2, exact
 *   epsilon = sum over keys of (2 eps_s + eps_cor + eps_pa), split so that L is largest
 *
 * @units counts; bits, unrounded; epsilon is a trace distance
 * @shape 0 <= e <= n, 0 < epsilon < 1, delta >= 0, leakage >= 0
 * @errors programmer error outside that
 * @validity the basis of every pair chosen at random and independent of the channel; detectors alike but for delta,
 *   which enters as in the paper's bound (t/n)/(1 - Delta); the test's threshold is the errors seen. The other
 *   basis' key does not weaken this one: the bound on Z holds though all X bits were published, and vice versa.
 *   Errors are counted whole, so a single bit more may shorten the key by an error's worth; larger blocks lengthen it.
 *   Leakage of an interactive reconciliation is Alice's answers: the error positions Bob's questions show are taken to
 *   be harmless, as Tupkary and Luetkenhaus, PR Appl. 20, 064040 (2023) examine. A one-way code needs no such step.
 *   `joint` has no proof named: `proved` is false and `key_bits` 0.
 * @source Tomamichel et al., Nat. Commun. 3, 634 (2012), doi:10.1038/ncomms1631;
 *   Tomamichel and Leverrier, Quantum 1, 14 (2017), doi:10.22331/q-2017-07-14-14
 * @golden tests/core/distillation/key-length-composable.test.ts
 */
export function composableKeyLength(counts: SiftedCounts, parameters: ComposableParameters): ComposableKeyLength {
  check(counts, parameters);
  const { epsilon, delta, hashing } = parameters;
  const bases = keyBases(counts, parameters);
  const hashes = hashing === 'joint' ? ['joint'] as const : bases.map(({ basis }) => basis);
  const choice = optimise(bases, parameters, hashes.length);
  const { budget, terms } = itemise(bases, choice, hashes);
  const [length_z_bits, length_x_bits] = [lengthOf('Z', terms), lengthOf('X', terms)];
  const proved = hashing !== 'joint';
  const found = (basis: Basis) => bases.findIndex((one) => one.basis === basis);
  const bound = (basis: Basis) => choice.picks[found(basis)]?.bound ?? null;
  const rate = (basis: Basis) => {
    const errors = bound(basis);
    return errors === null ? null : phaseErrorRate(errors, counts[basis].n, delta);
  };
  return {
    definition: 'composable', hashing, proved, epsilon, delta,
    length_bits: length_z_bits + length_x_bits, length_z_bits, length_x_bits,
    key_bits: proved ? Math.max(0, Math.floor(length_z_bits)) + Math.max(0, Math.floor(length_x_bits)) : 0,
    phase_errors: { Z: bound('Z'), X: bound('X') },
    phase_error_rate: { Z: rate('Z'), X: rate('X') },
    budget, terms,
  };
}
