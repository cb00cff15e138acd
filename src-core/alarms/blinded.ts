import type { Coincidences } from '../coincidences.ts';

/** A stretch of UTC in which a station's detectors may have been blind, or nobody knows: it makes no key. */
export interface BlindedInterval {
  readonly station: string;
  readonly from_utc_ms: number;
  readonly to_utc_ms: number;
  readonly anode_v_max: number;
}

/** What a message says of the time since the one before it. */
export interface AnodeSaid {
  readonly station: string;
  readonly at_utc_ms: number;
  /** Packet time of the message before; its largest sample lies after that. */
  readonly since_utc_ms: number;
  readonly anode_v_max: number;
}

/** The voltage between samples of the monitor is not known: an interval reaches one message further on both sides. */
const MARGIN_MS = 20;

/**
 * Where a station's anode was at the limit or over it, message by message in any order; what touches is one interval.
 * PHYSICS section 5: blinded intervals make no key.
 */
export function blindedIntervals(said: readonly AnodeSaid[], anode_v_max: number): BlindedInterval[] {
  const over = said.filter((one) => one.anode_v_max >= anode_v_max).map((one): BlindedInterval => ({
    station: one.station, from_utc_ms: Math.min(one.since_utc_ms, one.at_utc_ms) - MARGIN_MS,
    to_utc_ms: one.at_utc_ms + MARGIN_MS, anode_v_max: one.anode_v_max,
  }));
  return joinIntervals(over);
}

/** Intervals of each station in order, touching ones as one. */
export function joinIntervals(intervals: readonly BlindedInterval[]): BlindedInterval[] {
  const sorted = [...intervals].sort((a, b) => (a.station < b.station ? -1 : a.station > b.station ? 1 : a.from_utc_ms - b.from_utc_ms));
  const joined: BlindedInterval[] = [];
  for (const next of sorted) {
    const last = joined.at(-1);
    if (last?.station !== next.station || next.from_utc_ms > last.to_utc_ms) joined.push(next);
    else {
      joined[joined.length - 1] = {
        ...last, to_utc_ms: Math.max(last.to_utc_ms, next.to_utc_ms), anode_v_max: Math.max(last.anode_v_max, next.anode_v_max),
      };
    }
  }
  return joined;
}

/** Coincidences outside every interval: what is left may make key. `start_utc_ms` is UTC of their time 0. */
export function outsideIntervals(
  coincidences: Coincidences, start_utc_ms: number, intervals: readonly Pick<BlindedInterval, 'from_utc_ms' | 'to_utc_ms'>[],
): Coincidences {
  if (intervals.length === 0) return coincidences;
  const rows = [...coincidences.time_s.keys()].filter((i) => {
    const at_utc_ms = start_utc_ms + coincidences.time_s[i]! * 1000;
    return !intervals.some(({ from_utc_ms, to_utc_ms }) => at_utc_ms >= from_utc_ms && at_utc_ms <= to_utc_ms);
  });
  const { time_s, delta_ns, pattern_a, pattern_b } = coincidences;
  return {
    time_s: Float64Array.from(rows, (i) => time_s[i]!), delta_ns: Float64Array.from(rows, (i) => delta_ns[i]!),
    pattern_a: Uint8Array.from(rows, (i) => pattern_a[i]!), pattern_b: Uint8Array.from(rows, (i) => pattern_b[i]!),
  };
}
