/** A stretch of time of which every event is here. */
export interface Covered {
  readonly start_utc_ms: number;
  readonly end_utc_ms: number;
}

export interface SecondCoverage {
  readonly first_utc_s: number;
  /** A byte a second from `first_utc_s`: 255 where all of it is covered, 0 where nothing is. */
  readonly seconds: Uint8Array;
}

const WHOLE = 255;
const MS = 1000;
/** Stations round their times: a gap below this is none. @units milliseconds */
const ROUNDING_MS = 0.01;

/**
 * How much of each second between the first and the last stretch is covered. Stretches may come in any order and
 * overlap; a second counts as whole only where nothing of it is missing.
 */
export function coverageOf(stretches: readonly Covered[]): SecondCoverage {
  const sorted = stretches.filter((one) => one.end_utc_ms > one.start_utc_ms)
    .toSorted((a, b) => a.start_utc_ms - b.start_utc_ms);
  const first = sorted[0];
  if (first === undefined) return { first_utc_s: 0, seconds: new Uint8Array(0) };
  const end_utc_ms = sorted.reduce((latest, one) => Math.max(latest, one.end_utc_ms), 0);
  const first_utc_s = Math.floor(first.start_utc_ms / MS);
  const covered_ms = new Float64Array(Math.max(1, Math.ceil(end_utc_ms / MS) - first_utc_s));
  let done_utc_ms = first.start_utc_ms;
  for (const one of sorted) {
    const from = one.start_utc_ms - done_utc_ms < ROUNDING_MS ? done_utc_ms : one.start_utc_ms;
    addTo(covered_ms, { start_utc_ms: from, end_utc_ms: one.end_utc_ms }, first_utc_s);
    done_utc_ms = Math.max(done_utc_ms, one.end_utc_ms);
  }
  return { first_utc_s, seconds: Uint8Array.from(covered_ms, shareOf) };
}

function addTo(covered_ms: Float64Array, { start_utc_ms, end_utc_ms }: Covered, first_utc_s: number): void {
  for (let at_ms = start_utc_ms; at_ms < end_utc_ms;) {
    const second = Math.floor(at_ms / MS);
    const until_ms = Math.min(end_utc_ms, (second + 1) * MS);
    covered_ms[second - first_utc_s]! += until_ms - at_ms;
    at_ms = until_ms;
  }
}

function shareOf(covered_ms: number): number {
  if (covered_ms >= MS - ROUNDING_MS) return WHOLE;
  return Math.min(WHOLE - 1, Math.floor((covered_ms / MS) * WHOLE));
}

/** Share of the seconds that are whole; the first and the last, which no batch need fill, are left out. */
export function wholeShare({ seconds }: SecondCoverage): number {
  const inner = seconds.subarray(1, -1);
  if (inner.length === 0) return 1;
  return inner.reduce((whole, share) => whole + (share === WHOLE ? 1 : 0), 0) / inner.length;
}
