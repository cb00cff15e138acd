import type { KeyBudget } from '../../../src-contract/key.ts';

const BASES = { Z: 'Z', X: 'X', joint: 'both' } as const;

const exponent = (epsilon: number) => epsilon.toExponential(2);

/** The terms of a length as rows of a page: shares of epsilon, then summands of bits, each with its theorem. */
export function budgetRows({ epsilons, bits, phase_errors }: KeyBudget): [string, string][] {
  const total = bits.reduce((sum, term) => sum + term.bits, 0);
  const phases: [string, string][] =
    phase_errors === null
      ? []
      : [['Phase errors', `at most ${phase_errors.Z ?? '–'} in Z, ${phase_errors.X ?? '–'} in X`]];
  return [
    ...epsilons.map(({ term, basis, epsilon, theorem }): [string, string] => [
      `ε ${term}, ${BASES[basis]}`,
      `${exponent(epsilon)}  ${theorem}`,
    ]),
    ...phases,
    ...bits.map(({ term, basis, bits: length, theorem }): [string, string] => [
      `bits ${term}, ${BASES[basis]}`,
      `${length.toFixed(1).padStart(9)}  ${theorem}`,
    ]),
    ['bits, sum', total.toFixed(1).padStart(9)],
  ];
}
