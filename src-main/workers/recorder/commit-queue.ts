import type { Result } from '../../../src-core/result.ts';
import type { LiveEntries } from '../../store/live-file.ts';
import type { StoreError } from '../../store/store-error.ts';

/** What waits to be on disk, and what is to happen once it is. */
export interface Pending {
  readonly entries: LiveEntries;
  readonly bytes: number;
  readonly stored: () => void;
}

export interface CommitQueue {
  /** False where the queue is full: what was offered is not taken. */
  readonly offer: (pending: Pending) => boolean;
  /** Writes all that waits in one transaction; null where nothing waits. */
  readonly flush: () => Result<null, StoreError> | null;
  readonly waiting: () => number;
}

/** What may wait in memory while the disk takes nothing: a minute of the next source. @units bytes */
export const WAITING_BYTES_MAX = 256 * 1024 * 1024;

/** Groups what came in one turn into one transaction; what the disk refused waits for the next try. */
export function createCommitQueue(
  commit: (entries: LiveEntries) => Result<null, StoreError>, waiting_bytes_max = WAITING_BYTES_MAX,
): CommitQueue {
  let waiting: Pending[] = [];
  let bytes = 0;
  return {
    offer: (pending) => {
      if (bytes + pending.bytes > waiting_bytes_max) return false;
      waiting.push(pending);
      bytes += pending.bytes;
      return true;
    },
    flush: () => {
      if (waiting.length === 0) return null;
      const committed = commit(joined(waiting));
      if (!committed.ok) return committed;
      const done = waiting;
      waiting = [];
      bytes = 0;
      for (const { stored } of done) stored();
      return committed;
    },
    waiting: () => waiting.length,
  };
}

const joined = (waiting: readonly Pending[]): LiveEntries => ({
  stations: waiting.flatMap(({ entries }) => entries.stations ?? []),
  batches: waiting.flatMap(({ entries }) => entries.batches ?? []),
  messages: waiting.flatMap(({ entries }) => entries.messages ?? []),
  events: waiting.flatMap(({ entries }) => entries.events ?? []),
});
