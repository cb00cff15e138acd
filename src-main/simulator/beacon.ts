import { interpolateLinear, type LightTime, type StepSeries } from './light-time.ts';
import type { Span } from './photons.ts';
import type { Random } from './random.ts';
import type { BeaconModel } from './scenario.ts';
import type { StationClock } from './station-clock.ts';
import { addEvent, SYNC_FALSE, SYNC_TRUE, type StationEvents } from './station-events.ts';

/** The satellite's clock: pulse k leaves when it reads k periods. */
export interface SatelliteClock {
  readonly rate_error: number;
  /** What it reads at the start of the window. */
  readonly phase_s: number;
}

/** One station's reception of the beacon. */
export interface BeaconReceiver {
  readonly model: BeaconModel;
  readonly satellite: SatelliteClock;
  readonly lightTime: LightTime;
  /** Zero where the shutter is closed. */
  readonly efficiency: StepSeries;
  readonly clock: StationClock;
  readonly events: StationEvents;
  readonly random: Random;
  /** Pulses still to lose in the present cluster. */
  cluster_left: number;
}

/** Of the lost pulses this share comes in clusters, as from scintillation and clouds; the rest one by one. */
const CLUSTERED_SHARE = 0.2;

/**
 * Pulses that leave the satellite inside the span, as the station records them.
 *
 *   t_k = (k / f - phase) / (1 + y);  arrival t_k + R(t_k) / c + jitter
 *   lost: clusters of geometric length, begun so that their share is 0.2 m; others alone with 1 - (1-m)/(1-0.2m)
 */
export function receiveBeacon(beacon: BeaconReceiver, span: Span): void {
  const { model, satellite, random, events, clock } = beacon;
  const period_s = 1 / model.nominal_rate_hz;
  const rate = 1 + satellite.rate_error;
  const clustered = CLUSTERED_SHARE * model.missing_share;
  const begin = clustered / (model.cluster_pulses * (1 - clustered) + clustered);
  const alone = 1 - (1 - model.missing_share) / (1 - clustered);
  const sigma_s = model.jitter_sigma_ns * 1e-9;
  const sentAt = (k: number) => (k * period_s - satellite.phase_s) / rate;
  let k = Math.ceil((satellite.phase_s + span.from_s * rate) / period_s);
  // Neighbouring spans share an edge: a pulse on it belongs to the later one, whatever rounding says.
  while (sentAt(k - 1) >= span.from_s) k -= 1;
  while (sentAt(k) < span.from_s) k += 1;
  for (let t = sentAt(k); t < span.to_s; k += 1, t = sentAt(k)) {
    if (beacon.cluster_left === 0 && random.uniform() < begin) {
      beacon.cluster_left = 1 + Math.floor(random.exponential() / -Math.log1p(-1 / model.cluster_pulses));
    }
    if (beacon.cluster_left > 0) {
      beacon.cluster_left -= 1;
      continue;
    }
    if (random.uniform() < alone || isDark(beacon, t)) continue;
    addEvent(events, clock.ticksAt(t + beacon.lightTime(t) + sigma_s * random.normal()), SYNC_TRUE);
  }
  const gap_s = () => random.exponential() / model.false_hz;
  for (let t = span.from_s + gap_s(); t < span.to_s; t += gap_s()) {
    if (interpolateLinear(beacon.efficiency, t) > 0) addEvent(events, clock.ticksAt(t), SYNC_FALSE);
  }
}

function isDark(beacon: BeaconReceiver, t_s: number): boolean {
  return interpolateLinear(beacon.efficiency, t_s) <= 0
    || beacon.model.gaps_s.some(([from_s, to_s]) => t_s >= from_s && t_s < to_s);
}
