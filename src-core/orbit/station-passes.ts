import { assert } from '../assert.ts';
import { cutTrack, type EdgeCause } from './cut.ts';
import type { Propagator } from './propagate.ts';
import { limitsOf, NO_LIMITS, type SearchLimits } from './search-limits.ts';
import { createTrack } from './track.ts';
import { findVisibility, type MaskedStation } from './visibility.ts';

/** A stretch in which one station sees one satellite with every limit held; seconds since the element epoch. */
export interface StationPass {
  readonly start_s: number;
  readonly end_s: number;
  readonly start_by: EdgeCause['by'];
  readonly end_by: EdgeCause['by'];
}

/** What two stations have of a satellite at the same time. */
export interface SharedPass extends StationPass {
  /** Which of the two sets the edge. */
  readonly start_station: 0 | 1;
  readonly end_station: 0 | 1;
  /** The first station's pass, in which this lies. */
  readonly of: StationPass;
}

export interface PassSearch {
  readonly from_utc_ms: number;
  readonly to_utc_ms: number;
  /** None when absent; the shortest duration binds the pair and is not applied here. */
  readonly limits?: SearchLimits;
}

/**
 * Passes of one satellite over one station, whole, with the station's limits.
 *
 * @units milliseconds since 1970 (UTC) in; seconds since the element epoch out
 * @shape passes in order of time, disjoint
 * @errors `lost_at_s` where SGP4 gives no state within the search
 * @validity as findVisibility and cutTrack
 * @source findVisibility, cutTrack
 * @golden tests/core/orbit/constellation.test.ts, against findDualWindows
 */
export function findStationPasses(propagator: Propagator, station: MaskedStation, search: PassSearch):
{ readonly passes: readonly StationPass[]; readonly lost_at_s: number | null } {
  const { epoch_utc_ms } = propagator.elements;
  const { intervals, lost_at_s } = findVisibility(propagator, [station], {
    from_s: (search.from_utc_ms - epoch_utc_ms) / 1000, to_s: (search.to_utc_ms - epoch_utc_ms) / 1000,
  });
  const limitsAt = limitsOf([station], search.limits ?? NO_LIMITS);
  const passes: StationPass[] = [];
  for (const { start_s, end_s, clipped_start, clipped_end } of intervals) {
    const start_by = clipped_start ? 'search' : 'min_elevation';
    const end_by = clipped_end ? 'search' : 'min_elevation';
    const limits = limitsAt(epoch_utc_ms + (start_s + end_s) * 500);
    const track = limits.length === 0 ? null : createTrack(propagator, { start_s, end_s });
    if (track === null) {
      passes.push({ start_s, end_s, start_by, end_by });
      continue;
    }
    for (const piece of cutTrack(track, limits, epoch_utc_ms).pieces) {
      passes.push({
        start_s: piece.start_s, end_s: piece.end_s,
        start_by: piece.start_cause?.by ?? start_by, end_by: piece.end_cause?.by ?? end_by,
      });
    }
  }
  return { passes, lost_at_s };
}

/**
 * What two stations see together: the intersections of their passes.
 *
 *   [max(start_A, start_B), min(end_A, end_B)], where not empty
 *
 * @units seconds since the element epoch
 * @shape both lists in order of time and disjoint, as the result
 * @errors programmer error for a list out of order
 * @validity conditions that bind each station or the satellite alone
 * @source interval arithmetic
 * @golden tests/core/orbit/constellation.test.ts, against findDualWindows
 */
export function sharedPasses(a: readonly StationPass[], b: readonly StationPass[]): SharedPass[] {
  const shared: SharedPass[] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    const [one, other] = [a[i]!, b[j]!];
    assert(one.start_s <= one.end_s && other.start_s <= other.end_s, 'a pass ends before it starts');
    const start_station = one.start_s >= other.start_s ? 0 : 1;
    const end_station = one.end_s <= other.end_s ? 0 : 1;
    const [opens, closes] = [start_station === 0 ? one : other, end_station === 0 ? one : other];
    if (opens.start_s < closes.end_s) {
      shared.push({
        start_s: opens.start_s, end_s: closes.end_s, start_by: opens.start_by, end_by: closes.end_by,
        start_station, end_station, of: one,
      });
    }
    if (end_station === 0) i += 1;
    else j += 1;
  }
  return shared;
}
