// What is counted by the second of UTC, beside the coincidences that carry their own time.
import type { DeadTimeMemory } from './dead-time.ts';
import type { ClickPiece } from './station-clicks.ts';

/** One row a second in which something was counted. */
export interface SecondRows {
  /** Whole seconds of UTC since 1970. */
  readonly utc_s: readonly number[];
  /** Pairs in the displaced gates, all of them together. */
  readonly displaced: readonly number[];
  /** Pairable clicks of each station by detector. */
  readonly singles: readonly (readonly [Float64Array, Float64Array])[];
  /** Time inside a dead time, both stations. */
  readonly dead_s: readonly (readonly [number, number])[];
}

interface CutRule {
  readonly start_utc_ms: number;
  readonly memories: readonly [DeadTimeMemory, DeadTimeMemory];
}

export interface LiveSeconds {
  /** Parts the next clicks of both stations at whole seconds. */
  readonly cut: (pieces: readonly [ClickPiece, ClickPiece], rule: CutRule) => Iterable<readonly [ClickPiece, ClickPiece]>;
  /** Counts the part that was handed out last; `displaced` so far. */
  readonly note: (part: readonly [ClickPiece, ClickPiece], displaced: number) => void;
  /** Shares out what a lock counted at once over the seconds before it, by the pairs that chance makes there. */
  readonly spread: (displaced: number) => void;
  readonly rows: () => SecondRows;
  /** Sums of all rows. */
  readonly singles: () => readonly [Float64Array, Float64Array];
}

/** Two hours of rows: no pass is longer. */
const ROWS_MAX = 7200;

interface Row { displaced: number; readonly singles: readonly [Float64Array, Float64Array]; readonly dead_s: [number, number] }

/**
 * Counts by the second.
 *
 *   row = floor(UTC of emission in seconds)
 *
 * @units seconds of UTC, counts
 * @shape pieces in order of time
 * @errors none
 * @validity rows to a microsecond of pairs, dead time spread over the clicks of its piece
 * @source definition
 * @golden tests/core/detection/live-counter.test.ts, sums against the totals
 */
export function createLiveSeconds(detectors: readonly [number, number]): LiveSeconds {
  const rows = new Map<number, Row>();
  const dead_before: [number, number] = [0, 0];
  const clicks_before: [number, number] = [0, 0];
  const dead_each: [number, number] = [0, 0];
  let second = 0;
  let displaced_before = 0;
  const rowOf = (utc_s: number): Row => {
    let row = rows.get(utc_s);
    if (row === undefined) {
      row = { displaced: 0, singles: [new Float64Array(detectors[0]), new Float64Array(detectors[1])], dead_s: [0, 0] };
      if (rows.size < ROWS_MAX) rows.set(utc_s, row);
    }
    return row;
  };
  return {
    cut: function* cut(pieces, { start_utc_ms, memories }) {
      for (const s of [0, 1] as const) {
        // Shared out over all clicks since the piece before: those that cannot pair, as under a cloud, had their dead time too.
        const { dead_s, events, dropped } = memories[s];
        const clicks = Math.max(pieces[s].time_ns.length, events + dropped - clicks_before[s]);
        dead_each[s] = clicks === 0 ? 0 : (dead_s - dead_before[s]) / clicks;
        [dead_before[s], clicks_before[s]] = [dead_s, events + dropped];
      }
      const times = pieces.map(({ time_ns }) => time_ns) as [Float64Array, Float64Array];
      let [i, j] = [0, 0];
      while (i < times[0].length || j < times[1].length) {
        const next_ns = Math.min(times[0][i] ?? Infinity, times[1][j] ?? Infinity);
        second = Math.floor((start_utc_ms + next_ns * 1e-6) / 1000);
        const end_ns = ((second + 1) * 1000 - start_utc_ms) * 1e6;
        const [toI, toJ] = [rowsBefore(times[0], end_ns), rowsBefore(times[1], end_ns)];
        yield [part(pieces[0], i, toI), part(pieces[1], j, toJ)];
        [i, j] = [Math.max(i, toI), Math.max(j, toJ)];
      }
    },
    note: (part, displaced) => {
      const row = rowOf(second);
      row.displaced += displaced - displaced_before;
      displaced_before = displaced;
      for (const s of [0, 1] as const) {
        const { detector } = part[s];
        row.dead_s[s] += dead_each[s] * detector.length;
        for (let k = 0; k < detector.length; k += 1) row.singles[s][detector[k]!]! += 1;
      }
    },
    spread: (displaced) => {
      const weights = new Map([...rows].map(([at, { singles }]) => [at, sumOf(singles[0]) * sumOf(singles[1])]));
      const all = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
      if (all > 0) for (const [at, row] of rows) row.displaced = (displaced * weights.get(at)!) / all;
      displaced_before = all > 0 ? displaced : displaced_before;
    },
    rows: () => {
      const utc_s = [...rows.keys()].sort((x, y) => x - y);
      const of = utc_s.map((at) => rows.get(at)!);
      return {
        utc_s, displaced: of.map(({ displaced }) => displaced), singles: of.map(({ singles }) => singles),
        dead_s: of.map(({ dead_s }) => dead_s),
      };
    },
    singles: () => {
      const sums = [new Float64Array(detectors[0]), new Float64Array(detectors[1])] as const;
      for (const { singles } of rows.values()) {
        for (const s of [0, 1] as const) singles[s].forEach((n, d) => (sums[s][d]! += n));
      }
      return sums;
    },
  };
}

const sumOf = (counts: Float64Array) => counts.reduce((sum, n) => sum + n, 0);

function part(piece: ClickPiece, from: number, to: number): ClickPiece {
  return {
    time_ns: piece.time_ns.subarray(from, to), detector: piece.detector.subarray(from, to), event: piece.event.subarray(from, to),
  };
}

function rowsBefore(times: Float64Array, limit: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
