import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import type { LiveBatch } from '../../src-core/detection/live-batches.ts';
import type { LiveFeed, LiveThreadOrder, LiveWord } from './live-messages.ts';

export interface LiveCountingOptions {
  readonly order: Omit<LiveThreadOrder, 'feed'>;
  readonly onWord: (word: LiveWord) => void;
  /** The thread died: what it had counted is gone, the recording is not. */
  readonly onCrash: (cause: unknown) => void;
  readonly heap_mb_max?: number;
}

export interface LiveCounting {
  /** The recorder's end of the channel; it may be moved to the recorder's thread. */
  readonly feed: MessagePort;
  /** Ends the thread, its figures unasked. */
  readonly close: () => Promise<void>;
}

/** From source a thread is a .ts file, bundled a .js file: the same suffix as this one, beside it. */
const LIVE_THREAD = new URL(`./live-thread${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

/** Starts the thread that counts a pass while it runs. */
export function startLiveCounting({ order, onWord, onCrash, heap_mb_max = 1024 }: LiveCountingOptions): LiveCounting {
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(LIVE_THREAD, {
    workerData: { ...order, feed: port2 } satisfies LiveThreadOrder, transferList: [port2],
    resourceLimits: { maxOldGenerationSizeMb: heap_mb_max },
  });
  let closing = false;
  worker.on('message', onWord);
  worker.on('messageerror', onCrash);
  worker.on('error', onCrash);
  worker.on('exit', (code) => {
    if (code !== 0 && !closing) onCrash(new Error(`The live thread ended with code ${code}.`));
  });
  return {
    feed: port1,
    close: async () => {
      closing = true;
      await worker.terminate();
      port1.close();
    },
  };
}

/** Moves a batch to the live thread: its columns belong to the thread from then on. */
export function feedLive(feed: MessagePort, station: 0 | 1, batch: LiveBatch): void {
  const { clicks: { ticks, detector }, beacon, pps } = batch;
  const moved = [ticks, detector, beacon, pps].map(({ buffer }) => buffer as ArrayBuffer);
  feed.postMessage({ kind: 'batch', station, batch } satisfies LiveFeed, [...new Set(moved)]);
}
