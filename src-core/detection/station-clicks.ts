import { keepLiveClicks } from './dead-time.ts';
import { commonSpans, liveSpans, toSatelliteTime, type PulseSpans } from './satellite-clock.ts';
import type { LockedStation } from './station-clock.ts';

/** The clicks of one station that may pair, on the satellite's time scale. */
export interface PairableClicks {
  readonly time_ns: Float64Array;
  readonly detector: Uint8Array;
  /** Clicks with the same number are one multiple click. */
  readonly event: Int32Array;
  readonly dead_s: number;
  readonly dropped: { readonly dead_time: number; readonly beacon_gap: number; readonly no_common_time: number };
}

export interface ClickRule {
  readonly gate_ns: number;
  readonly zero_pulse: number;
  /** Where both stations follow the beacon, in pulse number. */
  readonly common: PulseSpans;
}

/**
 * Clicks outside the dead time and inside the common time, in satellite time; the others by reason, each once.
 *
 *   dead time first, then the station's own clock, then the common time
 *
 * @units nanoseconds of the satellite after `zero_pulse`
 * @shape columns in order of time
 * @errors none
 * @validity spans in order
 * @source PHYSICS sections 4 and 5
 * @golden tests/core/detection/process-pair.test.ts, the sum of reasons
 */
export function pairableClicks(station: LockedStation, rule: ClickRule): PairableClicks {
  const { clock, events, input } = station;
  const live = keepLiveClicks(events.clicks_s, {
    dead_time_s: input.dead_time_ns * 1e-9, together_s: rule.gate_ns * 1e-9,
  });
  const time_ns = toSatelliteTime(clock, events.clicks_s, rule.zero_pulse);
  const ends = spanEnds(rule, 1e9 / clock.rate_hz);
  const [detector, event] = [new Uint8Array(time_ns.length), new Int32Array(time_ns.length)];
  const dropped = { dead_time: 0, beacon_gap: 0, no_common_time: 0 };
  let [kept, span] = [0, 0];
  for (let i = 0; i < time_ns.length; i += 1) {
    const t = time_ns[i]!;
    if (live.event[i]! < 0) dropped.dead_time += 1;
    else if (Number.isNaN(t)) dropped.beacon_gap += 1;
    else {
      while (span < ends.length && ends[span + 1]! < t) span += 2;
      if (span >= ends.length || t < ends[span]!) dropped.no_common_time += 1;
      else {
        time_ns[kept] = t;
        detector[kept] = events.detector[i]!;
        event[kept] = live.event[i]!;
        kept += 1;
      }
    }
  }
  return {
    time_ns: time_ns.slice(0, kept), detector: detector.slice(0, kept), event: event.slice(0, kept),
    dead_s: live.dead_s, dropped,
  };
}

function spanEnds({ common, zero_pulse }: ClickRule, period_ns: number): Float64Array {
  return Float64Array.from(common.flat(), (pulse) => (pulse - zero_pulse) * period_ns);
}

export interface CommonTime {
  readonly spans: PulseSpans;
  readonly seconds: number;
}

/**
 * Where two stations follow the beacon together, in pulse number, and for how long.
 *
 *   seconds = sum of (end - start) / rate
 *
 * @units pulses; seconds
 * @shape spans in order
 * @errors none: may be empty, then seconds is 0
 * @validity after numbering
 * @source PHYSICS section 4
 * @golden tests/core/detection/process-pair.test.ts
 */
export function commonTime(a: LockedStation, b: LockedStation): CommonTime {
  const spans = commonSpans(liveSpans(a.clock), liveSpans(b.clock));
  return { spans, seconds: spans.reduce((sum, [start, end]) => sum + (end - start), 0) / a.clock.rate_hz };
}
