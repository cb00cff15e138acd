import { createDeadTimeMemory, keepLivePiece, type DeadTimeMemory } from './dead-time.ts';
import { commonSpans, liveSpans, toSatelliteTime, type PulseSpans, type SatelliteClock } from './satellite-clock.ts';
import type { StationEvents } from './split-channels.ts';
import type { LockedRecording, LockedStation } from './station-clock.ts';
import { countBySecond, type SecondSlices } from './station-survey.ts';

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
export function pairableClicks(station: LockedRecording, rule: ClickRule): PairableClicks {
  const stream = createClickStream(station.clock, { ...rule, dead_time_ns: station.setup.dead_time_ns });
  const clicks = stream.take(station.events);
  return { ...clicks, ...stream.account() };
}

export interface ClickStreamRule extends ClickRule {
  readonly dead_time_ns: number;
  /** Seconds of the pass in which all clicks are counted, if wanted. */
  readonly slices?: SecondSlices;
  /** What a stream before this one saw, if it is carried on: `dead_s` then counts from there. */
  readonly memory?: DeadTimeMemory;
}

export type ClickPiece = Pick<PairableClicks, 'time_ns' | 'detector' | 'event'>;

/** What became of a station's clicks so far. */
export interface ClickAccount extends Pick<PairableClicks, 'dead_s' | 'dropped'> {
  /** Clicks by the second, dead ones too; empty where no slices were asked for. */
  readonly by_second: Float64Array;
}

/** The clicks of one station piece by piece, each no earlier than those before. */
export interface ClickStream {
  /** What may pair of the next clicks. */
  readonly take: (clicks: Pick<StationEvents, 'clicks_s' | 'detector'>) => ClickPiece;
  /** Of all pieces so far. */
  readonly account: () => ClickAccount;
}

/**
 * `pairableClicks` for a recording larger than memory: pieces of any length, with the columns of the whole in the end.
 *
 *   dead time first, then the station's own clock, then the common time
 *
 * @units nanoseconds of the satellite after `zero_pulse`
 * @shape columns in order of time, from piece to piece too
 * @errors none
 * @validity spans in order
 * @source PHYSICS sections 4 and 5
 * @golden tests/core/detection/station-clicks.test.ts, any cut against one piece
 */
export function createClickStream(clock: SatelliteClock, rule: ClickStreamRule): ClickStream {
  const dead_time = { dead_time_s: rule.dead_time_ns * 1e-9, together_s: rule.gate_ns * 1e-9 };
  const ends = spanEnds(rule, 1e9 / clock.rate_hz);
  const memory = rule.memory ?? createDeadTimeMemory();
  const dropped = { dead_time: 0, beacon_gap: 0, no_common_time: 0 };
  const by_second = new Float64Array(rule.slices?.count ?? 0);
  let span_next = 0;
  const take: ClickStream['take'] = ({ clicks_s, detector: clicked }) => {
    if (rule.slices !== undefined) countBySecond(clicks_s, rule.slices, by_second);
    const live = keepLivePiece(clicks_s, dead_time, memory);
    const time_ns = toSatelliteTime(clock, clicks_s, rule.zero_pulse);
    const [detector, event] = [new Uint8Array(time_ns.length), new Int32Array(time_ns.length)];
    // Counted here and added up after the loop: what outlives the call is slow to write.
    let span = span_next;
    let kept = 0;
    let dead = 0;
    let in_gap = 0;
    for (let i = 0; i < time_ns.length; i += 1) {
      const t = time_ns[i]!;
      if (live[i]! < 0) dead += 1;
      else if (Number.isNaN(t)) in_gap += 1;
      else {
        while (span < ends.length && ends[span + 1]! < t) span += 2;
        if (span >= ends.length || t < ends[span]!) continue;
        time_ns[kept] = t;
        detector[kept] = clicked[i]!;
        event[kept] = live[i]!;
        kept += 1;
      }
    }
    span_next = span;
    dropped.dead_time += dead;
    dropped.beacon_gap += in_gap;
    dropped.no_common_time += time_ns.length - kept - dead - in_gap;
    return { time_ns: time_ns.slice(0, kept), detector: detector.slice(0, kept), event: event.slice(0, kept) };
  };
  return { take, account: () => ({ dead_s: memory.dead_s, dropped: { ...dropped }, by_second }) };
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
