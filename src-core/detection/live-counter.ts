// The pair while the pass runs: batches of both stations in, everything countable so far out, once a second.
import type { Coincidences } from '../coincidences.ts';
import { poissonUpperTail } from '../statistics.ts';
import { createDeadTimeMemory, type DeadTimeMemory } from './dead-time.ts';
import { createBatchQueue, type BatchFate, type BatchQueue, type LiveBatch } from './live-batches.ts';
import { countGate, type GateCount } from './live-gate.ts';
import { createLiveSeconds, type LiveSeconds, type SecondRows } from './live-seconds.ts';
import { createLiveSearch, type LiveSearch } from './live-search.ts';
import { createLiveStation, type LiveClock, type LiveSetup, type LiveStation } from './live-station.ts';
import { centreGate } from './pair-account.ts';
import { createPairTally, type PairTally, type TallyBuilder } from './pair-tally.ts';
import type { FoundPeak, PeakShape } from './peak.ts';
import type { Histogram } from './quality.ts';
import { commonSpans, liveSpans, numberAlike, type PulseSpans } from './satellite-clock.ts';
import { createClickStream, type ClickPiece } from './station-clicks.ts';

export interface LiveOptions {
  readonly stations: readonly [LiveSetup, LiveSetup];
  readonly gate_ns: number;
  readonly search_ns?: number;
  readonly hole_wait_s?: number;
  /** Both stations together. */
  readonly keep_bytes?: number;
}

export interface LiveCounter {
  readonly add: (station: 0 | 1, batch: LiveBatch) => BatchFate;
  /** Counts what may be counted by now; `all`: nothing comes any more, or is waited for. */
  readonly advance: (all?: boolean) => LiveCount;
}

/** Everything counted so far. Patterns are outcomes: what leaves the process is made of their sums. */
export interface LiveCount {
  readonly state: 'none' | 'searching' | 'locked' | 'lost';
  readonly found: FoundPeak | null;
  readonly shape: PeakShape | null;
  readonly false_alarm_probability: number | null;
  /** UTC of time 0 of the coincidences; null before both clocks run. */
  readonly start_utc_ms: number | null;
  readonly counted_through_utc_ms: number | null;
  /** Time in which both stations follow the beacon, as far as counted. */
  readonly seconds: number;
  readonly coincidences: Coincidences;
  readonly accidentals: number;
  readonly accidentals_sigma: number;
  /** Pairable clicks of each station, by detector. */
  readonly singles: readonly [Float64Array, Float64Array];
  readonly arrivals: readonly [readonly Histogram[], readonly Histogram[]];
  readonly histogram: Histogram | null;
  readonly rows: SecondRows;
  readonly batches: readonly [ReturnType<BatchQueue['counts']>, ReturnType<BatchQueue['counts']>];
}

const DEFAULTS = { search_ns: 1000, hole_wait_s: 1.5, keep_bytes: 160e6 };
/** The pass is looked at once a second: a lock must be a hundred times surer than one that is looked at once. */
const FALSE_ALARM_MAX = 1e-8;
/** Pairs near the gate are held up to this many; then they are counted with the centre they have fixed by then. */
const HELD_PAIRS_MAX = 1 << 19;
/** Without a common second of beacon for this long the lock is lost. */
const LOST_S = 5;
/** The centre is fitted again when a tenth more pairs are there: all fits together cost ten of the last. */
const REFIT_GROWTH = 1.1;
const FEW_PAIRS = 5000;
const NONE: Coincidences = {
  time_s: new Float64Array(0), delta_ns: new Float64Array(0), pattern_a: new Uint8Array(0), pattern_b: new Uint8Array(0),
};

/** What is known only once both clocks run, and holds from then on. */
interface Common { readonly zero_pulse: number; readonly mean: number }

/** One run through the batches; another begins where a late batch has to be put in its place. */
interface Run {
  readonly stations: readonly [LiveStation, LiveStation];
  readonly memories: readonly [DeadTimeMemory, DeadTimeMemory];
  readonly search: LiveSearch;
  readonly seconds: LiveSeconds;
  common: Common | null;
  spans: PulseSpans;
  tally: TallyBuilder | null;
  found: FoundPeak | null;
  shape: PeakShape | null;
  fitted_pairs: number;
  /** Counted with a centre that stands: those pairs are no longer held. */
  settled: GateCount | null;
  counted_s: number;
  start_utc_ms: number | null;
  /** Last time of each station that was counted. */
  readonly last_ns: [number, number];
}

/**
 * Counts a pass while it runs: lock, offset, coincidences and background, by the parts that count a recording.
 *
 *   each advance: batches in order; clocks followed; clicks before the earlier of both settled moments counted
 *
 * @units as the parts
 * @shape batches in any order, twice or late
 * @errors none: what cannot be counted yet is 'searching'
 * @validity as processPair; at the end equal to it up to the gate found, a quarter of a nanosecond from its own
 * @source PHYSICS sections 4 and 5
 * @golden tests/core/detection/live-counter.test.ts, against processPair
 */
