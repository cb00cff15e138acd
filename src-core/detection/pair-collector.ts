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
  const delta_ns: number[] = [];
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
      delta_ns.push(times.b[j]! - times.a[i]! - centre);
      copyClick(a, times.row_a + i);
      copyClick(b, times.row_b + j);
    }
  };
  return {
    take: (nextA, nextB) => {
      hold(a, nextA);
      hold(b, nextB);
      carry.take({ a: nextA.time_ns, b: nextB.time_ns });
    },
    finish: () => {
      carry.finish();
      const row = Int32Array.from(delta_ns, (_, k) => k);
      return { pairs: { a: row, b: row, delta_ns: Float64Array.from(delta_ns) }, a: copied(a), b: copied(b) };
    },
  };
}

interface HeldPiece { readonly piece: ClickPiece; readonly row: number }

/** Pieces whose clicks may still pair, by the row of their first click, and the clicks of the pairs so far. */
interface Side {
  readonly held: HeldPiece[];
  rows: number;
  readonly time_ns: number[];
  readonly detector: number[];
  readonly event: number[];
}

const createSide = (): Side => ({ held: [], rows: 0, time_ns: [], detector: [], event: [] });

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
  side.time_ns.push(piece.time_ns[row - first]!);
  side.detector.push(piece.detector[row - first]!);
  side.event.push(piece.event[row - first]!);
}

function copied({ time_ns, detector, event }: Side): ClickPiece {
  return {
    time_ns: Float64Array.from(time_ns), detector: Uint8Array.from(detector), event: Int32Array.from(event),
  };
}
