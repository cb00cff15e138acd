import { readFileSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import type { OperationError } from '../../src-contract/errors.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import type { ChannelError } from '../gateway/classical-channel/channel-error.ts';
import { connectToPeer, listenForPeer, type Credentials } from '../gateway/classical-channel/tls-transport.ts';

export interface PeerPlace {
  readonly host: string;
  readonly port: number;
}

export interface PeerRoute {
  /** Where to wait for the other console, or where to find it: one of both. */
  readonly listen: PeerPlace | null;
  readonly peer: PeerPlace | null;
  readonly certificate_path: string;
  readonly private_key_path: string;
  readonly peer_certificate_path: string;
}

export interface Meeting {
  readonly socket: Duplex;
  /** Why callers were turned away meanwhile. */
  readonly turned_away: readonly ChannelError[];
}

export interface MeetOptions {
  readonly route: PeerRoute;
  readonly cancelled: () => boolean;
  readonly onWaiting: (place: PeerPlace) => void;
}

const POLL_MS = 100;
/** The other console may still be starting: it is tried again for so long. */
const PATIENCE_MS = 30_000;
const RETRY_MS = 500;

/** The three PEM files; a fault names the file and never shows its content. */
export function readCredentials(route: PeerRoute): Result<Credentials, OperationError> {
  const texts: string[] = [];
  for (const path of [route.certificate_path, route.private_key_path, route.peer_certificate_path]) {
    try {
      texts.push(readFileSync(path, 'utf8'));
    } catch (cause) {
      const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unreadable';
      return err({ type: 'InvalidFile', where: path, message: `the file cannot be read (${code}); check the path` });
    }
  }
  const [certificate, private_key, peer_certificate] = texts as [string, string, string];
  return ok({ certificate, private_key, peer_certificate });
}

/** A TLS connection with the pinned peer, waited for or sought; null when cancelled. */
export async function meetPeer(
  credentials: Credentials,
  options: MeetOptions,
): Promise<Result<Meeting, ChannelError> | null> {
  const { listen, peer } = options.route;
  return listen === null ? seek(credentials, peer!, options) : wait(credentials, listen, options);
}

async function wait(
  credentials: Credentials,
  place: PeerPlace,
  { cancelled, onWaiting }: MeetOptions,
): Promise<Result<Meeting, ChannelError> | null> {
  const listener = await listenForPeer({ ...place, credentials });
  if (!listener.ok) return listener;
  const waiting = listener.value;
  const tell = () => onWaiting({ host: place.host, port: waiting.port });
  tell();
  const poll = setInterval(() => (cancelled() ? waiting.close() : tell()), POLL_MS);
  const met = await waiting.accept();
  clearInterval(poll);
  waiting.close();
  if (cancelled()) return null;
  return met.ok ? ok({ socket: met.value, turned_away: waiting.turnedAway() }) : met;
}

async function seek(
  credentials: Credentials,
  place: PeerPlace,
  { cancelled, onWaiting }: MeetOptions,
): Promise<Result<Meeting, ChannelError> | null> {
  const until_ms = performance.now() + PATIENCE_MS;
  for (;;) {
    if (cancelled()) return null;
    onWaiting(place);
    const met = await connectToPeer({ ...place, credentials });
    if (met.ok) return ok({ socket: met.value, turned_away: [] });
    const may_come = met.error.type === 'ConnectFailed' && met.error.code === 'ECONNREFUSED';
    if (!may_come || performance.now() > until_ms) return met;
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}
