import type { KeyBudget } from '../../src-contract/key.ts';
import { composableKeyLength, type Hashing } from '../../src-core/distillation/key-length-composable.ts';
import { paperTerms } from '../../src-core/distillation/key-length-paper.ts';
import type { SiftedCounts } from '../../src-core/distillation/sift.ts';
import { binaryEntropy } from '../../src-core/statistics.ts';

/** What a budget is asked about. Leakage: an assumed f, or all bits that a transcript counted in both bases. */
export interface BudgetRequest {
  readonly counts: SiftedCounts;
  readonly definition: 'paper' | 'composable';
  readonly eps_sec: number;
  readonly eps_cor: number;
  /** Composable: the total. */
  readonly epsilon: number;
  readonly delta: number;
  readonly hashing: Hashing;
  readonly leakage: { readonly f: number } | { readonly bits: number };
}

const PAPER = 'formula of Nature 582, 501 (2020), Methods: reproduced, not proved';
const COUNTED = 'chain rule for classical information, bits of the transcript: Nat. Commun. 3, 634 (2012)';

/** Every share of epsilon and every summand of a key's length, each with what proves it. */
export function viewKeyBudget(request: BudgetRequest): KeyBudget {
  const { definition, leakage } = request;
  const budget = definition === 'paper' ? paperBudget(request) : composableBudget(request);
  if ('f' in leakage) return budget;
  const own = budget.bits.filter(({ term }) => term !== 'leakage');
  const theorem = definition === 'paper' ? PAPER : COUNTED;
  return { ...budget, bits: [...own, { term: 'leakage', basis: 'joint', bits: -leakage.bits, theorem }] };
}

/** The split of epsilon does not depend on what leaked: a counted sum stands in for the leakage of both bases. */
const assumedF = ({ leakage }: BudgetRequest) => ('f' in leakage ? leakage.f : 0);

function composableBudget(request: BudgetRequest): KeyBudget {
  const { counts, epsilon, delta, hashing } = request;
  const { budget, terms, phase_errors } = composableKeyLength(counts, {
    epsilon,
    delta,
    hashing,
    leakage: { f: assumedF(request) },
  });
  const epsilons = budget.map((share) => ({ ...share }));
  return { definition: 'composable', epsilons, bits: terms.map((term) => ({ ...term })), phase_errors };
}

function paperBudget(request: BudgetRequest): KeyBudget {
  const { counts, eps_sec, eps_cor, delta } = request;
  const terms = paperTerms(counts, { f: assumedF(request), eps_sec, eps_cor, delta });
  return {
    definition: 'paper',
    epsilons: [
      { term: 'amplification', basis: 'joint', epsilon: eps_sec, theorem: PAPER },
      { term: 'verification', basis: 'joint', epsilon: eps_cor, theorem: PAPER },
    ],
    bits: terms.map((term) => ({ ...term, theorem: PAPER })),
    phase_errors: null,
  };
}

/** Leaked bits over n h(E) of both bases; null without an error. */
export function efficiencyOf({ Z, X }: SiftedCounts, leaked_bits: number): number | null {
  const needed = [Z, X].reduce((sum, { n, e }) => sum + (e === 0 ? 0 : n * binaryEntropy(e / n)), 0);
  return needed === 0 ? null : leaked_bits / needed;
}
