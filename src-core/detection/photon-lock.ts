import { err, ok, type Result } from '../result.ts';
import { emissionTimes, shiftOrders } from './along-track.ts';
import { accountPair, centreGate, type AccountedStation } from './pair-account.ts';
import type { ClockLock, PairOutcome } from './pair-outcome.ts';
import { createPairTally } from './pair-tally.ts';
import type { PeakShape } from './peak.ts';
import { bendAt, bendOf, type Bend, type Curve } from './photon-bend.ts';
import { fitCurve } from './photon-fit.ts';
import { searchCurve, type PhotonProblem } from './photon-search.ts';
import { searchWide } from './photon-wide.ts';
import type { CurveTest } from './photon-significance.ts';
import { photonClicks, ppsStation, type PhotonInput, type PpsStation } from './photon-station.ts';
import { feedSideBySide } from './side-by-side.ts';
import type { PairableClicks } from './station-clicks.ts';
import type { DetectionError } from './station-input.ts';
import { countBySecond, secondSlices, type PassTime } from './station-survey.ts';

export interface PhotonOptions {
  readonly gate_ns?: number;
  /** How far clocks may be off: offset in the middle of the common time, and rate against each other. */
  readonly offset_ns_max?: number;
  readonly drift_max?: number;
  /** A curve that chance explains with more than this is refused. */
  readonly false_alarm_max?: number;
}

const DEFAULTS = { gate_ns: 2.5, offset_ns_max: 10_000, drift_max: 1e-6, false_alarm_max: 1e-6 };
/** Where the near search finds nothing: clocks set by hand, with pairs enough to show at once. */
const WIDE = { offset_ns: 0, offset_ns_max: 1e8, drift: 0, drift_max: 1e-5 };
const COMMON_S_MIN = 1;
/** Rows of the lock's series a second. */
const SERIES_STEP_S = 1;

type Stations = readonly [PpsStation, PpsStation];
interface CommonTime { readonly from_s: number; readonly to_s: number }

/**
 * Two recordings to coincidences on the photons alone: 1PPS and prediction first, then offset, drift and the
 * satellite's shift along its track are searched for the curve that the pairs lie on.
 *
 *   coincidence: |t_B(s) - drift t - t_A(s) - offset| <= gate / 2, times of emission by prediction shifted by s
 *
 * @units nanoseconds and seconds
 * @shape two recordings of the same pass
 * @errors DetectionError; a curve that chance explains is NoLock, never a number
 * @validity station clocks of constant rate over the pass; offset to 10 us, drift to 1e-6, shift as predicted for; offset to
 *   100 ms and drift to 1e-5 where pairs are 2.5 % of the clicks
 * @source PHYSICS section 4, "where the beacon is absent"
 * @golden tests/core/detection/photon-lock.test.ts
 */
export function processPairByPhotons(a: PhotonInput, b: PhotonInput, options: PhotonOptions = {}):
Result<PairOutcome, DetectionError> {
  const wishes = { ...DEFAULTS, ...options };
  // Two searches, near and wide: each may err with half of what is stated.
  const half_max = wishes.false_alarm_max / 2;
  const near = setUp(a, b, { ...wishes, drift: 0 });
  if (!near.ok) return near;
  const found = searchCurve(near.value.problem, half_max);
  if (found.false_alarm_probability <= half_max) return ok(outcomeOf(near.value, twice(found), 0));
  const wide = searchWide(near.value.problem, WIDE, half_max);
  if (wide === null || wide.false_alarm_probability > half_max) {
    const { false_alarm_probability, count } = twice(found);
    return err({ type: 'NoLock', false_alarm_probability, coincidences: count });
  }
  // The range belongs to the true time: B's clock is set right, then all is done again.
  const set_right = b.station.first_pps_utc_ms! - wide.curve.offset_ns * 1e-6;
  const again = setUp(a, { ...b, station: { ...b.station, first_pps_utc_ms: set_right } }, {
    ...wishes, drift: wide.curve.drift,
  });
  if (!again.ok) return again;
  const finer = searchCurve(again.value.problem, half_max);
  const probability = Math.max(wide.false_alarm_probability, finer.false_alarm_probability);
  const certain = twice({ ...finer, false_alarm_probability: probability, trials: wide.trials });
  if (probability > half_max) {
    return err({
      type: 'NoLock', false_alarm_probability: certain.false_alarm_probability, coincidences: finer.count,
    });
  }
  return ok(outcomeOf(again.value, certain, wide.curve.offset_ns));
}

const twice = (test: CurveTest): CurveTest =>
  ({ ...test, false_alarm_probability: Math.min(1, 2 * test.false_alarm_probability) });

interface Wishes {
  readonly gate_ns: number;
  readonly offset_ns_max: number;
  readonly drift: number;
  readonly drift_max: number;
}

interface SetUp {
  readonly stations: Stations;
  readonly common: CommonTime;
  readonly problem: PhotonProblem;
  readonly reference_utc_ms: number;
}

