import { Worker, type MessagePort } from 'node:worker_threads';
import type { Reply } from '../../../src-contract/errors.ts';
import type { StationTelemetry } from '../../../src-contract/wire/messages.ts';
import type { RecorderReport } from '../../pipeline/recorder-report.ts';
import type { RecorderNews, RecorderOrder, RecorderThreadSetup } from './recorder-messages.ts';

type OrderOf<One> = One extends RecorderOrder ? Omit<One, 'id'> : never;
export type NewOrder = OrderOf<RecorderOrder>;

export interface RecorderThread {
  readonly order: (order: NewOrder) => Promise<Reply<unknown>>;
  readonly close: () => Promise<void>;
}

export interface RecorderThreadOptions {
  readonly setup: RecorderThreadSetup;
  readonly onReport: (report: RecorderReport) => void;
  /** Light on a detector: told when it arrives, before it is on disk. */
  readonly onUrgent: (station: string, message: StationTelemetry) => void;
  /** The thread died and another one takes its place: a pass that was on has to be begun again, and goes on. */
  readonly onRestart: () => void;
  readonly reportIncident: (cause: unknown) => string;
}

/** From source a thread is a .ts file, bundled a .js file: the same suffix as this one. */
const RECORDER_THREAD = import.meta.url.endsWith('.ts')
  ? new URL('./recorder-thread.ts', import.meta.url) : new URL('./recorder-thread.js', import.meta.url);
const RESTART_MS = 250;
const GONE: Reply<never> = { ok: false, error: { type: 'Refused', message: 'The recorder is starting anew. Try again in a second.' } };

/** Starts the recorder's thread, and starts it again whenever it dies. */
export function startRecorder({ setup, onReport, onUrgent, onRestart, reportIncident }: RecorderThreadOptions): RecorderThread {
  const waiting = new Map<number, (reply: Reply<unknown>) => void>();
  let next_id = 1;
  let closing = false;
  let worker: Worker | null = null;

  function begin(): void {
    const started = new Worker(RECORDER_THREAD, { workerData: setup });
    worker = started;
    started.on('message', (news: RecorderNews) => {
      if (news.news === 'report') {
        onReport(news.report);
        return;
      }
      if (news.news === 'urgent') {
        onUrgent(news.station, news.message);
        return;
      }
      waiting.get(news.id)?.(news.reply);
      waiting.delete(news.id);
    });
    started.on('error', (cause) => void reportIncident(cause));
    started.on('exit', () => {
      worker = null;
      for (const answer of waiting.values()) answer(GONE);
      waiting.clear();
      if (closing) return;
      setTimeout(() => {
        if (closing) return;
        begin();
        onRestart();
      }, RESTART_MS);
    });
  }

  begin();
  return {
    order: async (order) => {
      if (worker === null) return GONE;
      const id = next_id;
      next_id += 1;
      const { promise, resolve } = Promise.withResolvers<Reply<unknown>>();
      waiting.set(id, resolve);
      const moved: MessagePort[] = order.order === 'feed' ? [order.feed] : [];
      worker.postMessage({ ...order, id }, moved);
      return promise;
    },
    close: async () => {
      closing = true;
      await worker?.terminate();
    },
  };
}
