import type { MissionFile } from '../../src-contract/mission.ts';
import type { KeyLengthView } from '../../src-contract/pass.ts';
import { composableKeyLength, type Hashing } from '../../src-core/distillation/key-length-composable.ts';
import { paperKeyLength, type PaperParameters } from '../../src-core/distillation/key-length-paper.ts';
import type { SiftedCounts } from '../../src-core/distillation/sift.ts';

/** What the next pass would add, for whoever prints it. */
export { projectKey, type KeyProjection, type Spread } from '../../src-core/distillation/pooling.ts';

/** So many sifted bits in all the composable length is exact for. */
export { POPULATION_MAX } from '../../src-core/distillation/hypergeometric.ts';

export type { SiftedCounts } from '../../src-core/distillation/sift.ts';

export interface CountedKey {
  readonly counts: SiftedCounts;
  /** Time the counts took; null when no rate is asked for. */
  readonly seconds: number | null;
}

const rateOf = (key_bits: number, seconds: number | null) => (seconds === null ? {} : { rate_bps: key_bits / seconds });

/** Length under the published definition, as the interfaces show it. */
export function viewPaperLength({ counts, seconds }: CountedKey, parameters: PaperParameters): KeyLengthView {
  const { key_bits, ...length } = paperKeyLength(counts, parameters);
  return { ...length, ...rateOf(key_bits, seconds) };
}

export interface TotalEpsilon extends PaperParameters {
  /** Total distance from an ideal key; the optimised split replaces eps_sec and eps_cor. */
  readonly epsilon: number;
  readonly hashing: Hashing;
}

/** Composable length, as the interfaces show it; its split of epsilon stands in the two eps fields. */
export function viewComposableLength({ counts, seconds }: CountedKey, parameters: TotalEpsilon): KeyLengthView {
  const { epsilon, delta, f, hashing } = parameters;
  const length = composableKeyLength(counts, { epsilon, delta, leakage: { f }, hashing });
  const share = (wanted: (term: string) => boolean) =>
    length.budget.filter(({ term }) => wanted(term)).reduce((sum, term) => sum + term.epsilon, 0);
  return {
    definition: 'composable',
    length_bits: length.length_bits,
    length_z_bits: length.length_z_bits,
    length_x_bits: length.length_x_bits,
    f,
    eps_sec: share((term) => term !== 'verification'),
    eps_cor: share((term) => term === 'verification'),
    delta,
    epsilon,
    hashing,
    proved: length.proved,
    ...rateOf(length.key_bits, seconds),
  };
}

/** Both definitions for one pass, under the mission's parameters. */
export function bothKeyLengths(key: MissionFile['key'], counts: SiftedCounts, seconds: number | null): KeyLengthView[] {
  const parameters = { f: key.f, eps_sec: key.eps_sec, eps_cor: key.eps_cor, delta: key.efficiency_mismatch };
  const counted = { counts, seconds };
  return [
    viewPaperLength(counted, parameters),
    viewComposableLength(counted, { ...parameters, epsilon: key.eps_sec, hashing: 'two-key' }),
  ];
}
