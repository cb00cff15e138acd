import { err, ok, type Result } from '../result.ts';
import { countBeacon, type BeaconAccount } from './beacon-account.ts';
import type { PairTimes } from './coincidence-kernel.ts';
import { gateHits, pairsAround, type ClickPairs } from './gate-pairs.ts';
import type { ClockLock, LockSeries, PairOutcome, StationOutcome } from './pair-outcome.ts';
import { findPeak, fitPeak, type FoundPeak, type PeakShape } from './peak.ts';
import { arrivalHistograms, centreDrift, coincidenceHistogram, measureAccidentals } from './quality.ts';
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
/** Peak fits look this many gates to either side, and never less than several times the jitter of real detectors. */
const FIT_GATES = 2.5;
const FIT_HALF_NS_MIN = 5;

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
  return ok(account({
    pair, clicks: [clicksA, clicksB], beacons, found: peak, shape, gate_ns, zero_pulse: rule.zero_pulse,
  }));
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

function centreGate(times: PairTimes, found: FoundPeak, gate_ns: number): PeakShape {
  const density_per_ns = found.expected / gate_ns;
  const start: PeakShape = {
    centre_ns: found.offset_ns, centre_sigma_ns: gate_ns / 4, sigma_ns: gate_ns / 4, pairs: found.count,
  };
  const half_width = Math.max(FIT_GATES * gate_ns, FIT_HALF_NS_MIN);
  const near = pairsAround(times.a, times.b, { centre: found.offset_ns, half_width });
  const fit = fitPeak(near.delta_ns, density_per_ns, { centre_ns: 0, sigma_ns: gate_ns / 4 });
  return fit === null ? start : { ...fit, centre_ns: found.offset_ns + fit.centre_ns };
}

interface Findings {
  readonly pair: LockedPair;
  readonly clicks: readonly [PairableClicks, PairableClicks];
  readonly beacons: readonly [BeaconAccount, BeaconAccount];
  readonly found: FoundPeak;
  readonly shape: PeakShape;
  readonly gate_ns: number;
  readonly zero_pulse: number;
}

function account(findings: Findings): PairOutcome {
  const { pair, clicks: [a, b], beacons, shape, gate_ns } = findings;
  const times = { a: a.time_ns, b: b.time_ns };
  const centre = shape.centre_ns;
  const wide = pairsAround(times.a, times.b, { centre, half_width: gate_ns });
  const { coincidences } = gateHits(pairsAround(times.a, times.b, { centre, half_width: gate_ns / 2 }), a, b);
  const accidentals = measureAccidentals(times, centre, gate_ns);
  const modelled = (a.time_ns.length * b.time_ns.length * gate_ns * 1e-9) / pair.common.seconds;
  const background = accidentals.count > 0 ? accidentals.count : modelled;
  return {
    lock: lockOf(findings),
    coincidences,
    accidentals: accidentals.count,
    accidentals_sigma: accidentals.sigma,
    accidentals_modelled: modelled,
    snr: Math.max(0, coincidences.time_s.length - background) / background,
    stations: [
      stationOutcome(pair.a, a, { pairs: wide, side: -1, gate_ns, beacon: beacons[0] }),
      stationOutcome(pair.b, b, { pairs: wide, side: 1, gate_ns, beacon: beacons[1] }),
    ],
    seconds: pair.common.seconds,
    start_utc_ms: emissionUtcMs(pair, findings.zero_pulse),
    histogram: coincidenceHistogram(times, centre, gate_ns),
    centre_drift: centreDrift({
      pairs: wide, a, peak_sigma_ns: shape.sigma_ns, density_per_ns: background / gate_ns,
    }),
  };
}

/** UTC at which the satellite sent `pulse`: its phase at the start of the lock holds for a display. */
function emissionUtcMs({ reference_utc_ms, a: { clock } }: LockedPair, pulse: number): number {
  const phase = clock.phase.find((value) => !Number.isNaN(value)) ?? 0;
  return reference_utc_ms + ((pulse + phase) / clock.rate_hz) * 1000;
}

function lockOf({ pair, beacons, found, shape, gate_ns, zero_pulse }: Findings): ClockLock {
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

interface StationView {
  readonly pairs: ClickPairs;
  readonly side: 1 | -1;
  readonly gate_ns: number;
  readonly beacon: BeaconAccount;
}

function stationOutcome(station: LockedStation, clicks: PairableClicks, view: StationView): StationOutcome {
  const { input, events, pps } = station;
  const { beacon } = view;
  const detectors = input.detector_channels.length;
  const singles = new Array<number>(detectors).fill(0);
  for (const detector of clicks.detector) singles[detector]! += 1;
  const reasons: Readonly<Record<string, number>> = {
    ...clicks.dropped, beacon_outlier: events.beacon_s.length - beacon.used, pps_outlier: pps.edges_rejected,
    unassigned_channel: events.unassigned,
  };
  const dropped: Record<string, number> = { ...input.tags.dropped };
  for (const [reason, n] of Object.entries(reasons)) if (n > 0) dropped[reason] = (dropped[reason] ?? 0) + n;
  const unread = Object.values(input.tags.dropped).reduce((sum, n) => sum + n, 0);
  const recorded_s = events.clicks_s.at(-1)! - events.clicks_s[0]!;
  return {
    id: input.id,
    events: input.tags.ticks.length + unread,
    used: clicks.time_ns.length + beacon.used + pps.edges_used,
    used_by: { clicks: clicks.time_ns.length, beacon: beacon.used, pps: pps.edges_used },
    dropped,
    pps,
    singles,
    arrivals: arrivalHistograms(view.pairs, clicks, { side: view.side, gate_ns: view.gate_ns, detectors }),
    dead_fraction: recorded_s > 0 ? clicks.dead_s / recorded_s : 0,
  };
}
