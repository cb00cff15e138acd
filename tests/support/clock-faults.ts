// Every fault of clocks and beacon that a pass must lock through, alone and all together, on the simulator's truth.
import { rm } from 'node:fs/promises';
import type { MissionFile } from '../../src-contract/mission.ts';
import type { PairOutcome } from '../../src-core/detection/pair-outcome.ts';
import { pairSteps, processPair } from '../../src-core/detection/process-pair.ts';
import { toSatelliteTime, type SatelliteClock } from '../../src-core/detection/satellite-clock.ts';
import { splitChannels } from '../../src-core/detection/split-channels.ts';
import { surveyOf } from '../../src-core/detection/station-survey.ts';
import type { ElementSet } from '../../src-core/orbit/element-set.ts';
import type { Result } from '../../src-core/result.ts';
import type { PreparedPair } from '../../src-main/pipeline/pass-recordings.ts';
import { createFlight } from '../../src-main/simulator/flight.ts';
import { createRandom } from '../../src-main/simulator/random.ts';
import type { BeaconModel, RecorderModel, ScenarioWishes } from '../../src-main/simulator/scenario.ts';
import { simulatePass } from '../../src-main/simulator/simulate-pass.ts';
import { createStationClock } from '../../src-main/simulator/station-clock.ts';
import type { Truth } from '../../src-main/simulator/truth.ts';
import { readPair } from '../../src-main/workers/process-recordings.ts';

/** Bright enough that a minute's peak is measured to a few hundredths of a nanosecond. */
const BRIGHTNESS = 10;
/** Around the closest approach, where range rates turn and pairs are most frequent. */
const START_UTC_MS = Date.UTC(2018, 8, 14, 18, 15, 20);

/** Standard deviation of a pair by detectors and recorders, which a peak may not be wider than. */
export const PAIR_JITTER_NS = 0.77;

export interface ClockFault {
  readonly name: string;
  /** Length of the pass, and of what both stations can lock of it. */
  readonly seconds: number;
  readonly usable_s: number;
  readonly scenario: ScenarioWishes;
}

type Both<T> = readonly [T, T];
const SECONDS = 60;
const GAP_S = [20, 40] as const;

/** Nothing but the jitter of the pulses; each fault is put on this. */
const steady: RecorderModel = {
  rate_error: 0, rate_step: null, pps_offset_ns: 0, pps_sigma_ns: 25, pps_glitches: [], pps_gaps_s: [], late_s: 0,
};
const whole: BeaconModel = {
  nominal_rate_hz: 10_000, missing_share: 0, cluster_pulses: 30, false_hz: 0.01, jitter_sigma_ns: 0.6, gaps_s: [],
};
const glitches = [5, 12, 19, 26, 33, 40, 47, 54].map((at_s, i) => ({ at_s, offset_ns: [300_000, -2000, 150, 90_000][i % 4]! }));

interface Wishes {
  readonly recorders?: Both<Partial<RecorderModel>>;
  readonly beacon?: Both<Partial<BeaconModel>>;
  readonly satellite_rate_error?: number;
}

function faultOf(name: string, wishes: Wishes, spans: { seconds?: number; usable_s?: number } = {}): ClockFault {
  const { recorders = [{}, {}], beacon = [{}, {}], satellite_rate_error = 0 } = wishes;
  const seconds = spans.seconds ?? SECONDS;
  return {
    name, seconds, usable_s: spans.usable_s ?? seconds,
    scenario: {
      satellite_rate_error, pair_jitter_sigma_ns: PAIR_JITTER_NS,
      recorders: [{ ...steady, ...recorders[0] }, { ...steady, ...recorders[1] }],
      beacon: [{ ...whole, ...beacon[0] }, { ...whole, ...beacon[1] }],
    },
  };
}

const both = <T>(wish: T): Both<T> => [wish, wish];

const ALL_S = 100;
const ALL: Wishes = {
  satellite_rate_error: 1e-8,
  recorders: [
    { rate_error: 1e-6, rate_step: { at_s: ALL_S / 2, change: 1e-8 }, pps_offset_ns: 200, pps_glitches: glitches },
    { rate_error: -1e-6, late_s: 20 + 1, pps_glitches: glitches },
  ],
  beacon: [{ missing_share: 0.38, false_hz: 2000, gaps_s: [[60, 80]] }, { missing_share: 0.38, false_hz: 2000 }],
};

