import type { Coincidences } from '../coincidences.ts';

/** Messages tell their time to a sample of the monitor, and a photon is 5 ms on its way. @units ms */
const MARGIN_MS = 20;

/** One message of a station's monitor: the largest anode voltage since the message before it. */
export interface MonitorMessage { readonly seq: number; readonly at_utc_ms: number; readonly anode_v_max: number }

interface Span { readonly from_utc_ms: number; readonly to_utc_ms: number }
/** A stretch of UTC that makes no key. */
export interface KeylessInterval extends Span { readonly why: 'blinded' | 'unmonitored' }

const EVER = { from_utc_ms: 0, to_utc_ms: Number.MAX_SAFE_INTEGER };

/**
 * When a station's clicks make no key: blinded, or not watched, because a message is missing or the monitor was not on
 * yet or no more. A station of which no message is kept says nothing of either, and has no interval.
 */
export function keylessIntervals(messages: readonly MonitorMessage[], anode_v_max: number): KeylessInterval[] {
  const sorted = [...messages].sort((a, b) => a.seq - b.seq);
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) return [];
  const inside = sorted.slice(1).flatMap((message, i): KeylessInterval[] => {
    const before = sorted[i]!;
    const span = { from_utc_ms: before.at_utc_ms - MARGIN_MS, to_utc_ms: message.at_utc_ms + MARGIN_MS };
    if (message.anode_v_max >= anode_v_max) return [{ ...span, why: 'blinded' }];
    return message.seq - before.seq > 1 ? [{ ...span, why: 'unmonitored' }] : [];
  });
  return [
    { ...EVER, to_utc_ms: first.at_utc_ms, why: 'unmonitored' }, ...inside,
    { ...EVER, from_utc_ms: last.at_utc_ms, why: 'unmonitored' },
  ];
}

/** How much of a span the intervals cover, each moment once. */
export function coveredMs(span: Span, intervals: readonly Span[]): number {
  let [covered, through] = [0, span.from_utc_ms];
  for (const { from_utc_ms, to_utc_ms } of [...intervals].sort((a, b) => a.from_utc_ms - b.from_utc_ms)) {
    const to = Math.min(to_utc_ms, span.to_utc_ms);
    covered += Math.max(0, to - Math.max(from_utc_ms, through));
    through = Math.max(through, to);
  }
  return covered;
}

/** Coincidences outside every interval: what is left may make key. `start_utc_ms` is UTC of their time 0. */
export function outsideIntervals(
  coincidences: Coincidences, start_utc_ms: number, intervals: readonly Span[],
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
