import { assert } from '../assert.ts';
import type { Coincidences, EntangledState } from '../coincidences.ts';
import { err, ok, type Result } from '../result.ts';
import {
  CHSH_SIGNS, chsh, chshGame, type Chsh, type ChshGame, type EmptySetting, type Four, type FourTables,
} from './chsh.ts';

/** A detector of a Bell recording: the analyser angle that sends a photon to it, and what a click says. */
export interface BellDetector { readonly angle_deg: number; readonly outcome: 1 | -1 }

/** A station must have two analyser angles, each with a detector for +1 and one for -1. */
export interface NotTwoSettings {
  readonly type: 'NotTwoSettings';
  readonly station: 'a' | 'b';
  readonly angles_deg: readonly number[];
}

/** Angles at which the state itself gives no violation: CHSH would test nothing. */
export interface NoViolationPredicted { readonly type: 'NoViolationPredicted'; readonly s_predicted: number }

export type BellError = EmptySetting | NotTwoSettings | NoViolationPredicted;

export interface BellInput {
  readonly coincidences: Coincidences;
  readonly detectors_a: readonly BellDetector[];
  readonly detectors_b: readonly BellDetector[];
  readonly state: EntangledState;
  readonly randomBit: () => 0 | 1;
}

/** Analyser angles in the order ab, ab', a'b, a'b', as the labels were dealt before any count was looked at. */
export interface BellSettings {
  readonly a_deg: readonly [number, number];
  readonly b_deg: readonly [number, number];
  readonly orientation: 1 | -1;
  readonly s_predicted: number;
}

/** S, its tables and its game at given settings. */
export interface BellJudgement extends Chsh {
  readonly settings: BellSettings;
  readonly tables: FourTables;
  readonly game: ChshGame;
}

export interface BellRun extends BellJudgement {
  readonly trials: BellTrials;
}

/**
 * Correlation that a noiseless state gives between two linear analysers.
 *
 *   phi+: E = cos 2(alpha - beta);  psi+: E = -cos 2(alpha + beta)
 *
 * @units degrees; result dimensionless
 * @shape any angles
 * @errors none
 * @validity (HH + VV)/sqrt 2 and (HV + VH)/sqrt 2; outcome +1 is the photon polarised along the angle, -1 across it
 * @source Nature 582, 501 (2020), doi:10.1038/s41586-020-2401-y, Methods; quantum mechanics of two qubits
 * @golden tests/core/bell/recording.test.ts
 */
export function predictedCorrelation(state: EntangledState, alpha_deg: number, beta_deg: number): number {
  const angle = ((state === 'phi+' ? alpha_deg - beta_deg : alpha_deg + beta_deg) * Math.PI) / 90;
  return state === 'phi+' ? Math.cos(angle) : -Math.cos(angle);
}

function twoAngles(detectors: readonly BellDetector[], station: 'a' | 'b'): Result<[number, number], NotTwoSettings> {
  const angles_deg = [...new Set(detectors.map((detector) => detector.angle_deg))].sort((x, y) => x - y);
  const complete = angles_deg.length === 2 && angles_deg.every((angle) => ([1, -1] as const).every((outcome) =>
    detectors.some((detector) => detector.angle_deg === angle && detector.outcome === outcome)));
  if (!complete) return err({ type: 'NotTwoSettings', station, angles_deg });
  return ok(angles_deg as [number, number]);
}

const SAME_S = 1e-9;

/**
 * Deals the labels a, a' and b, b' from angles and state alone: ascending, unless the minus sign of CHSH would then
 * sit on the wrong setting for this state.
 *
 *   of (a<a', b<b'), (a<a', b>b'), (a>a', b<b'), (a>a', b>b') the first with the largest predicted S
 *
 * So phi+ at 0, 45 and 22.5, 67.5 degrees keeps ascending order, and psi+ at the same angles has b = 67.5 and
 * b' = 22.5: psi+ is phi+ with station B's angles mirrored, beta to 90 - beta. S = |E - E' + E + E| holds for both.
 *
 * @units degrees
 * @shape two different angles a station
 * @errors NotTwoSettings; NoViolationPredicted when S predicted is at most 2
 * @validity no count enters, so the p-value needs no correction for the choice
 * @source Clauser, Horne, Shimony, Holt, PRL 23, 880 (1969), doi:10.1103/PhysRevLett.23.880
 * @golden tests/core/bell/recording.test.ts
 */