export function createLiveCounter(options: LiveOptions): LiveCounter {
  const { search_ns, hole_wait_s, keep_bytes } = { ...DEFAULTS, ...options };
  const settings = { ...options, search_ns };
  const [a, b] = options.stations;
  const reference_utc_ms = a.first_pps_utc_ms ?? b.first_pps_utc_ms ?? 0;
  const queueOf = (setup: LiveSetup) => createBatchQueue({
    hole_wait_ticks: (hole_wait_s * 1e12) / setup.tick_ps, keep_bytes: keep_bytes / 2, detectors: setup.detector_channels.length,
  });
  const queues = [queueOf(a), queueOf(b)] as const;
  let run = createRun(settings, reference_utc_ms);
  return {
    add: (station, batch) => queues[station].add(batch),
    advance: (all = false) => {
      const restart = () => {
        queues.forEach((queue) => queue.rewind());
        run = createRun(settings, reference_utc_ms);
      };
      const follow = () => {
        queues.forEach((queue, s) => queue.drain(all).forEach(run.stations[s]!.take));
        for (const station of run.stations) station.measure(all);
      };
      if (queues.some((queue) => queue.canRewind())) restart();
      follow();
      if (run.common !== null && run.stations.some((station) => station.startedOver())) {
        restart();
        follow();
      }
      countOn(run, settings, reference_utc_ms);
      return { ...figuresOf(run, reference_utc_ms), batches: [queues[0].counts(), queues[1].counts()] };
    },
  };
}

type Settings = LiveOptions & { readonly search_ns: number };

function createRun(settings: Settings, reference_utc_ms: number): Run {
  const [a, b] = settings.stations;
  return {
    stations: [createLiveStation(a, reference_utc_ms), createLiveStation(b, reference_utc_ms)],
    memories: [createDeadTimeMemory(), createDeadTimeMemory()],
    search: createLiveSearch({ gate_ns: settings.gate_ns, search_ns: settings.search_ns, period_ns: 1e9 / a.beacon_rate_hz }),
    seconds: createLiveSeconds([a.detector_channels.length, b.detector_channels.length]),
    common: null, spans: [], tally: null, found: null, shape: null, fitted_pairs: 0, settled: null,
    counted_s: -Infinity, start_utc_ms: null, last_ns: [-Infinity, -Infinity],
  };
}

/** From the clocks as they stand to the clicks that they decide. */
function countOn(run: Run, settings: Settings, reference_utc_ms: number): void {
  const [a, b] = [run.stations[0].clock(), run.stations[1].clock()];
  if (a === null || b === null || !tie(run, [a, b], reference_utc_ms)) return;
  const until_s = Math.min(a.settled_s, b.settled_s);
  if (!(until_s > run.counted_s)) return;
  const pieces = [
    pieceOf(run, settings, { s: 0, clock: a, until_s }), pieceOf(run, settings, { s: 1, clock: b, until_s }),
  ] as const;
  run.counted_s = until_s === Infinity ? Math.min(lastSent(a), lastSent(b)) : until_s;
  for (const part of run.seconds.cut(pieces, { start_utc_ms: run.start_utc_ms!, memories: run.memories })) {
    feed(run, settings, part);
    run.seconds.note(part, run.tally?.peekDisplaced() ?? 0);
  }
}

/** Numbers both clocks alike; false as long as the beacon is not followed at both. */
function tie(run: Run, [a, b]: readonly [LiveClock, LiveClock], reference_utc_ms: number): boolean {
  const difference = numberAlike(a.clock, b.clock, run.common?.mean);
  run.spans = commonSpans(liveSpans(a.clock), liveSpans(b.clock));
  const first = run.spans[0];
  if (difference === null || first === undefined) return false;
  if (run.common === null) {
    run.common = { zero_pulse: Math.ceil(first[0]), mean: difference.mean };
    run.start_utc_ms = reference_utc_ms + ((run.common.zero_pulse + startPhase(a)) / a.clock.rate_hz) * 1000;
  }
  return true;
}

const startPhase = ({ clock }: LiveClock) => clock.phase.find((value) => !Number.isNaN(value)) ?? 0;

interface Asked { readonly s: 0 | 1; readonly clock: LiveClock; readonly until_s: number }

/** One station's clicks up to an emission time, as the offline stream makes them. */
function pieceOf(run: Run, { stations, gate_ns }: Settings, { s, clock, until_s }: Asked): ClickPiece {
  const waiting = run.stations[s].release(clock, until_s);
  const stream = createClickStream(clock.clock, {
    gate_ns, zero_pulse: run.common!.zero_pulse, common: run.spans, dead_time_ns: stations[s].dead_time_ns,
    memory: run.memories[s],
  });
  const piece = stream.take(waiting);
  run.last_ns[s] = orderedAfter(piece.time_ns, run.last_ns[s]);
  return piece;
}

