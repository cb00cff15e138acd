import type { ClickPiece } from './station-clicks.ts';

const EMPTY: ClickPiece = { time_ns: new Float64Array(0), detector: new Uint8Array(0), event: new Int32Array(0) };
const BLOCK_ROWS = 1 << 17;

export type FeedClicks = (a: ClickPiece, b: ClickPiece) => void;

/** Two streams of clicks and how far each has come: the one that is behind goes next. */
export interface Fronts {
  readonly next: () => 'a' | 'b' | null;
  /** A piece of one station came, or null where it has no more. */
  readonly give: (which: 'a' | 'b', piece: ClickPiece | null) => void;
}

/**
 * Keeps two streams of clicks together in time, so that what waits for its partners stays small.
 *
 *   next: the stream whose last click is the earlier one; A where they are level
 *
 * @units nanoseconds
 * @shape pieces in order of time
 * @errors none
 * @validity any lengths; the order of feeding is the same whoever delivers the pieces
 * @source invariant of the two-pointer merge, Knuth, TAOCP vol. 3, section 5.2.4
 * @golden tests/core/detection/replay.test.ts
 */
export function createFronts(feed: FeedClicks): Fronts {
  const front = { a: -Infinity, b: -Infinity };
  return {
    next: () => {
      if (front.a === Infinity && front.b === Infinity) return null;
      return front.a <= front.b ? 'a' : 'b';
    },
    give: (which, piece) => {
      if (piece === null) {
        front[which] = Infinity;
        return;
      }
      if (piece.time_ns.length === 0) return;
      front[which] = piece.time_ns.at(-1)!;
      if (which === 'a') feed(piece, EMPTY);
      else feed(EMPTY, piece);
    },
  };
}

/**
 * Feeds clicks that are in memory block by block: a block stays in the processor's cache through all that reads it.
 *
 *   blocks of 131,072 clicks
 *
 * @units nanoseconds
 * @shape columns in order of time
 * @errors none
 * @validity any lengths
 * @source see createFronts
 * @golden tests/core/detection/replay.test.ts
 */
export function feedSideBySide(clicks: { readonly a: ClickPiece; readonly b: ClickPiece }, feed: FeedClicks): void {
  const fronts = createFronts(feed);
  const at = { a: 0, b: 0 };
  for (let which = fronts.next(); which !== null; which = fronts.next()) {
    const from = at[which];
    const { time_ns, detector, event } = clicks[which];
    at[which] += BLOCK_ROWS;
    const to = at[which];
    fronts.give(which, from >= time_ns.length ? null : {
      time_ns: time_ns.subarray(from, to), detector: detector.subarray(from, to), event: event.subarray(from, to),
    });
  }
}
