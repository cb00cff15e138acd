import { assert } from '../assert.ts';
import { MS_PER_DAY } from '../constants.ts';
import { err, ok, type Result } from '../result.ts';
import { formatUtc, parseUtc, type InvalidUtc } from '../utc.ts';
import { bestMoment, type BestMoment } from './best-moment.ts';
import { moonIllumination, moonPefKm } from './moon.ts';
import type { PropagationError, Propagator } from './propagate.ts';
import type { SearchLimits } from './search-limits.ts';
import { bodyElevationRad, sunPefKm } from './sun.ts';
import { findVisibility, type MaskedStation, type VisibleInterval } from './visibility.ts';
import { findDualWindows, type DualWindow, type RemovedView } from './windows.ts';

interface UtcInterval { readonly start_utc_ms: number; readonly end_utc_ms: number }

export interface NightsRequest {
  readonly propagator: Propagator;
  readonly stations: readonly [MaskedStation, MaskedStation];
  /** Evening date of the first night, YYYY-MM-DD. */
  readonly first_night: string;
  readonly count: number;
  readonly sun_elevation_rad_max: number;
  /** None when absent. */
  readonly limits?: SearchLimits;
}

/** Why a night has no window. */
export type NoWindowReason =
  /** The Sun never goes below the limit at both stations at once. */
  | { readonly type: 'NoDarkness' }
  /** Both see it in darkness, but a limit leaves nothing, or too little: the longest of such views. */
  | { readonly type: 'CutAway'; readonly view: RemovedView }
  /** Both see it, but with the Sun too high: the window that came nearest to being dark. */
  | { readonly type: 'TooLight'; readonly window: DualWindow }
  /** The best moment of the darkness: one station at least has it below its mask. */
  | ({ readonly type: 'BelowMask' } & BestMoment)
  /** In darkness the two never have it above the horizon together. */
  | { readonly type: 'NeverTogether' }
  | { readonly type: 'NoState'; readonly error: PropagationError };

/** One night, from solar noon to solar noon, named by its evening. */
export interface Night {
  readonly night: string;
  readonly from_utc_ms: number;
  readonly to_utc_ms: number;
  /** Sun below the limit at both stations. */
  readonly dark: UtcInterval | null;
  /** Sun below the horizon (-0.833 degree) at both stations. */
  readonly sun_down: UtcInterval | null;
  /** Moon's centre above the geometric horizon of either station. */
  readonly moon_up: readonly UtcInterval[];
  /** At the middle of the night. */
  readonly moon_illumination: number;
  /** When each station sees the satellite above its mask, day or night. */
  readonly visible: readonly [readonly UtcInterval[], readonly UtcInterval[]];
  /** Windows that lie wholly in darkness. */
  readonly windows: readonly DualWindow[];
  /** Windows of the same 24 hours with the Sun above the limit at a station. */
  readonly light_windows: readonly DualWindow[];
  readonly reason: NoWindowReason | null;
}

/** Sun and Moon are looked at this often, then narrowed: they rise and set half a day apart. */
const SKY_STEP_MS = 1_800_000;
const SKY_TOLERANCE_MS = 10;
const SUNSET_RAD = -0.833 * Math.PI / 180;

interface Sky {
  /** At each step, for each station. */
  readonly sun_rad: readonly number[];
  readonly moon_rad: readonly number[];
}

type Elevation = (utc_ms: number) => number;

