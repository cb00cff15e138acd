import type { OperationError } from '../../src-contract/errors.ts';
import type { MissionFile } from '../../src-contract/mission.ts';
import type { PhotonInput } from '../../src-core/detection/photon-station.ts';
import type { StationInput } from '../../src-core/detection/station-input.ts';
import type { ElementSet } from '../../src-core/orbit/element-set.ts';
import { createStation, rangeSeries } from '../../src-core/orbit/look.ts';
import { createPropagator, describePropagationError } from '../../src-core/orbit/propagate.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import type { UniformSeries } from '../../src-core/series.ts';
import type { PreparedPair } from './pass-recordings.ts';

/** Elements a week old are this far off along the track at most (PHYSICS section 2): 0.3 s, two kilometres. */
const SHIFT_S = 0.3;
const SECONDS_PER_DAY = 86_400;

/** Both stations with the ranges of a satellite ahead of its elements and behind them. */
export function photonInputs(
  mission: MissionFile,
  pair: PreparedPair,
): Result<readonly [PhotonInput, PhotonInput], OperationError> {
  const first = photonInput(mission, pair.elements, pair.inputs[0]);
  if (!first.ok) return first;
  const second = photonInput(mission, pair.elements, pair.inputs[1]);
  return second.ok ? ok([first.value, second.value]) : second;
}

function photonInput(
  mission: MissionFile,
  elements: ElementSet,
  station: StationInput,
): Result<PhotonInput, OperationError> {
  const site = mission.stations.find(({ id }) => id === station.id);
  if (site === undefined) return ok({ station, along_track: null });
  const ranges: UniformSeries[] = [];
  for (const shift_s of [SHIFT_S, -SHIFT_S]) {
    const propagator = createPropagator(shiftedAlongTrack(elements, shift_s));
    if (!propagator.ok) return impossible(describePropagationError(propagator.error));
    const { start_utc_ms, step_ms, values } = station.range_m;
    const range = rangeSeries(propagator.value, createStation(site), { start_utc_ms, step_ms, count: values.length });
    if (!range.ok) return impossible(describePropagationError(range.error));
    ranges.push(range.value);
  }
  return ok({ station, along_track: { shift_s: SHIFT_S, ahead_m: ranges[0]!, behind_m: ranges[1]! } });
}

const impossible = (message: string) => err({ type: 'NotPossible', reason: 'NoPrediction', message });

/** The mean anomaly runs ahead while the Earth and the plane of the orbit stay: what a wrong drag term does. */
function shiftedAlongTrack(elements: ElementSet, shift_s: number): ElementSet {
  const turn_deg = (360 * elements.mean_motion_rev_day * shift_s) / SECONDS_PER_DAY;
  return { ...elements, mean_anomaly_deg: (elements.mean_anomaly_deg + turn_deg + 360) % 360 };
}
