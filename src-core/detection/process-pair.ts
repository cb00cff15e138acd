import { err, ok, type Result } from '../result.ts';
import { countBeacon, type BeaconAccount } from './beacon-account.ts';
import type { PairTimes } from './coincidence-kernel.ts';
import { accountPair, centreGate, type AccountedStation } from './pair-account.ts';
import type { ClockLock, LockSeries, PairOutcome } from './pair-outcome.ts';
import { findPeak, type FoundPeak, type PeakShape } from './peak.ts';
import { nodePulse, numberAlike, type PhaseDifference, type PulseSpans } from './satellite-clock.ts';
import { commonTime, pairableClicks, type PairableClicks } from './station-clicks.ts';
import { lockStation, type LockedStation } from './station-clock.ts';
import type { DetectionError, StationInput } from './station-input.ts';

export interface PairOptions {
  readonly gate_ns?: number;
  /** How far the residual offset is searched to either side; cables and optics are tens of nanoseconds. */
  readonly search_ns?: number;
  /** A peak that chance explains with more than this is refused. */
  readonly false_alarm_max?: number;
}

const DEFAULTS = { gate_ns: 2.5, search_ns: 1000, false_alarm_max: 1e-6 };
/** Whole pulses by which the numbering of the two stations is tried against each other. */
const PULSE_SHIFTS = [0, -1, 1, -2, 2];
/** Common time below which two recordings are not one pass. */
const COMMON_S_MIN = 1;

interface LockedPair {
  readonly reference_utc_ms: number;
  readonly a: LockedStation;
  readonly b: LockedStation;
  readonly common: { readonly spans: PulseSpans; readonly seconds: number };
  readonly difference: PhaseDifference;
}

/**
 * Two recordings to coincidences: both clocks tied to the satellite's by its beacon, residual offset searched, gate
 * centred on the peak, background measured beside it.
 *
 *   coincidence: |b - a - offset| <= gate / 2 on the satellite's time scale
 *
 * @units nanoseconds and seconds of the satellite
 * @shape two recordings of the same pass
 * @errors DetectionError; a peak that chance explains is NoLock, never a number
 * @validity rate errors to 1e-6 with a step of 1e-8, 1PPS to 25 us, half of the pulses missing, gaps left out
 * @source PHYSICS section 4; Yin et al., Nature 582, 501 (2020), doi:10.1038/s41586-020-2401-y
 * @golden tests/core/detection/process-pair.test.ts and tests/core/detection/samples.test.ts
 */
export function processPair(a: StationInput, b: StationInput, options: PairOptions = {}):
Result<PairOutcome, DetectionError> {
  const { gate_ns, search_ns, false_alarm_max } = { ...DEFAULTS, ...options };
  const locked = lockPair(a, b);
  if (!locked.ok) return locked;
  const pair = locked.value;
  const rule = { gate_ns, zero_pulse: Math.ceil(pair.common.spans[0]![0]), common: pair.common.spans };
  const [clicksA, clicksB] = [pairableClicks(pair.a, rule), pairableClicks(pair.b, rule)];
  const times: PairTimes = { a: clicksA.time_ns, b: clicksB.time_ns };
  const period_ns = 1e9 / a.beacon_rate_hz;
  const found = findPeak(times, {
    around_ns: PULSE_SHIFTS.map((shift) => shift * period_ns), half_range_ns: search_ns, gate_ns,
  });
  if (found.false_alarm_probability > false_alarm_max) {
    return err({
      type: 'NoLock', false_alarm_probability: found.false_alarm_probability, coincidences: found.count,
    });
  }
  // A shift of whole pulses is a miscount of B, not an offset: its clicks take the number they should have had.
  const shift_ns = PULSE_SHIFTS[found.candidate]! * period_ns;
  if (shift_ns !== 0) for (let i = 0; i < times.b.length; i += 1) times.b[i]! -= shift_ns;
  const peak = { ...found, offset_ns: found.offset_ns - shift_ns };
  const shape = centreGate(times, peak, gate_ns);
  const beacons = [countBeacon(pair.a), countBeacon(pair.b)] as const;
  return ok(accountPair({
    stations: [accounted(pair.a, beacons[0], clicksA), accounted(pair.b, beacons[1], clicksB)],
    lock: lockOf({ pair, beacons, found: peak, shape, gate_ns, zero_pulse: rule.zero_pulse }),
    shape, gate_ns, seconds: pair.common.seconds, start_utc_ms: emissionUtcMs(pair, rule.zero_pulse),
  }));
}

function accounted(station: LockedStation, { used }: BeaconAccount, clicks: PairableClicks): AccountedStation {
  return { ...station, clicks, beacon: { used, unused_reason: 'beacon_outlier' } };
}

function lockPair(a: StationInput, b: StationInput): Result<LockedPair, DetectionError> {
  if (a.beacon_rate_hz !== b.beacon_rate_hz) {
    return err({ type: 'BeaconRatesDiffer', rates_hz: [a.beacon_rate_hz, b.beacon_rate_hz] });
  }
  // Seconds after a common moment near the pass keep a picosecond, milliseconds since 1970 would not.
  const reference = a.first_pps_utc_ms ?? b.first_pps_utc_ms ?? 0;
  const first = lockStation(a, reference);
  if (!first.ok) return first;
  const second = lockStation(b, reference);
  if (!second.ok) return second;
  const difference = numberAlike(first.value.clock, second.value.clock);
  if (difference === null) return err({ type: 'NoOverlap', common_s: 0 });
  const common = commonTime(first.value, second.value);
  if (common.seconds < COMMON_S_MIN) return err({ type: 'NoOverlap', common_s: common.seconds });
  return ok({ reference_utc_ms: reference, a: first.value, b: second.value, common, difference });
}

interface Tied {
  readonly pair: LockedPair;
  readonly beacons: readonly [BeaconAccount, BeaconAccount];
  readonly found: FoundPeak;
  readonly shape: PeakShape;
  readonly gate_ns: number;
  readonly zero_pulse: number;
}

/** UTC at which the satellite sent `pulse`: its phase at the start of the lock holds for a display. */
function emissionUtcMs({ reference_utc_ms, a: { clock } }: LockedPair, pulse: number): number {
  const phase = clock.phase.find((value) => !Number.isNaN(value)) ?? 0;
  return reference_utc_ms + ((pulse + phase) / clock.rate_hz) * 1000;
}

function lockOf({ pair, beacons, found, shape, gate_ns, zero_pulse }: Tied): ClockLock {
  const { node, residual } = pair.difference;
  const period_ns = 1e9 / pair.b.clock.rate_hz;
  const series: LockSeries = {
    time_s: Float64Array.from(node, (n) => ((nodePulse(pair.b.clock, n) - zero_pulse) * period_ns) / 1e9),
    difference_ns: residual.map((phase) => phase * period_ns),
    rms_ns: Float64Array.from(node, (n) => pair.b.track.rms_ns[n]!),
  };
  return {
    method: 'beacon',
    offset_ns: shape.centre_ns,
    offset_sigma_ns: shape.centre_sigma_ns,
    sigma_ns: shape.sigma_ns,
    gate_ns,
    false_alarm_probability: found.false_alarm_probability,
    pulse_shift: PULSE_SHIFTS[found.candidate]!,
    residual_ns_rms: Math.hypot(beacons[0].rms_ns, beacons[1].rms_ns),
    series,
  };
}
