// Entry of a station's reading thread: decodes the file and ties its clicks to the satellite's clock, piece by piece.
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../../src-core/assert.ts';
import { pumpClicks, surveyStation } from './station-pieces.ts';
import { PIECES_AHEAD } from './station-reader.ts';
import type { ClickOrder, StationPlace } from './station-place.ts';
import type { StationNews, StationWish } from './station-messages.ts';

const PROGRESS_INTERVAL_MS = 50;

assert(parentPort !== null, 'station-thread is started as a thread');
const port = parentPort;
const place = workerData as StationPlace;
const send = (news: StationNews, moved: readonly ArrayBuffer[] = []) => port.postMessage(news, moved);

/** Pieces that may still be sent before one is taken, and who waits for that. */
let credit = PIECES_AHEAD;
let wake: (() => void) | null = null;

async function survey(): Promise<void> {
  let reported_ms = -Infinity;
  const onProgress = (fraction: number) => {
    const now_ms = performance.now();
    if (now_ms - reported_ms < PROGRESS_INTERVAL_MS) return;
    reported_ms = now_ms;
    send({ kind: 'progress', fraction });
  };
  send({ kind: 'surveyed', result: await surveyStation(place, { onProgress }) });
}

async function pump(order: ClickOrder): Promise<void> {
  credit = PIECES_AHEAD;
  const result = await pumpClicks(place, order, {
    put: async (piece) => {
      const { time_ns, detector, event } = piece;
      if (time_ns.length === 0) return;
      send({ kind: 'piece', piece }, [time_ns.buffer, detector.buffer, event.buffer] as ArrayBuffer[]);
      credit -= 1;
      if (credit > 0) return;
      const { promise, resolve } = Promise.withResolvers<undefined>();
      wake = () => resolve(undefined);
      await promise;
    },
  });
  send({ kind: 'end', result });
}

port.on('message', (wish: StationWish) => {
  if (wish.kind === 'taken') {
    credit += 1;
    wake?.();
    wake = null;
    return;
  }
  const work = wish.kind === 'survey' ? survey() : pump(wish.order);
  work.catch((cause: unknown) => {
    send({ kind: 'threw', account: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause) });
  });
});
