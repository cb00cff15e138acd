import type { BellAccount, BellReport, BellVerdict } from '../../../src-contract/bell.ts';
import { alignRows } from '../output.ts';

const NAMES = ['E(a,b)', 'E(a,b′)', 'E(a′,b)', 'E(a′,b′)'];
const CHECKS: Readonly<Record<BellAccount['checks'][number]['name'], string>> = {
  balance_a: 'a as often as a′',
  balance_b: 'b as often as b′',
  independence: 'settings independent of each other',
  signal_a: 'outcomes at a whatever B sets',
  signal_a_prime: 'outcomes at a′ whatever B sets',
  signal_b: 'outcomes at b whatever A sets',
  signal_b_prime: 'outcomes at b′ whatever A sets',
};
/** Seven checks a run: one below this is worth a look. */
const NOTABLE = 0.01 / 7;

/** The game's p-value, also below the smallest double. */
function chanceOf({ p_value, log10_p_value }: BellAccount['games'][number]): string {
  return p_value > 0 ? p_value.toExponential(2) : `1e${log10_p_value.toFixed(1)}`;
}

/** A Bell verdict for people: the tables, S, the games, the checks and what is taken for granted. */
export function bellPage(bell: BellVerdict): string {
  const above = bell.s_sigma > 0 ? `, ${((bell.s - 2) / bell.s_sigma).toFixed(1)} σ above 2` : '';
  const summary: [string, string] = ['S', `${bell.s.toFixed(3)} ± ${bell.s_sigma.toFixed(3)}${above}`];
  const { account } = bell;
  if (account === undefined) {
    const rows = NAMES.map((name, i): [string, string] => [name, `${bell.e[i]!.toFixed(4)} from ${bell.n[i]!}`]);
    return alignRows([...rows, summary, ['p (local realism)', bell.p_value.toExponential(2)]]);
  }
  const trials = bell.n.reduce((sum, n) => sum + n, 0);
  return [
    settingTable(account),
    alignRows([
      summary,
      ['Trials', `${trials}; double clicks A ${account.double_clicks.a}, B ${account.double_clicks.b}, kept as random`],
      ...account.games.map((game): [string, string] => [
        'p (local realism)',
        `${chanceOf(game)}: ${game.wins} wins of ${game.trials} against ${game.win_bound.toFixed(4)} ` +
          (game.setting_bias === 0 ? 'with fair settings' : `with settings ${game.setting_bias} off one half`),
      ]),
      ...account.checks.map(({ name, p_value }): [string, string] => [
        'Check',
        `${CHECKS[name]}: p = ${p_value.toPrecision(2)}${p_value < NOTABLE ? ', look at this' : ''}`,
      ]),
      ...account.assumptions.map((text): [string, string] => ['Assumed', text]),
    ]),
  ].join('\n');
}

function settingTable({ settings }: BellAccount): string {
  const head = ['Setting', 'A', 'B', '++', '+−', '−+', '−−', 'E'];
  const rows = settings.map(({ a_deg, b_deg, counts, e, e_sigma }, i) => [
    NAMES[i]!,
    `${a_deg}°`,
    `${b_deg}°`,
    ...counts.map(String),
    `${e.toFixed(4)} ± ${e_sigma.toFixed(4)}`,
  ]);
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  return all.map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i]!)).join('  ').trimEnd()}`).join('\n');
}

/** The report of one run or of pooled passes, with S as it settled. */
export function reportPage(report: BellReport): string {
  const { convergence, passes } = report;
  const settled: [string, string][] = passes.length > 1
    ? passes.map(({ pass_id, verdict_id, n, s, s_sigma, s_so_far, s_so_far_sigma }) => [
        pass_id,
        `verdict ${verdict_id}: ${n} trials, S ${s.toFixed(2)} ± ${s_sigma.toFixed(2)}; ` +
          `so far ${s_so_far.toFixed(3)} ± ${s_so_far_sigma.toFixed(3)}`,
      ])
    : quarters(convergence);
  const from: [string, string][] = passes.length === 1
    ? [['Pass', `${passes[0]!.pass_id}, verdict ${passes[0]!.verdict_id}`]]
    : [];
  const rows = [...from, ...settled];
  return rows.length === 0 ? bellPage(report) : `${bellPage(report)}\n${alignRows(rows)}`;
}

const QUARTERS = 4;

function quarters({ t_s, n, s, s_sigma }: BellReport['convergence']): [string, string][] {
  if (n.length < QUARTERS) return [];
  return Array.from({ length: QUARTERS }, (_, i) => Math.ceil(((i + 1) * n.length) / QUARTERS) - 1).map((at) => [
    `After ${t_s[at]!.toFixed(1)} s`,
    `S ${s[at]!.toFixed(3)} ± ${s_sigma[at]!.toFixed(3)} from ${n[at]!} trials`,
  ]);
}
