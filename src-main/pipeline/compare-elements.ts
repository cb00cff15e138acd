import type { OperationError } from '../../src-contract/errors.ts';
import type { MissionFile } from '../../src-contract/mission.ts';
import type { ElementsCompared } from '../../src-contract/orbit.ts';
import { MS_PER_DAY } from '../../src-core/constants.ts';
import type { Propagator } from '../../src-core/orbit/propagate.ts';
import { edgeSigmaS } from '../../src-core/orbit/uncertainty.ts';
import type { DualWindow } from '../../src-core/orbit/windows.ts';
import { ok, type Result } from '../../src-core/result.ts';
import { missionWindows } from './plan-windows.ts';

/** A quarter of a low orbit: two windows farther apart are two windows. */
const SAME_WINDOW_MS = 1_400_000;

type Compared = ElementsCompared['windows'][number];

/** How far each window of the mission moves from one element set to another, and which come or go. */
export function compareWindows(
  mission: MissionFile,
  sets: { readonly before: Propagator; readonly after: Propagator },
  span: { readonly from_utc_ms: number; readonly to_utc_ms: number },
): Result<ElementsCompared, OperationError> {
  // Both searched wider than asked: a window that only just left the span has moved, not vanished.
  const wide = { from_utc_ms: span.from_utc_ms - SAME_WINDOW_MS, to_utc_ms: span.to_utc_ms + SAME_WINDOW_MS };
  const before = missionWindows(mission, sets.before, wide);
  if (!before.ok) return before;
  const after = missionWindows(mission, sets.after, wide);
  if (!after.ok) return after;
  const pairs = matchNearest(before.value, after.value);
  const claimed = new Set(pairs.values());
  const inside = (edges: Compared['before']) =>
    edges !== null && edges.end_utc_ms >= span.from_utc_ms && edges.start_utc_ms < span.to_utc_ms;
  const windows = [
    ...before.value.map((window) => compared(sets, window, pairs.get(window) ?? null)),
    ...after.value.filter((window) => !claimed.has(window)).map((window) => compared(sets, null, window)),
  ]
    .filter((pair) => inside(pair.before) || inside(pair.after))
    .sort((a, b) => startOf(a) - startOf(b));
  const largest = (moves: readonly (number | null)[]) => Math.max(0, ...moves.map((move) => Math.abs(move ?? 0)));
  return ok({
    windows,
    start_moved_s_max: largest(windows.map(({ start_moved_s }) => start_moved_s)),
    end_moved_s_max: largest(windows.map(({ end_moved_s }) => end_moved_s)),
  });
}

const startOf = ({ before, after }: Compared) => (before ?? after)!.start_utc_ms;
const middleOf = ({ start_utc_ms, end_utc_ms }: DualWindow) => (start_utc_ms + end_utc_ms) / 2;

/** Nearest pairs first, each window once. */
function matchNearest(before: readonly DualWindow[], after: readonly DualWindow[]): Map<DualWindow, DualWindow> {
  const candidates = before
    .flatMap((was) => after.map((is) => ({ was, is, apart_ms: Math.abs(middleOf(is) - middleOf(was)) })))
    .filter(({ apart_ms }) => apart_ms <= SAME_WINDOW_MS)
    .sort((a, b) => a.apart_ms - b.apart_ms);
  const pairs = new Map<DualWindow, DualWindow>();
  const claimed = new Set<DualWindow>();
  for (const { was, is } of candidates) {
    if (pairs.has(was) || claimed.has(is)) continue;
    pairs.set(was, is);
    claimed.add(is);
  }
  return pairs;
}

function compared(
  sets: { readonly before: Propagator; readonly after: Propagator },
  was: DualWindow | null,
  is: DualWindow | null,
): Compared {
  const moved = (edge: 'start_utc_ms' | 'end_utc_ms') =>
    was === null || is === null ? null : (is[edge] - was[edge]) / 1000;
  return {
    before: was === null ? null : edgesOf(was, sets.before),
    after: is === null ? null : edgesOf(is, sets.after),
    start_moved_s: moved('start_utc_ms'),
    end_moved_s: moved('end_utc_ms'),
  };
}

function edgesOf({ start_utc_ms, end_utc_ms, dark }: DualWindow, { elements }: Propagator) {
  const start_sigma_s = edgeSigmaS((start_utc_ms - elements.epoch_utc_ms) / MS_PER_DAY);
  return { start_utc_ms, end_utc_ms, start_sigma_s, dark };
}
