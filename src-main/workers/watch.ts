import type { Watch } from './process-recordings.ts';
import type { TaskContext } from './task.ts';

/** How often a task that waits for the disk looks whether it was cancelled. */
const LOOK_MS = 50;

/** A task's context in the form that streams take: an abort signal and a progress callback. */
export function watchOf(context: TaskContext): Watch {
  const abort = new AbortController();
  const timer = setInterval(() => {
    if (!context.cancelled()) return;
    abort.abort();
    clearInterval(timer);
  }, LOOK_MS);
  timer.unref();
  return { signal: abort.signal, onProgress: context.report };
}
