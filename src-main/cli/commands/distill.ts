import { resolve } from 'node:path';
import type { Command } from 'commander';
import { operations } from '../../../src-contract/operations.ts';
import type { KeyBudget, KeyView } from '../../../src-contract/key.ts';
import type { LocalHost } from '../../compose.ts';
import { describeDistillationError, type DistillationAccount } from '../../pipeline/distil-block.ts';
import { viewKeyBudget } from '../../pipeline/key-budget.ts';
import { readMissionFile } from '../../services/mission-file.ts';
import { operationalRefusal } from '../../services/distillation-service.ts';
import { SHIPPED_MISSION } from '../../services/shipped-files.ts';
import { distilRecordings } from '../../workers/distil-passes.ts';
import { elementText, expectOk, present, type CommandContext } from '../context.ts';
import { CommandFailure, EXIT, failureOf, usageError } from '../exit.ts';
import { anyText, numberIn, onceOption, oneOf } from '../flags.ts';
import { withHost, type HostFlags } from '../host-session.ts';
import { place, type Place } from '../network-place.ts';
import { alignRows } from '../output.ts';
import { budgetRows } from './key-budget-page.ts';

interface Flags extends HostFlags {
  readonly pass?: readonly string[];
  readonly algorithm: 'auto' | 'cascade' | 'hamming' | 'ldpc';
  readonly definition: 'paper' | 'composable';
  readonly epsilon?: number;
  readonly gate: number;
  readonly partial?: boolean;
  readonly elements?: string;
  readonly json?: boolean;
  readonly peer?: Place;
  readonly listen?: Place | true;
  readonly role?: 'alice' | 'bob';
}

/** FORMATS section 1. The key itself is in none of it. */
interface Distillation {
  readonly sifted: DistillationAccount['sifted'];
  readonly reconciliation: DistillationAccount['reconciliation'];
  readonly key: {
    readonly definition: 'paper' | 'composable';
    readonly epsilon: number;
    readonly length_bits: number;
    readonly formula_bits: number;
    readonly key_id: string | null;
    readonly custody: 'analysis' | 'operational';
    /** Null where no store keeps the key: two recordings outside an archive. */
    readonly state: KeyView['state'] | null;
    readonly digest: string | null;
  };
  /** Every share of ε and every summand of the length, with its theorem. */
  readonly budget: KeyBudget;
  readonly passes: readonly string[];
  readonly shares_passes_with: readonly string[];
}

const EXAMPLE = `
Examples:
  twinpass distill delingha.json nanshan.json --definition paper --json
  twinpass distill --mission micius --pass 2018-09-14-1814-qkd
  twinpass distill --mission micius --pass 2018-09-14-1814-qkd 2018-09-15-1812-qkd --definition composable --epsilon 1e-10
  twinpass distill --mission delingha --pass 2018-09-14-1814-qkd --peer nanshan.example:7400
  twinpass distill --mission nanshan --pass 2018-09-14-1814-qkd --listen 0.0.0.0:7400

Two recordings are tried out: their key is counted and overwritten. With --mission and --pass it is kept, sealed, in
the mission's key store. Both ways both ends are in one place, so the key is of analysis custody and never delivered.
With --peer or --listen two consoles with one recording each make a key of operational custody: set the other one up
with \`twinpass channel\` first.`;

export function registerDistill(program: Command, context: CommandContext): void {
  program
    .command('distill')
    .description('Sifted bits to key: reconciliation, verification, privacy amplification.')
    .argument('[a.json]', 'manifest of the first station')
    .argument('[b.json]', 'manifest of the second station')
    .option('--pass <id...>', 'archived passes to pool into one key, instead of two recordings')
    .addOption(
      onceOption('--mission <dir>', "mission directory; default: under TWINPASS_HOME or the user's data", anyText),
    )
    .addOption(onceOption('--mission-file <file>', 'default: Micius', anyText))
    .addOption(
      onceOption(
        '--algorithm <name>',
        'cascade, hamming, ldpc (few messages, slow) or auto, which is cascade',
        oneOf('auto', 'cascade', 'hamming', 'ldpc'),
      ).default('auto'),
    )
    .addOption(
      onceOption('--definition <name>', 'paper or composable', oneOf('paper', 'composable')).default('composable'),
    )
    .addOption(onceOption('--epsilon <p>', "total ε; default: the mission's", numberIn(1e-20, 0.01)))
    .addOption(onceOption('--gate <ns>', 'full width of the coincidence gate', numberIn(0.1, 100, 'ns')).default(2.5))
    .option('--partial', 'two recordings: use a tag file whose last record is cut off, up to there')
    .addOption(onceOption('--elements <file>', 'two recordings: elements where the manifests carry none', anyText))
    .addOption(onceOption('--peer <host:port>', 'distil with the console that listens there', place))
    .option('--listen [host:port]', 'wait for the other console; without a place, where `twinpass channel` says', place)
    .addOption(onceOption('--role <role>', "with another console; default: the first station is Alice", oneOf('alice', 'bob')))
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', EXAMPLE)
    .action((a: string | undefined, b: string | undefined, flags: Flags) => distill([a, b], flags, context));
}

