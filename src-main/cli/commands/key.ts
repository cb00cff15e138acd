import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import type { KeyView } from '../../../src-contract/key.ts';
import { operations } from '../../../src-contract/operations.ts';
import { formatUtc } from '../../../src-core/utc.ts';
import { expectOk, present, type CommandContext } from '../context.ts';
import { CommandFailure, EXIT, failureOf, usageError } from '../exit.ts';
import { anyText, onceOption } from '../flags.ts';
import { missionFlags, readHost, type HostFlags, type HostSession } from '../host-session.ts';
import { alignRows } from '../output.ts';
import { registerKeyRotate } from './key-rotate.ts';
import { pieceLine, registerKeyServe } from './key-serve.ts';

interface Flags extends HostFlags {
  readonly json?: boolean;
}
interface CommitFlags extends Flags {
  readonly yes?: boolean;
}
interface DestroyFlags extends CommitFlags {
  readonly why: string;
}

const EXAMPLE = `
Examples:
  twinpass key list --mission micius --json
  twinpass key show 0b5c9f0a-0c47-8d7e-9a51-1f2e3d4c5b6a --mission micius
  twinpass key export 0b5c9f0a-0c47-8d7e-9a51-1f2e3d4c5b6a campaign.key --mission micius
  twinpass key rotate --passphrase-file new.txt --mission micius
  twinpass key serve --certificate kme.pem --private-key kme.key --client-ca applications.pem --kme delingha --peer-kme nanshan
  twinpass key destroy 0b5c9f0a-0c47-8d7e-9a51-1f2e3d4c5b6a --why 'flown for practice' --mission micius --yes`;

export function registerKey(program: Command, context: CommandContext): void {
  const key = program.command('key').description("The mission's key store.").addHelpText('after', EXAMPLE);
  settings(key.command('list'))
    .description('Every key, newest first: ids, lengths, digests, states.')
    .action((flags: Flags) =>
      readHost(context, flags, async ({ call }) => {
        const list = await call('keys.listKeys', {});
        present(context, flags.json, { value: list, page: () => listPage(list.keys) });
      }),
    );
  settings(key.command('show'))
    .description('One key: its account, its history, and which application was given which part of it.')
    .argument('<key>', 'key id from `key list`')
    .action((key_id: string, flags: Flags) => showKey(key_id, flags, context));
  settings(key.command('export'))
    .description('The bits of a key, in the clear, into a new file of mode 0600. Asks first.')
    .argument('<key>', 'key id from `key list`')
    .argument('<file>', 'new file to write; nothing is overwritten')
    .option('--yes', 'do not ask')
    .action((key_id: string, file: string, flags: CommitFlags) => exportKey(key_id, file, { flags, context }));
  settings(key.command('destroy'))
    .description('Overwrites the bits of a key for good; its account stays. Asks first.')
    .argument('<key>', 'key id from `key list`')
    .addOption(onceOption('--why <reason>', 'goes on record, with your name', anyText).makeOptionMandatory())
    .option('--yes', 'do not ask')
    .action((key_id: string, flags: DestroyFlags) => destroyKey(key_id, flags, context));
  registerKeyRotate(settings(key.command('rotate')), context);
  registerKeyServe(settings(key.command('serve')), context);
}

function settings(command: Command): Command {
  return missionFlags(command).addHelpText('after', EXAMPLE);
}

