// The brokers that the wire is tested with: the one inside the console, and Debian's mosquitto as a stranger's.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect as dial, createServer, type AddressInfo } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { digestOfPassword } from '../../../src-main/gateway/mqtt/accounts.ts';
import { openBroker } from '../../../src-main/gateway/mqtt/embedded-broker.ts';
import { freshFolder, type CertificateFiles } from '../certificates.ts';

export const MISSION = 'micius';
export const STATIONS = ['delingha', 'nanshan'] as const;
/** Good for tests: everybody's password. */
export const PASSWORD = 'correct horse battery staple';

export interface TlsFiles { readonly broker: CertificateFiles; readonly authority: string }

export interface TestBroker {
  readonly url: string;
  readonly port: number;
  readonly stop: () => Promise<void>;
}

export interface BrokerKind {
  readonly name: 'aedes' | 'mosquitto';
  readonly start: (options?: { readonly port?: number; readonly tls?: TlsFiles }) => Promise<TestBroker>;
}

const aedes: BrokerKind = {
  name: 'aedes',
  start: async ({ port = 0, tls } = {}) => {
    const password_digest = await digestOfPassword(PASSWORD);
    const opened = await openBroker({
      host: '127.0.0.1', port, mission_id: MISSION, stations: STATIONS,
      access: {
        type: 'accounts',
        accounts: [
          { name: 'console', who: { role: 'console' }, password_digest },
          ...STATIONS.map((station) => ({ name: station, who: { role: 'station', station } as const, password_digest })),
        ],
      },
      tls: tls === undefined ? null : {
        certificate: readFileSync(tls.broker.certificate, 'utf8'), private_key: readFileSync(tls.broker.private_key, 'utf8'),
        client_authority: readFileSync(tls.authority, 'utf8'),
      },
    });
    if (!opened.ok) throw new Error(JSON.stringify(opened.error));
    return { url: opened.value.url, port: opened.value.port, stop: opened.value.close };
  },
};

function accessList(): string {
  const stations = STATIONS.map((station) => {
    const topic = (kind: string) => `twinpass/v1/${MISSION}/${station}/${kind}`;
    const writes = ['status', 'telemetry', 'tags', 'event', 'reply/#'].map((kind) => `topic write ${topic(kind)}`);
    return [`user ${station}`, ...writes, `topic read ${topic('command')}`].join('\n');
  });
  return [`user console`, `topic read twinpass/+/${MISSION}/#`, `topic write twinpass/v1/${MISSION}/+/command`, ...stations, ''].join('\n');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Waits until somebody accepts connections there. */
async function untilListening(port: number, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`mosquitto ended with code ${child.exitCode}`);
    const socket = dial(port, '127.0.0.1');
    const open = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.destroy();
    if (open) return;
    await pause(20);
  }
}

const mosquitto: BrokerKind = {
  name: 'mosquitto',
  start: async ({ port: wanted, tls } = {}) => {
    const port = wanted ?? await freePort();
    const folder = freshFolder();
    const passwords = join(folder, 'passwords');
    writeFileSync(passwords, '', { mode: 0o600 });
    for (const user of ['console', ...STATIONS]) {
      execFileSync('mosquitto_passwd', ['-b', passwords, user, PASSWORD], { stdio: 'ignore' });
    }
    writeFileSync(join(folder, 'rights'), accessList(), { mode: 0o600 });
    writeFileSync(join(folder, 'mosquitto.conf'), [
      `user ${userInfo().username}`, `listener ${port} 127.0.0.1`, 'allow_anonymous false', `password_file ${passwords}`,
      `acl_file ${join(folder, 'rights')}`, 'max_queued_messages 0', 'persistence false',
      ...(tls === undefined ? [] : [
        `cafile ${tls.authority}`, `certfile ${tls.broker.certificate}`, `keyfile ${tls.broker.private_key}`,
        'require_certificate true', 'use_identity_as_username true',
      ]),
    ].join('\n'));
    const child = spawn('mosquitto', ['-c', join(folder, 'mosquitto.conf')], { stdio: 'ignore' });
    await untilListening(port, child);
    return {
      url: `${tls === undefined ? 'mqtt' : 'mqtts'}://127.0.0.1:${port}`, port,
      stop: async () => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        child.kill();
        await once(child, 'exit');
      },
    };
  },
};

function runs(program: string): boolean {
  try {
    execFileSync(program, ['-h'], { stdio: 'ignore' });
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}

function brokersHere(): readonly BrokerKind[] {
  if (runs('mosquitto')) return [aedes, mosquitto];
  if (process.env['TWINPASS_REQUIRE_BROKER'] === '1') throw new Error('mosquitto is required here and not installed');
  process.stderr.write('skipped: tests over mosquitto, which is not installed; the embedded broker stands alone\n');
  return [aedes];
}

export const BROKERS = brokersHere();
