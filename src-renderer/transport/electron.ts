import type { Bridge } from '../../src-contract/carrier.ts';
import type { HostEvent } from '../../src-contract/events.ts';
import { CANCELLED, NO_ANSWER, unreachable, type CallReply, type Transport } from './client.ts';
import { createConnection, createListeners } from './listeners.ts';

/** Wraps the preload's bridge; the preload finds the new port by itself when the host restarts. */
export function createElectronTransport(bridge: Bridge): Transport {
  const events = createListeners<HostEvent>();
  const connection = createConnection();
  let last_id = 0;
  let closed = false;
  bridge.listen((push) => {
    if (closed) return;
    if (push.kind === 'event') events.tell(push.event);
    else connection.set(push.kind === 'lost' ? 'lost' : 'connected');
  });

  return {
    request: (name, payload, signal) => {
      if (signal?.aborted === true) return Promise.resolve(CANCELLED);
      last_id += 1;
      const id = last_id;
      const answered = bridge.request(id, name, payload)
        .then((answer): CallReply<unknown> => answer ?? unreachable(NO_ANSWER), () => unreachable(NO_ANSWER));
      if (signal === undefined) return answered;
      const { promise: aborted, resolve } = Promise.withResolvers<CallReply<unknown>>();
      const abandon = () => {
        bridge.abandon(id);
        resolve(CANCELLED);
      };
      signal.addEventListener('abort', abandon, { once: true });
      return Promise.race([answered, aborted]).finally(() => signal.removeEventListener('abort', abandon));
    },
    subscribe: events.add,
    watchConnection: connection.watch,
    close: () => { closed = true; },
  };
}