export function dealSettings(
  input: Pick<BellInput, 'detectors_a' | 'detectors_b' | 'state'>,
): Result<BellSettings, NotTwoSettings | NoViolationPredicted> {
  const a = twoAngles(input.detectors_a, 'a');
  if (!a.ok) return a;
  const b = twoAngles(input.detectors_b, 'b');
  if (!b.ok) return b;
  const [[a0, a1], [b0, b1]] = [a.value, b.value];
  const deals = ([[a0, a1], [a1, a0]] as const).flatMap((a_deg) => ([[b0, b1], [b1, b0]] as const).map((b_deg) => {
    const signed = settingPairs(a_deg, b_deg).reduce((sum, [alpha, beta], i) =>
      sum + CHSH_SIGNS[i]! * predictedCorrelation(input.state, alpha, beta), 0);
    const orientation: 1 | -1 = signed < 0 ? -1 : 1;
    return { a_deg, b_deg, orientation, s_predicted: Math.abs(signed) };
  }));
  const best = deals.reduce((found, deal) => (deal.s_predicted > found.s_predicted + SAME_S ? deal : found));
  if (best.s_predicted <= 2 + SAME_S) return err({ type: 'NoViolationPredicted', s_predicted: best.s_predicted });
  return ok(best);
}

function settingPairs(a: readonly [number, number], b: readonly [number, number]): Four<readonly [number, number]> {
  return [[a[0], b[0]], [a[0], b[1]], [a[1], b[0]], [a[1], b[1]]];
}

/** One station's setting (0 or 1) and outcome (0 for +1, 1 for -1) a row; several clicks at once become random. */
function readStation(patterns: Uint8Array, detectors: readonly BellDetector[], random: {
  readonly angles_deg: readonly [number, number]; readonly bit: () => 0 | 1;
}) {
  const setting = new Uint8Array(patterns.length);
  const outcome = new Uint8Array(patterns.length);
  let doubles = 0;
  for (let i = 0; i < patterns.length; i += 1) {
    const clicked = detectors.filter((_, index) => ((patterns[i]! >> index) & 1) === 1);
    assert(clicked.length > 0, `click pattern ${patterns[i]!} of ${detectors.length} detectors`);
    const [first] = clicked;
    const oneAngle = clicked.every((detector) => detector.angle_deg === first!.angle_deg);
    setting[i] = oneAngle ? random.angles_deg.indexOf(first!.angle_deg) : random.bit();
    if (clicked.length > 1) doubles += 1;
    outcome[i] = clicked.length > 1 ? random.bit() : first!.outcome === 1 ? 0 : 1;
  }
  return { setting, outcome, doubles };
}

/** Settings and outcomes of both stations row by row: what every table, slice and check of a run is made of. */
export interface BellTrials {
  readonly settings: BellSettings;
  readonly time_s: Float64Array;
  /** 0 to 3 in the order ab, ab', a'b, a'b'. */
  readonly setting: Uint8Array;
  /** Index into a table: 0 for ++, 1 for +-, 2 for -+, 3 for --. Secret like every outcome. */
  readonly outcome: Uint8Array;
  readonly double_clicks: { readonly a: number; readonly b: number };
}

/**
 * Reads coincidences as trials of the CHSH game. A double click keeps its trial with a random outcome (and a
 * random setting if it spans both), because dropping trials by outcome would open a loophole of our own making.
 *
 *   setting = 2 [a'] + [b'];  outcome = 2 [A = -1] + [B = -1]
 *
 * @units indices
 * @shape coincidence columns of equal length; patterns over the lists of detectors
 * @errors NotTwoSettings; NoViolationPredicted
 * @validity `randomBit` serves station A's rows first, then B's
 * @source Nature 582, 501 (2020), doi:10.1038/s41586-020-2401-y, Methods
 * @golden tests/core/bell/recording.test.ts
 */
