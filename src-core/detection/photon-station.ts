import { err, ok, type Result } from '../result.ts';
import type { UniformSeries } from '../series.ts';
import { emissionTimes, trackedEmission, type AlongTrack, type TrackedEmission } from './along-track.ts';
import { keepLiveClicks } from './dead-time.ts';
import { fitPpsClock, type PpsClock } from './pps-clock.ts';
import { splitChannels, type StationEvents } from './split-channels.ts';
import type { SurveyedStation } from './station-clock.ts';
import { surveyOf } from './station-survey.ts';
import type { PairableClicks } from './station-clicks.ts';
import type { DetectionError, StationInput } from './station-input.ts';

/** A station's recording, and where its clicks came from if the satellite is off its elements; null: it is not. */
export interface PhotonInput {
  readonly station: StationInput;
  readonly along_track: AlongTrack | null;
}

/** A station by its 1PPS and the prediction alone. */
export interface PpsStation extends SurveyedStation {
  readonly events: StationEvents;
  readonly pps: PpsClock;
  readonly emission: TrackedEmission;
}

const RECORDING_S_MAX = 7200;

/**
 * From one station's rows to emission times by 1PPS and prediction.
 *
 *   t_e = t_r - R(t_e) / c, for three places of the satellite along its track
 *
 * @units seconds after the reference
 * @shape one recording
 * @errors NoPps, NoClicks, RecordingTooLong, NoPrediction
 * @validity 1PPS within tens of microseconds; what it is off by is searched
 * @source PHYSICS section 4, steps 1 and 2
 * @golden tests/core/detection/photon-lock.test.ts
 */
export function ppsStation({ station: input, along_track }: PhotonInput, reference_utc_ms: number):
Result<PpsStation, DetectionError> {
  const station = input.id;
  const events = splitChannels(input);
  if (events.clicks_s.length === 0) return err({ type: 'NoClicks', station });
  const pps = input.first_pps_utc_ms === null ? null : fitPpsClock(events.pps_s);
  if (pps === null) return err({ type: 'NoPps', station, edges: events.pps_s.length });
  const span = [events.clicks_s[0]!, events.clicks_s.at(-1)!] as const;
  if (span[1] - span[0] > RECORDING_S_MAX) {
    return err({ type: 'RecordingTooLong', station, seconds: span[1] - span[0] });
  }
  const since = (series: UniformSeries) => ({ ...series, start_utc_ms: series.start_utc_ms - reference_utc_ms });
  const emission = trackedEmission({
    clock: pps, first_edge_s: (input.first_pps_utc_ms! - reference_utc_ms) / 1000, range_m: since(input.range_m),
  }, along_track === null ? null : {
    ...along_track, ahead_m: since(along_track.ahead_m), behind_m: since(along_track.behind_m),
  }, span);
  if (emission.clock.coefficients.every(Number.isNaN)) return err({ type: 'NoPrediction', station });
  return ok({ setup: input, survey: surveyOf(events, input.tags.dropped), events, pps, emission });
}

export interface PhotonRule {
  readonly gate_ns: number;
  /** Emission times both stations saw, seconds after the reference. */
  readonly from_s: number;
  readonly to_s: number;
  readonly along_track_s: number;
  /** Rate error of this station, taken off its times about the middle of the common time. */
  readonly drift: number;
}

/**
 * Clicks outside the dead time and inside the common time, by emission; the others by reason, each once.
 *
 *   time = t_e - from - drift (t_e - middle)
 *
 * @units nanoseconds after `from_s`
 * @shape columns in order of time
 * @errors none
 * @validity |drift| far below 1
 * @source PHYSICS sections 4 and 5
 * @golden tests/core/detection/photon-lock.test.ts, the sum of reasons
 */
export function photonClicks(station: PpsStation, rule: PhotonRule): PairableClicks {
  const { clicks_s, detector } = station.events;
  const live = keepLiveClicks(clicks_s, {
    dead_time_s: station.setup.dead_time_ns * 1e-9, together_s: rule.gate_ns * 1e-9,
  });
  const time_ns = emissionTimes(station.emission, clicks_s, {
    along_track_s: rule.along_track_s, zero_s: rule.from_s,
  });
  const length_ns = (rule.to_s - rule.from_s) * 1e9;
  const kept_detector = new Uint8Array(time_ns.length);
  const event = new Int32Array(time_ns.length);
  const dropped = { dead_time: 0, beacon_gap: 0, no_common_time: 0 };
  let kept = 0;
  for (let i = 0; i < time_ns.length; i += 1) {
    const t = time_ns[i]!;
    if (live.event[i]! < 0) dropped.dead_time += 1;
    else if (!(t >= 0 && t <= length_ns)) dropped.no_common_time += 1;
    else {
      time_ns[kept] = t - rule.drift * (t - length_ns / 2);
      kept_detector[kept] = detector[i]!;
      event[kept] = live.event[i]!;
      kept += 1;
    }
  }
  return {
    time_ns: time_ns.slice(0, kept), detector: kept_detector.slice(0, kept), event: event.slice(0, kept),
    dead_s: live.dead_s, dropped,
  };
}
