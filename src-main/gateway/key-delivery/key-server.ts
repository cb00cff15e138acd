import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TLSSocket } from 'node:tls';
import { err, ok, type Result } from '../../../src-core/result.ts';
import { answerKeyRequest, REPLIES, type KeyCounter, type KeyReply } from './etsi-014.ts';

/** The server's certificate and key, and who vouches for applications: PEM, all three. */
export interface KeyServerCredentials {
  readonly certificate: string;
  readonly private_key: string;
  readonly client_ca: string;
}

export interface KeyServerOptions extends KeyCounter {
  readonly host: string;
  readonly port: number;
  readonly credentials: KeyServerCredentials;
  readonly reportIncident: (cause: unknown) => string;
}

interface NotStarted { readonly type: 'Refused'; readonly message: string }

export interface KeyServer { readonly port: number; readonly close: () => Promise<void> }

const BODY_BYTES_MAX = 65_536;
const PATIENCE_MS = 10_000;
const CONNECTIONS_MAX = 64;
/** Whoever asked went away in the middle of it. */
const GONE = Symbol('gone');

/** ETSI GS QKD 014 over TLS with a certificate on both sides; an application is who its certificate's CN says. */
export function startKeyServer(options: KeyServerOptions): Promise<Result<KeyServer, NotStarted>> {
  const { certificate: cert, private_key: key, client_ca: ca } = options.credentials;
  return new Promise((resolve) => {
    const refuse = (cause: unknown) => resolve(err({ type: 'Refused', message: reasonOf(cause, options) }));
    try {
      const server = createServer(
        { cert, key, ca, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.2', handshakeTimeout: PATIENCE_MS },
        (request, response) => {
          serve(request, response, options).catch((cause: unknown) => {
            options.reportIncident(cause);
            response.destroy();
          });
        },
      );
      server.requestTimeout = PATIENCE_MS;
      server.maxConnections = CONNECTIONS_MAX;
      server.on('error', refuse);
      server.listen(options.port, options.host, () => resolve(ok(runningOf(server))));
    } catch (cause) {
      refuse(cause);
    }
  });
}

const runningOf = (server: Server): KeyServer => ({
  port: (server.address() as AddressInfo).port,
  close: () => new Promise((done) => {
    server.close(() => done());
    server.closeAllConnections();
  }),
});

function reasonOf(cause: unknown, { host, port }: KeyServerOptions): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'EADDRINUSE') return `Another program listens at ${host}:${port}: stop it, or take another port.`;
  if (code === 'EACCES') return `This user may not listen at ${host}:${port}: take a port above 1023.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `${host} is no address of this machine.`;
  if (code.startsWith('ERR_OSSL')) return 'Certificate and private key do not belong together, or one of them is damaged.';
  return `The key server did not start: ${cause instanceof Error ? cause.message : 'unknown'}.`;
}

async function serve(request: IncomingMessage, response: ServerResponse, options: KeyServerOptions): Promise<void> {
  const body = await bodyOf(request);
  if (body === GONE) return;
  const reply = body === null ? REPLIES.too_long : replyTo(request, body, options);
  const settle = once((state: 'delivered' | 'lost') => {
    try {
      options.desk.settle(reply.piece_ids, state);
    } catch (cause) {
      options.reportIncident(cause); // Such pieces stay reserved: nobody gets them again.
    }
  });
  if (reply.piece_ids.length > 0) {
    response.once('finish', () => settle('delivered'));
    response.once('close', () => settle('lost'));
    if (response.destroyed) settle('lost');
  }
  const text = Buffer.from(JSON.stringify(reply.body));
  response.writeHead(reply.status, {
    'content-type': 'application/json', 'content-length': text.length, 'cache-control': 'no-store',
    // What is left of a body that was too long is not read.
    ...(body === null ? { connection: 'close' } : {}),
  });
  response.end(text, () => text.fill(0));
}

/** Whatever breaks below must not end the server, nor say more than that it broke. */
function replyTo(request: IncomingMessage, body: string, options: KeyServerOptions): KeyReply {
  try {
    const { socket } = request;
    const sae_id = socket instanceof TLSSocket ? socket.getPeerX509Certificate()?.toLegacyObject().subject.CN : undefined;
    if (typeof sae_id !== 'string') return REPLIES.nobody;
    return answerKeyRequest({ method: request.method ?? '', target: request.url ?? '', body, sae_id }, options);
  } catch (cause) {
    options.reportIncident(cause);
    return REPLIES.fault;
  }
}

function once(settle: (state: 'delivered' | 'lost') => void): (state: 'delivered' | 'lost') => void {
  let settled = false;
  return (state) => {
    if (settled) return;
    settled = true;
    settle(state);
  };
}

/** The whole body; null where it is too long. */
async function bodyOf(request: IncomingMessage): Promise<string | null | typeof GONE> {
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of request.iterator({ destroyOnReturn: false })) {
      length += (part as Buffer).length;
      if (length > BODY_BYTES_MAX) return null;
      parts.push(part as Buffer);
    }
  } catch {
    return GONE;
  }
  return Buffer.concat(parts).toString('utf8');
}
