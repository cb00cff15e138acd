import type { Reply } from '../../src-contract/errors.ts';

/** What a task may know of the world that started it. */
export interface TaskContext {
  /** Asked in every loop that can take longer than a blink; then the task answers `Cancelled`. */
  readonly cancelled: () => boolean;
  readonly report: (stage: string, fraction: number) => void;
  /** Moves a buffer of the answer instead of copying it. */
  readonly transfer: (buffer: ArrayBuffer) => void;
}

/** Plain data in, plain data out: both cross a thread. */
export type Task<Input, Output> = (input: Input, context: TaskContext) => Reply<Output> | Promise<Reply<Output>>;

export const CANCELLED: Reply<never> = { ok: false, error: { type: 'Cancelled' } };

/** Starts the thread; `flag` is set to 1 to ask it to stop. */
export interface TaskOrder {
  readonly name: string;
  readonly input: unknown;
  readonly flag: Int32Array<SharedArrayBuffer>;
}

/** What the thread says: how far it is, and once its answer or why there is none. */
export type TaskMessage =
  | { readonly kind: 'progress'; readonly stage: string; readonly fraction: number }
  | { readonly kind: 'reply'; readonly reply: Reply<unknown> }
  | { readonly kind: 'threw'; readonly account: string };
