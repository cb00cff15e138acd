import type { OperationError } from '../../src-contract/errors.ts';
import type { ClickAccount, ClickPiece } from '../../src-core/detection/station-clicks.ts';
import { ok, type Result } from '../../src-core/result.ts';
import { createPieceQueue, errorOf, type PieceQueue } from './piece-queue.ts';
import { pumpClicks, surveyStation } from './station-pieces.ts';
import type { ClickOrder, StationPlace, SurveyedFile, Watch } from './station-place.ts';

/** A station's clicks on their way: pieces, and in the end what became of the clicks. */
export type ClickNews =
  | { readonly kind: 'piece'; readonly piece: ClickPiece }
  | { readonly kind: 'end'; readonly result: Result<ClickAccount, OperationError> };

/** Reads one station's recording, in this thread or in one of its own. */
export interface StationReader {
  readonly survey: (watch: Watch) => Promise<Result<SurveyedFile, OperationError>>;
  /** Starts a way through the clicks; each call of the answer gives the next piece, at last the end. */
  readonly openClicks: (order: ClickOrder) => () => Promise<ClickNews>;
  /** Ends whatever is under way. */
  readonly close: () => Promise<void>;
}

/** Pieces that wait to be taken: one is being made, one is being used. */
export const PIECES_AHEAD = 2;

/** A reader in this thread: its work is done while others wait for the disk, or for it. */
export function createLocalReader(place: StationPlace): StationReader {
  const abort = new AbortController();
  const queues: PieceQueue<ClickNews>[] = [];
  return {
    survey: (watch) => {
      const signal = watch.signal === undefined ? abort.signal : AbortSignal.any([watch.signal, abort.signal]);
      return surveyStation(place, { ...watch, signal });
    },
    openClicks: (order) => {
      const queue = createPieceQueue<ClickNews>(PIECES_AHEAD);
      queues.push(queue);
      const put = (piece: ClickPiece) => queue.put({ kind: 'piece', piece });
      void pumpClicks(place, order, { put, signal: abort.signal }).then(
        (result) => queue.put({ kind: 'end', result }),
        (cause: unknown) => queue.fail(errorOf(cause)),
      );
      return queue.take;
    },
    close: () => {
      abort.abort();
      for (const queue of queues) queue.close();
      return Promise.resolve();
    },
  };
}

/** Both surveys, side by side; of two errors the first station's. */
export async function surveyBoth(
  readers: readonly [StationReader, StationReader],
  watch: Watch,
): Promise<Result<readonly [SurveyedFile, SurveyedFile], OperationError>> {
  const done = [0, 0];
  const watching = (which: 0 | 1): Watch => ({
    ...watch,
    onProgress: (fraction) => {
      done[which] = fraction;
      watch.onProgress?.((done[0]! + done[1]!) / 2);
    },
  });
  const [a, b] = await Promise.all([readers[0].survey(watching(0)), readers[1].survey(watching(1))]);
  if (!a.ok) return a;
  return b.ok ? ok([a.value, b.value]) : b;
}
