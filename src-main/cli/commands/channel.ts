import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { ChannelView } from '../../../src-contract/channel.ts';
import { formatUtc } from '../../../src-core/utc.ts';
import { present, type CommandContext } from '../context.ts';
import { anyText, onceOption, oneOf } from '../flags.ts';
import { missionFlags, withHost, type HostFlags } from '../host-session.ts';
import { place, type Place } from '../network-place.ts';
import { alignRows } from '../output.ts';

interface Flags extends HostFlags {
  readonly json?: boolean;
}
interface SetFlags extends Flags {
  readonly role?: 'alice' | 'bob';
  readonly listen?: Place;
  readonly peer?: Place;
  readonly certificate: string;
  readonly privateKey: string;
  readonly peerCertificate: string;
}

const EXAMPLE = `
Examples:
  twinpass channel set --listen 0.0.0.0:7400 --certificate own.pem --private-key own.key --peer-certificate other.pem
  twinpass channel set --peer nanshan.example:7400 --certificate own.pem --private-key own.key --peer-certificate other.pem
  twinpass channel secret secret.bin
  twinpass channel show --json

One console listens, the other calls. Both hold the same pre-shared secret; their secret ids must read alike.`;

export function registerChannel(program: Command, context: CommandContext): void {
  const channel = program
    .command('channel')
    .description('The other console: where it is, how it is known, what authenticates it.')
    .addHelpText('after', EXAMPLE);
  settings(channel.command('set'))
    .description('Whom this console meets. Waits at --listen or calls --peer.')
    .addOption(onceOption('--role <role>', "default: the mission's first station is Alice", oneOf('alice', 'bob')))
    .addOption(onceOption('--listen <host:port>', 'wait for the other console here', place))
    .addOption(onceOption('--peer <host:port>', 'call the other console there', place))
    .addOption(onceOption('--certificate <file>', 'own certificate, PEM', anyText).makeOptionMandatory())
    .addOption(onceOption('--private-key <file>', 'its private key, PEM', anyText).makeOptionMandatory())
    .addOption(
      onceOption('--peer-certificate <file>', "the other console's certificate, PEM", anyText).makeOptionMandatory(),
    )
    .action((flags: SetFlags) => configure(flags, context));
  settings(channel.command('secret'))
    .description('Takes the pre-shared secret in, sealed, in place of an earlier one.')
    .argument('<file>', 'the same random bytes at both consoles, mode 0600; destroy the file afterwards')
    .action((file: string, flags: Flags) =>
      withHost(context, flags, async ({ call }) => {
        show(context, flags, await call('session.importSecret', { path: resolve(file) }));
      }),
    );
  settings(channel.command('show'))
    .description('Setting, certificates, what is left of the secret, and the last exchanges.')
    .action((flags: Flags) =>
      withHost(context, flags, async ({ call }) => show(context, flags, await call('session.describeChannel', {}))),
    );
}

function settings(command: Command): Command {
  return missionFlags(command).addHelpText('after', EXAMPLE);
}

function configure(flags: SetFlags, context: CommandContext): Promise<void> {
  const { role = null, listen = null, peer = null } = flags;
  return withHost(context, flags, async ({ call }) => {
    const view = await call('session.configureChannel', {
      role,
      listen,
      peer,
      certificate_path: resolve(flags.certificate),
      private_key_path: resolve(flags.privateKey),
      peer_certificate_path: resolve(flags.peerCertificate),
    });
    show(context, flags, view);
  });
}

function show(context: CommandContext, flags: Flags, view: ChannelView): void {
  present(context, flags.json, { value: view, page: () => page(view) });
}

const at = (where: Place | null, way: string) => (where === null ? [] : [`${way} ${where.host}:${where.port}`]);

function page({ setting, certificate, peer_certificate, problem, secret, pending_key_ids, runs }: ChannelView): string {
  if (setting === null && secret === null) return 'The other console is not set up yet: see `twinpass channel --help`.';
  const rows: [string, string][] = [];
  if (setting !== null) {
    const way = [...at(setting.listen, 'waits at'), ...at(setting.peer, 'calls')].join(', ');
    rows.push(['This console', `${way}, role ${setting.role ?? 'by station'}`]);
  }
  for (const [name, read] of [
    ['Own certificate', certificate],
    ['Other certificate', peer_certificate],
  ] as const) {
    if (read !== null) rows.push([name, `${read.subject}, ${read.fingerprint_sha256}`]);
  }
  if (problem !== null) rows.push(['Problem', problem]);
  rows.push(['Secret', secret === null ? 'none: `twinpass channel secret FILE`' : secretLine(secret)]);
  if (pending_key_ids.length > 0) rows.push(['Pending', `${pending_key_ids.join(' ')}: the next exchange settles them`]);
  return alignRows([...rows, ...runs.slice(0, 5).map(runRow)]);
}

function runRow({ started_at_utc_ms, passes, key_id, reason }: ChannelView['runs'][number]): [string, string] {
  const end = key_id === null ? (reason ?? 'running') : `key ${key_id}`;
  return [formatUtc(started_at_utc_ms), `${passes.join(' ')}: ${end}`];
}

const secretLine = ({ secret_id, left_bits, exchanges_left }: NonNullable<ChannelView['secret']>) =>
  `${secret_id}, ${left_bits.alice} and ${left_bits.bob} bits left, for ${exchanges_left} exchanges at least`;
