import { assert } from '../assert.ts';
import { err, ok, type Result } from '../result.ts';
import { logBinomialUpperTail } from '../statistics.ts';

/** Coincidences of one pair of analyser settings, [outcome at A][outcome at B], index 0 for +1 and 1 for -1. */
export type SettingTable = readonly [readonly [number, number], readonly [number, number]];

/** The four settings in the order ab, ab', a'b, a'b'. */
export type FourTables = readonly [SettingTable, SettingTable, SettingTable, SettingTable];
export type Four<T> = readonly [T, T, T, T];

/** CHSH subtracts the second setting, ab'. */
export const CHSH_SIGNS: Four<1 | -1> = [1, -1, 1, 1];

/** A setting without a coincidence has no correlation: a short pass, not a bug. */
export interface EmptySetting { readonly type: 'EmptySetting'; readonly setting_index: number }

export interface Chsh {
  readonly e: Four<number>;
  readonly e_sigma: Four<number>;
  readonly n: Four<number>;
  readonly s: number;
  readonly s_sigma: number;
}

const total = ([[pp, pm], [mp, mm]]: SettingTable) => pp + pm + mp + mm;

function checkTable([plus, minus]: SettingTable): void {
  for (const n of [...plus, ...minus]) assert(Number.isSafeInteger(n) && n >= 0, `count ${n}`);
}

/**
 * CHSH parameter of one run with its one-sigma statistical error.
 *
 *   S = |E(a,b) - E(a,b') + E(a',b) + E(a',b')|,  E = (N++ + N-- - N+- - N-+) / N
 *   sigma_E^2 = (1 - E^2) / N, the four settings added in quadrature
 *
 * @units counts; S, E and their sigmas dimensionless
 * @shape four 2x2 tables in the order ab, ab', a'b, a'b'
 * @errors EmptySetting names the first setting without a coincidence
 * @validity independent trials; accidentals are not subtracted, which can only lower S; sigma is the
 *   large-number value and 0 for a setting whose outcomes all agree
 * @source Clauser, Horne, Shimony, Holt, PRL 23, 880 (1969), doi:10.1103/PhysRevLett.23.880
 * @golden tests/core/bell/chsh.test.ts
 */
export function chsh(tables: FourTables): Result<Chsh, EmptySetting> {
  tables.forEach(checkTable);
  const n = tables.map(total) as unknown as Four<number>;
  const empty = n.indexOf(0);
  if (empty !== -1) return err({ type: 'EmptySetting', setting_index: empty });
  const e = tables.map(([[pp, pm], [mp, mm]], i) => (pp + mm - pm - mp) / n[i]!) as unknown as Four<number>;
  const variances = e.map((value, i) => (1 - value * value) / n[i]!);
  const s = Math.abs(CHSH_SIGNS.reduce<number>((sum, sign, i) => sum + sign * e[i]!, 0));
  const e_sigma = variances.map(Math.sqrt) as unknown as Four<number>;
  return ok({ e, e_sigma, n, s, s_sigma: Math.sqrt(variances.reduce((a, b) => a + b)) });
}

/** The CHSH test read as a game, and how likely local realism wins it so often. */
export interface ChshGame {
  readonly trials: number;
  readonly wins: number;
  /** The most a local strategy wins on average. */
  readonly win_bound: number;
  readonly p_value: number;
  /** Natural logarithm of the p-value, for those below the smallest double. */
  readonly log_p_value: number;
}

/** How the game is judged; both are fixed before the run is looked at. */
export interface GameRules {
  /** The product of outcomes that wins is `orientation * CHSH_SIGNS[setting]`; the state and the angles fix it. */
  readonly orientation: 1 | -1;
  /** How far each party's choice of setting may be from one half: 0 for fair choices. */
  readonly setting_bias: number;
}

/** What the game's p-value takes for granted, in words; no count of a run can prove any of it. */
export const GAME_ASSUMPTIONS: readonly string[] = [
  'Settings of each trial are independent of the past and of the source, and fair but for the stated bias.',
  "The outcome at one station does not depend on the other's setting (locality: not enforced by timing here).",
  'Detected pairs are a fair sample of all pairs (detection loophole open).',
  'Trials may depend on earlier trials: memory is allowed.',
  'The number of trials was not chosen by their outcomes.',
  'Accidentals are not subtracted.',
];

/**
 * One-sided p-value of local realism, with no Gaussian assumption: the exact binomial tail of the CHSH game.
 *
 *   a trial wins when the product of outcomes is +1 (settings ab, a'b, a'b') or -1 (ab'), times the orientation
 *   local realism wins with at most beta = 1 - (1/2 - bias)^2 (3/4 for fair choices)
 *   p = P(Binomial(trials, beta) >= wins)
 *
 * Assumptions: settings of each trial independent of the past and of the source, at most `setting_bias` off one half;
 * outcomes of a trial depend on its own setting and on the past only, so trials need not be alike (memory is
 * allowed: the tail bounds a supermartingale); detected pairs are a fair sample of all pairs.
 *
 * @units probabilities
 * @shape four tables in the order ab, ab', a'b, a'b'; 0 <= setting_bias < 1/2
 * @errors programmer error outside that; no trials give p = 1
 * @validity exact for every number of trials; equal to the game's p-value only for fair settings and fair sampling
 * @source Elkouss and Wehner, npj Quantum Inf. 2, 16026 (2016), doi:10.1038/npjqi.2016.26
 * @golden tests/golden/mpmath/special-functions.json
 */
export function chshGame(tables: FourTables, rules: GameRules): ChshGame {
  tables.forEach(checkTable);
  const { orientation, setting_bias } = rules;
  assert(setting_bias >= 0 && setting_bias < 0.5, `setting bias ${setting_bias}`);
  const trials = tables.map(total).reduce((a, b) => a + b);
  const wins = tables.map(([[pp, pm], [mp, mm]], i) => (orientation * CHSH_SIGNS[i]! === 1 ? pp + mm : pm + mp))
    .reduce((a, b) => a + b);
  const win_bound = 1 - (0.5 - setting_bias) ** 2;
  const log_p_value = logBinomialUpperTail(wins, trials, win_bound);
  return { trials, wins, win_bound, p_value: Math.exp(log_p_value), log_p_value };
}
