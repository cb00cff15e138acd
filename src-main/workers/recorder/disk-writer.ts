import type { LiveEntries } from '../../store/live-file.ts';
import { messageOf, type StoreError } from '../../store/store-error.ts';
import type { Result } from '../../../src-core/result.ts';
import type { DiskState } from '../../pipeline/recorder-report.ts';
import { createCommitQueue, type Pending } from './commit-queue.ts';

/** Writes what comes, a turn's messages in one transaction, and tries again where the disk refuses. */
export interface DiskWriter {
  /** False where no more may wait in memory. */
  readonly write: (pending: Pending) => boolean;
  /** Tries again once it is time. */
  readonly tick: () => void;
  readonly state: () => DiskState;
  /** Everything that waits, now. */
  readonly flush: () => Result<null, StoreError>;
}

interface DiskWriterDeps {
  readonly commit: (entries: LiveEntries) => Result<null, StoreError>;
  readonly elapsed_ms: () => number;
  readonly soon: (work: () => void) => void;
  readonly freeScratch: () => number;
  /** There is room again: what was not taken meanwhile has to be asked for. */
  readonly onRecovered: () => void;
  readonly waiting_bytes_max?: number;
}

const RETRY_MS = 1000;

export function createDiskWriter(deps: DiskWriterDeps): DiskWriter {
  const queue = createCommitQueue(deps.commit, deps.waiting_bytes_max);
  let state: DiskState = { state: 'writing' };
  let retry_at_ms = -Infinity;
  let due = false;

  function flush(): Result<null, StoreError> {
    due = false;
    const committed = queue.flush() ?? { ok: true as const, value: null };
    if (committed.ok) {
      const recovered = state.state !== 'writing';
      state = { state: 'writing' };
      if (recovered) deps.onRecovered();
      return committed;
    }
    retry_at_ms = deps.elapsed_ms() + RETRY_MS;
    const why = messageOf(committed.error);
    const full = why.includes('the disk is full');
    state = { state: full ? 'full' : 'failed', why };
    if (full && deps.freeScratch() > 0) retry_at_ms = deps.elapsed_ms();
    return committed;
  }

  return {
    write: (pending) => {
      if (!queue.offer(pending)) return false;
      if (!due && state.state === 'writing') {
        due = true;
        deps.soon(() => {
          if (due) flush();
        });
      }
      return true;
    },
    tick: () => {
      if (state.state !== 'writing' && deps.elapsed_ms() >= retry_at_ms) flush();
    },
    state: () => state,
    flush,
  };
}
