import type { Coincidences } from '../coincidences.ts';
import { findPairs, type PairColumns, type PairWindow } from './coincidence-kernel.ts';
import type { ClickPiece } from './station-clicks.ts';

/** Click pairs around a centre: rows of A and B, and b - a less the centre. */
export interface ClickPairs extends PairColumns {
  readonly delta_ns: Float64Array;
}

const ROOM = 1 << 16;

/**
 * All click pairs within a half width of a centre.
 *
 *   delta = b - a - centre
 *
 * @units nanoseconds
 * @shape rows in order of A's time
 * @errors none
 * @validity columns in order of time
 * @source two-pointer merge, see coincidence-kernel
 * @golden tests/core/detection/coincidence-kernel.test.ts
 */
export function pairsAround(a: Float64Array, b: Float64Array, window: PairWindow): ClickPairs {
  let out = { a: new Int32Array(ROOM), b: new Int32Array(ROOM) };
  let found = findPairs({ a, b }, window, out);
  if (found > ROOM) {
    out = { a: new Int32Array(found), b: new Int32Array(found) };
    found = findPairs({ a, b }, window, out);
  }
  const rows = { a: out.a.subarray(0, found), b: out.b.subarray(0, found) };
  const delta_ns = Float64Array.from(rows.a, (i, row) => b[rows.b[row]!]! - a[i]! - window.centre);
  return { ...rows, delta_ns };
}

/** Coincidences, and pairs of clicks beyond the first partner of an event. */
export interface GateHits {
  readonly coincidences: Coincidences;
  readonly multiple: number;
}

/**
 * Turns click pairs inside the gate into coincidences: clicks of one event are one side, its pattern their union.
 *
 *   one row for each pair of events with a click pair in the gate; an event already paired is not paired again
 *
 * @units seconds and nanoseconds of the satellite
 * @shape rows in order of A's time; delta is that of the first click pair
 * @errors none
 * @validity events further apart than the gate, as the dead-time rule leaves them
 * @source PHYSICS section 5: a double click in the gate keeps all its detectors
 * @golden tests/core/detection/gate-pairs.test.ts
 */
export function gateHits(pairs: ClickPairs, a: ClickPiece, b: ClickPiece): GateHits {
  const time_s = new Float64Array(pairs.a.length);
  const delta_ns = new Float64Array(pairs.a.length);
  const [pattern_a, pattern_b] = [new Uint8Array(pairs.a.length), new Uint8Array(pairs.a.length)];
  let [rows, multiple, eventA, eventB] = [0, 0, -1, -1];
  for (let row = 0; row < pairs.a.length; row += 1) {
    const [i, j] = [pairs.a[row]!, pairs.b[row]!];
    const [nextA, nextB] = [a.event[i]!, b.event[j]!];
    const same = nextA === eventA && nextB === eventB;
    if (!same && (nextA === eventA || nextB === eventB)) {
      multiple += 1;
      continue;
    }
    if (!same) {
      time_s[rows] = a.time_ns[i]! * 1e-9;
      delta_ns[rows] = pairs.delta_ns[row]!;
      rows += 1;
      [eventA, eventB] = [nextA, nextB];
    }
    pattern_a[rows - 1]! |= 1 << a.detector[i]!;
    pattern_b[rows - 1]! |= 1 << b.detector[j]!;
  }
  return {
    coincidences: {
      time_s: time_s.slice(0, rows), delta_ns: delta_ns.slice(0, rows),
      pattern_a: pattern_a.slice(0, rows), pattern_b: pattern_b.slice(0, rows),
    },
    multiple,
  };
}
