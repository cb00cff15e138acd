import { err, ok, type Result } from '../result.ts';
import { countBeacon, type BeaconAccount } from './beacon-account.ts';
import { accountPair, centreGate, type AccountedStation } from './pair-account.ts';
import { createPairCarry } from './pair-carry.ts';
import type { ClockLock, LockSeries, PairOutcome } from './pair-outcome.ts';
import { createPairTally, pairsToHold } from './pair-tally.ts';
import { createPeakSearch, isSure, searchReach, type FoundPeak, type PeakSearch, type PeakShape } from './peak.ts';
import {
  nodePulse, numberAlike, type PhaseDifference, type PulseSpans, type SatelliteClock,
} from './satellite-clock.ts';
import { feedSideBySide } from './side-by-side.ts';
import { splitChannels, type StationEvents } from './split-channels.ts';
import {
  commonTime, createClickStream, type ClickAccount, type ClickPiece, type ClickStreamRule,
} from './station-clicks.ts';
import { lockSurvey, type LockedStation, type SurveyedStation } from './station-clock.ts';
import type { DetectionError, StationInput } from './station-input.ts';
import { secondSlices, surveyOf } from './station-survey.ts';

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
/** Pairs near the gate that are held at most: 350 MB. */
const PAIRS_MAX = 1e7;
/** Common time below which two recordings are not one pass. */
const COMMON_S_MIN = 1;

interface LockedPair {
  readonly reference_utc_ms: number;
  readonly a: LockedStation;
  readonly b: LockedStation;
  readonly common: { readonly spans: PulseSpans; readonly seconds: number };
  readonly difference: PhaseDifference;
}

/** One way through the clicks of both stations, from the first: asked for by `pairSteps`, done by whoever has them. */
export interface ClickReplay {
  readonly clocks: readonly [SatelliteClock, SatelliteClock];
  /** The same at every replay of a pair. */
  readonly rules: readonly [ClickStreamRule, ClickStreamRule];
  /** Takes the next pieces of both, in order of time and side by side; one of the two may be empty. */
  readonly consume: (a: ClickPiece, b: ClickPiece) => void;
}

export type ClickAccounts = readonly [ClickAccount, ClickAccount];
export type PairSteps = Generator<ClickReplay, Result<PairOutcome, DetectionError>, ClickAccounts>;
export type SurveyedPair = readonly [SurveyedStation, SurveyedStation];

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
  const events = [splitChannels(a), splitChannels(b)] as const;
  const steps = pairSteps([
    { setup: a, survey: surveyOf(events[0], a.tags.dropped) }, { setup: b, survey: surveyOf(events[1], b.tags.dropped) },
  ], options);
  let clicks: readonly [HeldClicks, HeldClicks] | null = null;
  for (let step = steps.next(); ;) {
    if (step.done === true) return step.value;
    const { clocks, rules, consume } = step.value;
    clicks ??= [heldClicks(events[0], clocks[0], rules[0]), heldClicks(events[1], clocks[1], rules[1])];
    feedSideBySide({ a: clicks[0].piece, b: clicks[1].piece }, consume);
    step = steps.next([clicks[0].account, clicks[1].account]);
  }
}

interface HeldClicks { readonly piece: ClickPiece; readonly account: ClickAccount }

function heldClicks(events: StationEvents, clock: SatelliteClock, rule: ClickStreamRule): HeldClicks {
  const stream = createClickStream(clock, rule);
  return { piece: stream.take(events), account: stream.account() };
}

/**
 * `processPair` for clicks that lie elsewhere, on disk or in other threads: it asks for each way through them.
 *
 *   peak search around the likeliest numbering; around the others if that is not sure; then the tally
 *
 * @units nanoseconds and seconds of the satellite
 * @shape two or three replays, each of all clicks; the outcome does not depend on how they are cut
 * @errors as processPair; GateTooWide where the pairs near the gate would not fit into memory
 * @validity as processPair
 * @source PHYSICS section 4
 * @golden tests/core/detection/replay.test.ts, any pieces against one
 */
