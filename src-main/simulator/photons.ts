import { interpolateLinear, largestBetween } from './light-time.ts';
import type { StationFlight } from './flight.ts';
import type { Outcomes } from './outcomes.ts';
import { STATIONS, type Pair, type StationIndex } from './pair.ts';
import { drawIndex, type Random } from './random.ts';
import { receiveLight, type Receiver } from './receiver.ts';
import { ORIGIN } from './station-events.ts';

/** Some part of the window, seconds after its start. */
export interface Span { readonly from_s: number; readonly to_s: number }

export interface PhotonSource {
  readonly pair_rate_hz: number;
  /** False: no photon has its twin at the other station. */
  readonly correlated: boolean;
  readonly flights: Pair<StationFlight>;
  readonly outcomes: Outcomes;
  readonly receivers: Pair<Receiver>;
  readonly random: { readonly pairs: Random; readonly singles: Pair<Random> };
  pairs_sent: number;
}

/**
 * Pairs of which both photons are detected.
 *
 *   Poisson process of rate P eta_A eta_B w, drawn at its largest rate and thinned; w = sum of the outcome weights
 *
 * Splitting a Poisson process by independent marks gives independent Poisson processes (Kingman, Poisson Processes,
 * section 5.1): so pairs and lone photons are drawn apart, and the millions of pairs that nobody sees not at all.
 */
export function emitPairs(source: PhotonSource, span: Span): void {
  if (!source.correlated) return;
  const [a, b] = source.flights;
  const { pair_sums } = source.outcomes;
  const random = source.random.pairs;
  const largest = largestBetween(a.efficiency, span.from_s, span.to_s)
    * largestBetween(b.efficiency, span.from_s, span.to_s);
  const rate_hz = source.pair_rate_hz * largest * pair_sums.at(-1)!;
  const detectors_b = source.outcomes.detectors[1].length;
  for (let t = span.from_s + random.exponential() / rate_hz; t < span.to_s; t += random.exponential() / rate_hz) {
    const efficiency = interpolateLinear(a.efficiency, t) * interpolateLinear(b.efficiency, t);
    if (random.uniform() * largest >= efficiency) continue;
    const cell = drawIndex(random, pair_sums);
    const detectors = [Math.floor(cell / detectors_b), cell % detectors_b] as const;
    for (const s of STATIONS) {
      const utc_s = t + source.flights[s].lightTime(t);
      const light = { utc_s, detector: detectors[s], origin: ORIGIN.pair, pair: source.pairs_sent };
      receiveLight(source.receivers[s], light, random);
    }
    source.pairs_sent += 1;
  }
}

/**
 * Photons of one station whose twin is lost.
 *
 *   Poisson process of rate P eta (1 - eta_other), thinned as the pairs are
 *
 * Their detectors follow the shares alone: what the lost twins' detectors would change is below eta, 0.3 %, of 2 %.
 */
export function emitSingles(source: PhotonSource, station: StationIndex, span: Span): void {
  const { efficiency, lightTime } = source.flights[station];
  const other = source.flights[station === 0 ? 1 : 0].efficiency;
  const random = source.random.singles[station];
  const sums = source.outcomes.single_sums[station];
  const receiver = source.receivers[station];
  const largest = largestBetween(efficiency, span.from_s, span.to_s);
  const rate_hz = source.pair_rate_hz * largest;
  const light = { utc_s: 0, detector: 0, origin: ORIGIN.single, pair: -1 };
  for (let t = span.from_s + random.exponential() / rate_hz; t < span.to_s; t += random.exponential() / rate_hz) {
    const lone = source.correlated ? 1 - interpolateLinear(other, t) : 1;
    if (random.uniform() * largest >= interpolateLinear(efficiency, t) * lone) continue;
    light.utc_s = t + lightTime(t);
    light.detector = drawIndex(random, sums);
    receiveLight(receiver, light, random);
  }
}
