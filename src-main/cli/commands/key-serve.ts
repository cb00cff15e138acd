import { resolve } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { saeId, type DeliverySetting, type DeliveryView } from '../../../src-contract/delivery.ts';
import { present, type CommandContext } from '../context.ts';
import { CommandFailure, EXIT, usageError } from '../exit.ts';
import { anyText, onceOption } from '../flags.ts';
import { readHost, type HostFlags, type HostSession } from '../host-session.ts';
import { place, type Place } from '../network-place.ts';

interface Flags extends HostFlags {
  readonly json?: boolean;
  readonly listen?: Place;
  readonly certificate?: string;
  readonly privateKey?: string;
  readonly clientCa?: string;
  readonly kme?: string;
  readonly peerKme?: string;
  readonly sae?: readonly string[];
  readonly withConsole?: boolean;
}

const DEFAULT_PLACE: Place = { host: '127.0.0.1', port: 7443 };

/** The name of an application or of a console, as a certificate may hold it. */
function name(text: string): string {
  const parsed = saeId.safeParse(text);
  if (!parsed.success) throw new InvalidArgumentError('Expected 1 to 128 letters, digits, dots, dashes.');
  return parsed.data;
}

export function registerKeyServe(command: Command, context: CommandContext): void {
  command
    .description('Keys of operational custody for applications, by ETSI GS QKD 014, until Ctrl+C. Flags are remembered.')
    .addOption(onceOption('--listen <host:port>', 'default: 127.0.0.1:7443, this machine alone', place))
    .addOption(onceOption('--certificate <file>', "the server's certificate, PEM", anyText))
    .addOption(onceOption('--private-key <file>', 'its private key, PEM', anyText))
    .addOption(onceOption('--client-ca <file>', "who vouches for applications' certificates, PEM", anyText))
    .addOption(onceOption('--kme <id>', 'what this console is called in replies', name))
    .addOption(onceOption('--peer-kme <id>', 'what the other console is called', name))
    .option('--sae <id>', 'may ask; repeatable; default: whoever the authority vouches for',
      (text: string, before: readonly string[] | undefined) => [...(before ?? []), name(text)])
    .option('--with-console', 'from now on a console that stays serves by itself')
    .option('--no-with-console', 'from now on it does not')
    .action((flags: Flags) => serveKeys(flags, context));
}

async function serveKeys(flags: Flags, context: CommandContext): Promise<void> {
  await readHost(context, flags, async ({ call, host }) => {
    const { setting: before } = await call('delivery.describeDelivery', { key_id: null });
    const setting = settingOf(flags, before);
    if (JSON.stringify(setting) !== JSON.stringify(before)) await call('delivery.configureDelivery', setting);
    const { service, certificate, keys_left } = await call('delivery.startDelivery', {});
    const { host: address, port } = service!;
    const url = `https://${address.includes(':') ? `[${address}]` : address}:${port}/api/v1/keys`;
    present(context, flags.json, {
      value: { url, keys_left },
      page: () => `Keys for applications: ${url}\nCertificate ${certificate?.subject ?? ''}; `
        + `keys of 256 bit left to cut: ${keys_left}. Ctrl+C stops it.`,
    });
    const tell = teller(call, context);
    const unsubscribe = host.events.subscribe((event) => { if (event.type === 'delivery.changed') void tell(); });
    await untilInterrupted(context.signal);
    unsubscribe();
  });
}

/** Says on stderr what was given to whom, once it is settled. */
function teller(call: HostSession['call'], { output, signal }: CommandContext): () => Promise<void> {
  const told = new Set<string>();
  return async () => {
    if (signal.aborted) return;
    const { pieces } = await call('delivery.describeDelivery', { key_id: null });
    for (const piece of pieces.toReversed()) {
      if (piece.state === 'reserved' || told.has(piece.piece_id)) continue;
      told.add(piece.piece_id);
      output.note(pieceLine(piece));
    }
  };
}

/** One line of what became of a piece; never its bits. */
export function pieceLine({ piece_id, bits, side, master_sae_id, slave_sae_id, state }: DeliveryView['pieces'][number]): string {
  const to = side === 'master' ? `${master_sae_id}, for ${slave_sae_id}` : `${slave_sae_id}, from ${master_sae_id}`;
  return `${piece_id}: ${bits} bit ${state} to ${to}`;
}

async function untilInterrupted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) throw new CommandFailure('cancelled', EXIT.interrupted);
  await new Promise<void>((stop) => signal.addEventListener('abort', () => stop(), { once: true }));
}

/** Flags over what is remembered; what is in neither is asked for. */
function settingOf(flags: Flags, before: DeliverySetting | null): DeliverySetting {
  const given = givenBy(flags);
  const setting = { listen: DEFAULT_PLACE, sae_ids: [], with_console: false, ...before, ...given };
  const missing = NEEDED.filter(([field]) => !(field in setting)).map(([, flag]) => flag);
  if (missing.length > 0) throw usageError(`the first time, name ${missing.join(', ')}; after that they are remembered`);
  return setting as DeliverySetting;
}

const NEEDED = [
  ['certificate_path', '--certificate'], ['private_key_path', '--private-key'], ['client_ca_path', '--client-ca'],
  ['kme_id', '--kme'], ['peer_kme_id', '--peer-kme'],
] as const;

function givenBy({ listen, certificate, privateKey, clientCa, kme, peerKme, sae, withConsole }: Flags): Partial<DeliverySetting> {
  const path = (text: string | undefined) => (text === undefined ? undefined : resolve(text));
  const given = {
    listen, certificate_path: path(certificate), private_key_path: path(privateKey), client_ca_path: path(clientCa),
    kme_id: kme, peer_kme_id: peerKme, sae_ids: sae, with_console: withConsole,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
