import { assert } from '../../src-core/assert.ts';
import { SYNC_CHANNEL } from '../../src-core/formats/tag-columns.ts';
import type { PtuRows } from '../../src-core/formats/ptu-encoder.ts';

/** Where a click comes from; `pair` is a photon whose twin was detected too, `attack` is the attacker's light. */
export const ORIGIN = { pair: 0, single: 1, sky: 2, dark: 3, attack: 4 } as const;
const ORIGINS = Object.keys(ORIGIN).length;

/** A mission's station has four detectors. */
const DETECTORS_MAX = 4;
/** The recorder's input for the GPS pulse; detectors have inputs 0, 1, 2, ... */
export const PPS_CHANNEL = 5;

// An event is one number: its tick after `base`, times 256, plus what it is. So a plain numeric sort orders
// events, and equal ticks always come in the same order. Exact for 35 s of picoseconds about `base`.
const CODES = 256;
const TICKS_MAX = Number.MAX_SAFE_INTEGER / CODES - 1;
export const SYNC_TRUE = 64;
export const SYNC_FALSE = 65;
const PPS = 66;

export interface EventCounts {
  readonly by_origin: Float64Array;
  readonly by_detector: Float64Array;
  sync_true: number;
  sync_false: number;
  pps: number;
  dead_time: number;
  before_start: number;
}

/** What happened at one station and is not yet written, and what was. */
export interface StationEvents {
  keys: Float64Array;
  length: number;
  base: number;
  next_edge: number;
  readonly pps_ticks: Float64Array;
  readonly dead_ticks: number;
  /** Tick of each detector's last click. */
  readonly last: Float64Array;
  /** Pair clicks on their way: tick * 4 + detector, and which pair. */
  readonly pairs: Map<number, number>;
  readonly counts: EventCounts;
  /** Told of each click of a pair that is recorded. */
  readonly onPair: (pair: number, detector: number) => void;
}

export interface StationEventsInput {
  readonly pps_ticks: Float64Array;
  readonly dead_ticks: number;
  /** Some tick near the first event; the base then moves on with what is taken out. */
  readonly base: number;
  readonly onPair: (pair: number, detector: number) => void;
}

export function createStationEvents(input: StationEventsInput): StationEvents {
  return {
    ...input,
    keys: new Float64Array(65_536), length: 0, next_edge: 0,
    last: new Float64Array(DETECTORS_MAX).fill(-Infinity),
    pairs: new Map(),
    counts: {
      by_origin: new Float64Array(ORIGINS), by_detector: new Float64Array(DETECTORS_MAX),
      sync_true: 0, sync_false: 0, pps: 0, dead_time: 0, before_start: 0,
    },
  };
}

export function addEvent(events: StationEvents, tick: number, code: number): void {
  if (events.length === events.keys.length) {
    const larger = new Float64Array(2 * events.length);
    larger.set(events.keys);
    events.keys = larger;
  }
  const since = tick - events.base;
  assert(since <= TICKS_MAX && since >= -TICKS_MAX, 'events come within 35 s of what was taken out last');
  events.keys[events.length] = since * CODES + code;
  events.length += 1;
}

export function addClick(events: StationEvents, tick: number, click: { detector: number; origin: number }): void {
  addEvent(events, tick, click.origin * DETECTORS_MAX + click.detector);
}

/** A click that belongs to pair number `pair`; two pairs never share a tick, so that each is known again. */
export function addPairClick(events: StationEvents, tick: number, click: { detector: number; pair: number }): void {
  let free = tick;
  while (events.pairs.has(free * DETECTORS_MAX + click.detector)) free += 1;
  events.pairs.set(free * DETECTORS_MAX + click.detector, click.pair);
  addEvent(events, free, ORIGIN.pair * DETECTORS_MAX + click.detector);
}

/**
 * Takes out, in order of time, what the recorder writes before `horizon`: events since it was switched on, without
 * the clicks that fall into the dead time of their own detector. Later events stay.
 */
export function takeRows(events: StationEvents, horizon: number): PtuRows {
  addEdges(events, horizon);
  const keys = events.keys.subarray(0, events.length).sort();
  let due = 0;
  while (due < keys.length && keys[due]! < (horizon - events.base) * CODES) due += 1;
  const ticks = new Float64Array(due);
  const channel = new Uint8Array(due);
  let rows = 0;
  for (let i = 0; i < due; i += 1) {
    const key = keys[i]!;
    const since = Math.floor(key / CODES);
    const tick = since + events.base;
    const code = key - since * CODES;
    if (!isRecorded(events, tick, code)) continue;
    ticks[rows] = tick;
    channel[rows] = code < SYNC_TRUE ? code % DETECTORS_MAX : code === PPS ? PPS_CHANNEL : SYNC_CHANNEL;
    rows += 1;
  }
  rebase(events, due, horizon);
  return { ticks: ticks.subarray(0, rows), channel: channel.subarray(0, rows) };
}

function addEdges(events: StationEvents, horizon: number): void {
  const { pps_ticks } = events;
  while (events.next_edge < pps_ticks.length && pps_ticks[events.next_edge]! < horizon) {
    addEvent(events, pps_ticks[events.next_edge]!, PPS);
    events.next_edge += 1;
  }
}

/** Keeps the later events, counted from the horizon: differences of whole ticks are exact. */
function rebase(events: StationEvents, due: number, horizon: number): void {
  const shift = (horizon - events.base) * CODES;
  const left = events.length - due;
  for (let i = 0; i < left; i += 1) events.keys[i] = events.keys[due + i]! - shift;
  events.length = left;
  events.base = horizon;
}

function isRecorded(events: StationEvents, tick: number, code: number): boolean {
  const { counts } = events;
  const pair = code < DETECTORS_MAX ? takePair(events, tick, code) : null;
  if (tick < 0) {
    counts.before_start += 1;
    return false;
  }
  if (code === SYNC_TRUE) counts.sync_true += 1;
  else if (code === SYNC_FALSE) counts.sync_false += 1;
  else if (code === PPS) counts.pps += 1;
  if (code >= SYNC_TRUE) return true;
  const detector = code % DETECTORS_MAX;
  if (tick - events.last[detector]! < events.dead_ticks) {
    counts.dead_time += 1;
    return false;
  }
  events.last[detector] = tick;
  counts.by_origin[Math.floor(code / DETECTORS_MAX)]! += 1;
  counts.by_detector[detector]! += 1;
  if (pair !== null) events.onPair(pair, detector);
  return true;
}

function takePair(events: StationEvents, tick: number, detector: number): number {
  const key = tick * DETECTORS_MAX + detector;
  const pair = events.pairs.get(key);
  assert(pair !== undefined, 'a pair click was announced');
  events.pairs.delete(key);
  return pair;
}
