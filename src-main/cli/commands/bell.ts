import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { BellReport, BellVerdict } from '../../../src-contract/bell.ts';
import { decodeFrame, type Frame } from '../../../src-contract/frames.ts';
import type { Verdict } from '../../../src-contract/pass.ts';
import type { GateWish } from '../../../src-contract/quantities.ts';
import { poolBell, type JudgedPass } from '../../pipeline/judge-bell.ts';
import { expectOk, present, type CommandContext } from '../context.ts';
import { CommandFailure, EXIT, usageError } from '../exit.ts';
import { anyText, onceOption } from '../flags.ts';
import { readHost, type HostSession } from '../host-session.ts';
import { reportPage } from './bell-page.ts';
import { judgeRecordings, recordingFlags, type RecordingFlags } from './recording-pair.ts';

interface Flags extends RecordingFlags {
  readonly mission?: string;
  readonly pass?: readonly string[];
}

const EXAMPLE = `
Examples:
  twinpass bell delingha.json nanshan.json --json
  twinpass bell --mission micius --pass 2018-09-14-1814-bell

Of an archived pass the latest verdict with this gate is shown; where there is none, the pass is processed and the
verdict kept. Several passes of equal angles are judged as one run.`;

export function registerBell(program: Command, context: CommandContext): void {
  recordingFlags(
    program
      .command('bell')
      .description('CHSH test from two recordings made in Bell mode, or from archived passes.')
      .argument('[a.json]', 'manifest of the first station')
      .argument('[b.json]', 'manifest of the second station'),
  )
    .option('--pass <id...>', 'archived passes, judged as one run, instead of two recordings')
    .addOption(
      onceOption('--mission <dir>', "mission directory; default: under TWINPASS_HOME or the user's data", anyText),
    )
    .addHelpText('after', EXAMPLE)
    .action(async (a: string | undefined, b: string | undefined, flags: Flags) => {
      const report = await judge([a, b], flags, context);
      present(context, flags.json, { value: report, page: () => reportPage(report) });
    });
}

async function judge(
  [a, b]: readonly [string | undefined, string | undefined],
  flags: Flags,
  context: CommandContext,
): Promise<BellReport> {
  if (flags.pass !== undefined) {
    if (a !== undefined) throw usageError('give either two recordings or --pass, not both');
    return judgePasses(flags.pass, flags, context);
  }
  if (a === undefined || b === undefined) throw usageError('give two recordings, or --mission DIR and --pass ID');
  if (flags.mission !== undefined) throw usageError('--mission belongs to --pass');
  const { verdict, series } = await judgeRecordings([a, b], { ...flags, beacon: true }, context);
  const { bell, mode } = verdict;
  if (bell === null) throw notForBell(a, mode);
  return { ...bell, account: accountOf(bell), convergence: convergenceOf(decodeFrame(series)), passes: [] };
}

const notForBell = (where: string, mode: string) =>
  new CommandFailure(`${where}: mode is ${mode}; a CHSH test needs recordings made in mode bell`, EXIT.invalid);

function accountOf({ account }: BellVerdict): BellReport['account'] {
  if (account === undefined) throw new CommandFailure('the verdict came without its tables', EXIT.internal);
  return account;
}

const COLUMNS = ['t_s', 'n', 's', 's_sigma'] as const;

function convergenceOf({ columns }: Frame): BellReport['convergence'] {
  const [t_s, n, s, s_sigma] = COLUMNS.map((name) =>
    Array.from(columns.find((column) => column.name === `bell.${name}`)?.values ?? []),
  );
  return { t_s: t_s ?? [], n: n ?? [], s: s ?? [], s_sigma: s_sigma ?? [] };
}

async function judgePasses(pass_ids: readonly string[], flags: Flags, context: CommandContext): Promise<BellReport> {
  if (flags.elements !== undefined || flags.partial === true) {
    throw usageError('--elements and --partial belong to two recordings: a pass holds what it was imported with');
  }
  const { mission } = flags;
  const places = { ...flags, ...(mission === undefined ? {} : { mission: resolve(mission) }) };
  return readHost(context, places, async (session) => {
    const judged: (JudgedPass & { readonly start_utc_ms: number })[] = [];
    for (const pass_id of new Set(pass_ids)) judged.push(await judgePass(session, pass_id, flags.gate));
    const [first, ...rest] = judged.sort((one, other) => one.start_utc_ms - other.start_utc_ms);
    if (first === undefined) throw usageError('--pass names no pass');
    const pooled = expectOk(poolBell([first, ...rest]));
    const convergence = rest.length > 0 ? { t_s: [], n: [], s: [], s_sigma: [] } : await seriesOf(session, first);
    return { ...pooled, convergence };
  });
}

/** The latest verdict of a pass with this gate and its tables, made now where there is none. */
async function judgePass({ call, job }: HostSession, pass_id: string, gate_ns: GateWish) {
  const { summary, verdicts } = await call('archive.readPass', { pass_id });
  if (summary.mode !== 'bell') throw notForBell(pass_id, summary.mode);
  const fits = ({ parameters, result }: Verdict) =>
    parameters[typeof gate_ns === 'string' ? 'gate' : 'gate_ns'] === gate_ns &&
    parameters['beacon'] === true && result.bell?.account !== undefined;
  let verdict = verdicts.findLast(fits);
  if (verdict === undefined) {
    await job('detection.processPass', { pass_id, gate_ns, beacon: true });
    verdict = (await call('archive.readPass', { pass_id })).verdicts.findLast(fits);
  }
  const bell = verdict?.result.bell;
  if (verdict === undefined || bell === null || bell === undefined) {
    throw new CommandFailure(`${pass_id}: the processing left no Bell verdict`, EXIT.internal);
  }
  const { verdict_id } = verdict;
  return { pass_id, verdict_id, start_utc_ms: summary.start_utc_ms, bell: { ...bell, account: accountOf(bell) } };
}

async function seriesOf({ host }: HostSession, { pass_id, verdict_id }: JudgedPass) {
  const reply = expectOk(await host.dispatch('detection.readVerdictSeries', { pass_id, verdict_id }));
  return convergenceOf(decodeFrame(reply as Uint8Array));
}
