import { assert } from '../assert.ts';
import { chiSquareUpperTail } from '../statistics.ts';
import { chsh, type FourTables, type SettingTable } from './chsh.ts';
import { tabulate, type BellTrials } from './recording.ts';

/** One test of what the p-value takes for granted: chi-square with one degree of freedom. */
export interface SettingCheck {
  readonly name: 'balance_a' | 'balance_b' | 'independence'
    | 'signal_a' | 'signal_a_prime' | 'signal_b' | 'signal_b_prime';
  readonly chi_square: number;
  readonly p_value: number;
}

/** Chi-square of a 2x2 table, n (ad - bc)^2 / product of margins; 0 where a margin is empty. */
function tableChiSquare([[a, b], [c, d]]: SettingTable): number {
  const margins = (a + b) * (c + d) * (a + c) * (b + d);
  return margins === 0 ? 0 : ((a + b + c + d) * (a * d - b * c) ** 2) / margins;
}

const total = ([[a, b], [c, d]]: SettingTable) => a + b + c + d;
const outcomesOfA = ([[a, b], [c, d]]: SettingTable): readonly [number, number] => [a + b, c + d];
const outcomesOfB = ([[a, b], [c, d]]: SettingTable): readonly [number, number] => [a + c, b + d];

function balance(one: number, other: number): number {
  return one + other === 0 ? 0 : (one - other) ** 2 / (one + other);
}

/**
 * Checks of the settings of a Bell run: fair, independent of each other, and without influence on the other side.
 *
 *   balance: (n - n')^2 / (n + n'); independence: chi-square of the 2x2 table of settings
 *   signal: chi-square of one side's outcomes at one setting against the other side's setting
 *
 * @units counts; probabilities
 * @shape four tables in the order ab, ab', a'b, a'b'
 * @errors none: an empty table passes every check
 * @validity large-number chi-square with one degree of freedom; seven checks a run, so a p-value of 0.01 is no alarm.
 *   Unequal detector efficiencies unbalance settings and outcomes without breaking locality
 * @source K. Pearson, Phil. Mag. 50, 157 (1900), doi:10.1080/14786440009463897; no-signalling: Popescu and Rohrlich,
 *   Found. Phys. 24, 379 (1994), doi:10.1007/BF02058098
 * @golden tests/core/bell/checks.test.ts
 */
export function checkSettings(tables: FourTables): SettingCheck[] {
  const [ab, abPrime, aPrimeB, aPrimeBPrime] = tables;
  const n = tables.map(total) as [number, number, number, number];
  const found: readonly (readonly [SettingCheck['name'], number])[] = [
    ['balance_a', balance(n[0] + n[1], n[2] + n[3])],
    ['balance_b', balance(n[0] + n[2], n[1] + n[3])],
    ['independence', tableChiSquare([[n[0], n[1]], [n[2], n[3]]])],
    ['signal_a', tableChiSquare([outcomesOfA(ab), outcomesOfA(abPrime)])],
    ['signal_a_prime', tableChiSquare([outcomesOfA(aPrimeB), outcomesOfA(aPrimeBPrime)])],
    ['signal_b', tableChiSquare([outcomesOfB(ab), outcomesOfB(aPrimeB)])],
    ['signal_b_prime', tableChiSquare([outcomesOfB(abPrime), outcomesOfB(aPrimeBPrime)])],
  ];
  return found.map(([name, chi_square]) => ({ name, chi_square, p_value: chiSquareUpperTail(chi_square, 1) }));
}

/** S as the pass went on, as columns; NaN-free: a point exists once every setting has a coincidence. */
export interface BellConvergence {
  readonly t_s: Float64Array;
  readonly n: Uint32Array;
  readonly s: Float64Array;
  readonly s_sigma: Float64Array;
}

/**
 * S and its sigma from the first coincidences up to each of `points` moments, equally many coincidences apart.
 *
 *   point k: the first round(k N / points) trials
 *
 * @units seconds; counts; dimensionless
 * @shape trials in order of time; at least one point
 * @errors programmer error for no points
 * @validity the points share their trials: the curve is one run seen earlier, not independent runs
 * @source definition of the quantity
 * @golden tests/core/bell/checks.test.ts
 */
export function convergence(trials: BellTrials, points: number): BellConvergence {
  assert(Number.isSafeInteger(points) && points > 0, `${points} points`);
  const total_rows = trials.setting.length;
  const rows: { t: number; n: number; s: number; sigma: number }[] = [];
  for (let k = 1; k <= points; k += 1) {
    const n = Math.round((k * total_rows) / points);
    const found = n === 0 ? null : chsh(tabulate(trials, n));
    if (found?.ok === true) rows.push({ t: trials.time_s[n - 1]!, n, s: found.value.s, sigma: found.value.s_sigma });
  }
  return {
    t_s: Float64Array.from(rows, ({ t }) => t), n: Uint32Array.from(rows, ({ n }) => n),
    s: Float64Array.from(rows, ({ s }) => s), s_sigma: Float64Array.from(rows, ({ sigma }) => sigma),
  };
}
