/** A stretch of a station's recorder as it comes off the wire: every event at from_tick <= tick < to_tick. */
export interface LiveBatch {
  readonly seq: number;
  readonly from_tick: number;
  readonly to_tick: number;
  /** `detector` is the place in the recording's list. */
  readonly clicks: { readonly ticks: Float64Array; readonly detector: Uint8Array };
  readonly beacon: Float64Array;
  readonly pps: Float64Array;
}

export interface BatchOrder {
  /** A hole is waited for until this much has come after it. */
  readonly hole_wait_ticks: number;
  /** Batches that were counted are kept up to this size, so that one that comes late can still be put in its place. */
  readonly keep_bytes: number;
  readonly detectors: number;
}

export type BatchFate = 'waiting' | 'duplicate' | 'late' | 'damaged';

/** One station's batches, put in order. */
export interface BatchQueue {
  readonly add: (batch: LiveBatch) => BatchFate;
  /** What may be counted now, in order; with `all` holes are no longer waited for. */
  readonly drain: (all: boolean) => readonly LiveBatch[];
  /** Tick before which everything was handed on. */
  readonly through_tick: () => number;
  readonly newest_tick: () => number;
  /** Whether a late batch waits that `rewind` would put in its place. */
  readonly canRewind: () => boolean;
  /** Starts over: all batches so far will be handed on again, those that came late among them. */
  readonly rewind: () => void;
  readonly counts: () => { readonly taken: number; readonly duplicates: number; readonly late: number; readonly damaged: number };
  /** Batches behind a hole. */
  readonly held: () => number;
  /** Lets go of what is kept; from then on a late batch stays out. */
  readonly giveUpKeeping: () => void;
}

const bytesOf = ({ clicks, beacon, pps }: LiveBatch) => 9 * clicks.ticks.length + 8 * (beacon.length + pps.length) + 256;

/**
 * Puts a station's batches in order of time: twice the same counts once, a hole is waited for a while, and what comes
 * after that is late.
 *
 *   handed on: from_tick >= tick before which all was handed on, and no hole before it, or one waited for long enough
 *
 * @units ticks
 * @shape batches in any order, none overlapping another
 * @errors none: what cannot be used is counted by its reason
 * @validity memory for the batches behind a hole and `keep_bytes` of those handed on
 * @source FORMATS section 3: a gap is asked for again, late batches are placed
 * @golden tests/core/detection/live-counter.test.ts
 */
export function createBatchQueue(order: BatchOrder): BatchQueue {
  const seen = new Set<number>();
  const counts = { taken: 0, duplicates: 0, late: 0, damaged: 0 };
  let waiting: LiveBatch[] = [];
  let kept: LiveBatch[] | null = [];
  let late: LiveBatch[] = [];
  let [through, newest, kept_bytes] = [-1, 0, 0];
  const keep = (batch: LiveBatch) => {
    if (kept === null) return;
    kept.push(batch);
    kept_bytes += bytesOf(batch);
    if (kept_bytes > order.keep_bytes) giveUpKeeping();
  };
  const giveUpKeeping = () => {
    [kept, late] = [null, []];
  };
  return {
    add: (batch) => {
      if (seen.has(batch.seq)) return note('duplicates', 'duplicate');
      if (!isSound(batch, order.detectors)) return note('damaged', 'damaged');
      seen.add(batch.seq);
      newest = Math.max(newest, batch.to_tick);
      if (batch.from_tick < through) {
        if (kept !== null) late.push(batch);
        return note('late', 'late');
      }
      place(waiting, batch);
      return note('taken', 'waiting');
    },
    drain: (all) => {
      let ready = 0;
      let at = through;
      for (; ready < waiting.length; ready += 1) {
        const { from_tick, to_tick } = waiting[ready]!;
        const whole = at < 0 || from_tick <= at;
        if (!all && !whole && newest - from_tick < order.hole_wait_ticks) break;
        at = Math.max(at, to_tick);
      }
      const next = waiting.slice(0, ready);
      waiting = waiting.slice(ready);
      through = at;
      next.forEach(keep);
      return next;
    },
    through_tick: () => Math.max(0, through),
    newest_tick: () => newest,
    canRewind: () => kept !== null && late.length > 0,
    rewind: () => {
      for (const batch of [...(kept ?? []), ...late]) place(waiting, batch);
      [kept, late, kept_bytes, through] = [[], [], 0, -1];
    },
    counts: () => ({ ...counts }),
    held: () => waiting.length,
    giveUpKeeping,
  };

  function note(reason: keyof typeof counts, fate: BatchFate): BatchFate {
    counts[reason] += 1;
    return fate;
  }
}

/** Inserts by the first tick, from the end: nearly always that is where it belongs. */
function place(batches: LiveBatch[], batch: LiveBatch): void {
  let at = batches.length;
  while (at > 0 && batches[at - 1]!.from_tick > batch.from_tick) at -= 1;
  batches.splice(at, 0, batch);
}

/** Columns in order, inside the batch, of detectors that exist. */
function isSound(batch: LiveBatch, detectors: number): boolean {
  const { clicks, beacon, pps } = batch;
  if (!(batch.from_tick <= batch.to_tick) || clicks.ticks.length !== clicks.detector.length) return false;
  for (let i = 0; i < clicks.detector.length; i += 1) if (clicks.detector[i]! >= detectors) return false;
  return [clicks.ticks, beacon, pps].every((ticks) => isOrdered(ticks, batch));
}

function isOrdered(ticks: Float64Array, { from_tick, to_tick }: LiveBatch): boolean {
  let before = from_tick;
  for (let i = 0; i < ticks.length; i += 1) {
    const tick = ticks[i]!;
    if (!(tick >= before && tick < to_tick)) return false;
    before = tick;
  }
  return true;
}
