import type { MissionStation } from '../../../src-contract/mission.ts';
import { halfWavePlateTable } from '../../../src-core/exports/half-wave-plate.ts';
import { createStation, sampleLook } from '../../../src-core/orbit/look.ts';
import { createPropagator } from '../../../src-core/orbit/propagate.ts';
import { err, ok, type Result } from '../../../src-core/result.ts';
import type { StepSeries } from '../light-time.ts';
import type { SimulatorError } from '../simulator-error.ts';
import type { FlightPlan } from './flight-plan.ts';

/** Where a station looks and how its plate stands, at equal steps of seconds after the stations begin. */
export interface Pointing {
  readonly azimuth_deg: StepSeries;
  readonly elevation_deg: StepSeries;
  readonly plate_deg: StepSeries;
}

const STEP_S = 0.5;
const DEG = 180 / Math.PI;

/** Follows the elements as the exported tables do: the plate's angle is that of the plan. */
export function pointingOf({ order, begin_utc_ms, seconds }: FlightPlan, station: MissionStation): Result<Pointing, SimulatorError> {
  const propagator = createPropagator(order.elements);
  if (!propagator.ok) return err({ type: 'NoState', cause: propagator.error });
  const times = { start_utc_ms: begin_utc_ms, step_ms: STEP_S * 1000, count: Math.ceil(seconds / STEP_S) + 2 };
  const site = createStation(station);
  const look = sampleLook(propagator.value, site, times);
  if (!look.ok) return err({ type: 'NoState', cause: look.error });
  const position_pef_km = new Float64Array(3 * times.count);
  const velocity_pef_km_s = new Float64Array(3 * times.count);
  const state = new Float64Array(6);
  for (let i = 0; i < times.count; i += 1) {
    const utc_ms = begin_utc_ms + i * times.step_ms;
    if (!propagator.value.writePef((utc_ms - order.elements.epoch_utc_ms) / 1000, state)) {
      return err({ type: 'NoState', cause: propagator.value.failureAt(utc_ms) });
    }
    position_pef_km.set(state.subarray(0, 3), 3 * i);
    velocity_pef_km_s.set(state.subarray(3, 6), 3 * i);
  }
  const plate = halfWavePlateTable({
    view: { look: look.value, states: { ...times, position_pef_km, velocity_pef_km_s }, station: site },
    reference: 'orbit_normal', offset_rad: 0,
  });
  const series = (radians: Float64Array): StepSeries => ({ first_s: 0, step_s: STEP_S, values: radians.map((value) => value * DEG) });
  return ok({
    azimuth_deg: series(unwrapped(look.value.azimuth_rad)), elevation_deg: series(look.value.elevation_rad),
    // Where the beam runs along the reference there is no angle to follow; no pass of a real orbit has that.
    plate_deg: series(plate.ok ? plate.value.plate_angle_rad : new Float64Array(times.count)),
  });
}

/** Without the jump at north, so that it can be interpolated. */
function unwrapped(azimuth_rad: Float64Array): Float64Array {
  let turns = 0;
  return azimuth_rad.map((value, i) => {
    const step = i === 0 ? 0 : value - azimuth_rad[i - 1]!;
    if (step > Math.PI) turns -= 1;
    else if (step < -Math.PI) turns += 1;
    return value + 2 * Math.PI * turns;
  });
}
