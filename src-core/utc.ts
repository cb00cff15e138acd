import { err, ok, type Result } from './result.ts';

/** Text that is not a UTC instant as the interfaces write it. */
export interface InvalidUtc { readonly type: 'InvalidUtc'; readonly text: string }

const ISO_UTC = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?Z)?$/;

/**
 * Milliseconds since 1970 of an ISO 8601 UTC instant; a bare date is its midnight.
 *
 * @units result: milliseconds (fractions kept to a nanosecond)
 * @errors InvalidUtc for other text, local times, and dates the calendar lacks
 * @source ISO 8601-1:2019; POSIX time (no leap seconds)
 */
export function parseUtc(text: string): Result<number, InvalidUtc> {
  const match = ISO_UTC.exec(text);
  if (match === null) return err({ type: 'InvalidUtc', text });
  const parts: readonly (string | undefined)[] = match.slice(1, 7); // A date alone has no time of day.
  const [year, month, day, hour, minute, second] = parts.map((part) => Number(part ?? 0)) as
    [number, number, number, number, number, number];
  const whole = Date.UTC(year, month - 1, day, hour, minute, second);
  const back = new Date(whole);
  const faithful = back.getUTCFullYear() === year && back.getUTCMonth() === month - 1 && back.getUTCDate() === day
    && back.getUTCHours() === hour && back.getUTCMinutes() === minute && back.getUTCSeconds() === second;
  if (!faithful) return err({ type: 'InvalidUtc', text });
  const fraction = match[7] === undefined ? 0 : Number(`0.${match[7]}`) * 1000;
  return ok(whole + fraction);
}

/** ISO 8601 with `Z` and milliseconds, rounded half up. @units utc_ms: milliseconds since 1970 */
export function formatUtc(utc_ms: number): string {
  return new Date(Math.floor(utc_ms + 0.5)).toISOString();
}