/** Intervals of [from, to] in which a smooth quantity is positive, from samples and then bisection. */
function positiveIntervals(span: UtcInterval, samples: readonly number[], value: Elevation): UtcInterval[] {
  const intervals: UtcInterval[] = [];
  const timeOf = (index: number) => Math.min(span.start_utc_ms + index * SKY_STEP_MS, span.end_utc_ms);
  const crossing = (index: number): number => {
    let [low, high] = [timeOf(index), timeOf(index + 1)];
    const rising = samples[index + 1]! > 0;
    while (high - low > SKY_TOLERANCE_MS) {
      const middle = (low + high) / 2;
      if (value(middle) > 0 === rising) high = middle;
      else low = middle;
    }
    return (low + high) / 2;
  };
  let start: number | null = samples[0]! > 0 ? span.start_utc_ms : null;
  for (let index = 0; index + 1 < samples.length; index++) {
    const [now, next] = [samples[index]! > 0, samples[index + 1]! > 0];
    if (now === next) continue;
    if (start === null) start = crossing(index);
    else {
      intervals.push({ start_utc_ms: start, end_utc_ms: crossing(index) });
      start = null;
    }
  }
  if (start !== null) intervals.push({ start_utc_ms: start, end_utc_ms: span.end_utc_ms });
  return intervals;
}

function longest(intervals: readonly UtcInterval[]): UtcInterval | null {
  const length = (interval: UtcInterval) => interval.end_utc_ms - interval.start_utc_ms;
  return intervals.reduce<UtcInterval | null>(
    (best, interval) => (best === null || length(interval) > length(best) ? interval : best), null);
}

/** Mean longitude of the stations by their mean position, which survives the date line. */
function middleLongitudeDeg(stations: readonly MaskedStation[]): number {
  const sum = (axis: 0 | 1) => stations.reduce((total, { station }) => total + station.position_pef_km[axis], 0);
  return Math.atan2(sum(1), sum(0)) * 180 / Math.PI;
}

function higherOf(request: NightsRequest, body: (utc_ms: number) => readonly [number, number, number]): Elevation {
  return (utc_ms) => {
    const vector = body(utc_ms);
    return Math.max(...request.stations.map(({ station }) => bodyElevationRad(vector, station)));
  };
}

interface NightSky {
  readonly dark: UtcInterval | null;
  readonly sun_down: UtcInterval | null;
  readonly moon_up: readonly UtcInterval[];
  readonly moon_illumination: number;
}

function skyOf(request: NightsRequest, span: UtcInterval): NightSky {
  const sun = higherOf(request, sunPefKm);
  const moon = higherOf(request, moonPefKm);
  const steps = Math.ceil((span.end_utc_ms - span.start_utc_ms) / SKY_STEP_MS);
  const times = Array.from({ length: steps + 1 }, (_, i) => span.start_utc_ms + i * SKY_STEP_MS);
  const sky: Sky = { sun_rad: times.map(sun), moon_rad: times.map(moon) };
  const below = (limit_rad: number) => longest(positiveIntervals(
    span, sky.sun_rad.map((elevation) => limit_rad - elevation), (utc_ms) => limit_rad - sun(utc_ms)));
  const midnight = (span.start_utc_ms + span.end_utc_ms) / 2;
  return {
    dark: below(request.sun_elevation_rad_max),
    sun_down: below(SUNSET_RAD),
    moon_up: positiveIntervals(span, sky.moon_rad, moon),
    moon_illumination: moonIllumination(moonPefKm(midnight), sunPefKm(midnight)),
  };
}

/** Windows that lie between sunset and sunrise, the least bright first. */
function twilightWindow(windows: readonly DualWindow[], sun_down: UtcInterval | null): DualWindow | null {
  if (sun_down === null) return null;
  const brightness = (window: DualWindow) => Math.max(...window.stations.map((s) => s.sun_elevation_rad_max));
  return windows
    .filter((window) => window.start_utc_ms >= sun_down.start_utc_ms && window.end_utc_ms <= sun_down.end_utc_ms)
    .sort((a, b) => brightness(a) - brightness(b))[0] ?? null;
}

interface Lost { readonly light_windows: readonly DualWindow[]; readonly removed: readonly RemovedView[] }

function reasonOf(request: NightsRequest, sky: NightSky, lost: Lost): NoWindowReason {
  if (sky.dark === null) return { type: 'NoDarkness' };
  const [view] = lost.removed.filter(({ dark }) => dark).toSorted((a, b) => b.duration_s - a.duration_s);
  if (view !== undefined) return { type: 'CutAway', view };
  const window = twilightWindow(lost.light_windows, sky.sun_down);
  if (window !== null) return { type: 'TooLight', window };
  const best = bestMoment(request.propagator, request.stations, sky.dark);
  if (!best.ok) return { type: 'NoState', error: best.error };
  return best.value === null ? { type: 'NeverTogether' } : { type: 'BelowMask', ...best.value };
}

