import type { PlannedPassView, ReplannedView } from '../../../src-contract/schedule.ts';
import { signed } from '../../shared/numbers.ts';

/** By how much re-planning moved a pass, or would move it; null where nothing is known to move. */
export function moveLine(pass: PlannedPassView, window: { readonly start_utc_ms: number },
  replanned: ReplannedView | null): string | null {
  if (!pass.on_current_elements) {
    const moved_s = (window.start_utc_ms - pass.start_utc_ms) / 1000;
    return `Planned on older elements; re-planning moves its start by ${signed(moved_s, 2)} s.`;
  }
  const move = replanned?.moved.find((moved) => moved.pass.pass_id === pass.pass_id
    && moved.pass.version <= pass.version && moved.pass.element_set_id === pass.element_set_id);
  if (move === undefined) return null;
  return `Re-planned: start ${signed(move.start_moved_s, 2)} s, end ${signed(move.end_moved_s, 2)} s.`;
}
