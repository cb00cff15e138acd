import type { Command } from 'commander';
import type { KeyLengthView } from '../../../src-contract/pass.ts';
import { POPULATION_MAX, viewComposableLength, viewPaperLength } from '../../pipeline/key-lengths.ts';
import type { KeyBudget } from '../../../src-contract/key.ts';
import { projectKey, type KeyProjection, type Spread } from '../../pipeline/key-lengths.ts';
import { viewKeyBudget, type BudgetRequest } from '../../pipeline/key-budget.ts';
import { present, type CommandContext } from '../context.ts';
import { CommandFailure, EXIT, usageError } from '../exit.ts';
import { numberIn, onceOption, oneOf, wholeNumberIn } from '../flags.ts';
import { alignRows } from '../output.ts';
import { budgetRows } from './key-budget-page.ts';

interface Flags {
  readonly nz: number;
  readonly ez: number;
  readonly nx: number;
  readonly ex: number;
  readonly f: number;
  readonly epsSec: number;
  readonly epsCor: number;
  readonly delta: number;
  readonly definition: 'paper' | 'composable';
  readonly epsilon?: number;
  readonly hashing: 'two-key' | 'joint';
  readonly seconds?: number;
  readonly next?: number;
  readonly nextSigma: number;
  readonly nextQber?: number;
  readonly json?: boolean;
}

type Next = Pick<KeyProjection, 'pass'> & Pick<KeyProjection['paper'], 'length_with_pass_bits' | 'gain_bits'>;
type Shown = KeyLengthView & { readonly budget: KeyBudget; readonly next?: Next };

const EXAMPLE = `
Examples (the published campaign, 378.7 bit under the paper's definition; and what a pass of 310 bits would add):
  twinpass keyrate --nz 1685 --ez 78 --nx 1415 --ex 62 --f 1.19 --eps-sec 1e-10 --eps-cor 1e-10 --delta 0.0147
  twinpass keyrate --nz 1685 --ez 78 --nx 1415 --ex 62 --f 1.19 --eps-sec 1e-10 --eps-cor 1e-10 --delta 0.0147 \\
    --definition composable --next 310 --next-sigma 64`;

const counts = wholeNumberIn(0, 1e12);
const epsilon = numberIn(1e-40, 0.5);

export function registerKeyrate(program: Command, context: CommandContext): void {
  program
    .command('keyrate')
    .description('Finite-key length from sifted counts and errors, under a named definition.')
    .addOption(onceOption('--nz <n>', 'sifted bits in Z', counts).makeOptionMandatory())
    .addOption(onceOption('--ez <n>', 'errors in Z', counts).makeOptionMandatory())
    .addOption(onceOption('--nx <n>', 'sifted bits in X', counts).makeOptionMandatory())
    .addOption(onceOption('--ex <n>', 'errors in X', counts).makeOptionMandatory())
    .addOption(onceOption('--f <x>', 'reconciliation efficiency', numberIn(1, 10)).makeOptionMandatory())
    .addOption(onceOption('--eps-sec <p>', 'secrecy failure probability', epsilon).makeOptionMandatory())
    .addOption(onceOption('--eps-cor <p>', 'correctness failure probability', epsilon).makeOptionMandatory())
    .addOption(
      onceOption('--delta <x>', 'detector efficiency mismatch, 0.0147 is 1.47 %', numberIn(0, 1)).makeOptionMandatory(),
    )
    .addOption(onceOption('--definition <name>', 'paper or composable', oneOf('paper', 'composable')).default('paper'))
    .addOption(onceOption('--epsilon <p>', 'composable: total ε, its split optimised; default: --eps-sec', epsilon))
    .addOption(
      onceOption('--hashing <how>', 'composable: two-key or joint', oneOf('two-key', 'joint')).default('two-key'),
    )
    .addOption(onceOption('--seconds <s>', 'time the counts took, for a rate', numberIn(1e-3, 1e9, 's')))
    .addOption(onceOption('--next <bits>', 'sifted bits that the next pass is expected to bring', counts))
    .addOption(onceOption('--next-sigma <bits>', 'their standard deviation', counts).default(0))
    .addOption(onceOption('--next-qber <p>', "its error rate; default: the counts'", numberIn(0, 0.5)))
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', EXAMPLE)
    .action((flags: Flags) => {
      if (flags.ez > flags.nz) throw usageError(`--ez ${flags.ez} is more than --nz ${flags.nz}`);
      if (flags.ex > flags.nx) throw usageError(`--ex ${flags.ex} is more than --nx ${flags.nx}`);
      checkSize(flags);
      const length = lengthOf(flags);
      const budget = viewKeyBudget(budgetRequest(flags));
      const next = flags.next === undefined ? null : projectNext(flags, flags.next);
      const value = { ...length, budget, ...(next === null ? {} : { next }) };
      present(context, flags.json, { value, page: () => page(flags, value) });
      if (length.length_bits <= 0)
        throw new CommandFailure('no key: more bits, fewer errors, or a larger ε', EXIT.not_possible);
    });
}

