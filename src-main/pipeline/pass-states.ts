import type { OperationError } from '../../src-contract/errors.ts';
import type { PefStates, StationView, TemeStates } from '../../src-core/exports/states.ts';
import { createStation, sampleLook, type SampleTimes, type StationSite } from '../../src-core/orbit/look.ts';
import { describePropagationError, type PropagationError, type Propagator } from '../../src-core/orbit/propagate.ts';
import { err, ok, type Result } from '../../src-core/result.ts';

/** Equal steps from a whole second at or before a pass to its end or just after, with neighbours on both sides. */
export function gridAround(
  pass: { readonly start_utc_ms: number; readonly end_utc_ms: number },
  { step_s, neighbours }: { readonly step_s: number; readonly neighbours: number },
): SampleTimes {
  // To the microsecond the formats print, so that a step of a tenth of a second is one.
  const step_ms = Math.round(step_s * 1e6) / 1000;
  const before_ms = Math.ceil((neighbours * step_ms) / 1000) * 1000;
  const start_utc_ms = Math.floor(pass.start_utc_ms / 1000) * 1000 - before_ms;
  return { start_utc_ms, step_ms, count: Math.ceil((pass.end_utc_ms - start_utc_ms) / step_ms) + 1 + neighbours };
}

const noState = (error: PropagationError) =>
  err<OperationError>({ type: 'NotPossible', reason: error.type, message: describePropagationError(error) });

export function temeStates(propagator: Propagator, times: SampleTimes): Result<TemeStates, OperationError> {
  const { start_utc_ms, step_ms, count } = times;
  const position_teme_km = new Float64Array(3 * count);
  const velocity_teme_km_s = new Float64Array(3 * count);
  for (let i = 0; i < count; i += 1) {
    const state = propagator.stateTeme(start_utc_ms + i * step_ms);
    if (!state.ok) return noState(state.error);
    position_teme_km.set(state.value.position_teme_km, 3 * i);
    velocity_teme_km_s.set(state.value.velocity_teme_km_s, 3 * i);
  }
  return ok({ start_utc_ms, step_ms, position_teme_km, velocity_teme_km_s });
}

export function pefStates(propagator: Propagator, times: SampleTimes): Result<PefStates, OperationError> {
  const { start_utc_ms, step_ms, count } = times;
  const position_pef_km = new Float64Array(3 * count);
  const velocity_pef_km_s = new Float64Array(3 * count);
  const state = new Float64Array(6);
  for (let i = 0; i < count; i += 1) {
    const utc_ms = start_utc_ms + i * step_ms;
    if (!propagator.writePef((utc_ms - propagator.elements.epoch_utc_ms) / 1000, state)) {
      return noState(propagator.failureAt(utc_ms));
    }
    position_pef_km.set(state.subarray(0, 3), 3 * i);
    velocity_pef_km_s.set(state.subarray(3, 6), 3 * i);
  }
  return ok({ start_utc_ms, step_ms, position_pef_km, velocity_pef_km_s });
}

/** States and look angles of one station at the same instants. */
export function stationView(
  propagator: Propagator,
  site: StationSite,
  times: SampleTimes,
): Result<StationView, OperationError> {
  const station = createStation(site);
  const look = sampleLook(propagator, station, times);
  if (!look.ok) return noState(look.error);
  const states = pefStates(propagator, times);
  return states.ok ? ok({ look: look.value, states: states.value, station }) : states;
}
