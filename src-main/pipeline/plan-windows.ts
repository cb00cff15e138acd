import type { OperationError } from '../../src-contract/errors.ts';
import type { MissionFile } from '../../src-contract/mission.ts';
import type { DualWindowView } from '../../src-contract/orbit.ts';
import { describePropagationError, type Propagator } from '../../src-core/orbit/propagate.ts';
import { findDualWindows, type DualWindow } from '../../src-core/orbit/windows.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import { missionSearch } from './mission-limits.ts';
import { missionPair } from './pass-prediction.ts';
import { viewWindow } from './window-view.ts';

interface Span {
  readonly from_utc_ms: number;
  readonly to_utc_ms: number;
}

/** The mission's windows that touch a span, by day and by night. */
export function missionWindows(
  mission: MissionFile,
  propagator: Propagator,
  span: Span,
): Result<readonly DualWindow[], OperationError> {
  const { windows, stopped_by } = findDualWindows({
    ...span,
    propagator,
    stations: missionPair(mission).masked,
    ...missionSearch(mission),
  });
  if (stopped_by === null) return ok(windows);
  return err({ type: 'NotPossible', reason: stopped_by.type, message: describePropagationError(stopped_by) });
}

/** What one of them promises. */
export function viewMissionWindow(
  mission: MissionFile,
  propagator: Propagator,
  window: DualWindow,
): Result<DualWindowView, OperationError> {
  const ids = [mission.stations[0].id, mission.stations[1].id] as const;
  return viewWindow(window, { pair: missionPair(mission), propagator, ids });
}

/** A person reads a start off a page in whole seconds, or asks for the window that is due about now. */
const NEAR_MS = 60_000;

/** The window in which a moment lies, or the nearest within a minute of it. */
export function windowNear(
  mission: MissionFile,
  propagator: Propagator,
  utc_ms: number,
): Result<DualWindowView, OperationError> {
  const span = { from_utc_ms: utc_ms - NEAR_MS, to_utc_ms: utc_ms + NEAR_MS };
  const found = missionWindows(mission, propagator, span);
  if (!found.ok) return found;
  const distance = ({ start_utc_ms, end_utc_ms }: DualWindow) =>
    Math.max(0, start_utc_ms - utc_ms, utc_ms - end_utc_ms);
  const [nearest] = found.value.toSorted((a, b) => distance(a) - distance(b));
  if (nearest !== undefined) return viewMissionWindow(mission, propagator, nearest);
  const message =
    'Within a minute of this moment the two stations have no common window. Take a start from the windows.';
  return err({ type: 'NotPossible', reason: 'NoWindow', message });
}
