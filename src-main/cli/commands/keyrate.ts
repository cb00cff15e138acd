import type { Command } from 'commander';
import type { KeyLengthView } from '../../../src-contract/pass.ts';
import { viewComposableLength, viewPaperLength } from '../../pipeline/key-lengths.ts';
import { present, type CommandContext } from '../context.ts';
import { CommandFailure, EXIT, usageError } from '../exit.ts';
import { numberIn, onceOption, oneOf, wholeNumberIn } from '../flags.ts';
import { alignRows } from '../output.ts';

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
  readonly json?: boolean;
}

const EXAMPLE = `
Example (the published campaign, 378.7 bit under the paper's definition):
  twinpass keyrate --nz 1685 --ez 78 --nx 1415 --ex 62 --f 1.19 --eps-sec 1e-10 --eps-cor 1e-10 --delta 0.0147`;

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
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', EXAMPLE)
    .action((flags: Flags) => {
      if (flags.ez > flags.nz) throw usageError(`--ez ${flags.ez} is more than --nz ${flags.nz}`);
      if (flags.ex > flags.nx) throw usageError(`--ex ${flags.ex} is more than --nx ${flags.nx}`);
      const length = lengthOf(flags);
      present(context, flags.json, { value: length, page: () => page(flags, length) });
      if (length.length_bits <= 0)
        throw new CommandFailure('no key: more bits, fewer errors, or a larger ε', EXIT.not_possible);
    });
}

function lengthOf(flags: Flags): KeyLengthView {
  const counted = {
    counts: { Z: { n: flags.nz, e: flags.ez }, X: { n: flags.nx, e: flags.ex } },
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

function page(flags: Flags, length: KeyLengthView): string {
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
  return alignRows(rows);
}
