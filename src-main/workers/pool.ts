import { Worker } from 'node:worker_threads';
import type { Reply } from '../../src-contract/errors.ts';
import { CANCELLED, type TaskMessage, type TaskOrder } from './task.ts';
import type { TaskInput, TaskName, TaskOutput } from './tasks.ts';

interface TaskOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (stage: string, fraction: number) => void;
  /** Buffers of the input that are moved to the thread instead of copied. */
  readonly transfer?: readonly ArrayBuffer[];
  /** For a task that needs little: a heap that may grow is let grow before it is swept. */
  readonly heap_mb_max?: number;
}

export interface WorkerPool {
  readonly run: <N extends TaskName>(
    name: N,
    input: TaskInput<N>,
    options?: TaskOptions,
  ) => Promise<Reply<TaskOutput<N>>>;
  /** Cancels what runs and waits for the threads to end; later runs answer `Cancelled`. */
  readonly close: () => Promise<void>;
}

export interface WorkerPoolDeps {
  readonly reportIncident: (cause: unknown) => string;
  readonly concurrent_max?: number;
  /** How long a cancelled task may take to notice before its thread is ended. */
  readonly stop_grace_ms?: number;
  readonly heap_mb_max?: number;
  readonly worker_url?: URL;
}

/** From source a worker is a .ts file, bundled a .js file: the same suffix as this one, beside it. */
const TASK_WORKER = new URL(`./task-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

/** One task, one thread: its memory goes back when it ends, and a crash takes nothing along. */
export function createWorkerPool(deps: WorkerPoolDeps): WorkerPool {
  const { concurrent_max = 2 } = deps;
  const closing = new AbortController();
  const running = new Set<Promise<unknown>>();
  const waiting: (() => void)[] = [];
  let free = concurrent_max;

  /** Resolves true with a seat taken, or false when the caller gave up first. */
  async function takeSeat(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false;
    if (free > 0) {
      free -= 1;
      return true;
    }
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const seated = () => resolve(true);
    waiting.push(seated);
    const leave = () => {
      const place = waiting.indexOf(seated);
      if (place < 0) return; // Seated in the same turn: the task itself will notice the signal.
      waiting.splice(place, 1);
      resolve(false);
    };
    signal.addEventListener('abort', leave, { once: true });
    return promise.finally(() => signal.removeEventListener('abort', leave));
  }

  function leaveSeat(): void {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  }

  async function runSeated(order: Omit<TaskOrder, 'flag'>, options: TaskOptions): Promise<Reply<unknown>> {
    const signal = options.signal === undefined ? closing.signal : AbortSignal.any([options.signal, closing.signal]);
    if (!(await takeSeat(signal))) return CANCELLED;
    try {
      return signal.aborted ? CANCELLED : await runInThread(order, { ...options, signal }, deps);
    } catch (cause) {
      return { ok: false, error: { type: 'Internal', incident_id: deps.reportIncident(cause) } };
    } finally {
      leaveSeat();
    }
  }

  return {
    run: async <N extends TaskName>(name: N, input: TaskInput<N>, options: TaskOptions = {}) => {
      const outcome = runSeated({ name, input }, options);
      running.add(outcome);
      // The table ties the name to its output; the thread sends plain data.
      return (await outcome.finally(() => running.delete(outcome))) as Reply<TaskOutput<N>>;
    },
    close: async () => {
      closing.abort();
      await Promise.all(running);
    },
  };
}

type ThreadOptions = TaskOptions & { readonly signal: AbortSignal };

/** Rejects when the thread dies of anything but its answer or the cancellation. */
async function runInThread(
  order: Omit<TaskOrder, 'flag'>,
  options: ThreadOptions,
  deps: WorkerPoolDeps,
): Promise<Reply<unknown>> {
  const { signal, onProgress, transfer = [] } = options;
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(deps.worker_url ?? TASK_WORKER, {
    workerData: { ...order, flag } satisfies TaskOrder,
    transferList: [...transfer],
    resourceLimits: { maxOldGenerationSizeMb: options.heap_mb_max ?? deps.heap_mb_max ?? 2048 },
  });
  const { promise, resolve, reject } = Promise.withResolvers<Reply<unknown>>();
  worker.on('message', (message: TaskMessage) => {
    if (message.kind === 'progress') onProgress?.(message.stage, message.fraction);
    else if (message.kind === 'reply') resolve(message.reply);
    else reject(new Error(`Task ${order.name} threw: ${message.account}`));
  });
  worker.on('messageerror', reject);
  worker.on('error', reject);
  worker.on('exit', (code) => reject(new Error(`Task ${order.name}: thread ended with code ${code}, unanswered`)));
  let grace: ReturnType<typeof setTimeout> | undefined;
  const stop = () => {
    Atomics.store(flag, 0, 1);
    grace = setTimeout(() => resolve(CANCELLED), deps.stop_grace_ms ?? 500);
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await promise;
  } finally {
    clearTimeout(grace);
    signal.removeEventListener('abort', stop);
    await worker.terminate(); // Its memory is free again before the next task starts.
  }
}
