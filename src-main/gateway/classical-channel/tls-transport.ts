import { X509Certificate } from 'node:crypto';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { err, ok, type Result } from '../../../src-core/result.ts';
import type { ChannelError } from './channel-error.ts';

/** A console's own certificate and key, and the one certificate it accepts of the other: PEM, all three. */
export interface Credentials {
  readonly certificate: string;
  readonly private_key: string;
  readonly peer_certificate: string;
}

export interface Endpoint { readonly host: string; readonly port: number }

export interface ListenOptions extends Endpoint {
  readonly credentials: Credentials;
  /** How long a caller may take to prove who it is. */
  readonly handshake_ms?: number;
}

/** Waits for the other console; strangers are turned away and do not end the waiting. */
export interface PeerListener {
  readonly port: number;
  /** The next connection of the pinned peer. */
  accept(): Promise<Result<TLSSocket, ChannelError>>;
  /** Why callers were turned away, for the log. */
  turnedAway(): readonly ChannelError[];
  close(): void;
}

const HANDSHAKE_MS = 10_000;
const TURNED_AWAY_MAX = 100;

/** TLS 1.3 only, both sides with a certificate, and no authority but the pinned certificate itself. */
function tlsOptions({ certificate, private_key, peer_certificate }: Credentials) {
  return {
    cert: certificate, key: private_key, ca: peer_certificate, minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3',
    requestCert: true, rejectUnauthorized: true,
  } as const;
}

/** Trust hangs on one certificate, to the last byte; names and other certificates of its issuer do not count. */
function isPinned(socket: TLSSocket, { peer_certificate }: Credentials): boolean {
  const theirs = socket.getPeerX509Certificate();
  return socket.authorized && theirs !== undefined
    && theirs.fingerprint256 === new X509Certificate(peer_certificate).fingerprint256;
}

const untrusted = (why: string) => ({ type: 'PeerUntrusted', why }) as const;
const codeOf = (cause: Error) => (cause as NodeJS.ErrnoException).code ?? 'unknown';

export function listenForPeer({ host, port, credentials, handshake_ms = HANDSHAKE_MS }: ListenOptions):
Promise<Result<PeerListener, ChannelError>> {
  const ready: TLSSocket[] = [];
  const turned_away: ChannelError[] = [];
  let waiting: ((socket: Result<TLSSocket, ChannelError>) => void) | null = null;
  const turnAway = (why: string) => { if (turned_away.length < TURNED_AWAY_MAX) turned_away.push(untrusted(why)); };
  const server = createServer({ ...tlsOptions(credentials), handshakeTimeout: handshake_ms });
  server.on('tlsClientError', (cause: Error) => turnAway(codeOf(cause)));
  server.on('secureConnection', (socket) => {
    // An error before the link listens must not end the process; the link sees the close.
    socket.on('error', () => undefined);
    if (!isPinned(socket, credentials) || ready.length > 0) {
      turnAway(ready.length > 0 ? 'a second caller' : 'another certificate');
      socket.destroy();
      return;
    }
    const waiter = waiting;
    waiting = null;
    if (waiter === null) ready.push(socket);
    else waiter(ok(socket));
  });
  return new Promise((resolve) => {
    server.once('error', (cause: Error) => resolve(err({ type: 'ConnectFailed', code: codeOf(cause) })));
    server.listen(port, host, () => {
      const address = server.address();
      resolve(ok({
        port: typeof address === 'object' && address !== null ? address.port : port,
        accept: () => new Promise((answer) => {
          const socket = ready.shift();
          if (socket === undefined) waiting = answer;
          else answer(ok(socket));
        }),
        turnedAway: () => [...turned_away],
        close() {
          server.close();
          waiting?.(err({ type: 'ConnectionLost', code: 'listener closed' }));
          waiting = null;
          for (const socket of ready) socket.destroy();
        },
      }));
    });
  });
}

export interface ConnectOptions extends Endpoint {
  readonly credentials: Credentials;
  readonly handshake_ms?: number;
}

const NETWORK_CODES = /^(E[A-Z]+|timeout)$/;

export function connectToPeer({ host, port, credentials, handshake_ms = HANDSHAKE_MS }: ConnectOptions):
Promise<Result<TLSSocket, ChannelError>> {
  return new Promise((resolve) => {
    // The certificate itself is pinned: its names say nothing more.
    const socket = connect({ host, port, ...tlsOptions(credentials), checkServerIdentity: () => undefined });
    const refuse = (error: ChannelError) => {
      clearTimeout(patience);
      socket.destroy();
      resolve(err(error));
    };
    const patience = setTimeout(() => refuse({ type: 'ConnectFailed', code: 'timeout' }), handshake_ms);
    socket.on('error', (cause: Error) => {
      const code = codeOf(cause);
      refuse(NETWORK_CODES.test(code) && !code.startsWith('ERR') ? { type: 'ConnectFailed', code } : untrusted(code));
    });
    socket.once('secureConnect', () => {
      if (!isPinned(socket, credentials)) return refuse(untrusted('another certificate'));
      clearTimeout(patience);
      resolve(ok(socket));
    });
  });
}
