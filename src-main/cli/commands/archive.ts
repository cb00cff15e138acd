import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { OutputOf } from '../../../src-contract/operations.ts';
import type { PassDetail, PassSummary } from '../../../src-contract/pass.ts';
import type { GateWish } from '../../../src-contract/quantities.ts';
import { formatUtc } from '../../../src-core/utc.ts';
import { present, type CommandContext } from '../context.ts';
import { CommandFailure, EXIT } from '../exit.ts';
import { gateOption, oneOf, onceOption } from '../flags.ts';
import { missionFlags, readHost, withHost, type HostFlags } from '../host-session.ts';
import { alignRows } from '../output.ts';
import { registerArchiveCopies } from './archive-copy.ts';
import { processPage } from './verdict-page.ts';

interface Flags extends HostFlags {
  readonly json?: boolean;
}
interface ImportFlags extends ProcessFlags {
  readonly partial?: boolean;
  readonly custody?: 'analysis' | 'operational';
  readonly process: boolean;
}
interface ProcessFlags extends Flags {
  readonly gate: GateWish;
  readonly beacon: boolean;
}

const EXAMPLE = `
Example:
  twinpass archive import delingha.json nanshan.json
  twinpass archive import --custody operational delingha.json
  twinpass archive list --json
  twinpass archive show 2018-09-14-1814-qkd
  twinpass archive process 2018-09-14-1814-qkd --gate 2
  twinpass archive verify 2018-09-14-1814-qkd`;

export function registerArchive(program: Command, context: CommandContext): void {
  const archive = program.command('archive').description("The mission's passes.").addHelpText('after', EXAMPLE);
  settings(archive.command('import'))
    .description(
      'Two recordings of one pass into the archive, then a first verdict; in operational custody one recording.',
    )
    .argument('<a.json>', "manifest of the first station; in operational custody this console's own")
    .argument('[b.json]', 'manifest of the second station')
    .addOption(onceOption('--custody <kind>', "default: the mission's", oneOf('analysis', 'operational')))
    .option('--partial', 'use a tag file whose last record is cut off, up to there')
    .option('--no-process', 'import only; process later')
    .option('--no-beacon', 'ignore the beacon and lock on the photons alone')
    .addOption(gateOption())
    .action((a: string, b: string | undefined, flags: ImportFlags) =>
      importPass(b === undefined ? [resolve(a)] : [resolve(a), resolve(b)], flags, context),
    );
  settings(archive.command('process'))
    .description('An archived pass again, with another gate or lock; its verdict stands beside the old ones.')
    .argument('<pass>', 'pass id from `archive list`')
    .option('--no-beacon', 'ignore the beacon and lock on the photons alone')
    .addOption(gateOption())
    .action((pass_id: string, flags: ProcessFlags) =>
      withHost(context, flags, async ({ call, job }) => {
        await job('detection.processPass', { pass_id, gate_ns: flags.gate, beacon: flags.beacon });
        const detail = await call('archive.readPass', { pass_id });
        present(context, flags.json, { value: detail, page: () => detailPage(detail) });
      }),
    );
  settings(archive.command('list'))
    .description('Every pass, newest first.')
    .action((flags: Flags) =>
      readHost(context, flags, async ({ call }) => {
        const list = await call('archive.listPasses', {});
        present(context, flags.json, { value: list, page: () => listPage(list.passes) });
      }),
    );
  settings(archive.command('show'))
    .description('One pass with its recordings and verdicts.')
    .argument('<pass>', 'pass id from `archive list`')
    .action((pass_id: string, flags: Flags) =>
      readHost(context, flags, async ({ call }) => {
        const detail = await call('archive.readPass', { pass_id });
        present(context, flags.json, { value: detail, page: () => detailPage(detail) });
      }),
    );
  settings(archive.command('verify'))
    .description('Checks a pass file against its hashes, chunk by chunk.')
    .argument('[pass]', 'pass id; without it, every pass')
    .action((pass_id: string | undefined, flags: Flags) => verify(pass_id ?? null, flags, context));
  registerArchiveCopies(archive, context);
}

function settings(command: Command): Command {
  return missionFlags(command).addHelpText('after', EXAMPLE);
}

