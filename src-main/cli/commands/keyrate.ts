import type { Command } from 'commander';
import { computeKeyLength } from '../../services/key-length.ts';
import { expectOk, present, type CommandContext } from '../context.ts';
import { usageError } from '../exit.ts';
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
  readonly seconds?: number;
  readonly json?: boolean;
}

const EXAMPLE = `
Example (the published campaign, 378.7 bit under the paper's definition):
  twinpass keyrate --nz 1685 --ez 78 --nx 1415 --ex 62 --f 1.19 --eps-sec 1e-10 --eps-cor 1e-10 --delta 0.0147`;

const counts = wholeNumberIn(0, 1e12);
const epsilon = numberIn(1e-40, 0.5);

export function registerKeyrate(program: Command, context: CommandContext): void {
  program.command('keyrate')
    .description('Finite-key length from sifted counts and errors, under a named definition.')
    .addOption(onceOption('--nz <n>', 'sifted bits in Z', counts).makeOptionMandatory())
    .addOption(onceOption('--ez <n>', 'errors in Z', counts).makeOptionMandatory())
    .addOption(onceOption('--nx <n>', 'sifted bits in X', counts).makeOptionMandatory())
    .addOption(onceOption('--ex <n>', 'errors in X', counts).makeOptionMandatory())
    .addOption(onceOption('--f <x>', 'reconciliation efficiency', numberIn(1, 10)).makeOptionMandatory())
    .addOption(onceOption('--eps-sec <p>', 'secrecy failure probability', epsilon).makeOptionMandatory())
    .addOption(onceOption('--eps-cor <p>', 'correctness failure probability', epsilon).makeOptionMandatory())
    .addOption(onceOption('--delta <x>', 'detector efficiency mismatch, 0.0147 is 1.47 %', numberIn(0, 1))
      .makeOptionMandatory())
    .addOption(onceOption('--definition <name>', 'paper or composable', oneOf('paper', 'composable')).default('paper'))
    .addOption(onceOption('--seconds <s>', 'time the counts took, for a rate', numberIn(1e-3, 1e9, 's')))
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', EXAMPLE)
    .action((flags: Flags) => {
      if (flags.ez > flags.nz) throw usageError(`--ez ${flags.ez} is more than --nz ${flags.nz}`);
      if (flags.ex > flags.nx) throw usageError(`--ex ${flags.ex} is more than --nx ${flags.nx}`);
      const length = expectOk(computeKeyLength({
        n_z: flags.nz, e_z: flags.ez, n_x: flags.nx, e_x: flags.ex, f: flags.f, eps_sec: flags.epsSec,
        eps_cor: flags.epsCor, delta: flags.delta, definition: flags.definition, seconds: flags.seconds ?? null,
      }));
      present(context, flags.json, { value: length, page: () => page(flags, length.length_bits, length.rate_bps ?? null) });
    });
}

function page(flags: Flags, length_bits: number, rate_bps: number | null): string {
  const rows: [string, string][] = [
    ['Definition', `${flags.definition}, f = ${flags.f}, ε_sec = ${flags.epsSec}, ε_cor = ${flags.epsCor}`],
    ['Z', `${flags.nz} bit, ${flags.ez} errors`],
    ['X', `${flags.nx} bit, ${flags.ex} errors`],
    ['Key length', length_bits > 0 ? `${length_bits.toFixed(1)} bit` : `no key (formula ${length_bits.toFixed(1)} bit)`],
  ];
  if (rate_bps !== null) rows.push(['Key rate', `${rate_bps.toFixed(3)} bit/s`]);
  return alignRows(rows);
}
