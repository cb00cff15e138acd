import type { BellAccount, BellReport, BellVerdict } from '../../src-contract/bell.ts';
import type { OperationError } from '../../src-contract/errors.ts';
import { checkSettings, convergence, type BellConvergence } from '../../src-core/bell/checks.ts';
import { chshGame, GAME_ASSUMPTIONS, type FourTables } from '../../src-core/bell/chsh.ts';
import {
  evaluateBell,
  judgeTables,
  type BellError,
  type BellJudgement,
  type BellSettings,
} from '../../src-core/bell/recording.ts';
import type { PairOutcome } from '../../src-core/detection/pair-outcome.ts';
import type { RandomBit } from '../../src-core/distillation/sift.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import type { PlannedPair } from './pass-recordings.ts';

/** Moments at which S is shown as it settles. */
const CONVERGENCE_POINTS = 60;
/** Less than this off one half is an even choice. */
const LEAST_BIAS = 1e-9;

interface JudgedBell {
  readonly verdict: BellVerdict;
  readonly convergence: BellConvergence;
}

interface FoundPair {
  readonly pair: PlannedPair;
  readonly outcome: PairOutcome;
  readonly link: { readonly z_share: number };
}

const notPossible = (reason: string, message: string) => err({ type: 'NotPossible', reason, message });

/** The Bell verdict of a pass, null for one that was made for key. */
export function judgeBell(
  { pair, outcome, link }: FoundPair,
  randomBit: RandomBit,
): Result<JudgedBell | null, OperationError> {
  const [a, b] = pair.stations.map(({ manifest }) => manifest);
  if (a?.mode !== 'bell' || b?.mode !== 'bell') return ok(null);
  const run = evaluateBell({
    coincidences: outcome.coincidences,
    state: a.state,
    randomBit,
    detectors_a: a.detectors,
    detectors_b: b.detectors,
  });
  if (!run.ok) return notPossible(run.error.type, describeBellError(run.error));
  const { trials } = run.value;
  const context = { double_clicks: trials.double_clicks, setting_bias: biasOf(link.z_share) };
  return ok({ verdict: viewBell(run.value, context), convergence: convergence(trials, CONVERGENCE_POINTS) });
}

/** How far a beam splitter's choice is off one half, without the dust of binary fractions. */
const biasOf = (z_share: number) => Number(Math.abs(z_share - 0.5).toFixed(9));

interface ViewContext {
  readonly double_clicks: BellAccount['double_clicks'];
  readonly setting_bias: number;
}

function viewBell(judged: BellJudgement, { double_clicks, setting_bias }: ViewContext) {
  const { settings, tables, e, e_sigma, n, s, s_sigma, game } = judged;
  const account: BellAccount = {
    settings: tables.map(([plus, minus], i) => ({
      a_deg: settings.a_deg[i >> 1] ?? 0,
      b_deg: settings.b_deg[i & 1] ?? 0,
      counts: [...plus, ...minus],
      e: e[i] ?? 0,
      e_sigma: e_sigma[i] ?? 0,
    })),
    s_predicted: settings.s_predicted,
    orientation: settings.orientation,
    double_clicks: { ...double_clicks },
    games: [0, ...(setting_bias > LEAST_BIAS ? [setting_bias] : [])].map((bias) =>
      viewGame(tables, settings.orientation, bias),
    ),
    assumptions: [...GAME_ASSUMPTIONS],
    checks: checkSettings(tables),
  };
  return { e: [...e], n: [...n], s, s_sigma, p_value: game.p_value, account };
}

function viewGame(tables: FourTables, orientation: 1 | -1, setting_bias: number): BellAccount['games'][number] {
  const { trials, wins, win_bound, p_value, log_p_value } = chshGame(tables, { orientation, setting_bias });
  return { setting_bias, trials, wins, win_bound, p_value, log10_p_value: log_p_value / Math.LN10 };
}