function importPass(
  manifest_paths: [string] | [string, string],
  flags: ImportFlags,
  context: CommandContext,
): Promise<void> {
  return withHost(context, flags, async ({ call, job }) => {
    const { custody, partial = false } = flags;
    const order = { manifest_paths, partial, ...(custody === undefined ? {} : { custody }) };
    const { pass_id } = await job('archive.importPass', order);
    if (pass_id === null) throw new CommandFailure('the import ended without a pass', EXIT.internal);
    if (flags.process && manifest_paths.length === 2) {
      await job('detection.processPass', { pass_id, gate_ns: flags.gate, beacon: flags.beacon }).catch(
        (cause: unknown) => {
          throw withoutVerdict(pass_id, cause);
        },
      );
    }
    const detail = await call('archive.readPass', { pass_id });
    present(context, flags.json, { value: detail, page: () => detailPage(detail) });
  });
}

/** The recordings are measurements and stay, whatever became of their first verdict: say so beside the reason. */
function withoutVerdict(pass_id: string, cause: unknown): unknown {
  if (!(cause instanceof CommandFailure)) return cause;
  const reason = cause.exit_code === EXIT.interrupted ? 'cancelled' : cause.message;
  const kept =
    `The recordings are archived as ${pass_id}, without a verdict. To try again without the beacon: ` +
    `twinpass archive process ${pass_id} --no-beacon`;
  return new CommandFailure(`${reason}\n${kept}`, cause.exit_code);
}

function verify(pass_id: string | null, flags: Flags, context: CommandContext): Promise<void> {
  return readHost(context, flags, async ({ call }) => {
    const ids =
      pass_id === null ? (await call('archive.listPasses', {})).passes.map((pass) => pass.pass_id) : [pass_id];
    const passes: OutputOf<'archive.verifyPass'>[] = [];
    for (const [index, id] of ids.entries()) {
      context.output.progress(id, index / ids.length);
      passes.push(await call('archive.verifyPass', { pass_id: id }));
    }
    const page = () =>
      passes.length === 0
        ? 'The archive holds no pass yet: `twinpass archive import` adds one.'
        : passes
            .map(({ pass_id: id, intact, findings }) => `${id}: ${intact ? 'intact' : findings.join('; ')}`)
            .join('\n');
    present(context, flags.json, { value: { passes }, page });
    const broken = passes.filter(({ intact }) => !intact);
    if (broken.length > 0) {
      throw new CommandFailure(
        `${broken.length} of ${passes.length} pass files are damaged: restore them from a backup`,
        EXIT.invalid,
      );
    }
  });
}

function listPage(passes: readonly PassSummary[]): string {
  if (passes.length === 0) return 'The archive holds no pass yet: `twinpass archive import` adds one.';
  return alignRows(
    passes.map((pass) => [
      pass.pass_id,
      `${formatUtc(pass.start_utc_ms)}  ${pass.seconds.toFixed(0).padStart(4)} s  ${pass.mode.padEnd(4)}  ${pass.state.padEnd(9)}  ` +
        `${pass.sifted_bits ?? '–'} sifted, QBER ${pass.qber === null ? '–' : `${(pass.qber * 100).toFixed(1)} %`}, ${pass.custody}`,
    ]),
  );
}

function detailPage(detail: PassDetail): string {
  const { summary } = detail;
  const rows: [string, string][] = [
    ['Pass', `${summary.pass_id}, ${summary.mode}, ${summary.state}, custody ${summary.custody}`],
    ['Start', `${formatUtc(summary.start_utc_ms)}, ${summary.seconds.toFixed(1)} s`],
    ['File', `${detail.file_name}, ${(detail.file_bytes / 1e6).toFixed(1)} MB`],
    ...detail.recordings.map(({ station, file_name, sha256, events }): [string, string] => [
      station,
      `${file_name}, ${events} events, sha256 ${sha256.slice(0, 16)}…`,
    ]),
  ];
  if (summary.failure !== null) rows.push(['Failed', summary.failure]);
  const verdicts = detail.verdicts.map(({ verdict_id, made_at_utc_ms, code_version, result }) => {
    const head = `Verdict ${verdict_id}, ${formatUtc(made_at_utc_ms)}, version ${code_version}`;
    return `\n${head}\n${processPage(result)}`;
  });
  return [alignRows(rows), ...verdicts].join('\n');
}