/** The exact bound of sampling has a largest population; what the next pass adds is told under both definitions. */
function checkSize({ definition, nz, nx, next = 0, nextSigma }: Flags): void {
  const bits = nz + nx + next + 5 * (nextSigma + Math.sqrt(next));
  if ((definition === 'composable' || next > 0) && bits > POPULATION_MAX) {
    throw usageError(`the composable length is exact up to ${POPULATION_MAX} sifted bits in all, next pass included: `
      + 'take blocks of that size');
  }
}

const countsOf = ({ nz, ez, nx, ex }: Flags) => ({ Z: { n: nz, e: ez }, X: { n: nx, e: ex } });

function budgetRequest(flags: Flags): BudgetRequest {
  const { definition, hashing, f, epsSec, epsCor, delta } = flags;
  const epsilon = flags.epsilon ?? epsSec;
  return { counts: countsOf(flags), definition, hashing, leakage: { f }, eps_sec: epsSec, eps_cor: epsCor, epsilon, delta };
}

/** What one more pass would add under the definition that is asked about. */
function projectNext(flags: Flags, sifted_bits: number): Next {
  const { definition, hashing, epsSec, epsCor, delta, f } = flags;
  if (hashing === 'joint') throw usageError('--next needs --hashing two-key: no key may be taken on joint hashing');
  if (definition === 'paper' && epsSec !== epsCor) {
    throw usageError('--next under the definition paper needs --eps-sec and --eps-cor alike');
  }
  const block = countsOf(flags);
  const [n, e] = [block.Z.n + block.X.n, block.Z.e + block.X.e];
  if (n === 0 && flags.nextQber === undefined) throw usageError('--next with no counts yet needs --next-qber');
  const expected = {
    sifted_bits,
    sifted_bits_sigma: flags.nextSigma,
    qber: flags.nextQber ?? e / n,
    z_share: n === 0 ? 0.5 : block.Z.n / n,
  };
  const epsilon = definition === 'paper' ? epsSec : (flags.epsilon ?? epsSec);
  const projection = projectKey(block, expected, { epsilon, delta, f });
  const { length_with_pass_bits, gain_bits } = projection[definition];
  return { pass: projection.pass, length_with_pass_bits, gain_bits };
}

function lengthOf(flags: Flags): KeyLengthView {
  const counted = {
    counts: countsOf(flags),
    seconds: flags.seconds ?? null,
  };
  const parameters = { f: flags.f, eps_sec: flags.epsSec, eps_cor: flags.epsCor, delta: flags.delta };
  if (flags.definition === 'paper') return viewPaperLength(counted, parameters);
  return viewComposableLength(counted, {
    ...parameters,
    epsilon: flags.epsilon ?? flags.epsSec,
    hashing: flags.hashing,
  });
}

function page(flags: Flags, length: Shown): string {
  const epsilon = length.epsilon === undefined ? '' : `total ε = ${length.epsilon} (${length.hashing ?? ''}), `;
  const rows: [string, string][] = [
    [
      'Definition',
      `${flags.definition}, f = ${flags.f}, ${epsilon}ε_sec = ${length.eps_sec.toPrecision(3)}, ε_cor = ${length.eps_cor.toPrecision(3)}`,
    ],
    ['Z', `${flags.nz} bit, ${flags.ez} errors`],
    ['X', `${flags.nx} bit, ${flags.ex} errors`],
    ['Key length', `${length.length_bits.toFixed(1)} bit${length.length_bits > 0 ? '' : ': no key'}`],
  ];
  if (length.proved === false)
    rows.push(['Proof', 'none named for joint hashing: a comparison, no key may be taken on it']);
  if (length.rate_bps !== undefined) rows.push(['Key rate', `${length.rate_bps.toFixed(3)} bit/s`]);
  rows.push(...budgetRows(length.budget));
  if (length.next !== undefined) rows.push(...nextRows(length.next));
  return alignRows(rows);
}

function nextRows({ pass, length_with_pass_bits, gain_bits }: Next): [string, string][] {
  const spread = ({ value, low, high }: Spread) => `${value.toFixed(1)} (68 %: ${low.toFixed(1)} to ${high.toFixed(1)})`;
  const [n, e] = [pass.Z.n + pass.X.n, pass.Z.e + pass.X.e];
  return [
    ['Next pass', `${n} bit, ${e} errors expected`],
    ['It would add', `${spread(gain_bits)} bit`],
    ['Length with it', `${spread(length_with_pass_bits)} bit`],
  ];
}
