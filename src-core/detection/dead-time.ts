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
  const { dead_time_s, together_s } = rule;
  const event = new Int32Array(times_s.length);
  let events = 0;
  let dropped = 0;
  let dead_s = 0;
  let last = -Infinity;
  let first = -Infinity;
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
  return { event, events, dropped, dead_s };
}
