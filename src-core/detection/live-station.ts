// One station while the pass runs: the clock that lockSurvey makes of a whole recording, made of what came so far.
import { PS_PER_S } from '../constants.ts';
import { fitBeaconNodes, keepGoodNodes, type BeaconPhase } from './beacon-phase.ts';
import { emissionClock, NODE_S, type EmissionClock } from './emission-time.ts';
import { createLiveColumn, type LiveColumn } from './live-column.ts';
import type { LiveBatch } from './live-batches.ts';
import { fitPpsClock, type PpsClock } from './pps-clock.ts';
import { satelliteClock, type SatelliteClock } from './satellite-clock.ts';
import type { StationSetup } from './station-input.ts';

export interface LiveSetup extends StationSetup {
  readonly tick_ps: number;
}

/** Clicks of the station's clock that wait for the beacon around them. */
interface WaitingClicks { readonly clicks_s: Float64Array; readonly detector: Uint8Array }

export interface LiveStation {
  /** Takes the next events, in order. */
  readonly take: (batch: LiveBatch) => void;
  /** Follows the beacon as far as it came; `all`: nothing comes any more. */
  readonly measure: (all: boolean) => void;
  /** Null before two PPS edges and the first pulse. */
  readonly clock: () => LiveClock | null;
  /** Clicks up to an emission time, each handed on once. */
  readonly release: (clock: LiveClock, until_s: number) => WaitingClicks;
  /** The clock is in use: from now on the 1PPS may only polish it. */
  readonly hold: () => void;
  /** Whether the 1PPS turned out wrong, and the beacon was followed afresh, since this was asked last. */
  readonly startedOver: () => boolean;
  readonly beacon_pulses: () => number;
}

export interface LiveClock {
  readonly clock: SatelliteClock;
  readonly track: BeaconPhase;
  readonly pps: PpsClock;
  /** Emission time before which the clock will not change any more, seconds after the reference. */
  readonly settled_s: number;
}

/** A node stands when gaps next to it can no longer be bridged: see BRIDGE_NODES of the satellite's clock. */
const SETTLE_NODES = 7;
/** The line through the 1PPS is drawn again when this many times as many edges are there. */
const REFIT_GROWTH = 1.15;
/** A new line this far from the old one means the old was wrong: the beacon is then followed afresh. */
const POLISH_S_MAX = 2e-6;
/** Longest pass: see RECORDING_S_MAX of station-clock. */
const NODES_MAX = 72_000;

/**
 * A station's clock, followed second by second.
 *
 *   u(t) = rate t_e(t) - p(t); when the 1PPS line is drawn again, p -> p + rate (t_e new - t_e old) at each node
 *
 * @units seconds of the station's clock and of UTC after the reference, phase in pulses
 * @shape batches in order
 * @errors none: without PPS, prediction or beacon there is no clock, or no live interval of it
 * @validity as lockSurvey; equals it at the end, but for rounding
 * @source PHYSICS section 4, steps 1 to 4
 * @golden tests/core/detection/live-counter.test.ts, against lockStation
 */
export function createLiveStation(setup: LiveSetup, reference_utc_ms: number): LiveStation {
  const scale = setup.tick_ps / PS_PER_S;
  const [beacon, pps_edges] = [createLiveColumn(), createLiveColumn()];
  const [phase, rms, error] = [createLiveColumn(), createLiveColumn(), createLiveColumn()];
  const range_m = { ...setup.range_m, start_utc_ms: setup.range_m.start_utc_ms - reference_utc_ms };
  const first_edge_s = ((setup.first_pps_utc_ms ?? reference_utc_ms) - reference_utc_ms) / 1000;
  let waiting: WaitingClicks[] = [];
  let through_s = Number.NEGATIVE_INFINITY;
  let pps: PpsClock | null = null;
  let emission: EmissionClock | null = null;
  let [edges_fitted, held, started_over] = [0, false, false];
  let clock: LiveClock | null = null;

  const emissionBy = (line: PpsClock): EmissionClock => {
    const from_s = beacon.at(0);
    const to_s = Math.min(Math.max(beacon.at(beacon.length() - 1), through_s - NODE_S), from_s + NODES_MAX * NODE_S);
    return emissionClock({ clock: line, first_edge_s, range_m }, from_s, to_s);
  };
  const drawLine = (all: boolean): void => {
    if (pps_edges.length() < (all ? edges_fitted + 1 : Math.max(2, edges_fitted * REFIT_GROWTH))) return;
    const next = fitPpsClock(pps_edges.values());
    edges_fitted = pps_edges.length();
    if (next === null) return;
    const moved = pps === null || emission === null ? null : shiftOf(emission, emissionBy(next));
    if (moved?.every((shift) => Math.abs(shift) <= POLISH_S_MAX) === true) {
      for (let n = 0; n < phase.length(); n += 1) phase.set(n, phase.at(n) + setup.beacon_rate_hz * (moved[n] ?? 0));
    } else if (held) return;
    else {
      for (const column of [phase, rms, error]) column.clear();
      started_over = pps !== null;
    }
    pps = next;
  };
  return {
    take: (batch) => {
      beacon.append(batch.beacon.map((tick) => tick * scale));
      pps_edges.append(batch.pps.map((tick) => tick * scale));
      if (batch.clicks.ticks.length > 0) {
        waiting.push({ clicks_s: batch.clicks.ticks.map((tick) => tick * scale), detector: batch.clicks.detector });
      }
      through_s = Math.max(through_s, batch.to_tick * scale);
    },
    measure: (all) => {
      if (beacon.length() === 0 || setup.first_pps_utc_ms === null) return;
      drawLine(all);
      if (pps === null) return;
      emission = emissionBy(pps);
      fitNew({ beacon, phase, rms, error }, { emission, rate_hz: setup.beacon_rate_hz, through_s: all ? Infinity : through_s });
      clock = clockOf({ phase, rms, error }, { emission, rate_hz: setup.beacon_rate_hz, pps, all });
    },
    clock: () => clock,
    release: (by, until_s) => {
      const cut_s = stationTime(by.clock.emission, until_s);
      const [now, later] = splitAt(waiting, cut_s);
      waiting = later;
      return now;
    },
    hold: () => {
      held = true;
    },
    startedOver: () => {
      const did = started_over;
      started_over = false;
      return did;
    },
    beacon_pulses: () => beacon.length(),
  };
}

