/** Which clicks of a station stand after the dead-time rule, and how much of the time it was blind. */
export interface LiveClicks {
  /** Number of the event a click belongs to, or -1 for a click inside the dead time. */
  readonly event: Int32Array;
  readonly events: number;
  readonly dropped: number;
  /** Time within a dead time of any click, seconds. */
  readonly dead_s: number;
}

export interface DeadTimeRule {
  readonly dead_time_s: number;
  /** Clicks this close to the first of an event are one multiple click, not a later event. */
  readonly together_s: number;
}

/**
 * Keeps a click only if all detectors of its station were live: no click, kept or not, in the dead time before.
 *
 *   kept: t_i - t_(i-1) >= dead;  part of the event before: t_i - t_first <= together;  else dropped
 *
 * @units seconds
 * @shape times never decreasing
 * @errors none
 * @validity a dropped click did happen and blinds its detector, so it extends the dead time
 * @source PHYSICS section 5; why all must be live: Weier et al., New J. Phys. 13, 073024 (2011),
 *   doi:10.1088/1367-2630/13/7/073024
 * @golden tests/core/detection/dead-time.test.ts
 */
export function keepLiveClicks(times_s: Float64Array, rule: DeadTimeRule): LiveClicks {
  const memory = createDeadTimeMemory();
  const event = keepLivePiece(times_s, rule, memory);
  const { events, dropped, dead_s } = memory;
  return { event, events, dropped, dead_s };
}

/** What the rule must know of the clicks before: counts so far, the last click, the first of the last event. */
export interface DeadTimeMemory {
  events: number;
  dropped: number;
  dead_s: number;
  last: number;
  first: number;
}

/**
 * A station that has not clicked yet.
 *
 *   last = first = -infinity: the first click finds every detector live
 *
 * @units seconds
 * @shape one a station; keepLivePiece changes it
 * @errors none
 * @validity the recording begins with live detectors
 * @source PHYSICS section 5
 * @golden tests/core/detection/dead-time.test.ts
 */
export function createDeadTimeMemory(): DeadTimeMemory {
  return { events: 0, dropped: 0, dead_s: 0, last: -Infinity, first: -Infinity };
}

/**
 * The dead-time rule for the next piece of a station's clicks: event numbers as in one piece.
 *
 *   as keepLiveClicks, carried on from `memory`
 *
 * @units seconds
 * @shape times never decreasing, within the piece and from piece to piece; `memory` is changed
 * @errors none
 * @validity as keepLiveClicks
 * @source see keepLiveClicks
 * @golden tests/core/detection/dead-time.test.ts, any cut against one piece
 */
export function keepLivePiece(times_s: Float64Array, rule: DeadTimeRule, memory: DeadTimeMemory): Int32Array {
  const { dead_time_s, together_s } = rule;
  const event = new Int32Array(times_s.length);
  // Copied out and back: fields written in the loop would be boxed.
  let events = memory.events;
  let dropped = memory.dropped;
  let dead_s = memory.dead_s;
  let last = memory.last;
  let first = memory.first;
  for (let i = 0; i < times_s.length; i += 1) {
    const t = times_s[i]!;
    const gap = t - last;
    if (t - first <= together_s) event[i] = events - 1;
    else if (gap >= dead_time_s) {
      event[i] = events;
      events += 1;
      first = t;
    } else {
      event[i] = -1;
      dropped += 1;
    }
    dead_s += gap < dead_time_s ? gap : dead_time_s;
    last = t;
  }
  Object.assign(memory, { events, dropped, dead_s, last, first });
  return event;
}
