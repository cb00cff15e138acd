/** Where things stand on the two time axes of the nights table. Minutes count from midnight UTC of the evening date. */
import type { NightView } from '../../../src-contract/orbit.ts';
import { nightMs } from '../../shared/times.ts';

export interface HourAxis {
  readonly from_min: number;
  readonly to_min: number;
  readonly ticks_min: readonly number[];
}

interface Interval { readonly start_utc_ms: number; readonly end_utc_ms: number }

const LEAST_WINDOW_SPAN_MIN = 105;
const WINDOW_MARGIN_MIN = 15;

const minutes = (night: string, utc_ms: number) => (utc_ms - nightMs(night)) / 60_000;

/** Sunset to sunrise of all nights on the page, out to whole hours. */
export function nightAxis(rows: readonly NightView[]): HourAxis {
  const edges = rows.flatMap(({ night, sun_down }) => (sun_down === null ? []
    : [minutes(night, sun_down.start_utc_ms), minutes(night, sun_down.end_utc_ms)]));
  if (edges.length === 0) return axis(720, 1440, 180);
  return axis(Math.floor((Math.min(...edges) - 30) / 60) * 60, Math.ceil((Math.max(...edges) + 30) / 60) * 60, 180);
}

/** The hours in which windows fall: five minutes are invisible on a thirteen-hour axis. */
export function windowAxis(rows: readonly NightView[]): HourAxis {
  const edges = rows.flatMap(({ night, windows }) => windows.flatMap(({ start_utc_ms, end_utc_ms }) =>
    [minutes(night, start_utc_ms), minutes(night, end_utc_ms)]));
  const whole = nightAxis(rows);
  const middle = (whole.from_min + whole.to_min) / 2;
  const low = (edges.length === 0 ? middle : Math.min(...edges)) - WINDOW_MARGIN_MIN;
  const high = (edges.length === 0 ? middle : Math.max(...edges)) + WINDOW_MARGIN_MIN;
  const spare = Math.max(0, LEAST_WINDOW_SPAN_MIN - (high - low)) / 2;
  const from = Math.floor((low - spare) / 5) * 5;
  const to = Math.ceil((high + spare) / 5) * 5;
  return axis(from, to, [15, 30, 60, 120].find((step) => (to - from) / step <= 8) ?? 180);
}

function axis(from_min: number, to_min: number, step: number): HourAxis {
  const ticks_min: number[] = [];
  for (let at = Math.ceil(from_min / step) * step; at <= to_min; at += step) ticks_min.push(at);
  return { from_min, to_min, ticks_min };
}

/** An instant's place along an axis, in per cent; outside the axis below 0 or above 100. */
export function along(scale: HourAxis, night: string, utc_ms: number): number {
  return (minutes(night, utc_ms) - scale.from_min) / (scale.to_min - scale.from_min) * 100;
}

export interface Stretch { readonly x: number; readonly width: number }

/** The visible part of an interval in per cent of the axis, or null when it lies outside. */
export function stretch(scale: HourAxis, night: string, interval: Interval): Stretch | null {
  const x = Math.max(0, along(scale, night, interval.start_utc_ms));
  const end = Math.min(100, along(scale, night, interval.end_utc_ms));
  return end > x ? { x, width: end - x } : null;
}

/** `02:15` of a minute of the night, at an offset from UTC. */
export function hourLabel(minute: number, utc_offset_h: number, with_minutes: boolean): string {
  const local = (((minute + utc_offset_h * 60) % 1440) + 1440) % 1440;
  const hour = String(Math.floor(local / 60)).padStart(2, '0');
  return with_minutes ? `${hour}:${String(local % 60).padStart(2, '0')}` : hour;
}