/** How the emission time of each node moves. */
function shiftOf(before: EmissionClock, after: EmissionClock): Float64Array {
  const nodes = Math.min(before.intervals, after.intervals);
  return Float64Array.from({ length: nodes }, (_, n) => after.coefficients[4 * n]! - before.coefficients[4 * n]!)
    .map((shift) => (Number.isNaN(shift) ? 0 : shift));
}

interface Fits { readonly phase: LiveColumn; readonly rms: LiveColumn; readonly error: LiveColumn }
interface Reach { readonly emission: EmissionClock; readonly rate_hz: number; readonly through_s: number }

/** Fits the nodes whose pulses have all come, each once. */
function fitNew({ beacon, phase, rms, error }: Fits & { readonly beacon: LiveColumn }, { emission, rate_hz, through_s }: Reach): void {
  const { start_s, intervals, coefficients } = emission;
  const from = phase.length();
  const to = Math.min(intervals, Math.floor((through_s - start_s) / NODE_S) - 1);
  if (to < from) return;
  // One interval more on either side: a node is fitted over both of its own.
  const base = Math.max(0, from - 1);
  const end = Math.min(intervals, to + 1);
  const part: EmissionClock = {
    start_s: start_s + base * NODE_S, intervals: end - base, coefficients: coefficients.subarray(4 * base, 4 * end),
  };
  const beacon_s = beacon.between(part.start_s - NODE_S, start_s + (end + 1) * NODE_S);
  const fits = fitBeaconNodes({ beacon_s, rate_hz, clock: part });
  phase.append(fits.phase.subarray(from - base, to + 1 - base));
  rms.append(fits.rms_ns.subarray(from - base, to + 1 - base));
  error.append(fits.error_ns.subarray(from - base, to + 1 - base));
}

interface Made { readonly emission: EmissionClock; readonly rate_hz: number; readonly pps: PpsClock; readonly all: boolean }

/** The clock of all nodes so far; those not fitted yet are nowhere. */
function clockOf(fits: Fits, { emission, rate_hz, pps, all }: Made): LiveClock | null {
  const measured = fits.phase.length();
  if (measured === 0) return null;
  const nodes = emission.intervals + 1;
  const padded = (column: LiveColumn) => {
    const whole = new Float64Array(nodes).fill(Number.NaN);
    whole.set(column.values());
    return whole;
  };
  const track = keepGoodNodes({
    phase: padded(fits.phase), rms_ns: padded(fits.rms), error_ns: padded(fits.error), pulses: new Int32Array(nodes),
  });
  const settled = measured - SETTLE_NODES;
  const settled_s = all ? Infinity : settled < 1 ? -Infinity : emission.coefficients[4 * Math.min(settled, emission.intervals - 1)]!;
  return { clock: satelliteClock(track, emission, rate_hz), track, pps, settled_s };
}

/** Moment of the station's clock at which what was sent at an emission time arrives, to microseconds. */
function stationTime({ start_s, intervals, coefficients }: EmissionClock, sent_s: number): number {
  if (sent_s === Infinity) return Infinity;
  let [low, high] = [0, intervals - 1];
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (coefficients[4 * middle]! <= sent_s) low = middle;
    else high = middle - 1;
  }
  const [from, slope] = [coefficients[4 * low]!, coefficients[4 * low + 1]!];
  return start_s + (low + (sent_s - from) / slope) * NODE_S;
}

/** Parts clicks at a moment of their clock. */
function splitAt(pieces: readonly WaitingClicks[], cut_s: number): readonly [WaitingClicks, WaitingClicks[]] {
  const before: WaitingClicks[] = [];
  const after: WaitingClicks[] = [];
  for (const piece of pieces) {
    const rows = rowsBefore(piece.clicks_s, cut_s);
    if (rows > 0) before.push({ clicks_s: piece.clicks_s.subarray(0, rows), detector: piece.detector.subarray(0, rows) });
    if (rows < piece.clicks_s.length) {
      after.push({ clicks_s: piece.clicks_s.subarray(rows), detector: piece.detector.subarray(rows) });
    }
  }
  return [joined(before), after];
}

function joined(pieces: readonly WaitingClicks[]): WaitingClicks {
  if (pieces.length === 1) return pieces[0]!;
  const length = pieces.reduce((sum, { clicks_s }) => sum + clicks_s.length, 0);
  const whole = { clicks_s: new Float64Array(length), detector: new Uint8Array(length) };
  let at = 0;
  for (const { clicks_s, detector } of pieces) {
    whole.clicks_s.set(clicks_s, at);
    whole.detector.set(detector, at);
    at += clicks_s.length;
  }
  return whole;
}

function rowsBefore(times: Float64Array, limit: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
