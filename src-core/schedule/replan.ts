import { assert } from '../assert.ts';
import type { Authority, Changed, PlannedPass } from './life-cycle.ts';
import type { Occupancy } from './occupancy.ts';

/** A window found on new elements. */
export interface NewWindow extends Occupancy {
  readonly window_id: string;
}

export interface ReplanOrder {
  readonly authority: Authority;
  readonly element_set_id: string;
  /** The span the new windows were searched in; passes that begin outside it are left alone. */
  readonly from_utc_ms: number;
  readonly to_utc_ms: number;
  /**
   * A window farther than this from the pass is another one. Half a revolution separates the windows of one pair,
   * 47 minutes in low orbit; elements months old move an edge by minutes.
   */
  readonly shift_s_max: number;
}

/** A pass that stays the same pass, on new edges. */
export interface Moved extends Changed {
  /** New minus old: positive is later. */
  readonly start_moved_s: number;
  readonly end_moved_s: number;
}

/** A pass for which the new elements give no window. */
export interface Vanished {
  readonly pass: PlannedPass;
  /** How far the next window of its satellite and stations lies; null where there is none. */
  readonly nearest_s: number | null;
}

export interface Replanned {
  readonly moved: readonly Moved[];
  /** Same elements, same edges: nothing to write. */
  readonly unchanged: readonly PlannedPass[];
  readonly vanished: readonly Vanished[];
  /** Live or past their pass, or outside the span: new elements do not move what happens or has happened. */
  readonly left_alone: readonly PlannedPass[];
  /** New windows that no pass claims. */
  readonly unclaimed: readonly NewWindow[];
}

const keyOf = ({ satellite_id, station_ids }: Occupancy) => JSON.stringify([satellite_id, ...station_ids.toSorted()]);
const middleOf = ({ start_utc_ms, end_utc_ms }: Occupancy) => (start_utc_ms + end_utc_ms) / 2;

function isMovable(pass: PlannedPass, order: ReplanOrder): boolean {
  const { state, start_utc_ms } = pass;
  const planned = state === 'proposed' || state === 'approved' || state === 'armed';
  return planned && start_utc_ms >= order.from_utc_ms && start_utc_ms < order.to_utc_ms;
}

interface Match { readonly pass: PlannedPass; readonly window: NewWindow; readonly shift_s: number }

/** Nearest first, each pass and each window once; ties fall to the earlier pass, then to its id. */
function matchWindows(passes: readonly PlannedPass[], windows: readonly NewWindow[], shift_s_max: number):
Map<PlannedPass, NewWindow> {
  const byKey = Map.groupBy(windows, keyOf);
  const matches: Match[] = passes.flatMap((pass) => (byKey.get(keyOf(pass)) ?? [])
    .map((window) => ({ pass, window, shift_s: Math.abs(middleOf(window) - middleOf(pass)) / 1000 })))
    .filter(({ shift_s }) => shift_s <= shift_s_max)
    .sort((a, b) => a.shift_s - b.shift_s || a.pass.start_utc_ms - b.pass.start_utc_ms
      || (a.pass.pass_id < b.pass.pass_id ? -1 : 1));
  const chosen = new Map<PlannedPass, NewWindow>();
  const claimed = new Set<NewWindow>();
  for (const { pass, window } of matches) {
    if (chosen.has(pass) || claimed.has(window)) continue;
    chosen.set(pass, window);
    claimed.add(window);
  }
  return chosen;
}

function move(pass: PlannedPass, window: NewWindow, order: ReplanOrder): Moved {
  const { start_utc_ms, end_utc_ms } = window;
  const start_moved_s = (start_utc_ms - pass.start_utc_ms) / 1000;
  const end_moved_s = (end_utc_ms - pass.end_utc_ms) / 1000;
  const version = pass.version + 1;
  const said = `start moved by ${start_moved_s.toFixed(3)} s, end by ${end_moved_s.toFixed(3)} s`;
  const why = order.authority.why.trim() === '' ? said : `${order.authority.why.trim()}: ${said}`;
  return {
    pass: { ...pass, start_utc_ms, end_utc_ms, version, element_set_id: order.element_set_id },
    transition: {
      ...order.authority, why, pass_id: pass.pass_id, version, from_state: pass.state, to_state: pass.state,
    },
    start_moved_s, end_moved_s,
  };
}

function nearestShift(pass: PlannedPass, windows: readonly NewWindow[]): number | null {
  const shifts = windows.filter((window) => keyOf(window) === keyOf(pass))
    .map((window) => Math.abs(middleOf(window) - middleOf(pass)) / 1000);
  return shifts.length === 0 ? null : Math.min(...shifts);
}

/**
 * The plan on new elements: the same passes with moved edges and version + 1, and what became of the others.
 *
 * A pass keeps its identity and its state; a vanished one is reported, not cancelled: that is a person's decision.
 *
 * @units seconds, milliseconds since 1970 (UTC)
 * @shape every pass given is in exactly one of moved, unchanged, vanished and left_alone
 * @errors programmer error for an order without a name: the service asks for it
 */
export function replan(passes: readonly PlannedPass[], windows: readonly NewWindow[], order: ReplanOrder): Replanned {
  assert(order.authority.who.trim() !== '', 'a plan is changed by someone');
  const movable = passes.filter((pass) => isMovable(pass, order));
  const matched = matchWindows(movable, windows, order.shift_s_max);
  const moved: Moved[] = [];
  const unchanged: PlannedPass[] = [];
  const vanished: Vanished[] = [];
  for (const pass of movable) {
    const window = matched.get(pass);
    if (window === undefined) {
      vanished.push({ pass, nearest_s: nearestShift(pass, windows) });
      continue;
    }
    const same = window.start_utc_ms === pass.start_utc_ms && window.end_utc_ms === pass.end_utc_ms;
    if (same && pass.element_set_id === order.element_set_id) unchanged.push(pass);
    else moved.push(move(pass, window, order));
  }
  const claimed = new Set(matched.values());
  return {
    moved, unchanged, vanished,
    left_alone: passes.filter((pass) => !isMovable(pass, order)),
    unclaimed: windows.filter((window) => !claimed.has(window)),
  };
}