export function* pairSteps(surveyed: SurveyedPair, options: PairOptions = {}): PairSteps {
  const { gate_ns, search_ns, false_alarm_max } = { ...DEFAULTS, ...options };
  const locked = lockPair(surveyed);
  if (!locked.ok) return locked;
  const pair = locked.value;
  const zero_pulse = Math.ceil(pair.common.spans[0]![0]);
  const time = { start_utc_ms: emissionUtcMs(pair, zero_pulse), seconds: pair.common.seconds };
  const ruleOf = ({ setup, pps }: LockedStation): ClickStreamRule => ({
    gate_ns, zero_pulse, common: pair.common.spans, dead_time_ns: setup.dead_time_ns,
    slices: secondSlices(setup, pps, time),
  });
  const clocks = [pair.a.clock, pair.b.clock] as const;
  const rules = [ruleOf(pair.a), ruleOf(pair.b)] as const;
  const period_ns = 1e9 / pair.a.clock.rate_hz;
  const search: PeakSearch = {
    around_ns: PULSE_SHIFTS.map((shift) => shift * period_ns), half_range_ns: search_ns, gate_ns,
  };
  let found = yield* searchAround(search, { candidates: [0], before: null }, { clocks, rules });
  if (!isSure(found)) {
    const candidates = [...PULSE_SHIFTS.keys()].slice(1);
    found = yield* searchAround(search, { candidates, before: found }, { clocks, rules });
  }
  const { false_alarm_probability } = found;
  if (false_alarm_probability > false_alarm_max) {
    return err({ type: 'NoLock', false_alarm_probability, coincidences: found.count });
  }
  // A shift of whole pulses is a miscount of B, not an offset: its clicks take the number they should have had.
  const shift_ns = search.around_ns[found.candidate]!;
  const peak = { ...found, offset_ns: found.offset_ns - shift_ns };
  const pairs = pairsToHold(peak, gate_ns);
  if (pairs > PAIRS_MAX) return err({ type: 'GateTooWide', gate_ns, pairs });
  const detectors = [pair.a.setup.detector_channels.length, pair.b.setup.detector_channels.length] as const;
  const builder = createPairTally({ found: peak, gate_ns, detectors });
  const accounts = yield { clocks, rules, consume: (a, b) => builder.take(a, shifted(b, shift_ns)) };
  const tally = builder.finish();
  const shape = centreGate(tally);
  const beacons = [countBeacon(pair.a), countBeacon(pair.b)] as const;
  return ok(accountPair({
    stations: [accounted(pair.a, beacons[0], accounts[0]), accounted(pair.b, beacons[1], accounts[1])],
    lock: lockOf({ pair, beacons, found: peak, shape, gate_ns, zero_pulse }),
    shape, tally, ...time,
  }));
}

interface Tries { readonly candidates: readonly number[]; readonly before: FoundPeak | null }

function* searchAround(
  search: PeakSearch, { candidates, before }: Tries, replay: Omit<ClickReplay, 'consume'>,
): Generator<ClickReplay, FoundPeak, ClickAccounts> {
  const peak = createPeakSearch(search, candidates, before);
  const carry = createPairCarry(searchReach(search, candidates), (times) => peak.take(times));
  yield { ...replay, consume: (a, b) => carry.take({ a: a.time_ns, b: b.time_ns }) };
  carry.finish();
  return peak.finish();
}

/** Clicks with their times moved; the piece itself belongs to whoever gave it. */
function shifted(clicks: ClickPiece, shift_ns: number): ClickPiece {
  return shift_ns === 0 ? clicks : { ...clicks, time_ns: clicks.time_ns.map((t) => t - shift_ns) };
}

function accounted(station: LockedStation, { used }: BeaconAccount, clicks: ClickAccount): AccountedStation {
  return { ...station, clicks, beacon: { used, unused_reason: 'beacon_outlier' } };
}

function lockPair([a, b]: SurveyedPair): Result<LockedPair, DetectionError> {
  const rates_hz = [a.setup.beacon_rate_hz, b.setup.beacon_rate_hz] as const;
  if (rates_hz[0] !== rates_hz[1]) return err({ type: 'BeaconRatesDiffer', rates_hz });
  // Seconds after a common moment near the pass keep a picosecond, milliseconds since 1970 would not.
  const reference = a.setup.first_pps_utc_ms ?? b.setup.first_pps_utc_ms ?? 0;
  const first = lockSurvey(a, reference);
  if (!first.ok) return first;
  const second = lockSurvey(b, reference);
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
