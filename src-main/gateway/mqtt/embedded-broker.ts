import { createServer as createPlainServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';
import { Aedes, type AuthenticateError, type Client } from 'aedes';
import { TAG_BATCH_BYTES_MAX } from '../../../src-contract/wire/messages.ts';
import { err, ok, type Result } from '../../../src-core/result.ts';
import { isPassword, type Account } from './accounts.ts';
import { mayPublish, maySubscribe, type Role } from './topic-rights.ts';

/** Whom the broker lets in: whoever reaches the loopback and names itself, or accounts with a proof. */
export type Access =
  | { readonly type: 'loopback' }
  | { readonly type: 'accounts'; readonly accounts: readonly Account[] };

export interface BrokerTls {
  readonly certificate: string;
  readonly private_key: string;
  /** Who signs client certificates; null: passwords only. */
  readonly client_authority: string | null;
}

export interface BrokerOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly mission_id: string;
  readonly stations: readonly string[];
  readonly access: Access;
  readonly tls: BrokerTls | null;
  /** A connection, message or subscription that was turned away, in one line for the log. */
  readonly onRefused?: (why: string) => void;
}

export interface EmbeddedBroker {
  readonly url: string;
  readonly port: number;
  readonly close: () => Promise<void>;
}

export type BrokerError =
  | { readonly type: 'PortTaken'; readonly port: number }
  | { readonly type: 'NotLoopback'; readonly host: string }
  | { readonly type: 'CannotListen'; readonly code: string }
  | { readonly type: 'BadCertificate'; readonly reason: string };

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);
/** Twice the largest batch: what is larger ends its connection, what is between is counted by the console. */
const PACKET_BYTES_MAX = 2 * TAG_BATCH_BYTES_MAX;
/** A console that is away longer than this asks for what it missed; the broker keeps nothing for it. */
const SESSION_EXPIRY_S_MAX = 6 * 3600;
const MQTT_5 = 5;
const NOT_AUTHORIZED = 5;

/** The broker inside the console: MQTT 5 over TCP or TLS, everybody within the rights of a station or a console. */
export async function openBroker(options: BrokerOptions): Promise<Result<EmbeddedBroker, BrokerError>> {
  if (options.access.type === 'loopback' && !LOOPBACK.has(options.host)) return err({ type: 'NotLoopback', host: options.host });
  const server = createListener(options);
  if (!server.ok) return server;
  const broker = await createDoorkeptBroker(options);
  server.value.on(options.tls === null ? 'connection' : 'secureConnection', (socket: Socket) => void broker.handle(socket));
  const port = await listen(server.value, options);
  if (!port.ok) {
    await closeBroker(broker);
    return port;
  }
  const scheme = options.tls === null ? 'mqtt' : 'mqtts';
  return ok({
    url: `${scheme}://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port.value}`,
    port: port.value,
    close: async () => {
      const closed = new Promise<void>((resolve) => void server.value.close(() => resolve()));
      await closeBroker(broker);
      await closed;
    },
  });
}

const closeBroker = (broker: Aedes) => new Promise<void>((resolve) => broker.close(() => resolve()));

function createListener({ tls }: BrokerOptions): Result<Server, BrokerError> {
  if (tls === null) return ok(createPlainServer({ noDelay: true }));
  try {
    return ok(createTlsServer({
      cert: tls.certificate, key: tls.private_key, minVersion: 'TLSv1.2', noDelay: true,
      // A certificate that is not good proves nothing, but a password still may.
      requestCert: tls.client_authority !== null, rejectUnauthorized: false,
      ...(tls.client_authority === null ? {} : { ca: tls.client_authority }),
    }));
  } catch (cause) {
    return err({ type: 'BadCertificate', reason: (cause as Error).message });
  }
}

function listen(server: Server, { host, port }: BrokerOptions): Promise<Result<number, BrokerError>> {
  return new Promise((resolve) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      resolve(err(cause.code === 'EADDRINUSE' ? { type: 'PortTaken', port } : { type: 'CannotListen', code: cause.code ?? 'unknown' }));
    });
    server.listen(port, host, () => resolve(ok((server.address() as AddressInfo).port)));
  });
}

async function createDoorkeptBroker(options: BrokerOptions): Promise<Aedes> {
  const { mission_id } = options;
  const roles = new WeakMap<Client, Role>();
  const refused = options.onRefused ?? (() => undefined);
  const quoted = (name: string) => JSON.stringify(name.slice(0, 80));
  const nameOf = (client: Client | null) => quoted(client?.id ?? '');
  const broker = await Aedes.createBroker({
    maximumPacketSize: PACKET_BYTES_MAX, sessionExpiryIntervalLimit: SESSION_EXPIRY_S_MAX, maxTopicLevels: 8,
    preConnect: (_client, packet, done) => {
      if (packet.protocolVersion === MQTT_5) return done(null, true);
      refused(`${quoted(packet.clientId)} does not speak MQTT 5`);
      done(new Error('MQTT 5 is needed'), false);
    },
    authenticate: (...[client, name, password, done]) => {
      void roleOf(options, { client, name: name ?? '', password: password?.toString() ?? '' }).then((role) => {
        if (role !== null) {
          roles.set(client, role);
          return done(null, true);
        }
        refused(`${nameOf(client)} is no account of this broker, or its proof is wrong`);
        done(notAuthorized(), false);
      });
    },
    authorizePublish: (client, { topic, retain }, done) => {
      const role = client === null ? undefined : roles.get(client);
      if (role !== undefined && mayPublish(role, mission_id, { topic, retain })) return done(null);
      refused(`${nameOf(client)} may not publish on ${topic.slice(0, 200)}`);
      done(new Error('not authorized for this topic'));
    },
    authorizeSubscribe: (client, subscription, done) => {
      const role = roles.get(client);
      if (role !== undefined && maySubscribe(role, mission_id, subscription.topic)) return done(null, subscription);
      refused(`${nameOf(client)} may not subscribe to ${subscription.topic.slice(0, 200)}`);
      done(null, null);
    },
  });
  broker.on('connectionError', (client, cause) => refused(`${nameOf(client)}: ${cause.message}`));
  return broker;
}

/** aedes turns its code of MQTT 3 into reason 135 of MQTT 5. */
function notAuthorized(): AuthenticateError {
  const cause: Error = new Error('not authorized');
  Reflect.set(cause, 'returnCode', NOT_AUTHORIZED);
  return cause as AuthenticateError;
}

interface Claim { readonly client: Client; readonly name: string; readonly password: string }

async function roleOf({ access, stations }: BrokerOptions, { client, name, password }: Claim): Promise<Role | null> {
  if (access.type === 'loopback') {
    if (name === 'console') return { role: 'console' };
    return stations.includes(name) ? { role: 'station', station: name } : null;
  }
  const proven = commonNameOf(client);
  if (proven !== null) return access.accounts.find((account) => account.name === proven)?.who ?? null;
  const account = access.accounts.find((candidate) => candidate.name === name);
  if (account === undefined || account.password_digest === null) return null;
  return await isPassword(password, account.password_digest) ? account.who : null;
}

/** Whom a client certificate that its authority signed names; null without one. */
function commonNameOf({ conn }: Client): string | null {
  if (!(conn instanceof TLSSocket) || !conn.authorized) return null;
  const { CN } = conn.getPeerCertificate().subject;
  return typeof CN === 'string' ? CN : null;
}
