import { gateHits } from './gate-pairs.ts';
import type { ClockLock, PairOutcome, StationOutcome } from './pair-outcome.ts';
import { fitPeak, type PeakShape } from './peak.ts';
import type { PpsClock } from './pps-clock.ts';
import { fitHalfWidth, pairsWithin, type PairTally } from './pair-tally.ts';
import { arrivalHistograms, centreDrift, coincidenceHistogram, type Histogram } from './quality.ts';
import type { ClickAccount } from './station-clicks.ts';
import type { SurveyedStation } from './station-clock.ts';

/**
 * Centre and width of the peak that a search has found.
 *
 *   maximum likelihood over 2.5 gates to either side, 5 ns at least
 *
 * @units nanoseconds
 * @shape one tally
 * @errors none: where nothing can be fitted the search's own centre stands, a quarter of a gate wide
 * @validity the peak found holds pairs
 * @source see fitPeak
 * @golden tests/core/detection/process-pair.test.ts
 */
export function centreGate({ rule: { found, gate_ns }, near }: PairTally): PeakShape {
  const start: PeakShape = {
    centre_ns: found.offset_ns, centre_sigma_ns: gate_ns / 4, sigma_ns: gate_ns / 4, pairs: found.count,
  };
  const { delta_ns } = pairsWithin(near, 0, fitHalfWidth(gate_ns));
  const fit = fitPeak(delta_ns, found.expected / gate_ns, { centre_ns: 0, sigma_ns: gate_ns / 4 });
  return fit === null ? start : { ...fit, centre_ns: found.offset_ns + fit.centre_ns };
}

/** One station as an account needs it. */
export interface AccountedStation extends SurveyedStation {
  readonly pps: PpsClock;
  /** Pulses that took part, and why the others did not. */
  readonly beacon: { readonly used: number; readonly unused_reason: string };
  readonly clicks: ClickAccount;
}

export interface Findings {
  readonly stations: readonly [AccountedStation, AccountedStation];
  readonly lock: ClockLock;
  readonly shape: PeakShape;
  readonly tally: PairTally;
  readonly seconds: number;
  readonly start_utc_ms: number;
}

const sumOf = (counts: Float64Array) => counts.reduce((sum, n) => sum + n, 0);

/**
 * From two locked clocks to all that is counted: coincidences, background beside the gate, every event by its reason.
 *
 *   coincidence: |b - a - centre| <= gate / 2;  events = used + sum of dropped
 *
 * @units nanoseconds and seconds of the satellite
 * @shape a tally of the clicks of both stations on one time scale
 * @errors none
 * @validity after a lock, by whatever method
 * @source PHYSICS sections 4 and 5
 * @golden tests/core/detection/process-pair.test.ts
 */
export function accountPair(findings: Findings): PairOutcome {
  const { stations, lock, shape, tally, seconds } = findings;
  const { near, singles, accidentals, rule: { gate_ns, found } } = tally;
  const shift_ns = shape.centre_ns - found.offset_ns;
  const wide = pairsWithin(near, shift_ns, gate_ns);
  const { coincidences } = gateHits(pairsWithin(near, shift_ns, gate_ns / 2), near.a, near.b);
  const [clicksA, clicksB] = [sumOf(singles[0]), sumOf(singles[1])];
  const modelled = (clicksA * clicksB * gate_ns * 1e-9) / seconds;
  const background = accidentals.count > 0 ? accidentals.count : modelled;
  const arrivals = (side: 1 | -1) => {
    const [clicks, detectors] = side === 1 ? [near.b, singles[1].length] : [near.a, singles[0].length];
    return arrivalHistograms(wide, clicks, { side, gate_ns, detectors });
  };
  return {
    lock,
    coincidences,
    accidentals: accidentals.count,
    accidentals_sigma: accidentals.sigma,
    accidentals_modelled: modelled,
    snr: Math.max(0, coincidences.time_s.length - background) / background,
    stations: [
      stationOutcome(stations[0], { singles: singles[0], arrivals: arrivals(-1) }),
      stationOutcome(stations[1], { singles: singles[1], arrivals: arrivals(1) }),
    ],
    seconds,
    start_utc_ms: findings.start_utc_ms,
    histogram: coincidenceHistogram(near.pairs.delta_ns.map((delta) => delta - shift_ns), gate_ns),
    centre_drift: centreDrift({
      pairs: wide, a: near.a, peak_sigma_ns: shape.sigma_ns, density_per_ns: background / gate_ns,
    }),
  };
}

interface StationCounts {
  readonly singles: Float64Array;
  readonly arrivals: readonly Histogram[];
}

function stationOutcome(station: AccountedStation, { singles, arrivals }: StationCounts): StationOutcome {
  const { setup, survey, pps, beacon, clicks } = station;
  const used_clicks = sumOf(singles);
  const reasons: Readonly<Record<string, number>> = {
    ...clicks.dropped, [beacon.unused_reason]: survey.beacon_s.length - beacon.used,
    pps_outlier: pps.edges_rejected, unassigned_channel: survey.unassigned,
  };
  const dropped: Record<string, number> = { ...survey.dropped };
  for (const [reason, n] of Object.entries(reasons)) if (n > 0) dropped[reason] = (dropped[reason] ?? 0) + n;
  const unread = Object.values(survey.dropped).reduce((sum, n) => sum + n, 0);
  const recorded_s = survey.clicks_to_s - survey.clicks_from_s;
  return {
    id: setup.id,
    events: survey.rows + unread,
    used: used_clicks + beacon.used + pps.edges_used,
    used_by: { clicks: used_clicks, beacon: beacon.used, pps: pps.edges_used },
    dropped,
    pps,
    singles: [...singles],
    clicks_by_second: clicks.by_second,
    arrivals,
    dead_fraction: recorded_s > 0 ? clicks.dead_s / recorded_s : 0,
  };
}
