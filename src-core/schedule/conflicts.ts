import { err, ok, type Result } from '../result.ts';
import { calendarsOf, turnaroundOf, type Occupancy, type Resource, type Turnaround } from './occupancy.ts';

/** A pass as far as conflicts are concerned. */
export interface ScheduledPass extends Occupancy {
  readonly pass_id: string;
}

/** Two passes that one resource cannot both serve. */
export interface Conflict {
  readonly resource: Resource;
  /** The earlier pass first. */
  readonly pass_ids: readonly [string, string];
  /** Time between the end of the first and the start of the second; negative when they overlap. */
  readonly gap_s: number;
  readonly needed_s: number;
}

export interface ConflictingPasses {
  readonly type: 'ConflictingPasses';
  readonly pass_id: string;
  readonly conflicts: readonly Conflict[];
}

/**
 * Every pair of passes that a station or a satellite cannot both serve, turnaround included.
 *
 *   conflict on r  <=>  start_2 < end_1 + turnaround_r,  both using r,  start_1 <= start_2
 *
 * @units seconds
 * @shape in order of the later pass's start on each resource; a pair that shares two resources appears twice
 * @errors none: conflicts are findings, `refuseConflicts` makes them refusals
 */
export function findConflicts(passes: readonly ScheduledPass[], turnaround: Turnaround): Conflict[] {
  const conflicts: Conflict[] = [];
  for (const { resource, bookings } of calendarsOf(passes, turnaround)) {
    const needed_s = turnaroundOf(resource, turnaround);
    let open: typeof bookings = [];
    for (const booking of bookings) {
      open = open.filter(({ free_utc_ms }) => free_utc_ms > booking.start_utc_ms);
      for (const { item } of open) {
        const earlier = passes[item]!;
        const later = passes[booking.item]!;
        const gap_s = (later.start_utc_ms - earlier.end_utc_ms) / 1000;
        conflicts.push({ resource, pass_ids: [earlier.pass_id, later.pass_id], gap_s, needed_s });
      }
      open = [...open, booking];
    }
  }
  return conflicts;
}

/** Refuses a pass that collides with one of `held`, those that already hold their stations and satellite. */
export function refuseConflicts(
  pass: ScheduledPass, held: readonly ScheduledPass[], turnaround: Turnaround,
): Result<null, ConflictingPasses> {
  const others = held.filter(({ pass_id }) => pass_id !== pass.pass_id);
  const conflicts = findConflicts([...others, pass], turnaround)
    .filter(({ pass_ids }) => pass_ids.includes(pass.pass_id));
  if (conflicts.length === 0) return ok(null);
  return err({ type: 'ConflictingPasses', pass_id: pass.pass_id, conflicts });
}

/** One sentence about a conflict: who cannot do what, and what would make it possible. */
export function describeConflict({ resource, pass_ids, gap_s, needed_s }: Conflict): string {
  const [first, second] = pass_ids;
  const found = gap_s < 0
    ? `they overlap by ${(-gap_s).toFixed(1)} s`
    : `${gap_s.toFixed(1)} s lie between them and ${needed_s.toFixed(0)} s are needed`;
  const who = `${resource.type} ${resource.id}`;
  return `The ${who} cannot serve both ${first} and ${second}: ${found}. Cancel one of them.`;
}
