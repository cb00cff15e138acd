import type { DualWindowView } from '../../../src-contract/orbit.ts';
import type { PassSummary } from '../../../src-contract/pass.ts';
import type { PlannedPassView } from '../../../src-contract/schedule.ts';
import { PLANNED } from '../../shared/planned-look.ts';
import type { Status } from '../../shared/status.ts';

export interface Standing { readonly status: Status; readonly word: string; readonly pass_id: string | null }

interface Facts {
  readonly window: DualWindowView | null;
  readonly flown: readonly PassSummary[];
  /** What the schedule has in this window. */
  readonly planned: PlannedPassView | null;
  /** The elements are farther from it than the mission allows: someone must say why they will do. */
  readonly too_old: boolean;
  readonly now_utc_ms: number | null;
  readonly next_window_ms: number | null;
}

const FLOWN: Readonly<Record<PassSummary['state'], Status>> = {
  recorded: 'standby', processed: 'normal', failed: 'serious',
};

const only = (status: Status, word: string): Standing => ({ status, word, pass_id: null });

/** Where a night's window stands: on the plan, archived, next, past, or merely possible. */
export function standing({ window, flown, planned, too_old, now_utc_ms, next_window_ms }: Facts): Standing {
  const latest = flown[0];
  if (planned !== null) {
    return { status: PLANNED[planned.state], word: planned.state, pass_id: latest?.pass_id ?? null };
  }
  if (latest !== undefined) return { status: FLOWN[latest.state], word: latest.state, pass_id: latest.pass_id };
  if (window === null) return only('off', 'no window');
  if (!window.dark) return only('off', 'twilight');
  if (now_utc_ms !== null && window.end_utc_ms < now_utc_ms) return only('off', 'past, not flown');
  if (too_old) return only('caution', 'old elements');
  if (window.start_utc_ms === next_window_ms) return only('standby', 'next');
  return only('off', 'candidate');
}
