import { Worker } from 'node:worker_threads';
import type { OperationError } from '../../src-contract/errors.ts';
import type { Result } from '../../src-core/result.ts';
import { createPieceQueue, errorOf } from './piece-queue.ts';
import type { StationNews, StationWish } from './station-messages.ts';
import type { StationPlace, SurveyedFile } from './station-place.ts';
import type { ClickNews, StationReader } from './station-reader.ts';

/** From source a worker is a .ts file, bundled a .js file: the same suffix as this one, beside it. */
const STATION_THREAD = new URL(`./station-thread${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

/** A reader whose thread decodes while this one counts. */
export function createThreadedReader(place: StationPlace): StationReader {
  const thread = new Worker(STATION_THREAD, { workerData: place });
  const tell = (wish: StationWish) => thread.postMessage(wish);
  let failure: Error | null = null;
  let onProgress: ((fraction: number) => void) | undefined;
  const surveyed = Promise.withResolvers<Result<SurveyedFile, OperationError>>();
  // The thread itself keeps to its credit: nothing is ever refused room here.
  let queue = createPieceQueue<ClickNews>(Infinity);
  const fall = (cause: Error) => {
    failure ??= cause;
    surveyed.reject(failure);
    queue.fail(failure);
  };
  surveyed.promise.catch(() => null);
  thread.on('message', (news: StationNews) => {
    if (news.kind === 'progress') onProgress?.(news.fraction);
    else if (news.kind === 'surveyed') surveyed.resolve(news.result);
    else if (news.kind === 'threw') fall(new Error(`Reading thread threw: ${news.account}`));
    else void queue.put(news);
  });
  thread.on('error', (cause) => fall(errorOf(cause)));
  thread.on('exit', (code) => fall(new Error(`Reading thread ended with code ${code}, unanswered`)));
  return {
    survey: ({ signal, onProgress: report }) => {
      onProgress = report;
      tell({ kind: 'survey' });
      return cancellable(surveyed.promise, signal);
    },
    openClicks: (order) => {
      queue = createPieceQueue<ClickNews>(Infinity);
      if (failure !== null) queue.fail(failure);
      tell({ kind: 'clicks', order });
      const { take } = queue;
      return async () => {
        const news = await take();
        if (news.kind === 'piece') tell({ kind: 'taken' });
        return news;
      };
    },
    close: async () => {
      await thread.terminate();
    },
  };
}

/** The answer, or `Cancelled` as soon as the caller loses interest; the thread ends with its reader. */
async function cancellable<T>(
  answer: Promise<Result<T, OperationError>>,
  signal: AbortSignal | undefined,
): Promise<Result<T, OperationError>> {
  if (signal === undefined) return answer;
  const lost = Promise.withResolvers<Result<T, OperationError>>();
  const leave = () => lost.resolve({ ok: false, error: { type: 'Cancelled' } });
  signal.addEventListener('abort', leave, { once: true });
  if (signal.aborted) leave();
  try {
    return await Promise.race([answer, lost.promise]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
