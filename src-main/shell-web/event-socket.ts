import type { Push } from '../../src-contract/carrier.ts';
import type { HostEvents } from '../host/events.ts';
import { tokenMatches } from './admission.ts';

/** The part of a `ws` socket used here. */
export interface Socket {
  readonly bufferedAmount: number;
  readonly send: (text: string, done: (cause?: Error) => void) => void;
  readonly ping: () => void;
  readonly close: (code: number, reason: string) => void;
  readonly terminate: () => void;
  readonly on: (event: 'message' | 'pong' | 'close', listener: (value: unknown) => void) => unknown;
}

export interface EventSocketOptions {
  readonly events: HostEvents;
  readonly token: string;
  readonly token_wait_ms?: number;
  readonly heartbeat_ms?: number;
  readonly buffered_bytes_max?: number;
}

export const CLOSE_UNAUTHORIZED = 4401;
const CLOSE_POLICY = 1008;

/** Speaks events to one page: first its token, then `ready`, then as fast as the page takes them. */
export function serveEvents(socket: Socket, options: EventSocketOptions): void {
  const { events, token, token_wait_ms = 5000, heartbeat_ms = 15_000, buffered_bytes_max = 1 << 20 } = options;
  let stop = () => { /* Nothing is subscribed before the token. */ };
  const deadline = setTimeout(() => socket.close(CLOSE_UNAUTHORIZED, 'no token'), token_wait_ms);

  const start = () => {
    let alive = true;
    const send = (push: Push) => socket.send(JSON.stringify(push), pump);
    const pump = () => {
      // Above the limit the hub keeps the newest state of each thing; the socket's own buffer stays bounded.
      while (socket.bufferedAmount < buffered_bytes_max) {
        const event = subscription.next();
        if (event === undefined) return;
        send(event === 'dropped' ? { kind: 'dropped' } : { kind: 'event', event });
      }
    };
    const subscription = events.open(pump);
    const heartbeat = setInterval(() => {
      if (!alive) socket.terminate();
      alive = false;
      socket.ping();
    }, heartbeat_ms);
    socket.on('pong', () => { alive = true; });
    stop = () => {
      subscription.close();
      clearInterval(heartbeat);
    };
    send({ kind: 'ready' });
  };

  socket.on('close', () => {
    clearTimeout(deadline);
    stop();
  });
  let admitted = false;
  socket.on('message', (message) => {
    if (admitted) return socket.close(CLOSE_POLICY, 'nothing is expected here');
    clearTimeout(deadline);
    if (!tokenMatches(String(message), token)) return socket.close(CLOSE_UNAUTHORIZED, 'wrong token');
    admitted = true;
    start();
  });
}
