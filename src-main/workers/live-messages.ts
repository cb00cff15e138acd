import type { MessagePort } from 'node:worker_threads';
import type { OperationError } from '../../src-contract/errors.ts';
import type { LiveBatch } from '../../src-core/detection/live-batches.ts';
import type { LiveFigures } from '../pipeline/live-figures.ts';
import type { LiveOrder } from '../pipeline/live-setup.ts';

/** What a live thread is started with. */
export interface LiveThreadOrder extends LiveOrder {
  readonly gate_ns: number;
  /** Its end of the channel that the recorder feeds. */
  readonly feed: MessagePort;
}

/** What the recorder feeds: batches are moved, not copied. */
export type LiveFeed =
  | { readonly kind: 'batch'; readonly station: 0 | 1; readonly batch: LiveBatch }
  /** No hole is waited for any longer: count what is there. More may come. */
  | { readonly kind: 'finish' }
  /** Count what is there, then end. */
  | { readonly kind: 'end' };

/** What comes out: sums, never an outcome. */
export type LiveWord =
  | { readonly kind: 'figures'; readonly figures: LiveFigures; readonly last: boolean; readonly cpu_ms: number }
  | { readonly kind: 'refused'; readonly error: OperationError };