function setUp(a: PhotonInput, b: PhotonInput, wishes: Wishes): Result<SetUp, DetectionError> {
  const { gate_ns, offset_ns_max, drift, drift_max } = wishes;
  const reference_utc_ms = a.station.first_pps_utc_ms ?? b.station.first_pps_utc_ms ?? 0;
  const first = ppsStation(a, reference_utc_ms);
  if (!first.ok) return first;
  const second = ppsStation(b, reference_utc_ms);
  if (!second.ok) return second;
  const stations: Stations = [first.value, second.value];
  const common = commonTime(stations);
  const seconds = common.to_s - common.from_s;
  if (!(seconds >= COMMON_S_MIN)) return err({ type: 'NoOverlap', common_s: Math.max(0, seconds) });
  const shift_s_max = Math.min(a.along_track?.shift_s ?? 0, b.along_track?.shift_s ?? 0);
  const bend = bendOf(seconds / 2, shift_s_max, (t) => {
    const sent_s = (common.from_s + common.to_s) / 2 + t;
    const [of_a, of_b] = [shiftOrders(stations[0].emission, sent_s), shiftOrders(stations[1].emission, sent_s)];
    return [of_a[0] - of_b[0], of_a[1] - of_b[1]];
  });
  const plain = { ...common, gate_ns, along_track_s: 0, drift: 0 };
  const problem: PhotonProblem = {
    times: {
      a: photonClicks(stations[0], plain).time_ns, b: photonClicks(stations[1], plain).time_ns,
      middle_ns: seconds * 0.5e9,
    },
    bend, gate_ns,
    // The line taken off the bend adds to offset and drift.
    space: {
      offset_ns: 0, offset_ns_max: offset_ns_max + shift_s_max * Math.abs(bend.lines[0].zero),
      drift, drift_max: drift_max + shift_s_max * Math.abs(bend.lines[0].slope) * 1e-9,
    },
  };
  return ok({ stations, common, problem, reference_utc_ms });
}

/** Emission times from which both stations hold clicks. */
function commonTime(stations: Stations): CommonTime {
  const ends = stations.map(({ events, emission }) => {
    const { clicks_s } = events;
    const sent = emissionTimes(emission, clicks_s, { along_track_s: 0, zero_s: 0 }).filter((t) => !Number.isNaN(t));
    return [(sent[0] ?? Infinity) * 1e-9, (sent.at(-1) ?? -Infinity) * 1e-9] as const;
  });
  return { from_s: Math.max(ends[0]![0], ends[1]![0]), to_s: Math.min(ends[0]![1], ends[1]![1]) };
}

/** The curve with the bend's line given back: offset and drift of the clocks themselves. */
function clockErrors({ lines: [first, second] }: Bend, { offset_ns, drift, along_track_s: s }: Curve): Curve {
  return {
    offset_ns: offset_ns - s * (first.zero + s * second.zero),
    drift: drift - s * (first.slope + s * second.slope) * 1e-9,
    along_track_s: s,
  };
}

function outcomeOf(locked: SetUp, found: CurveTest, set_right_ns: number): PairOutcome {
  const { stations, common, problem, reference_utc_ms } = locked;
  const { gate_ns, bend } = problem;
  const fitted = fitCurve(problem, { curve: found.curve, density_per_ns: found.expected / gate_ns });
  const clock = clockErrors(bend, fitted);
  const rule = { ...common, gate_ns, along_track_s: clock.along_track_s };
  const clicks = [
    photonClicks(stations[0], { ...rule, drift: 0 }), photonClicks(stations[1], { ...rule, drift: clock.drift }),
  ] as const;
  const builder = createPairTally({
    found: { offset_ns: clock.offset_ns, count: found.count, expected: found.expected }, gate_ns,
    detectors: [stations[0].setup.detector_channels.length, stations[1].setup.detector_channels.length],
  });
  feedSideBySide({ a: clicks[0], b: clicks[1] }, builder.take);
  const tally = builder.finish();
  const shape = centreGate(tally);
  const time = { start_utc_ms: reference_utc_ms + common.from_s * 1000, seconds: common.to_s - common.from_s };
  return accountPair({
    stations: [accounted(stations[0], clicks[0], time), accounted(stations[1], clicks[1], time)],
    lock: lockOf({ clock, shape, found, problem, set_right_ns }),
    shape, tally, ...time,
  });
}

function accounted(station: PpsStation, { dead_s, dropped }: PairableClicks, time: PassTime): AccountedStation {
  const slices = secondSlices(station.setup, station.pps, time);
  const by_second = new Float64Array(slices.count);
  countBySecond(station.events.clicks_s, slices, by_second);
  return { ...station, clicks: { dead_s, dropped, by_second }, beacon: { used: 0, unused_reason: 'beacon_not_used' } };
}

interface LockFindings {
  readonly clock: Curve;
  readonly shape: PeakShape;
  readonly found: CurveTest;
  readonly problem: PhotonProblem;
  /** What B's clock was set right by before. */
  readonly set_right_ns: number;
}

function lockOf({ clock, shape, found, problem, set_right_ns }: LockFindings): ClockLock {
  const { bend, gate_ns } = problem;
  const rows = Math.max(1, Math.floor((2 * bend.half_s) / SERIES_STEP_S));
  const time_s = Float64Array.from({ length: rows }, (_, i) => (i + 0.5) * SERIES_STEP_S);
  return {
    method: 'photons',
    offset_ns: set_right_ns + shape.centre_ns,
    offset_sigma_ns: shape.centre_sigma_ns,
    sigma_ns: shape.sigma_ns,
    gate_ns,
    false_alarm_probability: found.false_alarm_probability,
    pulse_shift: 0,
    residual_ns_rms: shape.sigma_ns,
    series: {
      time_s,
      difference_ns: time_s.map((t) =>
        clock.drift * 1e9 * (t - bend.half_s) + bendAt(bend, clock.along_track_s, t - bend.half_s)),
      rms_ns: time_s.map(() => shape.sigma_ns),
    },
    photons: { drift: clock.drift, along_track_s: clock.along_track_s, trials: found.trials },
  };
}