export const CLOCK_FAULTS: readonly ClockFault[] = [
  faultOf('no fault', {}),
  faultOf('38 % of the pulses missing', { beacon: both({ missing_share: 0.38 }) }),
  faultOf('2,000 false pulses a second', { beacon: both({ false_hz: 2000 }) }),
  faultOf('a beacon gap of 20 s', { beacon: [{ gaps_s: [GAP_S] }, {}] }, { usable_s: 40 }),
  faultOf('PPS glitches', { recorders: both({ pps_glitches: glitches }) }),
  faultOf('PPS off by 200 ns', { recorders: [{ pps_offset_ns: 200 }, {}] }),
  faultOf('satellite clock off by 1e-8', { satellite_rate_error: 1e-8 }),
  faultOf('station clocks off by 1e-6', { recorders: [{ rate_error: 1e-6 }, { rate_error: -1e-6 }] }),
  faultOf('... and a step of 1e-8 amid the pass', {
    recorders: [{ rate_error: 1e-6, rate_step: { at_s: SECONDS / 2, change: 1e-8 } }, { rate_error: -1e-6 }] }),
  faultOf('one station 20 s late', { recorders: [{}, { late_s: 20 + 1 }] }, { usable_s: 40 }),
  faultOf('all together', ALL, { seconds: ALL_S, usable_s: 60 }),
];

export interface FaultPlace {
  readonly mission: MissionFile;
  readonly elements: ElementSet;
  /** Written to, and removed at the end. */
  readonly out_directory: string;
}

export interface FaultFigures {
  readonly truth: Truth;
  readonly outcome: PairOutcome;
  /** Time from A to B of light without jitter or delay, by the clocks locked, every tenth of a second: should be 0. */
  readonly residual_ns: readonly number[];
}

function must<T>(result: Result<T, { readonly type: string }>): T {
  if (result.ok) return result.value;
  throw new Error(JSON.stringify(result.error));
}

/** Simulates the pass with its fault, processes it like any other, and holds the clocks it locked against the truth. */
export async function measureFault(fault: ClockFault, seed: number, place: FaultPlace): Promise<FaultFigures> {
  const { mission, elements, out_directory } = place;
  try {
    const { manifest_paths, truth } = must(await simulatePass({
      mission, elements, out_directory, seed, mode: 'qkd', brightness: BRIGHTNESS,
      start_utc_ms: START_UTC_MS, seconds: fault.seconds, scenario: fault.scenario,
    }));
    const { pair } = must(await readPair({ mission, manifest_paths, partial: false, elements: null }, {}));
    const outcome = must(processPair(...pair.inputs));
    return { truth, outcome, residual_ns: residuals(pair, truth, place) };
  } finally {
    await rm(out_directory, { recursive: true, force: true });
  }
}

/** The clocks a pair is locked by: the first thing that detection asks the clicks for. */
function lockedClocks({ inputs }: PreparedPair): { readonly clocks: Both<SatelliteClock>; readonly zero: number } {
  const [a, b] = inputs.map((input) => ({ setup: input, survey: surveyOf(splitChannels(input), input.tags.dropped) }));
  const step = pairSteps([a!, b!]).next();
  if (step.done === true) throw new Error(JSON.stringify(step.value));
  return { clocks: step.value.clocks, zero: step.value.rules[0].zero_pulse };
}

function residuals(pair: PreparedPair, truth: Truth, { mission, elements }: FaultPlace): number[] {
  const { start_utc_ms, seconds, seed, scenario } = truth;
  const { clocks, zero } = lockedClocks(pair);
  const flights = must(createFlight({ mission, elements, start_utc_ms, seconds, along_track_s: 0 }));
  const sent_s = Array.from({ length: Math.floor(seconds * 10) }, (_, i) => 0.05 + i / 10);
  const [a, b] = ([0, 1] as const).map((s) => {
    const clock = createStationClock({
      model: scenario.recorders[s], random: createRandom(seed, `clock ${s}`),
      start_ms_in_second: start_utc_ms % 1000, seconds,
    });
    const seen_s = sent_s.map((t) => clock.ticksAt(t + flights[s].lightTime(t)) / 1e12);
    return toSatelliteTime(clocks[s], Float64Array.from(seen_s), zero);
  });
  return [...a!].map((time, i) => b![i]! - time).filter((off) => !Number.isNaN(off));
}
