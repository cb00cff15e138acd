import type { StationFlight } from '../flight.ts';
import { cloudTransmission } from './fading.ts';
import type { StationPlan } from './flight-plan.ts';

export interface Acquisition {
  readonly state: 'parked' | 'slewing' | 'searching' | 'coarse' | 'fine' | 'lost';
  readonly shutter: 'open' | 'closed';
  readonly beacon: 'off' | 'searching' | 'locked' | 'lost';
}

/** When a telescope does what, seconds after the stations begin. */
export interface AcquisitionTimes {
  readonly slew_s: number;
  readonly search_s: number;
  readonly coarse_s: number;
  readonly fine_s: number;
  readonly open_s: number;
  readonly close_s: number;
  readonly park_s: number;
}

/** The satellite is seen so long before the shutter may open, and followed coarsely, then finely, in between. */
const SLEW_BEFORE_S = 50;
const SEARCH_BEFORE_S = 20;
const COARSE_BEFORE_S = 8;
const FINE_BEFORE_S = 4;
const PARK_AFTER_S = 5;

/** From the flight's light: the shutter is open while there is any. */
export function acquisitionTimes({ efficiency }: StationFlight, plan: StationPlan): AcquisitionTimes {
  const lit = Array.from(efficiency.values.keys()).filter((i) => efficiency.values[i]! > 0);
  const at = (i: number | undefined) => (i === undefined ? Infinity : efficiency.first_s + i * efficiency.step_s);
  const open_s = at(lit[0]);
  // A telescope that finds its satellite late began to look in time.
  const due_s = Math.min(open_s, plan.acquired_s > 0 ? plan.acquired_s - SEARCH_BEFORE_S : open_s);
  return {
    slew_s: due_s - SLEW_BEFORE_S, search_s: due_s - SEARCH_BEFORE_S, coarse_s: open_s - COARSE_BEFORE_S,
    fine_s: open_s - FINE_BEFORE_S, open_s, close_s: at(lit.at(-1)), park_s: at(lit.at(-1)) + PARK_AFTER_S,
  };
}

/** Under a cloud that leaves less light than this, the fine tracking loses the beacon. */
const BEACON_TRANSMISSION_MIN = 0.1;

export function acquisitionAt(times: AcquisitionTimes, plan: StationPlan, t_s: number): Acquisition {
  const clouded = cloudTransmission(plan, t_s) < BEACON_TRANSMISSION_MIN;
  if (t_s < times.slew_s || t_s >= times.park_s) return { state: 'parked', shutter: 'closed', beacon: 'off' };
  if (t_s < times.search_s) return { state: 'slewing', shutter: 'closed', beacon: 'off' };
  if (t_s < times.coarse_s) return { state: 'searching', shutter: 'closed', beacon: 'searching' };
  const shutter = t_s >= times.open_s && t_s <= times.close_s ? 'open' : 'closed';
  if (clouded) return { state: 'lost', shutter, beacon: 'lost' };
  if (t_s < times.fine_s) return { state: 'coarse', shutter, beacon: 'searching' };
  return { state: 'fine', shutter, beacon: 'locked' };
}