/** A redrawn 1PPS moves times by rounding: none may fall behind one that was counted. The last time of all. */
function orderedAfter(times: Float64Array, last_ns: number): number {
  for (let i = 0; i < times.length && times[i]! < last_ns; i += 1) times[i] = last_ns;
  return times.at(-1) ?? last_ns;
}

function lastSent({ clock: { emission: { coefficients, intervals } } }: LiveClock): number {
  return coefficients[4 * (intervals - 1)]!;
}

/** Pairs of the next clicks: counted behind a lock, searched before one. */
function feed(run: Run, settings: Settings, [a, b]: readonly [ClickPiece, ClickPiece]): void {
  if (run.tally !== null) {
    run.tally.take(a, shifted(b, run.search.shiftOf(run.found!)));
    return;
  }
  const found = run.search.take(a, b);
  if (found === null || found.false_alarm_probability > FALSE_ALARM_MAX) return;
  const shift_ns = run.search.shiftOf(found);
  run.found = found;
  const peak = { ...found, offset_ns: found.offset_ns - shift_ns };
  const [first, second] = settings.stations;
  run.tally = createPairTally({
    found: peak, gate_ns: settings.gate_ns, detectors: [first.detector_channels.length, second.detector_channels.length],
  });
  run.stations.forEach((station) => station.hold());
  // The pairs that made the lock count as well.
  for (const [heldA, heldB] of run.search.release()) run.tally.take(heldA, shifted(heldB, shift_ns));
  run.seconds.spread(run.tally.peekDisplaced());
}

function shifted(clicks: ClickPiece, shift_ns: number): ClickPiece {
  return shift_ns === 0 ? clicks : { ...clicks, time_ns: clicks.time_ns.map((t) => t - shift_ns) };
}

function figuresOf(run: Run, reference_utc_ms: number): Omit<LiveCount, 'batches'> {
  const common = {
    state: stateOf(run), found: run.found, start_utc_ms: run.start_utc_ms,
    counted_through_utc_ms: run.counted_s === -Infinity ? null : reference_utc_ms + run.counted_s * 1000,
    seconds: secondsCounted(run), rows: run.seconds.rows(),
  };
  if (run.tally === null) {
    return {
      ...common, shape: null, false_alarm_probability: null, coincidences: NONE, accidentals: 0, accidentals_sigma: 0,
      singles: run.seconds.singles(), arrivals: [[], []], histogram: null,
    };
  }
  const tally = run.tally.peek();
  const shape = centre(run, tally);
  const near = countGate(tally, shape, run.settled);
  if (tally.near.pairs.delta_ns.length > HELD_PAIRS_MAX) {
    run.settled = near;
    run.tally.forgetPairs();
  }
  return {
    ...common, shape, false_alarm_probability: falseAlarm(run, near.coincidences.time_s.length, tally), ...near,
    accidentals: tally.accidentals.count, accidentals_sigma: tally.accidentals.sigma, singles: tally.singles,
  };
}

/** Chance that background fills the fullest of all gates searched as much. */
function falseAlarm({ search }: Run, count: number, { accidentals }: PairTally): number {
  return Math.min(1, search.positions * poissonUpperTail(count, accidentals.count + 1 / accidentals.gates));
}

function centre(run: Run, tally: PairTally): PeakShape {
  const pairs = tally.near.pairs.delta_ns.length;
  const enough = pairs > FEW_PAIRS && pairs < run.fitted_pairs * REFIT_GROWTH;
  if (run.shape !== null && (run.settled !== null || enough)) return run.shape;
  const { rule, accidentals } = tally;
  run.shape = centreGate({ ...tally, rule: { ...rule, found: { ...rule.found, expected: accidentals.count } } });
  run.fitted_pairs = pairs;
  return run.shape;
}

function stateOf(run: Run): LiveCount['state'] {
  if (run.common === null) return run.stations.some((station) => station.beacon_pulses() > 0) ? 'searching' : 'none';
  if (run.tally === null) return 'searching';
  const clock = run.stations[0].clock()!.clock;
  const last = run.spans.at(-1)?.[1] ?? -Infinity;
  const phase = clock.phase.findLast((value) => !Number.isNaN(value)) ?? 0;
  return run.counted_s - (last + phase) / clock.rate_hz > LOST_S ? 'lost' : 'locked';
}

/** Common time as far as it is counted. */
function secondsCounted(run: Run): number {
  const clock = run.stations[0].clock()?.clock;
  if (clock === undefined || run.common === null) return 0;
  const phase = startPhase(run.stations[0].clock()!);
  const through = run.counted_s * clock.rate_hz - phase;
  return run.spans.reduce((sum, [from, to]) => sum + Math.max(0, Math.min(to, through) - from), 0) / clock.rate_hz;
}
