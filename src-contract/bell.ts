import { z } from 'zod';
import { count, nonNegative, passId, probability } from './quantities.ts';

const correlation = z.number().min(-1).max(1);
const angle_deg = z.number().min(-360).max(360);

/** One pair of analyser angles: how often each pair of outcomes, and what follows. */
const bellSetting = z.strictObject({
  a_deg: angle_deg,
  b_deg: angle_deg,
  /** Coincidences with outcomes ++, +-, -+, --. */
  counts: z.array(count).length(4),
  e: correlation,
  e_sigma: nonNegative,
});

/** The CHSH test as a game, for settings at most `setting_bias` off one half. */
const bellGame = z.strictObject({
  setting_bias: z.number().min(0).max(0.5),
  trials: count,
  wins: count,
  win_bound: probability,
  p_value: probability,
  log10_p_value: z.number(),
});

const bellCheck = z.strictObject({
  name: z.enum(['balance_a', 'balance_b', 'independence', 'signal_a', 'signal_a_prime', 'signal_b', 'signal_b_prime']),
  chi_square: nonNegative,
  p_value: probability,
});

/** What stands behind S: the tables, the games, what they take for granted, and how the settings fared. */
const bellAccount = z.strictObject({
  settings: z.array(bellSetting).length(4),
  s_predicted: nonNegative,
  orientation: z.union([z.literal(1), z.literal(-1)]),
  double_clicks: z.strictObject({ a: count, b: count }),
  /** Fair settings first; then, where the mission's basis choice is not even, that bias. */
  games: z.array(bellGame).min(1).max(2),
  assumptions: z.array(z.string()).min(1),
  checks: z.array(bellCheck).length(7),
});

/** CHSH in the order ab, ab', a'b, a'b'. */
export const bellVerdict = z.strictObject({
  e: z.array(correlation).length(4),
  n: z.array(count).length(4),
  s: z.number().min(0).max(4),
  s_sigma: nonNegative,
  p_value: probability,
  /** Absent from verdicts of programs that did not keep the tables. */
  account: bellAccount.optional(),
});

/** What `twinpass bell --json` prints. */
export const bellReport = z.strictObject({
  ...bellVerdict.shape,
  account: bellAccount,
  /** S of the coincidences so far, within one pass; empty for several. */
  convergence: z.strictObject({
    t_s: z.array(z.number()),
    n: z.array(count),
    s: z.array(nonNegative),
    s_sigma: z.array(nonNegative),
  }),
  /** The archived passes that were pooled, in order of time, with S of each and of all up to it. */
  passes: z.array(z.strictObject({
    pass_id: passId,
    verdict_id: z.int().positive(),
    n: count,
    s: nonNegative,
    s_sigma: nonNegative,
    s_so_far: nonNegative,
    s_so_far_sigma: nonNegative,
  })),
});

export type BellVerdict = z.output<typeof bellVerdict>;
export type BellAccount = z.output<typeof bellAccount>;
export type BellReport = z.output<typeof bellReport>;
