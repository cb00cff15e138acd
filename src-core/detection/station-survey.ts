import type { PpsClock } from './pps-clock.ts';
import type { StationEvents } from './split-channels.ts';
import type { StationSetup } from './station-input.ts';

/** A recording without its clicks: all that a clock is locked from, small beside the rows. */
export interface StationSurvey {
  /** Rows of the recording, whatever they are. */
  readonly rows: number;
  readonly clicks: number;
  /** Clock of the first and of the last click; NaN without clicks. */
  readonly clicks_from_s: number;
  readonly clicks_to_s: number;
  readonly beacon_s: Float64Array;
  readonly pps_s: Float64Array;
  readonly unassigned: number;
  /** Events of the file that are not rows, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
}

export interface SurveyBuilder {
  /** Takes the next rows, sorted; none earlier than those before. */
  readonly take: (events: StationEvents) => void;
  readonly finish: (dropped: StationSurvey['dropped']) => StationSurvey;
}

/**
 * Gathers what locking a clock needs from a recording that comes in pieces.
 *
 *   rows = clicks + beacon + pps + unassigned
 *
 * @units seconds of the station's clock
 * @shape pieces of any length, the survey of the whole in the end
 * @errors none
 * @validity memory for beacon and PPS: 14 MB a pass at 10 kHz
 * @source definition
 * @golden tests/core/detection/station-survey.test.ts, any cut against one piece
 */
export function createSurvey(): SurveyBuilder {
  const [beacon, pps]: [Float64Array[], Float64Array[]] = [[], []];
  let [rows, clicks, unassigned, from_s, to_s] = [0, 0, 0, Number.NaN, Number.NaN];
  return {
    take: (events) => {
      const count = events.clicks_s.length;
      rows += count + events.beacon_s.length + events.pps_s.length + events.unassigned;
      unassigned += events.unassigned;
      if (count > 0) {
        if (clicks === 0) from_s = events.clicks_s[0]!;
        to_s = events.clicks_s[count - 1]!;
      }
      clicks += count;
      // Copies: a piece may be a view of a larger buffer, which would be kept alive.
      if (events.beacon_s.length > 0) beacon.push(events.beacon_s.slice());
      if (events.pps_s.length > 0) pps.push(events.pps_s.slice());
    },
    finish: (dropped) => ({
      rows, clicks, clicks_from_s: from_s, clicks_to_s: to_s,
      beacon_s: joined(beacon), pps_s: joined(pps), unassigned, dropped,
    }),
  };
}

/**
 * The survey of a recording that is in memory.
 *
 *   one piece
 *
 * @units seconds of the station's clock
 * @shape one recording
 * @errors none
 * @validity as createSurvey
 * @source definition
 * @golden tests/core/detection/station-survey.test.ts
 */
export function surveyOf(events: StationEvents, dropped: StationSurvey['dropped']): StationSurvey {
  const { clicks_s, beacon_s, pps_s, unassigned } = events;
  return {
    rows: clicks_s.length + beacon_s.length + pps_s.length + unassigned,
    clicks: clicks_s.length, clicks_from_s: clicks_s[0] ?? Number.NaN, clicks_to_s: clicks_s.at(-1) ?? Number.NaN,
    beacon_s, pps_s, unassigned, dropped,
  };
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Seconds of a pass by a station's own PPS: slice k holds from_s + k second_s <= t < from_s + (k + 1) second_s. */
export interface SecondSlices {
  readonly from_s: number;
  readonly second_s: number;
  readonly count: number;
}

/** When a pass began, and how long both stations saw it. */
export interface PassTime {
  readonly start_utc_ms: number;
  readonly seconds: number;
}

/**
 * The seconds of a pass on a station's own clock.
 *
 *   from = zero - (first edge - start) second
 *
 * @units milliseconds of UTC in, seconds of the station's clock out
 * @shape whole seconds of the pass, at least one
 * @errors none: without a first edge the pass is taken to begin at it
 * @validity good to what the PPS is good to
 * @source definition of PpsClock
 * @golden tests/core/detection/station-survey.test.ts
 */
export function secondSlices(
  { first_pps_utc_ms }: Pick<StationSetup, 'first_pps_utc_ms'>, { zero_s, second_s }: PpsClock, time: PassTime,
): SecondSlices {
  const first_edge_s = ((first_pps_utc_ms ?? time.start_utc_ms) - time.start_utc_ms) / 1000;
  return { from_s: zero_s - first_edge_s * second_s, second_s, count: Math.max(1, Math.floor(time.seconds)) };
}

/**
 * Counts clicks by the second, dead or not; added to `counts`.
 *
 *   k = floor((t - from) / second)
 *
 * @units seconds of the station's clock
 * @shape clicks in order of time; `counts` as long as the slices
 * @errors none: clicks outside are not counted
 * @validity good to what the PPS is good to
 * @source definition
 * @golden tests/core/detection/station-survey.test.ts, against a plain loop
 */
export function countBySecond(clicks_s: Float64Array, slices: SecondSlices, counts: Float64Array): void {
  const { from_s, second_s, count } = slices;
  const inverse = 1 / second_s;
  for (let i = 0; i < clicks_s.length; i += 1) {
    const slice = Math.floor((clicks_s[i]! - from_s) * inverse);
    if (slice >= 0 && slice < count) counts[slice]! += 1;
  }
}
