/** What the publishers of elements ask for, and what a mission needs: sets are made once or twice a day. */
export const FETCHES_PER_DAY_MAX = 4;
export const DAY_MS = 86_400_000;
/** By itself a console asks three times a day, which leaves one for the person who cannot wait. */
const AUTOMATIC_INTERVAL_MS = 8 * 3_600_000;

/** When an address was asked, and until when its server wants to be left alone. */
export interface FetchPast {
  readonly asked_at_utc_ms: readonly number[];
  readonly not_before_utc_ms: number | null;
}

/** Questions within a day of now; a clock that was set back still counts those it calls the future. */
export function askedToday({ asked_at_utc_ms }: FetchPast, now_utc_ms: number): readonly number[] {
  return asked_at_utc_ms.filter((at) => Math.abs(now_utc_ms - at) < DAY_MS).toSorted((a, b) => a - b);
}

/** The first moment at which one more question keeps to four in any 24 hours. */
export function allowedAt(past: FetchPast, now_utc_ms: number): number {
  const asked = askedToday(past, now_utc_ms);
  const leaves = asked.length < FETCHES_PER_DAY_MAX ? now_utc_ms : asked.at(-FETCHES_PER_DAY_MAX)! + DAY_MS;
  const wish = past.not_before_utc_ms ?? 0;
  // A server may ask for a day of rest; a longer one is more likely a wrong clock at the other end.
  return Math.max(leaves, wish - now_utc_ms < DAY_MS ? wish : 0, now_utc_ms);
}

/** When the console asks next by itself. */
export function dueAt(past: FetchPast, now_utc_ms: number): number {
  const last = askedToday(past, now_utc_ms).at(-1);
  return Math.max(allowedAt(past, now_utc_ms), last === undefined ? now_utc_ms : last + AUTOMATIC_INTERVAL_MS);
}
