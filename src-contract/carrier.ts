import type { Reply } from './errors.ts';
import type { HostEvent } from './events.ts';

/**
 * How a page stands to its host. Each time it becomes `connected`, events may have been missed: read
 * again what is shown. `lost` is being retried; `refused` is not, because retrying cannot help.
 */
export type ConnectionState = 'connecting' | 'connected' | 'lost' | 'refused';

/** What a carrier pushes: that it listens, an event, or that a slow page missed some. */
export type Push =
  | { readonly kind: 'ready' }
  | { readonly kind: 'event'; readonly event: HostEvent }
  | { readonly kind: 'dropped' };

/** A reply, or null when the host went away before it answered. */
export type Answer = Reply<unknown> | null;

/** The one object the sandboxed preload exposes. Plain values and functions only cross that bridge. */
export interface Bridge {
  readonly request: (id: number, name: string, payload: unknown) => Promise<Answer>;
  /** The answer is no longer wanted and need not be sent. */
  readonly abandon: (id: number) => void;
  readonly listen: (listener: (push: Push | { readonly kind: 'lost' }) => void) => void;
}

/** What a page says on its event socket after each push: another may follow. */
export const TAKEN = 'taken';

/** The event socket's close code for a page without the right token. */
export const CLOSE_UNAUTHORIZED = 4401;

/** Name under which the preload exposes its bridge on `window`. */
export const BRIDGE_NAME = 'twinpass';
