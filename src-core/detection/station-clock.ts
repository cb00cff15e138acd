import { err, ok, type Result } from '../result.ts';
import type { UniformSeries } from '../series.ts';
import { followBeacon, type BeaconPhase } from './beacon-phase.ts';
import { emissionClock, NODE_S } from './emission-time.ts';
import { fitPpsClock, type PpsClock } from './pps-clock.ts';
import { satelliteClock, type SatelliteClock } from './satellite-clock.ts';
import { splitChannels, type StationEvents } from './split-channels.ts';
import type { DetectionError, StationInput } from './station-input.ts';

/** Longest recording taken for a pass: two hours keep a picosecond exact in seconds. */
const RECORDING_S_MAX = 7200;
/** A beacon followed for less than this is not followed. */
const LOCKED_S_MIN = 1;

/** A station whose clock is tied to the satellite's through its beacon. */
export interface LockedStation {
  readonly input: StationInput;
  readonly events: StationEvents;
  readonly pps: PpsClock;
  readonly track: BeaconPhase;
  readonly clock: SatelliteClock;
}

/**
 * From one station's rows to a clock on the satellite's time scale: PPS, prediction, beacon.
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
export function lockStation(input: StationInput, reference_utc_ms: number): Result<LockedStation, DetectionError> {
  const station = input.id;
  const events = splitChannels(input);
  if (input.beacon_channel === null || events.beacon_s.length === 0) return err({ type: 'NoBeacon', station });
  if (events.clicks_s.length === 0) return err({ type: 'NoClicks', station });
  const pps = input.first_pps_utc_ms === null ? null : fitPpsClock(events.pps_s);
  if (pps === null) return err({ type: 'NoPps', station, edges: events.pps_s.length });
  const [from_s, to_s] = [events.beacon_s[0]!, events.beacon_s.at(-1)!];
  if (to_s - from_s > RECORDING_S_MAX) return err({ type: 'RecordingTooLong', station, seconds: to_s - from_s });
  const emission = emissionClock({
    clock: pps, first_edge_s: (input.first_pps_utc_ms! - reference_utc_ms) / 1000,
    range_m: sinceReference(input.range_m, reference_utc_ms),
  }, from_s, to_s);
  if (emission.coefficients.every(Number.isNaN)) return err({ type: 'NoPrediction', station });
  const rate_hz = input.beacon_rate_hz;
  const track = followBeacon({ beacon_s: events.beacon_s, rate_hz, clock: emission });
  const locked_s = track.valid * NODE_S;
  if (locked_s < LOCKED_S_MIN) {
    return err({ type: 'TooFewPulses', station, pulses: events.beacon_s.length, locked_s });
  }
  return ok({ input, events, pps, track, clock: satelliteClock(track, emission, rate_hz) });
}

function sinceReference(series: UniformSeries, reference_utc_ms: number): UniformSeries {
  return { ...series, start_utc_ms: series.start_utc_ms - reference_utc_ms };
}
