import { CLOSE_UNAUTHORIZED, TAKEN, type Push } from '../../src-contract/carrier.ts';
import type { HostEvent } from '../../src-contract/events.ts';
import { CANCELLED, NO_ANSWER, unreachable, type CallReply, type Transport } from './client.ts';
import { createConnection, createListeners } from './listeners.ts';

export interface WebTransportOptions {
  readonly origin: string;
  readonly token: string;
  readonly retry_ms?: { readonly first: number; readonly longest: number };
}

const RETRY_MS = { first: 250, longest: 5000 };

/** HTTP for operations, one socket for events; the socket comes back by itself. */
export function createWebTransport({ origin, token, retry_ms = RETRY_MS }: WebTransportOptions): Transport {
  const events = createListeners<HostEvent>();
  const connection = createConnection();
  let wait_ms = retry_ms.first;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let closed = false;

  function open(): WebSocket {
    const socket = new WebSocket(`${origin.replace(/^http/, 'ws')}/events`);
    socket.onopen = () => socket.send(token); // As a message: a URL ends up in logs.
    socket.onmessage = ({ data }) => {
      const push = JSON.parse(String(data)) as Push;
      socket.send(TAKEN);
      if (push.kind === 'event') {
        events.tell(push.event);
        return;
      }
      wait_ms = retry_ms.first;
      connection.set('connected');
    };
    socket.onclose = ({ code }) => {
      if (closed) return;
      if (code === CLOSE_UNAUTHORIZED) {
        connection.set('refused');
        return;
      }
      connection.set('lost');
      timer = setTimeout(() => { current = open(); }, wait_ms);
      wait_ms = Math.min(2 * wait_ms, retry_ms.longest);
    };
    return socket;
  }
  let current = open();

  return {
    request: (name, payload, signal) => post(`${origin}/operations/${encodeURIComponent(name)}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(payload),
      ...(signal === undefined ? {} : { signal }),
    }),
    subscribe: events.add,
    watchConnection: connection.watch,
    close: () => {
      closed = true;
      clearTimeout(timer);
      current.close();
    },
  };
}

async function post(url: string, init: RequestInit): Promise<CallReply<unknown>> {
  try {
    const response = await fetch(url, init);
    if (response.headers.get('content-type')?.startsWith('application/octet-stream') === true) {
      return { ok: true, value: new Uint8Array(await response.arrayBuffer()) };
    }
    const reply: unknown = await response.json();
    return isReply(reply) ? reply : unreachable(`The web shell answered ${response.status} without a reply.`);
  } catch {
    return init.signal?.aborted === true ? CANCELLED : unreachable(NO_ANSWER);
  }
}

function isReply(value: unknown): value is CallReply<unknown> {
  return typeof value === 'object' && value !== null && 'ok' in value && typeof value.ok === 'boolean';
}
