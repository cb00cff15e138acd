import { err, ok, type Result } from '../result.ts';
import type { UniformSeries } from '../series.ts';
import { followBeacon, type BeaconPhase } from './beacon-phase.ts';
import { emissionClock, NODE_S } from './emission-time.ts';
import { fitPpsClock, type PpsClock } from './pps-clock.ts';
import { satelliteClock, type SatelliteClock } from './satellite-clock.ts';
import { splitChannels, type StationEvents } from './split-channels.ts';
import type { DetectionError, StationInput, StationSetup } from './station-input.ts';
import { surveyOf, type StationSurvey } from './station-survey.ts';

/** Longest recording taken for a pass: two hours keep a picosecond exact in seconds. */
const RECORDING_S_MAX = 7200;
/** A beacon followed for less than this is not followed. */
const LOCKED_S_MIN = 1;

/** A recording as far as a clock is locked from it: its clicks may lie elsewhere. */
export interface SurveyedStation {
  readonly setup: StationSetup;
  readonly survey: StationSurvey;
}

/** A station whose clock is tied to the satellite's through its beacon. */
export interface LockedStation extends SurveyedStation {
  readonly pps: PpsClock;
  readonly track: BeaconPhase;
  readonly clock: SatelliteClock;
}

/** The same with its clicks in memory. */
export interface LockedRecording extends LockedStation {
  readonly events: StationEvents;
}

/**
 * From one station's rows to a clock on the satellite's time scale: PPS, prediction, beacon.
 *
 *   u(t) = rate t_e(t) - p(t)
 *
 * @units as the parts
 * @shape one recording; `reference_utc_ms` is common to both stations and near the pass
 * @errors as lockSurvey
 * @validity as lockSurvey
 * @source PHYSICS section 4, steps 1 to 4; Yin et al., Nature 582, 501 (2020), doi:10.1038/s41586-020-2401-y
 * @golden tests/core/detection/process-pair.test.ts
 */
export function lockStation(input: StationInput, reference_utc_ms: number): Result<LockedRecording, DetectionError> {
  const events = splitChannels(input);
  const locked = lockSurvey({ setup: input, survey: surveyOf(events, input.tags.dropped) }, reference_utc_ms);
  return locked.ok ? ok({ ...locked.value, events }) : locked;
}

/**
 * `lockStation` for a recording of which only the survey is at hand.
 *
 *   u(t) = rate t_e(t) - p(t)
 *
 * @units as the parts
 * @shape one recording; `reference_utc_ms` is common to both stations and near the pass
 * @errors NoBeacon, NoPps, NoClicks, RecordingTooLong, NoPrediction, TooFewPulses
 * @validity beacon, PPS and prediction present; see the parts
 * @source PHYSICS section 4, steps 1 to 4; Yin et al., Nature 582, 501 (2020), doi:10.1038/s41586-020-2401-y
 * @golden tests/core/detection/process-pair.test.ts
 */
export function lockSurvey(
  { setup, survey }: SurveyedStation, reference_utc_ms: number,
): Result<LockedStation, DetectionError> {
  const station = setup.id;
  const { beacon_s } = survey;
  if (setup.beacon_channel === null || beacon_s.length === 0) return err({ type: 'NoBeacon', station });
  if (survey.clicks === 0) return err({ type: 'NoClicks', station });
  const pps = setup.first_pps_utc_ms === null ? null : fitPpsClock(survey.pps_s);
  if (pps === null) return err({ type: 'NoPps', station, edges: survey.pps_s.length });
  const [from_s, to_s] = [beacon_s[0]!, beacon_s.at(-1)!];
  if (to_s - from_s > RECORDING_S_MAX) return err({ type: 'RecordingTooLong', station, seconds: to_s - from_s });
  const emission = emissionClock({
    clock: pps, first_edge_s: (setup.first_pps_utc_ms! - reference_utc_ms) / 1000,
    range_m: sinceReference(setup.range_m, reference_utc_ms),
  }, from_s, to_s);
  if (emission.coefficients.every(Number.isNaN)) return err({ type: 'NoPrediction', station });
  const rate_hz = setup.beacon_rate_hz;
  const track = followBeacon({ beacon_s, rate_hz, clock: emission });
  const locked_s = track.valid * NODE_S;
  if (locked_s < LOCKED_S_MIN) {
    return err({ type: 'TooFewPulses', station, pulses: beacon_s.length, locked_s });
  }
  return ok({ setup, survey, pps, track, clock: satelliteClock(track, emission, rate_hz) });
}

function sinceReference(series: UniformSeries, reference_utc_ms: number): UniformSeries {
  return { ...series, start_utc_ms: series.start_utc_ms - reference_utc_ms };
}
