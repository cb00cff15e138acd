import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { PassDetail, ProcessVerdict } from '../../../src-contract/pass.ts';
import { present, type CommandContext } from '../context.ts';
import { CommandFailure, EXIT } from '../exit.ts';
import { anyText, onceOption, wholeNumberIn } from '../flags.ts';
import { withHost, type HostSession } from '../host-session.ts';
import { demoPage, type DemoAccount } from './demo-page.ts';

interface Flags {
  readonly keep?: string;
  readonly seed: number;
  readonly json?: boolean;
}

/** The golden night of the published campaign's season, named by its evening. */
const GOLDEN_NIGHT = '2018-09-14';

const EXAMPLE = `
Example:
  twinpass demo --seed 20180914 --keep golden-night`;

export function registerDemo(program: Command, context: CommandContext): void {
  program
    .command('demo')
    .description('One night, end to end, on the embedded simulator: window, pass, archive, key length, Bell test.')
    .addOption(onceOption('--seed <n>', 'of the simulated pass', wholeNumberIn(0, 4_294_967_295)).default(20180914))
    .addOption(
      onceOption('--keep <dir>', 'keep the mission directory there; default: a temporary one, removed', anyText),
    )
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', EXAMPLE)
    .action((flags: Flags) => demo(flags, context));
}

async function demo(flags: Flags, context: CommandContext): Promise<void> {
  const directory = flags.keep ?? (await mkdtemp(join(tmpdir(), 'twinpass-demo-')));
  try {
    const account = await withHost(context, { mission: directory, demo: true }, (session) =>
      flyNight(session, { seed: flags.seed, directory: flags.keep ?? null }),
    );
    present(context, flags.json, { value: account, page: () => demoPage(account) });
  } finally {
    if (flags.keep === undefined) await rm(directory, { recursive: true, force: true });
  }
}

async function flyNight(
  session: HostSession,
  options: { seed: number; directory: string | null },
): Promise<DemoAccount> {
  const { nights } = await session.call('orbit.listNights', { first_night: GOLDEN_NIGHT, nights: 1 });
  const window = nights[0]?.windows[0];
  if (window === undefined)
    throw new CommandFailure('the golden night has no window: the mission file was changed', EXIT.not_possible);
  const qkd = await fly(session, { start_utc_ms: window.start_utc_ms, mode: 'qkd', seed: options.seed });
  const bell = await fly(session, { start_utc_ms: window.start_utc_ms, mode: 'bell', seed: options.seed + 1 });
  const passes = [];
  for (const {
    summary: { pass_id },
    file_bytes,
  } of [qkd, bell]) {
    const { intact } = await session.call('archive.verifyPass', { pass_id });
    passes.push({ pass_id, file_bytes, intact });
  }
  return { window, qkd: lastVerdict(qkd), bell: lastVerdict(bell), passes, ...options };
}

async function fly(
  session: HostSession,
  input: { start_utc_ms: number; mode: 'qkd' | 'bell'; seed: number },
): Promise<PassDetail> {
  const { pass_id } = await session.job('simulator.flyPass', input);
  if (pass_id === null) throw new CommandFailure('the simulated pass ended without an archive entry', EXIT.internal);
  return session.call('archive.readPass', { pass_id });
}

function lastVerdict(detail: PassDetail): ProcessVerdict {
  const verdict = detail.verdicts.at(-1);
  if (verdict === undefined) {
    throw new CommandFailure(detail.summary.failure ?? 'the pass was archived without a verdict', EXIT.not_possible);
  }
  return verdict.result;
}
