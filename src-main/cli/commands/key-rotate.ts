import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { expectOk, present, type CommandContext } from '../context.ts';
import { CommandFailure, EXIT, usageError } from '../exit.ts';
import { anyText, onceOption } from '../flags.ts';
import { readHost, type HostFlags } from '../host-session.ts';

interface Flags extends HostFlags {
  readonly json?: boolean;
  readonly passphraseFile?: string;
}

/** Shorter ones are guessed, whatever the stretching costs. */
const PASSPHRASE_CHARACTERS_MIN = 12;
const PASSPHRASE_CHARACTERS_MAX = 1024;
const NEW_PASSPHRASE = 'TWINPASS_NEW_PASSPHRASE';

export function registerKeyRotate(command: Command, context: CommandContext): void {
  command
    .description('Another passphrase for the mission: the old one opens it no more, everything in it stays readable.')
    .addOption(onceOption('--passphrase-file <file>', `the new one, mode 0600; else ${NEW_PASSPHRASE}`, anyText))
    .action((flags: Flags) => rotate(flags, context));
}

async function rotate(flags: Flags, context: CommandContext): Promise<void> {
  const passphrase = newPassphrase(flags.passphraseFile);
  if (passphrase === process.env['TWINPASS_PASSPHRASE']) throw usageError('the new passphrase is the old one');
  await readHost(context, flags, async ({ host }) => {
    const value = expectOk(await host.rotatePassphrase(passphrase));
    present(context, flags.json, { value, page: () =>
      `Master key ${value.master_key_id} now opens with the new passphrase: set TWINPASS_PASSPHRASE to it from here on. `
      + 'Copies of the key file made earlier still open with the old one: replace them.' });
  });
}

function newPassphrase(file: string | undefined): string {
  const given = file === undefined ? process.env[NEW_PASSPHRASE] : passphraseIn(resolve(file));
  if (given === undefined || given === '') throw usageError(`give the new passphrase by --passphrase-file or ${NEW_PASSPHRASE}`);
  const { length } = given;
  if (length >= PASSPHRASE_CHARACTERS_MIN && length <= PASSPHRASE_CHARACTERS_MAX) return given;
  throw usageError(`the new passphrase has ${length} characters: `
    + `take ${PASSPHRASE_CHARACTERS_MIN} to ${PASSPHRASE_CHARACTERS_MAX}, for instance six words chosen by dice`);
}

/** The first line, as an editor leaves it. */
function passphraseIn(path: string): string {
  try {
    if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
      throw new CommandFailure(`Others may read the passphrase in ${path}. Run: chmod 600 ${path}`, EXIT.refused);
    }
    return /^[^\r\n]*/.exec(readFileSync(path, 'utf8'))![0];
  } catch (cause) {
    if (cause instanceof CommandFailure) throw cause;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unreadable';
    throw new CommandFailure(`${path}: the file cannot be read (${code}); check the path.`, EXIT.invalid);
  }
}
