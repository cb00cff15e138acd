/** Labels of instants. UTC first with its three-digit day of year; nothing here reads a clock. */
import { NONE } from './numbers.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
const MINUS = '−';

const two = (n: number) => String(n).padStart(2, '0');

/** Day of the year of an instant, three digits: `257`. */
export function dayOfYear(utc_ms: number): string {
  const start = Date.UTC(new Date(utc_ms).getUTCFullYear(), 0, 1);
  return String(Math.floor((utc_ms - start) / DAY_MS) + 1).padStart(3, '0');
}

/** Time of day, `18:14:01.8`; without decimals the second in progress, with them rounded. */
export function timeOfDay(utc_ms: number | null | undefined, decimals = 0): string {
  if (utc_ms === null || utc_ms === undefined) return NONE;
  const step_ms = 1000 / 10 ** decimals;
  const kept_ms = decimals === 0 ? Math.floor(utc_ms / step_ms) : Math.round(utc_ms / step_ms);
  const text = new Date(kept_ms * step_ms).toISOString();
  return text.slice(11, decimals === 0 ? 19 : 20 + decimals);
}

/** The same wall time at the stations. */
export function localTimeOfDay(utc_ms: number | null | undefined, utc_offset_h: number): string {
  return utc_ms === null || utc_ms === undefined ? NONE : timeOfDay(utc_ms + utc_offset_h * HOUR_MS);
}

/** `Fri 14 Sep`. */
export function shortDate(utc_ms: number, utc_offset_h = 0): string {
  const date = new Date(utc_ms + utc_offset_h * HOUR_MS);
  return `${WEEKDAYS[date.getUTCDay()] ?? ''} ${date.getUTCDate()} ${MONTHS[date.getUTCMonth()] ?? ''}`;
}

/** `14 Sep 2018`. */
export function longDate(utc_ms: number): string {
  const date = new Date(utc_ms);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()] ?? ''} ${date.getUTCFullYear()}`;
}

/** `258 05:25:46 Z`: day of year, then time. */
export function stamp(utc_ms: number): string {
  return `${dayOfYear(utc_ms)} ${timeOfDay(utc_ms)} Z`;
}

/** `2018-09-14 16:02 Z`, where the year matters. */
export function fullStamp(utc_ms: number): string {
  return `${new Date(utc_ms).toISOString().slice(0, 16).replace('T', ' ')} Z`;
}

/** `T−02:11:52`, then `T+`: time relative to an event, in whole seconds, days before hours. */
export function countdown(from_utc_ms: number, event_utc_ms: number): string {
  const seconds = Math.floor((from_utc_ms - event_utc_ms) / 1000);
  const left = Math.abs(seconds);
  const days = Math.floor(left / 86_400);
  const clock = `${two(Math.floor(left / 3600) % 24)}:${two(Math.floor(left / 60) % 60)}:${two(left % 60)}`;
  return `T${seconds < 0 ? MINUS : '+'}${days === 0 ? '' : `${days} d `}${clock}`;
}

/** Seconds into a pass as `+1:20`, `−0:40`. */
export function intoPass(t_s: number): string {
  const rounded = Math.round(Math.abs(t_s));
  const sign = t_s < 0 && rounded > 0 ? MINUS : '+';
  return `${sign}${Math.floor(rounded / 60)}:${two(rounded % 60)}`;
}

/** How long something lies back: `0.6 d`, `14 h`, `5 min`, `8 s`. */
export function roughly(duration_ms: number): string {
  const size = Math.abs(duration_ms);
  if (size >= 2 * DAY_MS) return `${(size / DAY_MS).toFixed(1)} d`;
  if (size >= HOUR_MS) return `${Math.round(size / HOUR_MS)} h`;
  if (size >= 60_000) return `${Math.round(size / 60_000)} min`;
  return `${Math.round(size / 1000)} s`;
}

/** Midnight UTC of a night's evening date. */
export function nightMs(night: string): number {
  return Date.parse(`${night}T00:00:00Z`);
}

export function addNights(night: string, nights: number): string {
  return new Date(nightMs(night) + nights * DAY_MS).toISOString().slice(0, 10);
}

/** The night an instant belongs to, named by its evening: it changes at local noon. */
export function nightOf(utc_ms: number, utc_offset_h: number): string {
  return new Date(utc_ms + (utc_offset_h - 12) * HOUR_MS).toISOString().slice(0, 10);
}
