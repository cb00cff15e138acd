/** 2018-09-14T16:02:10Z: two hours before the golden pass, on the evening of its night. */
export const DEMO_START_UTC_MS = 1_536_940_930_000;

/** The demo's clock starts at the golden evening and then runs like any clock. */
export function createDemoClock(now_utc_ms: () => number): () => number {
  const offset_ms = DEMO_START_UTC_MS - now_utc_ms();
  return () => now_utc_ms() + offset_ms;
}
