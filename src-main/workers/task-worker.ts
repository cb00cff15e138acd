import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../../src-core/assert.ts';
import type { Task, TaskMessage, TaskOrder } from './task.ts';
import { tasks } from './tasks.ts';

const PROGRESS_INTERVAL_MS = 50;

/** Entry of every worker thread: one order, one answer, and then the thread ends. */
async function main(): Promise<void> {
  assert(parentPort !== null, 'task-worker is started by the pool, as a thread');
  const port = parentPort;
  const { name, input, flag } = workerData as TaskOrder;
  const moved: ArrayBuffer[] = [];
  let reported_ms = -Infinity;
  const report = (stage: string, fraction: number) => {
    const now_ms = performance.now();
    if (now_ms - reported_ms < PROGRESS_INTERVAL_MS) return;
    reported_ms = now_ms;
    port.postMessage({ kind: 'progress', stage, fraction } satisfies TaskMessage);
  };
  try {
    assert(Object.hasOwn(tasks, name), `no task ${name}`);
    // The pool's types tie name and input together; across the thread they are plain data.
    const task = (tasks as unknown as Readonly<Record<string, Task<unknown, unknown>>>)[name]!;
    const reply = await task(input, {
      cancelled: () => Atomics.load(flag, 0) === 1,
      report,
      transfer: (buffer) => moved.push(buffer),
    });
    port.postMessage({ kind: 'reply', reply } satisfies TaskMessage, moved);
  } catch (cause) {
    const account = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    port.postMessage({ kind: 'threw', account } satisfies TaskMessage);
  }
}

await main();
