import { z } from 'zod';
import type { Push } from '../../src-contract/carrier.ts';
import type { Reply } from '../../src-contract/errors.ts';
import type { Dispatch } from '../host/dispatch.ts';
import { pumpEvents } from '../host/event-pump.ts';
import type { HostEvents } from '../host/events.ts';

/** A message port, whoever made it: Electron's main side, a page's, or a worker thread's. */
export interface CarrierPort {
  readonly post: (message: unknown) => void;
  readonly onMessage: (listener: (message: unknown) => void) => void;
  readonly onClose: (listener: () => void) => void;
  readonly close: () => void;
}

export type ToHost =
  | { readonly kind: 'request'; readonly id: number; readonly name: string; readonly payload?: unknown }
  | { readonly kind: 'abandon'; readonly id: number }
  /** The page has taken one pushed message: another may follow. */
  | { readonly kind: 'taken' };

export type ToPage = { readonly kind: 'reply'; readonly id: number; readonly reply: Reply<unknown> } | Push;

const requestId = z.int().positive();
const toHost: z.ZodType<ToHost> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('request'), id: requestId, name: z.string(), payload: z.unknown() }),
  z.strictObject({ kind: z.literal('abandon'), id: requestId }),
  z.strictObject({ kind: z.literal('taken') }),
]);

const REQUESTS_MAX = 256;

/** Serves one page over one port: requests with ids, events at the page's own speed. */
export function servePort(port: CarrierPort, host: { readonly dispatch: Dispatch; readonly events: HostEvents }): void {
  const open_requests = new Set<number>();
  const send = (message: ToPage) => port.post(message);
  const pump = pumpEvents(host.events, send);

  async function answer(id: number, name: string, payload: unknown): Promise<void> {
    if (open_requests.size >= REQUESTS_MAX) {
      const message = `More than ${REQUESTS_MAX} requests wait for an answer. Let some come back first.`;
      send({ kind: 'reply', id, reply: { ok: false, error: { type: 'Refused', message } } });
      return;
    }
    open_requests.add(id);
    const reply = await host.dispatch(name, payload);
    if (open_requests.delete(id)) send({ kind: 'reply', id, reply });
  }

  port.onMessage((message) => {
    const parsed = toHost.safeParse(message);
    if (!parsed.success) return; // Not in our protocol: nothing can be answered to nobody.
    const request = parsed.data;
    switch (request.kind) {
      case 'request':
        void answer(request.id, request.name, request.payload);
        return;
      case 'abandon':
        open_requests.delete(request.id);
        return;
      case 'taken':
        pump.taken();
    }
  });
  port.onClose(() => {
    pump.close();
    open_requests.clear();
  });
}
