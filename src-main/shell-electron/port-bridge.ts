import type { Answer, Bridge, Push } from '../../src-contract/carrier.ts';
import type { CarrierPort, ToHost, ToPage } from './port-carrier.ts';

export interface PortBridge {
  readonly bridge: Bridge;
  /** A port to a host, the first or the next one after it was restarted. */
  readonly attach: (port: CarrierPort) => void;
}

/** The page's end of the port: matches replies to requests, and survives the host. */
export function createPortBridge(): PortBridge {
  const waiting = new Map<number, (answer: Answer) => void>();
  let listener: Parameters<Bridge['listen']>[0] = () => { /* The page has not asked yet. */ };
  let present: CarrierPort | null = null;
  /** The page may start to listen after the port came: what it stands at is told then. */
  let connected = false;

  function lose(port: CarrierPort): void {
    if (present !== port) return;
    present = null;
    connected = false;
    for (const answer of waiting.values()) answer(null);
    waiting.clear();
    listener({ kind: 'lost' });
  }

  function receive(port: CarrierPort, message: ToPage): void {
    if (present !== port) return;
    if (message.kind === 'reply') {
      waiting.get(message.id)?.(message.reply);
      waiting.delete(message.id);
      return;
    }
    if (message.kind === 'ready') connected = true;
    listener(message satisfies Push);
    port.post({ kind: 'taken' } satisfies ToHost);
  }

  return {
    attach: (port) => {
      if (present !== null) {
        const old = present;
        lose(old);
        old.close();
      }
      present = port;
      port.onMessage((message) => receive(port, message as ToPage));
      port.onClose(() => lose(port));
    },
    bridge: {
      request: (id, name, payload) => {
        if (present === null) return Promise.resolve(null);
        const { promise, resolve } = Promise.withResolvers<Answer>();
        waiting.set(id, resolve);
        present.post({ kind: 'request', id, name, payload } satisfies ToHost);
        return promise;
      },
      abandon: (id) => {
        waiting.get(id)?.(null); // Its asker has gone: release what still holds the promise.
        waiting.delete(id);
        present?.post({ kind: 'abandon', id } satisfies ToHost);
      },
      listen: (heard) => {
        listener = heard;
        if (connected) heard({ kind: 'ready' });
      },
    },
  };
}