async function distill(
  [a, b]: readonly [string | undefined, string | undefined],
  flags: Flags,
  context: CommandContext,
): Promise<void> {
  if (flags.pass !== undefined) {
    if (a !== undefined) throw usageError('give either two recordings or --pass, not both');
    return isWithPeer(flags) ? distillWithPeer(flags.pass, flags, context) : distillArchived(flags.pass, flags, context);
  }
  if (isWithPeer(flags)) throw usageError('with another console, name the pass: --pass ID');
  if (a === undefined || b === undefined) throw usageError('give two recordings, or --mission DIR and --pass ID');
  if (flags.mission !== undefined) {
    throw usageError('--mission belongs to --pass: `twinpass archive import` takes two recordings into a mission');
  }
  return distillRecordings([a, b], flags, context);
}

async function distillRecordings(paths: readonly [string, string], flags: Flags, context: CommandContext) {
  const mission = expectOk(await readMissionFile(flags.missionFile ?? SHIPPED_MISSION));
  if (mission.custody !== 'analysis') throw failureOf(operationalRefusal(`Mission ${mission.id}`));
  const { algorithm, definition, epsilon = mission.key.eps_sec } = flags;
  const { account, key_id } = expectOk(
    await distilRecordings(
      {
        mission,
        algorithm,
        definition,
        epsilon,
        gate_ns: flags.gate,
        manifest_paths: paths,
        partial: flags.partial === true,
        elements: await elementText(flags.elements),
      },
      { signal: context.signal, onProgress: context.output.progress },
    ),
  );
  context.output.endProgress();
  const { sifted, reconciliation, length_bits, formula_bits } = account;
  const key = { definition, epsilon, length_bits, formula_bits, key_id, custody: 'analysis' } as const;
  const value: Distillation = {
    sifted,
    reconciliation,
    key: { ...key, state: null, digest: null },
    budget: budgetOf(account),
    passes: [],
    shares_passes_with: [],
  };
  present(context, flags.json, { value, page: () => page(value) });
  if (key_id === null) {
    const message = describeDistillationError({ type: 'NoKey', length_bits: formula_bits, epsilon });
    throw new CommandFailure(message, EXIT.not_possible);
  }
}

async function distillArchived(passes: readonly string[], flags: Flags, context: CommandContext): Promise<void> {
  const { algorithm, definition, epsilon = null, gate: gate_ns } = flags;
  const order = { pass_ids: [...passes], algorithm, definition, epsilon, gate_ns };
  const checked = operations['distillation.distilPasses'].input.safeParse(order);
  if (!checked.success) throw usageError(checked.error.issues.map(({ message }) => `--pass: ${message}`).join('; '));
  const { mission } = flags;
  const places = { ...flags, ...(mission === undefined ? {} : { mission: resolve(mission) }) };
  await withHost(context, places, async ({ call, job }) => {
    const { key_id } = await job('distillation.distilPasses', order);
    const key = (await call('keys.listKeys', {})).keys.find((one) => one.key_id === key_id);
    if (key === undefined) throw new CommandFailure('the distillation ended without a key', EXIT.internal);
    const value = viewOf(key);
    present(context, flags.json, { value, page: () => page(value) });
  });
}

const isWithPeer = ({ peer, listen, role }: Flags) => peer !== undefined || listen !== undefined || role !== undefined;

