import { findPairs, type PairColumns, type PairWindow } from './coincidence-kernel.ts';
import type { ClickPairs } from './gate-pairs.ts';
import { createPairCarry, type CarriedTimes } from './pair-carry.ts';
import type { ClickPiece } from './station-clicks.ts';

/** Pairs with a copy of their clicks: row k of `a` and of `b` is the click of pair k. */
export interface CollectedPairs {
  readonly pairs: ClickPairs;
  readonly a: ClickPiece;
  readonly b: ClickPiece;
}

export interface PairCollector {
  /** Takes the next clicks of both stations, none earlier than those before. */
  readonly take: (a: ClickPiece, b: ClickPiece) => void;
  /** The pairs so far, valid until the next call: all but those whose clicks may still find partners. */
  readonly peek: () => CollectedPairs;
  /** Lets go of the pairs so far; their clicks may pair again with later ones. */
  readonly forget: () => void;
  readonly finish: () => CollectedPairs;
}

const ROOM = 1 << 12;

/**
 * Collects the pairs around a centre from clicks that come in pieces; what follows a lock needs no other clicks.
 *
 *   delta = b - a - centre,  |delta| <= half width
 *
 * @units nanoseconds
 * @shape pieces of any length; the pairs in order of A's time, as pairsAround gives them
 * @errors programmer error when a piece goes back in time
 * @validity memory for the pairs, one piece and the clicks in reach of it
 * @source see createPairCarry
 * @golden tests/core/detection/pair-collector.test.ts, any cut against pairsAround
 */
export function createPairCollector(window: PairWindow): PairCollector {
  const { centre, half_width } = window;
  const [a, b] = [createSide(), createSide()];
  const delta_ns = createFloats();
  let rows: PairColumns = { a: new Int32Array(ROOM), b: new Int32Array(ROOM) };
  const carry = createPairCarry({ low: centre - half_width, high: centre + half_width }, (times) => {
    let found = findPairs(times, window, rows);
    if (found > rows.a.length) {
      rows = { a: new Int32Array(found), b: new Int32Array(found) };
      found = findPairs(times, window, rows);
    }
    collect(times, found);
  });
  const collect = (times: CarriedTimes, found: number) => {
    release(a, times.row_a);
    release(b, times.row_b);
    for (let k = 0; k < found; k += 1) {
      const [i, j] = [rows.a[k]!, rows.b[k]!];
      addFloat(delta_ns, times.b[j]! - times.a[i]! - centre);
      copyClick(a, times.row_a + i);
      copyClick(b, times.row_b + j);
    }
  };
  const peek = () => {
    const row = new Int32Array(delta_ns.length).map((_, k) => k);
    const deltas = delta_ns.values.subarray(0, delta_ns.length);
    return { pairs: { a: row, b: row, delta_ns: deltas }, a: copied(a), b: copied(b) };
  };
  return {
    take: (nextA, nextB) => {
      hold(a, nextA);
      hold(b, nextB);
      carry.take({ a: nextA.time_ns, b: nextB.time_ns });
    },
    peek,
    forget: () => {
      delta_ns.length = 0;
      a.length = 0;
      b.length = 0;
    },
    finish: () => {
      carry.finish();
      return peek();
    },
  };
}

interface HeldPiece { readonly piece: ClickPiece; readonly row: number }

/** Pieces whose clicks may still pair, by the row of their first click, and the clicks of the pairs so far. */
interface Side {
  readonly held: HeldPiece[];
  rows: number;
  time_ns: Float64Array;
  detector: Uint8Array;
  event: Int32Array;
  length: number;
}

const createSide = (): Side => ({
  held: [], rows: 0, time_ns: new Float64Array(ROOM), detector: new Uint8Array(ROOM), event: new Int32Array(ROOM), length: 0,
});

function hold(side: Side, piece: ClickPiece): void {
  if (piece.time_ns.length > 0) side.held.push({ piece, row: side.rows });
  side.rows += piece.time_ns.length;
}

/** Forgets the pieces that end before a row. */
function release({ held }: Side, row: number): void {
  while (held.length > 1 && held[1]!.row <= row) held.shift();
}

function copyClick(side: Side, row: number): void {
  let at = side.held.length - 1;
  while (side.held[at]!.row > row) at -= 1;
  const { piece, row: first } = side.held[at]!;
  if (side.length === side.time_ns.length) {
    side.time_ns = larger(side.time_ns, new Float64Array(2 * side.length));
    side.detector = larger(side.detector, new Uint8Array(2 * side.length));
    side.event = larger(side.event, new Int32Array(2 * side.length));
  }
  side.time_ns[side.length] = piece.time_ns[row - first]!;
  side.detector[side.length] = piece.detector[row - first]!;
  side.event[side.length] = piece.event[row - first]!;
  side.length += 1;
}

function copied({ time_ns, detector, event, length }: Side): ClickPiece {
  return {
    time_ns: time_ns.subarray(0, length), detector: detector.subarray(0, length), event: event.subarray(0, length),
  };
}

interface Floats { values: Float64Array; length: number }

const createFloats = (): Floats => ({ values: new Float64Array(ROOM), length: 0 });

function addFloat(floats: Floats, value: number): void {
  if (floats.length === floats.values.length) floats.values = larger(floats.values, new Float64Array(2 * floats.length));
  floats.values[floats.length] = value;
  floats.length += 1;
}

function larger<T extends Float64Array | Uint8Array | Int32Array>(column: T, room: T): T {
  room.set(column);
  return room;
}