export function readTrials(input: BellInput): Result<BellTrials, NotTwoSettings | NoViolationPredicted> {
  const dealt = dealSettings(input);
  if (!dealt.ok) return dealt;
  const settings = dealt.value;
  const { coincidences, randomBit } = input;
  const a = readStation(coincidences.pattern_a, input.detectors_a, { angles_deg: settings.a_deg, bit: randomBit });
  const b = readStation(coincidences.pattern_b, input.detectors_b, { angles_deg: settings.b_deg, bit: randomBit });
  return ok({
    settings,
    time_s: coincidences.time_s,
    setting: a.setting.map((value, i) => 2 * value + b.setting[i]!),
    outcome: a.outcome.map((value, i) => 2 * value + b.outcome[i]!),
    double_clicks: { a: a.doubles, b: b.doubles },
  });
}

/**
 * The four 2x2 tables of the trials up to a row, in the order ab, ab', a'b, a'b'.
 *
 *   table[setting][A][B] = number of rows
 *
 * @units counts
 * @shape `rows` at most the number of trials
 * @errors programmer error beyond that
 * @validity accidentals are not subtracted
 * @source definition of the quantity
 * @golden tests/core/bell/recording.test.ts
 */
export function tabulate(trials: BellTrials, rows = trials.setting.length): FourTables {
  assert(rows >= 0 && rows <= trials.setting.length, `${rows} of ${trials.setting.length} trials`);
  const cells = new Uint32Array(16);
  for (let i = 0; i < rows; i += 1) cells[4 * trials.setting[i]! + trials.outcome[i]!]! += 1;
  const table = (k: number) => [[cells[k]!, cells[k + 1]!], [cells[k + 2]!, cells[k + 3]!]] as const;
  return [table(0), table(4), table(8), table(12)];
}

/**
 * S with its sigma and the game, from tables and the settings they were counted at; tables of several runs may be sums.
 *
 *   see `chsh` and `chshGame`; `setting_bias` 0
 *
 * @units counts; dimensionless
 * @shape four tables in the order of the settings
 * @errors EmptySetting
 * @validity as `chshGame`: trials of several runs are trials of one game, since memory is allowed; the number of runs
 *   must not have been chosen by their outcomes
 * @source Clauser, Horne, Shimony, Holt, PRL 23, 880 (1969), doi:10.1103/PhysRevLett.23.880
 * @golden tests/core/bell/recording.test.ts
 */
export function judgeTables(tables: FourTables, settings: BellSettings): Result<BellJudgement, EmptySetting> {
  const evaluated = chsh(tables);
  if (!evaluated.ok) return evaluated;
  const game = chshGame(tables, { orientation: settings.orientation, setting_bias: 0 });
  return ok({ ...evaluated.value, settings, tables, game });
}

/**
 * The Bell verdict of a recording: E per setting, S with its sigma, and the p-value of local realism as a game.
 *
 *   see `chsh` and `chshGame`; settings as `dealSettings` deals them
 *
 * @units dimensionless
 * @shape coincidence columns of equal length
 * @errors EmptySetting (a short pass), NotTwoSettings, NoViolationPredicted (a manifest that tests nothing)
 * @validity accidentals are not subtracted; fair sampling and fair settings assumed, see `chshGame`
 * @source Clauser, Horne, Shimony, Holt, PRL 23, 880 (1969), doi:10.1103/PhysRevLett.23.880
 * @golden tests/core/bell/recording.test.ts
 */
export function evaluateBell(input: BellInput): Result<BellRun, BellError> {
  const trials = readTrials(input);
  if (!trials.ok) return trials;
  const judged = judgeTables(tabulate(trials.value), trials.value.settings);
  return judged.ok ? ok({ ...judged.value, trials: trials.value }) : judged;
}
