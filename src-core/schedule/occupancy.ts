import { assert } from '../assert.ts';

/** What a pass or a window takes up: one satellite and two stations, from one instant to another. */
export interface Occupancy {
  readonly satellite_id: string;
  readonly station_ids: readonly [string, string];
  readonly start_utc_ms: number;
  readonly end_utc_ms: number;
}

/** How long a resource needs between the end of one pass and the start of the next. */
export interface Turnaround {
  readonly satellite_turnaround_s: number;
  /** Slewing, refilling, calibrating: for stations that `station_turnaround_s_by_id` does not name. */
  readonly station_turnaround_s: number;
  readonly station_turnaround_s_by_id: Readonly<Record<string, number>>;
}

/** A thing that serves one pass at a time. */
export interface Resource {
  readonly type: 'satellite' | 'station';
  readonly id: string;
}

/** The three resources an occupancy takes, the satellite first. */
export function resourcesOf(occupancy: Occupancy): readonly [Resource, Resource, Resource] {
  const [a, b] = occupancy.station_ids;
  assert(a !== b, `a pass needs two stations, got ${a} twice`);
  return [{ type: 'satellite', id: occupancy.satellite_id }, { type: 'station', id: a }, { type: 'station', id: b }];
}

/** Pause a resource needs after a pass. @units seconds */
export function turnaroundOf(resource: Resource, turnaround: Turnaround): number {
  const { satellite_turnaround_s, station_turnaround_s, station_turnaround_s_by_id } = turnaround;
  const needed_s = resource.type === 'satellite'
    ? satellite_turnaround_s
    : station_turnaround_s_by_id[resource.id] ?? station_turnaround_s;
  assert(needed_s >= 0 && Number.isFinite(needed_s), `turnaround of ${resource.id}: ${needed_s} s`);
  return needed_s;
}

/** One line of a resource's calendar: which item, and until when the resource is not free again. */
interface Booking {
  readonly item: number;
  readonly start_utc_ms: number;
  readonly free_utc_ms: number;
}

/** The calendar of one resource, in order of start. */
export interface Calendar {
  readonly resource: Resource;
  readonly bookings: readonly Booking[];
}

/**
 * Sorts occupancies into one calendar a resource.
 *
 * A booking lasts from the start of its pass to the end plus the turnaround, open at the end: a pass that starts
 * exactly when the resource is free again does not collide.
 *
 * @units milliseconds since 1970 (UTC)
 * @shape items are indices into the list given; calendars in order of first use
 * @errors programmer error for an occupancy that ends before it starts
 */
export function calendarsOf(occupancies: readonly Occupancy[], turnaround: Turnaround): Calendar[] {
  const calendars = new Map<string, { resource: Resource; bookings: Booking[] }>();
  for (const [item, occupancy] of occupancies.entries()) {
    const { start_utc_ms, end_utc_ms } = occupancy;
    assert(start_utc_ms < end_utc_ms, `a pass from ${start_utc_ms} to ${end_utc_ms}`);
    for (const resource of resourcesOf(occupancy)) {
      const key = `${resource.type} ${resource.id}`;
      const calendar = calendars.get(key) ?? { resource, bookings: [] };
      calendars.set(key, calendar);
      const free_utc_ms = end_utc_ms + turnaroundOf(resource, turnaround) * 1000;
      calendar.bookings.push({ item, start_utc_ms, free_utc_ms });
    }
  }
  for (const { bookings } of calendars.values()) {
    bookings.sort((a, b) => a.start_utc_ms - b.start_utc_ms || a.item - b.item);
  }
  return [...calendars.values()];
}