async function distillWithPeer(passes: readonly string[], flags: Flags, context: CommandContext): Promise<void> {
  const { algorithm, definition, epsilon = null, gate: gate_ns, peer = null, listen, role = null } = flags;
  if (peer !== null && listen !== undefined) throw usageError('give --peer or --listen, not both');
  const order = {
    pass_ids: [...passes],
    algorithm,
    definition,
    epsilon,
    gate_ns,
    peer,
    role,
    listen: listen === undefined || listen === true ? null : listen,
  };
  const checked = operations['session.distilWithPeer'].input.safeParse(order);
  if (!checked.success) throw usageError(checked.error.issues.map(({ message }) => `--pass: ${message}`).join('; '));
  await withHost(context, flags, async ({ host, call, job }) => {
    const { setting } = await call('session.describeChannel', {});
    if (listen === true && setting !== null && setting.listen === null) {
      throw usageError('`twinpass channel` names no place to listen at: say --listen HOST:PORT');
    }
    const stop = noteWaiting(host, context);
    const { key_id } = await job('session.distilWithPeer', order).finally(stop);
    const key = (await call('keys.listKeys', {})).keys.find((one) => one.key_id === key_id);
    if (key === undefined) throw new CommandFailure('the exchange ended without a key', EXIT.internal);
    const value = viewOf(key);
    present(context, flags.json, { value, page: () => page(value) });
  });
}

/** Where this console waits is said once, also where no progress bar is drawn: the other one is started with it. */
function noteWaiting({ events }: LocalHost, { output }: CommandContext): () => void {
  let said = false;
  return events.subscribe((event) => {
    if (said || event.type !== 'job.changed' || !event.job.stage.startsWith('waiting at')) return;
    said = true;
    output.note(`twinpass: ${event.job.stage} for the other console`);
  });
}

type Accounted = Pick<
  DistillationAccount,
  'sifted' | 'reconciliation' | 'definition' | 'epsilon' | 'efficiency_mismatch'
>;

function budgetOf({ sifted, reconciliation, definition, epsilon, efficiency_mismatch }: Accounted): KeyBudget {
  const epsilons = { epsilon, eps_sec: epsilon, eps_cor: epsilon };
  const leakage = { bits: reconciliation.leaked_bits };
  return viewKeyBudget({
    counts: sifted, definition, ...epsilons, delta: efficiency_mismatch, hashing: 'two-key', leakage,
  });
}

function viewOf(view: KeyView): Distillation {
  const { definition, epsilon, length_bits, formula_bits, key_id, custody, state, digest } = view;
  const { sifted, reconciliation, passes, shares_passes_with } = view;
  return {
    sifted,
    reconciliation,
    key: { definition, epsilon, length_bits, formula_bits, key_id, custody, state, digest },
    budget: budgetOf(view),
    passes,
    shares_passes_with,
  };
}

const CUSTODY = {
  analysis: 'analysis: both ends were in one place, it is never delivered',
  operational: 'operational: each console has seen its own outcomes only',
} as const;

function page({ sifted, reconciliation, key, budget, passes, shares_passes_with }: Distillation): string {
  const { algorithm, leaked_bits, f, verified } = reconciliation;
  const outcome = verified ? 'verified' : 'not verified: no key to verify';
  const rows: [string, string][] = [
    ['Sifted', `Z ${sifted.Z.n} bit, ${sifted.Z.e} errors; X ${sifted.X.n} bit, ${sifted.X.e} errors`],
    ['Reconciliation', `${algorithm}, ${leaked_bits} bit leaked, f = ${f === null ? '–' : f.toFixed(3)}, ${outcome}`],
    [
      'Key length',
      `${key.length_bits} bit (${key.definition}, ε = ${key.epsilon}, formula ${key.formula_bits.toFixed(1)})`,
    ],
    ...budgetRows(budget),
    ['Custody', CUSTODY[key.custody]],
  ];
  if (key.key_id !== null) rows.push(['Key', `${key.key_id}, ${key.state ?? 'not kept: no store'}`]);
  if (key.digest !== null) rows.push(['Digest', key.digest]);
  if (passes.length > 0) rows.push(['Passes', passes.join(' ')]);
  if (shares_passes_with.length > 0) {
    rows.push(['Not independent', `of ${shares_passes_with.join(' ')}: same passes, use one of them at most`]);
  }
  return alignRows(rows);
}