/** A typing mistake is told before the mission opens. */
function checkInput(input: { readonly key_id: string; readonly why: string }): void {
  const checked = operations['keys.destroyKey'].input.safeParse(input);
  if (!checked.success) {
    throw usageError(checked.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
  }
}

/** A key that is not there is told before anything is asked about it. */
async function findKey(call: HostSession['call'], key_id: string): Promise<KeyView> {
  const { keys } = await call('keys.listKeys', {});
  const key = keys.find((candidate) => candidate.key_id === key_id);
  if (key === undefined) throw failureOf({ type: 'NotFound', what: 'key', id: key_id });
  return key;
}

async function showKey(key_id: string, flags: Flags, context: CommandContext): Promise<void> {
  checkInput({ key_id, why: 'show' });
  await readHost(context, flags, async ({ call }) => {
    const key = await findKey(call, key_id);
    const { pieces } = await call('delivery.describeDelivery', { key_id });
    const history = key.transitions.map(({ at_utc_ms, to_state, who, why }): [string, string] =>
      [formatUtc(at_utc_ms), `${to_state} by ${who}${why === '' ? '' : `: ${why}`}`]);
    const given = pieces.length === 0 ? [] : ['', 'Given out, newest first:', ...pieces.map(pieceLine)];
    present(context, flags.json, {
      value: { key, pieces },
      page: () => [keyPage(key), '', alignRows(history), ...given].join('\n'),
    });
  });
}

async function exportKey(
  key_id: string,
  file: string,
  { flags, context }: { readonly flags: CommitFlags; readonly context: CommandContext },
): Promise<void> {
  checkInput({ key_id, why: 'export' });
  const path = resolve(file);
  await readHost(context, flags, async ({ call, host }) => {
    const { length_bits: bits, custody: whose } = await findKey(call, key_id);
    await confirm(flags, context, `Write ${bits} bits of ${whose} key ${key_id} in the clear to ${path}?`);
    const { key } = expectOk(host.exportKey({ key_id, path }));
    const { custody, length_bits, digest } = key;
    present(context, flags.json, {
      value: { key_id, file: path, custody, length_bits, digest },
      page: () =>
        `Written ${path}: ${length_bits} bits of ${custody} key, mode 0600. Whoever reads the file has the key.`,
    });
  });
}

async function destroyKey(key_id: string, flags: DestroyFlags, context: CommandContext): Promise<void> {
  checkInput({ key_id, why: flags.why });
  await readHost(context, flags, async ({ call }) => {
    const { length_bits, custody, state } = await findKey(call, key_id);
    await confirm(flags, context, `Destroy ${length_bits} bits of ${custody} key ${key_id}, ${state}, for good?`);
    const destroyed = await call('keys.destroyKey', { key_id, why: flags.why });
    present(context, flags.json, { value: destroyed, page: () => destroyedPage(destroyed) });
  });
}

function destroyedPage({ key, overwritten }: { readonly key: KeyView; readonly overwritten: boolean }): string {
  const rest = overwritten
    ? 'Its bits are overwritten in the mission database.'
    : 'Another program still reads the database: the old page is overwritten when that program ends.';
  return `Key ${key.key_id} is destroyed. ${rest} Copies in backups and exported files are not reached from here.`;
}

/** On a terminal a person answers; a script has to say --yes. */
async function confirm({ yes }: CommitFlags, { signal }: CommandContext, question: string): Promise<void> {
  if (yes === true) return;
  const refuse = (message: string) => new CommandFailure(message, EXIT.refused);
  if (!process.stdin.isTTY) throw refuse('Not done: there is no terminal to ask on. Say --yes to go ahead.');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${question} Type yes: `, { signal });
    if (answer.trim().toLowerCase() !== 'yes') throw refuse('Not done.');
  } catch (cause) {
    throw signal.aborted ? new CommandFailure('cancelled; nothing was changed', EXIT.interrupted) : cause;
  } finally {
    terminal.close();
  }
}

function listPage(keys: readonly KeyView[]): string {
  if (keys.length === 0) return 'The store holds no key yet: `twinpass distill --pass ID` makes one.';
  return keys.map(keyPage).join('\n\n');
}

function keyPage(key: KeyView): string {
  const last = key.transitions.at(-1);
  const rows: [string, string][] = [
    ['Key', key.key_id],
    ['Length', `${key.length_bits} bit, ${key.definition}, ε = ${key.epsilon}`],
    ['State', `${key.state}, custody ${key.custody}, made ${formatUtc(key.created_at_utc_ms)}`],
    ['Digest', key.digest],
    ['Passes', key.passes.join(' ')],
  ];
  if (last !== undefined && key.transitions.length > 1) rows.push([`By ${last.who}`, last.why]);
  if (key.shares_passes_with.length > 0) rows.push(['Not independent', `of ${key.shares_passes_with.join(' ')}`]);
  return alignRows(rows);
}