/** An archived pass with the Bell verdict that speaks for it. */
export interface JudgedPass {
  readonly pass_id: string;
  readonly verdict_id: number;
  readonly bell: BellVerdict & { readonly account: BellAccount };
}

/** Passes as one run: their tables added, S judged again after each. The passes are in order of time. */
export function poolBell(passes: readonly [JudgedPass, ...JudgedPass[]]): Result<
  Omit<BellReport, 'convergence'>,
  OperationError
> {
  const [first] = passes;
  const settings = settingsOf(first.bell.account);
  const cells = first.bell.account.settings.map(({ counts }) => counts.map(() => 0));
  const rows: BellReport['passes'] = [];
  for (const { pass_id, verdict_id, bell } of passes) {
    if (!sameSettings(first.bell.account, bell.account)) {
      return notPossible('OtherSettings', `Passes ${first.pass_id} and ${pass_id} had other angles: judge them apart.`);
    }
    bell.account.settings.forEach(({ counts }, i) => counts.forEach((found, k) => (cells[i]![k]! += found)));
    const { s, s_sigma } = bell;
    const so_far = judged(cells, settings);
    if (!so_far.ok) return so_far;
    const n = bell.n.reduce((sum, count) => sum + count, 0);
    const all = { s_so_far: so_far.value.s, s_so_far_sigma: so_far.value.s_sigma };
    rows.push({ pass_id, verdict_id, n, s, s_sigma, ...all });
  }
  const pooled = judged(cells, settings);
  if (!pooled.ok) return pooled;
  const accounts = passes.map(({ bell }) => bell.account);
  const sumOf = (of: 'a' | 'b') => accounts.reduce((sum, { double_clicks }) => sum + double_clicks[of], 0);
  const setting_bias = Math.max(...accounts.flatMap(({ games }) => games.map((game) => game.setting_bias)));
  return ok({
    ...viewBell(pooled.value, { double_clicks: { a: sumOf('a'), b: sumOf('b') }, setting_bias }),
    passes: rows,
  });
}

function judged(cells: readonly (readonly number[])[], settings: BellSettings): Result<BellJudgement, OperationError> {
  const tables = cells.map(([pp, pm, mp, mm]) => [
    [pp ?? 0, pm ?? 0],
    [mp ?? 0, mm ?? 0],
  ]) as unknown as FourTables;
  const run = judgeTables(tables, settings);
  return run.ok ? run : notPossible(run.error.type, describeBellError(run.error));
}

function settingsOf({ settings, orientation, s_predicted }: BellAccount): BellSettings {
  const [ab, ab_prime, a_prime_b] = settings;
  const a_deg = [ab?.a_deg ?? 0, a_prime_b?.a_deg ?? 0] as const;
  const b_deg = [ab?.b_deg ?? 0, ab_prime?.b_deg ?? 0] as const;
  return { a_deg, b_deg, orientation, s_predicted };
}

const sameSettings = (one: BellAccount, other: BellAccount) =>
  one.orientation === other.orientation &&
  one.settings.every(({ a_deg, b_deg }, i) => {
    const its = other.settings[i];
    return its?.a_deg === a_deg && its.b_deg === b_deg;
  });

const SETTINGS = ['ab', 'ab′', 'a′b', 'a′b′'];

function describeBellError(error: BellError): string {
  switch (error.type) {
    case 'EmptySetting':
      return `Setting ${SETTINGS[error.setting_index] ?? ''} has no coincidence: the pass is too short for a CHSH test.`;
    case 'NotTwoSettings':
      return (
        `Station ${error.station} needs two analyser angles with a + and a − detector each; its manifest has ` +
        `${error.angles_deg.join(', ') || 'none'} degrees.`
      );
    case 'NoViolationPredicted':
      return `At these angles the state itself gives S = ${error.s_predicted.toFixed(2)}: check angle_deg in the manifests.`;
  }
}