/**
 * The nights of a mission: darkness, Moon, what each station sees, the windows, and why a night has none.
 *
 * A night is the 24 hours from one mean solar noon of the stations' middle longitude to the next, named by the
 * date of its evening there. It is dark while the Sun is below the limit at both stations; with the limit at -6
 * degrees the reference year has 326 windows in darkness, one a night, and 39 nights without.
 *
 * @units milliseconds since 1970 (UTC), radians
 * @shape `count` nights in order; stations in the order given
 * @errors InvalidUtc for a first night that is no date; decay is a night's reason
 * @validity darkness and Moon to 10 ms of the ephemeris; stretches of them shorter than 30 minutes may be missed
 * @source findDualWindows, sunPefKm, moonPefKm; mean solar time: Explanatory Supplement, 3rd ed., section 3.2
 * @golden tests/core/orbit/nights.test.ts, 326 and 39 of 365 nights
 */
export function listNights(request: NightsRequest): Result<Night[], InvalidUtc> {
  const { propagator, stations, first_night, count } = request;
  assert(Number.isSafeInteger(count) && count >= 1, `${count} nights`);
  const date = parseUtc(first_night);
  if (!date.ok || first_night.length !== 10) return err({ type: 'InvalidUtc', text: first_night });
  const noon_utc_ms = date.value + MS_PER_DAY / 2 - middleLongitudeDeg(stations) / 360 * MS_PER_DAY;
  const whole: UtcInterval = { start_utc_ms: noon_utc_ms, end_utc_ms: noon_utc_ms + count * MS_PER_DAY };
  const found = findDualWindows({
    propagator, stations, from_utc_ms: whole.start_utc_ms, to_utc_ms: whole.end_utc_ms,
    sun_elevation_rad_max: request.sun_elevation_rad_max,
    ...(request.limits === undefined ? {} : { limits: request.limits }),
  });
  const visible = stations.map((station) => visibleTo(propagator, station, whole));
  return ok(Array.from({ length: count }, (_, index) => {
    const start_utc_ms = noon_utc_ms + index * MS_PER_DAY;
    const span = { start_utc_ms, end_utc_ms: start_utc_ms + MS_PER_DAY };
    const within = (interval: UtcInterval) =>
      interval.start_utc_ms >= span.start_utc_ms && interval.start_utc_ms < span.end_utc_ms;
    const sky = skyOf(request, span);
    const windows = found.windows.filter((window) => within(window) && window.dark);
    const light_windows = found.windows.filter((window) => within(window) && !window.dark);
    return {
      night: formatUtc(date.value + index * MS_PER_DAY).slice(0, 10),
      from_utc_ms: span.start_utc_ms,
      to_utc_ms: span.end_utc_ms,
      ...sky,
      visible: [visible[0]!.filter(within), visible[1]!.filter(within)] as const,
      windows,
      light_windows,
      reason: windows.length > 0 ? null : reasonOf(request, sky, { light_windows, removed: found.removed.filter(within) }),
    };
  }));
}

function visibleTo(propagator: Propagator, station: MaskedStation, span: UtcInterval): UtcInterval[] {
  const { epoch_utc_ms } = propagator.elements;
  const toUtc = ({ start_s, end_s }: VisibleInterval): UtcInterval =>
    ({ start_utc_ms: epoch_utc_ms + start_s * 1000, end_utc_ms: epoch_utc_ms + end_s * 1000 });
  const found = findVisibility(propagator, [station], {
    from_s: (span.start_utc_ms - epoch_utc_ms) / 1000, to_s: (span.end_utc_ms - epoch_utc_ms) / 1000,
  });
  return found.intervals.map(toUtc);
}
