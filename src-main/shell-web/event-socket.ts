import type { RawData, WebSocket } from 'ws';
import { CLOSE_UNAUTHORIZED, TAKEN } from '../../src-contract/carrier.ts';
import { pumpEvents, type EventPump } from '../host/event-pump.ts';
import type { HostEvents } from '../host/events.ts';
import { tokenMatches } from './admission.ts';

type Socket = Pick<WebSocket, 'send' | 'ping' | 'close' | 'terminate' | 'on'>;

export interface EventSocketOptions {
  readonly events: HostEvents;
  readonly token: string;
  readonly token_wait_ms?: number;
  readonly heartbeat_ms?: number;
}

const CLOSE_POLICY = 1008;

/** Speaks events to one page: first its token, then `ready`, then as fast as the page takes them. */
export function serveEvents(socket: Socket, options: EventSocketOptions): void {
  const { events, token, token_wait_ms = 5000, heartbeat_ms = 15_000 } = options;
  let pump: EventPump | undefined;
  let heartbeat: ReturnType<typeof setInterval> | undefined;
  const deadline = setTimeout(() => socket.close(CLOSE_UNAUTHORIZED, 'no token'), token_wait_ms);

  function admit(): void {
    let alive = true;
    socket.on('pong', () => { alive = true; });
    heartbeat = setInterval(() => {
      if (!alive) socket.terminate();
      alive = false;
      socket.ping();
    }, heartbeat_ms);
    pump = pumpEvents(events, (push) => socket.send(JSON.stringify(push)));
  }

  socket.on('close', () => {
    clearTimeout(deadline);
    clearInterval(heartbeat);
    pump?.close();
  });
  socket.on('message', (message: RawData) => {
    const text = textOf(message);
    if (pump !== undefined) {
      if (text === TAKEN) pump.taken();
      else socket.close(CLOSE_POLICY, 'not expected here');
      return;
    }
    clearTimeout(deadline);
    if (tokenMatches(text, token)) admit();
    else socket.close(CLOSE_UNAUTHORIZED, 'wrong token');
  });
}

/** Short by the socket's limit, whatever the shape in which it came. */
function textOf(message: RawData): string {
  if (Array.isArray(message)) return Buffer.concat(message).toString();
  return (message instanceof ArrayBuffer ? Buffer.from(message) : message).toString();
}
