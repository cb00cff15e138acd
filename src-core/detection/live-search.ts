import { createPairCarry } from './pair-carry.ts';
import { createPeakSearch, searchReach, type FoundPeak, type PeakSearch } from './peak.ts';
import type { ClickPiece } from './station-clicks.ts';

/** The search for the offset, piece by piece. */
export interface LiveSearch {
  /** Takes the next clicks; the fullest gate so far, or null before any. */
  readonly take: (a: ClickPiece, b: ClickPiece) => FoundPeak | null;
  /** What was taken so far, to be counted once the offset is known; given back once. */
  readonly release: () => readonly (readonly [ClickPiece, ClickPiece])[];
  /** Whole pulses that a peak says B was miscounted by, in nanoseconds. */
  readonly shiftOf: (found: FoundPeak) => number;
  /** Gates among which the fullest one is looked for. */
  readonly positions: number;
}

export interface LiveSearchRule {
  readonly gate_ns: number;
  readonly search_ns: number;
  readonly period_ns: number;
}

const PULSE_SHIFTS = [0, -1, 1, -2, 2];
/** Clicks kept for counting after the lock: beyond this the oldest are let go, and their pairs are lost to the live count. */
const HELD_ROWS_MAX = 8e6;
const BINS_PER_GATE = 10;

/**
 * The search of `processPair` for clicks that still come: the histogram grows, and its fullest gate is judged each time.
 *
 *   p = min(1, M P(X >= n)) after each piece
 *
 * @units nanoseconds of the satellite
 * @shape pieces in order of time
 * @errors none
 * @validity one look's p; who looks often must ask for less
 * @source see findPeak
 * @golden tests/core/detection/live-counter.test.ts
 */
export function createLiveSearch({ gate_ns, search_ns, period_ns }: LiveSearchRule): LiveSearch {
  const search: PeakSearch = {
    around_ns: PULSE_SHIFTS.map((shift) => shift * period_ns), half_range_ns: search_ns, gate_ns,
  };
  const candidates = [...PULSE_SHIFTS.keys()];
  const peak = createPeakSearch(search, candidates, null);
  const carry = createPairCarry(searchReach(search, candidates), peak.take);
  let held: (readonly [ClickPiece, ClickPiece])[] = [];
  let rows = 0;
  let clicks = 0;
  return {
    take: (a, b) => {
      held.push([a, b]);
      rows += a.time_ns.length + b.time_ns.length;
      clicks += a.time_ns.length + b.time_ns.length;
      while (rows > HELD_ROWS_MAX && held.length > 1) {
        const [oldA, oldB] = held.shift()!;
        rows -= oldA.time_ns.length + oldB.time_ns.length;
      }
      carry.take({ a: a.time_ns, b: b.time_ns });
      return clicks === 0 ? null : peak.finish();
    },
    release: () => {
      const all = held;
      [held, rows] = [[], 0];
      return all;
    },
    shiftOf: ({ candidate }) => search.around_ns[candidate]!,
    positions: Math.round((2 * search_ns * BINS_PER_GATE) / gate_ns) * candidates.length,
  };
}
