import type { Push } from '../../src-contract/carrier.ts';
import type { HostEvents } from './events.ts';

export interface EventPump {
  /** The page has taken one message: another may follow. */
  readonly taken: () => void;
  readonly close: () => void;
}

/**
 * Messages a page may leave untaken. Neither a port nor a socket tells how far behind its reader is
 * (a kernel swallows megabytes), so the page says what it has taken, and the hub coalesces the rest.
 */
const UNTAKEN_MAX = 64;

/** Pushes `ready` and then events, at the page's own speed. */
export function pumpEvents(events: HostEvents, send: (push: Push) => void): EventPump {
  let untaken = 0;
  const push = (message: Push) => {
    untaken += 1;
    send(message);
  };
  const pump = () => {
    while (untaken < UNTAKEN_MAX) {
      const event = subscription.next();
      if (event === undefined) return;
      push(event === 'dropped' ? { kind: 'dropped' } : { kind: 'event', event });
    }
  };
  const subscription = events.open(pump);
  push({ kind: 'ready' });
  return {
    taken: () => {
      untaken = Math.max(0, untaken - 1);
      pump();
    },
    close: subscription.close,
  };
}
