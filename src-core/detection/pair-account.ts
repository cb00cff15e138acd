import type { PairTimes } from './coincidence-kernel.ts';
import { gateHits, pairsAround, type ClickPairs } from './gate-pairs.ts';
import type { ClockLock, PairOutcome, StationOutcome } from './pair-outcome.ts';
import { fitPeak, type FoundPeak, type PeakShape } from './peak.ts';
import type { PpsClock } from './pps-clock.ts';
import { arrivalHistograms, centreDrift, coincidenceHistogram, measureAccidentals } from './quality.ts';
import type { StationEvents } from './split-channels.ts';
import type { PairableClicks } from './station-clicks.ts';
import type { StationInput } from './station-input.ts';

/** Peak fits look this many gates to either side, and never less than several times the jitter of real detectors. */
const FIT_GATES = 2.5;
const FIT_HALF_NS_MIN = 5;

/**
 * Centre and width of the peak that a search has found.
 *
 *   maximum likelihood over 2.5 gates to either side, 5 ns at least
 *
 * @units nanoseconds
 * @shape columns in order of time
 * @errors none: where nothing can be fitted the search's own centre stands, a quarter of a gate wide
 * @validity the peak found holds pairs
 * @source see fitPeak
 * @golden tests/core/detection/process-pair.test.ts
 */
export function centreGate(times: PairTimes, found: FoundGate, gate_ns: number): PeakShape {
  const density_per_ns = found.expected / gate_ns;
  const start: PeakShape = {
    centre_ns: found.offset_ns, centre_sigma_ns: gate_ns / 4, sigma_ns: gate_ns / 4, pairs: found.count,
  };
  const half_width = Math.max(FIT_GATES * gate_ns, FIT_HALF_NS_MIN);
  const near = pairsAround(times.a, times.b, { centre: found.offset_ns, half_width });
  const fit = fitPeak(near.delta_ns, density_per_ns, { centre_ns: 0, sigma_ns: gate_ns / 4 });
  return fit === null ? start : { ...fit, centre_ns: found.offset_ns + fit.centre_ns };
}

export type FoundGate = Pick<FoundPeak, 'offset_ns' | 'count' | 'expected'>;

/** One station as an account needs it. */
export interface AccountedStation {
  readonly input: StationInput;
  readonly events: StationEvents;
  readonly pps: PpsClock;
  /** Pulses that took part, and why the others did not. */
  readonly beacon: { readonly used: number; readonly unused_reason: string };
  readonly clicks: PairableClicks;
}

export interface Findings {
  readonly stations: readonly [AccountedStation, AccountedStation];
  readonly lock: ClockLock;
  readonly shape: PeakShape;
  readonly gate_ns: number;
  readonly seconds: number;
  readonly start_utc_ms: number;
}

/**
 * From two locked clocks to all that is counted: coincidences, background beside the gate, every event by its reason.
 *
 *   coincidence: |b - a - centre| <= gate / 2;  events = used + sum of dropped
 *
 * @units nanoseconds and seconds of the satellite
 * @shape clicks of both stations on one time scale
 * @errors none
 * @validity after a lock, by whatever method
 * @source PHYSICS sections 4 and 5
 * @golden tests/core/detection/process-pair.test.ts
 */
export function accountPair(findings: Findings): PairOutcome {
  const { stations, lock, shape, gate_ns, seconds } = findings;
  const [a, b] = [stations[0].clicks, stations[1].clicks];
  const times = { a: a.time_ns, b: b.time_ns };
  const centre = shape.centre_ns;
  const wide = pairsAround(times.a, times.b, { centre, half_width: gate_ns });
  const { coincidences } = gateHits(pairsAround(times.a, times.b, { centre, half_width: gate_ns / 2 }), a, b);
  const accidentals = measureAccidentals(times, centre, gate_ns);
  const modelled = (a.time_ns.length * b.time_ns.length * gate_ns * 1e-9) / seconds;
  const background = accidentals.count > 0 ? accidentals.count : modelled;
  return {
    lock,
    coincidences,
    accidentals: accidentals.count,
    accidentals_sigma: accidentals.sigma,
    accidentals_modelled: modelled,
    snr: Math.max(0, coincidences.time_s.length - background) / background,
    stations: [
      stationOutcome(stations[0], { pairs: wide, side: -1, gate_ns }),
      stationOutcome(stations[1], { pairs: wide, side: 1, gate_ns }),
    ],
    seconds,
    start_utc_ms: findings.start_utc_ms,
    histogram: coincidenceHistogram(times, centre, gate_ns),
    centre_drift: centreDrift({
      pairs: wide, a, peak_sigma_ns: shape.sigma_ns, density_per_ns: background / gate_ns,
    }),
  };
}

interface StationView {
  readonly pairs: ClickPairs;
  readonly side: 1 | -1;
  readonly gate_ns: number;
}

function stationOutcome(station: AccountedStation, view: StationView): StationOutcome {
  const { input, events, pps, beacon, clicks } = station;
  const detectors = input.detector_channels.length;
  const singles = new Array<number>(detectors).fill(0);
  for (let i = 0; i < clicks.detector.length; i += 1) singles[clicks.detector[i]!]! += 1;
  const reasons: Readonly<Record<string, number>> = {
    ...clicks.dropped, [beacon.unused_reason]: events.beacon_s.length - beacon.used,
    pps_outlier: pps.edges_rejected, unassigned_channel: events.unassigned,
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
