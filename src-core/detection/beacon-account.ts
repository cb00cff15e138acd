import { toSatelliteTime } from './satellite-clock.ts';
import type { LockedStation } from './station-clock.ts';

/** Beacon pulses on the track, and their spread about it. */
export interface BeaconAccount {
  readonly used: number;
  readonly rms_ns: number;
}

const ACCEPT_SIGMAS = 4;

/**
 * Counts the pulses that stand on the track; the others are false, late or in a gap.
 *
 *   used: |u - round(u)| <= 4 sigma,  sigma the median spread of the nodes
 *
 * @units nanoseconds
 * @shape one station after its clock is tied
 * @errors none
 * @validity jitter of a pulse far below the pulse period
 * @source PHYSICS section 4, step 4
 * @golden tests/core/detection/process-pair.test.ts
 */
export function countBeacon({ clock, survey, track }: LockedStation): BeaconAccount {
  const period_ns = 1e9 / clock.rate_hz;
  const spreads = track.rms_ns.filter((_, n) => !Number.isNaN(track.phase[n]!)).sort();
  const limit_ns = Math.max(ACCEPT_SIGMAS * spreads[spreads.length >> 1]!, 0.01);
  const time_ns = toSatelliteTime(clock, survey.beacon_s, 0);
  let used = 0;
  let squares = 0;
  for (let i = 0; i < time_ns.length; i += 1) {
    const pulses = time_ns[i]! / period_ns;
    const off = (pulses - Math.round(pulses)) * period_ns;
    if (!(Math.abs(off) <= limit_ns)) continue;
    used += 1;
    squares += off * off;
  }
  return { used, rms_ns: used > 0 ? Math.sqrt(squares / used) : 0 };
}
