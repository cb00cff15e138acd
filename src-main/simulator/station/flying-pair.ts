import { formatUtc } from '../../../src-core/utc.ts';
import type { RecordingManifest } from '../../../src-contract/recording.ts';
import { SYNC_CHANNEL } from '../../../src-core/formats/tag-columns.ts';
import type { TagBatch } from '../../../src-core/formats/tag-batch.ts';
import { ok, type Result } from '../../../src-core/result.ts';
import { createFlight, type StationFlight } from '../flight.ts';
import { happen, SLACK_S } from '../happen.ts';
import { createManifest } from '../manifest.ts';
import type { SimulateOptions } from '../options.ts';
import { forBoth, type Pair, type StationIndex } from '../pair.ts';
import { PAIR_UNSEEN } from '../pair-ledger.ts';
import { createRandom } from '../random.ts';
import { completeScenario, type ScenarioWishes } from '../scenario.ts';
import type { SimulatorError } from '../simulator-error.ts';
import { createStage, type Stage } from '../stage.ts';
import { PPS_CHANNEL, takeRows } from '../station-events.ts';
import { fade } from './fading.ts';
import type { FlightPlan } from './flight-plan.ts';

/** What one station's recorder wrote since the step before; null before it was switched on. */
export type RecordedStep = Pick<TagBatch, 'from_tick' | 'to_tick' | 'clicks' | 'beacon' | 'pps'>;

/** Two stations under one sky, flown step by step: the same plan gives the same events, whatever the speed. */
export interface FlyingPair {
  readonly flights: Pair<StationFlight>;
  readonly manifests: Pair<RecordingManifest>;
  /** Flies on to a time, seconds after the stations begin, to the nearest tenth. */
  readonly flyTo: (to_s: number) => Pair<RecordedStep | null>;
  /** Pairs so far of which both photons were recorded. */
  readonly pairs: () => number;
}

/** The sky is flown in such pieces whatever is asked for: so the events do not depend on it. */
const STEP_S = 0.1;
const BEACON_CHANNEL = 6;
const AFTER_PULSE_SHARE = 0.005;
/** Under a cloud that leaves less than this, the beacon is not seen. */
const BEACON_TRANSMISSION_MIN = 0.1;

/** Recorders run some part of a second longer than the plan: their last events are not waited for. */
export function createFlyingPair(plan: FlightPlan): Result<FlyingPair, SimulatorError> {
  const options = optionsOf(plan);
  const scenario = completeScenario(options.scenario ?? {}, options.mission, options.seed);
  const clear = createFlight({ ...options, along_track_s: scenario.along_track_s });
  if (!clear.ok) return clear;
  const flights = forBoth((s) => fade(clear.value[s], plan.stations[s], {
    mission: options.mission, random: createRandom(options.seed, `fading ${s}`),
  }));
  const stage = createStage(options, scenario, flights);
  let flown_s = Math.floor(Math.min(...stage.receivers.map(({ clock }) => clock.on_s)));
  const last_tick: [number, number] = [0, 0];
  const take = (s: StationIndex, to_s: number): RecordedStep | null => {
    const to_tick = stage.receivers[s].clock.ticksAt(to_s - SLACK_S);
    const { ticks, channel } = takeRows(stage.receivers[s].events, to_tick);
    if (to_tick <= 0) return null;
    const from_tick = last_tick[s];
    last_tick[s] = to_tick;
    return { from_tick, to_tick, ...splitRows(ticks, channel) };
  };
  return ok({
    flights,
    manifests: forBoth((s) => manifestOf(plan, stage, s)),
    flyTo: (to_s) => {
      while (flown_s < to_s - STEP_S / 2) {
        const next_s = Math.round(flown_s / STEP_S + 1) * STEP_S;
        happen(stage, { from_s: flown_s, to_s: next_s }, options.seconds);
        flown_s = next_s;
      }
      return forBoth((s) => take(s, flown_s));
    },
    pairs: () => countRecorded(stage),
  });
}

function optionsOf({ order, begin_utc_ms, seconds, stations }: FlightPlan): SimulateOptions {
  const spans = (all: readonly { from_s: number; to_s: number }[]) => all.map(({ from_s, to_s }) => [from_s, to_s] as const);
  const scenario: ScenarioWishes = {
    after_pulse_share: AFTER_PULSE_SHARE,
    recorders: forBoth((s) => ({ pps_gaps_s: spans(stations[s].pps_losses) })),
    beacon: forBoth((s) => ({
      gaps_s: [
        ...spans(stations[s].clouds.filter(({ transmission }) => transmission < BEACON_TRANSMISSION_MIN)),
        ...(stations[s].acquired_s > 0 ? [[-1, stations[s].acquired_s] as const] : []),
      ],
    })),
    dark_factor: forBoth((s) => order.mission.stations[s].detectors.map((_, i) =>
      stations[s].hot.find(({ detector }) => detector === i)?.dark_factor ?? 1)),
  };
  const { mission, elements, seed, brightness, mode } = order;
  return {
    mission, elements, seed, brightness, mode, start_utc_ms: begin_utc_ms, seconds,
    attacks: stations.flatMap(({ attacks }) => attacks), scenario, out_directory: '',
  };
}

function splitRows(ticks: Float64Array, channel: Uint8Array): Pick<TagBatch, 'clicks' | 'beacon' | 'pps'> {
  const on = (wanted: number) => ticks.filter((_, i) => channel[i] === wanted);
  const isClick = (code: number) => code !== SYNC_CHANNEL && code !== PPS_CHANNEL;
  return {
    clicks: { ticks: ticks.filter((_, i) => isClick(channel[i]!)), detector: new Uint8Array(channel.filter(isClick)) },
    beacon: on(SYNC_CHANNEL), pps: on(PPS_CHANNEL),
  };
}

function manifestOf({ order, begin_utc_ms }: FlightPlan, stage: Stage, s: StationIndex): RecordingManifest {
  const station = order.mission.stations[s];
  const { beacon, ...manifest } = createManifest({
    mission: order.mission, station, mode: order.mode, optics: stage.outcomes.detectors[s], elements: order.elements,
    // The console names the file once the last batch is there.
    tag_file: `${station.id}.tpb`, sha256: '0'.repeat(64),
    beacon_rate_hz: stage.scenario.beacon?.[s].nominal_rate_hz ?? null,
    first_edge_utc: formatUtc(begin_utc_ms + stage.receivers[s].clock.first_edge_s * 1000),
  });
  // On the wire the beacon has a channel like any other.
  return beacon === undefined ? manifest : { ...manifest, beacon: { ...beacon, channel: BEACON_CHANNEL } };
}

function countRecorded({ ledger }: Stage): number {
  const [a, b] = ledger.detectors;
  let both = 0;
  for (let i = 0; i < ledger.length; i += 1) if (a[i] !== PAIR_UNSEEN && b[i] !== PAIR_UNSEEN) both += 1;
  return both;
}
