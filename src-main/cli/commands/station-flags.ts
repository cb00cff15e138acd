import type { Command } from 'commander';
import type { OperationError } from '../../../src-contract/errors.ts';
import { err, ok, type Result } from '../../../src-core/result.ts';
import { readTextFile } from '../../services/text-file.ts';
import { anyText, onceOption } from '../flags.ts';

/** How somebody on the command line proves to a broker who he is. */
export interface BrokerFlags {
  readonly passwordFile?: string;
  readonly certificate?: string;
  readonly privateKey?: string;
  readonly authority?: string;
}

/** A password belongs into a file: a command line is seen by everybody on the machine. */
export function brokerFlags(command: Command): Command {
  return command
    .addOption(onceOption('--password-file <file>', 'the password, on the first line', anyText))
    .addOption(onceOption('--certificate <file>', 'client certificate, PEM', anyText))
    .addOption(onceOption('--private-key <file>', 'its key, PEM', anyText))
    .addOption(onceOption('--authority <file>', 'who signs the broker’s certificate, PEM', anyText));
}

type Credentials = Partial<Record<'password' | 'certificate' | 'private_key' | 'authority', string>>;

export async function credentialsOf(flags: BrokerFlags): Promise<Result<Credentials, OperationError>> {
  if ((flags.certificate === undefined) !== (flags.privateKey === undefined)) {
    return err({ type: 'InvalidInput', issues: ['--certificate and --private-key go together'] });
  }
  const paths = {
    password: flags.passwordFile, certificate: flags.certificate, private_key: flags.privateKey, authority: flags.authority,
  };
  const read: Credentials = {};
  for (const [name, path] of Object.entries(paths) as [keyof Credentials, string | undefined][]) {
    if (path === undefined) continue;
    const text = await readTextFile(path);
    if (!text.ok) return text;
    read[name] = name === 'password' ? text.value.split(/\r?\n/)[0]! : text.value;
  }
  return ok(read);
}
