import { assert } from '../assert.ts';
import { MS_PER_DAY } from '../constants.ts';
import { formatUtc } from '../utc.ts';

/** Modified Julian date of 1970-01-01. Source: MJD 0 is 1858-11-17. */
const MJD_1970 = 40_587;

/** Microseconds: a satellite moves 8 mm in one, and milliseconds since 1970 as a double resolve a quarter of one. */
const DIGITS = 6;

/** Whole seconds and the microseconds beyond, rounded once. */
function split(utc_ms: number): { second_utc_ms: number; micros: number } {
  assert(Number.isFinite(utc_ms), `instant ${utc_ms}`);
  const second = Math.floor(utc_ms / 1000);
  const micros = Math.round((utc_ms - second * 1000) * 1000);
  return micros === 1e6 ? { second_utc_ms: (second + 1) * 1000, micros: 0 } : { second_utc_ms: second * 1000, micros };
}

/** ISO 8601 to the microsecond, without a zone: `2018-09-14T18:14:01.804000`. @units utc_ms: ms since 1970 (UTC) */
export function isoMicros(utc_ms: number): string {
  const { second_utc_ms, micros } = split(utc_ms);
  return `${formatUtc(second_utc_ms).slice(0, 19)}.${String(micros).padStart(DIGITS, '0')}`;
}

const DAYS_BEFORE = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

/** Day of the year, 1 to 366. */
export function dayOfYear(utc_ms: number): number {
  const [year, month, day] = formatUtc(utc_ms).slice(0, 10).split('-').map(Number) as [number, number, number];
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return DAYS_BEFORE[month - 1]! + (leap && month > 2 ? 1 : 0) + day;
}

/** CCSDS ASCII time code B to the millisecond: `2018-257T18:14:01.804Z`. Source: CCSDS 301.0-B-4, 3.5.1.2. */
export function dayOfYearText(utc_ms: number): string {
  const text = formatUtc(utc_ms);
  return `${text.slice(0, 4)}-${String(dayOfYear(utc_ms)).padStart(3, '0')}T${text.slice(11)}`;
}

/** Modified Julian day and seconds of it, rounded to a microsecond. @units utc_ms: ms since 1970 (UTC) */
export function mjdOf(utc_ms: number): { readonly day: number; readonly second: number } {
  const { second_utc_ms, micros } = split(utc_ms);
  const day = Math.floor(second_utc_ms / MS_PER_DAY);
  return { day: day + MJD_1970, second: (second_utc_ms - day * MS_PER_DAY) / 1000 + micros / 1e6 };
}

/** Fixed decimals without a negative zero. */
export function fixed(value: number, digits: number): string {
  assert(Number.isFinite(value), `value ${value}`);
  const text = value.toFixed(digits);
  return /^-0(?:\.0*)?$/.test(text) ? text.slice(1) : text;
}
