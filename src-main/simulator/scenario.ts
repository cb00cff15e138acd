import type { MissionFile } from '../../src-contract/mission.ts';
import { createRandom, type Random } from './random.ts';
import { forBoth, type Pair, type StationIndex } from './pair.ts';

/** A station's recorder: its clock against UTC, its GPS pulse, when it runs. */
export interface RecorderModel {
  /** Relative error of the clock's rate. */
  readonly rate_error: number;
  /** A jump of the rate, if any, seconds after the start of the window. */
  readonly rate_step: { readonly at_s: number; readonly change: number } | null;
  /** The pulse per second comes late by this, always ... */
  readonly pps_offset_ns: number;
  /** ... and by this, at random (1 sigma). */
  readonly pps_sigma_ns: number;
  /** Single pulses displaced: the one nearest to `at_s` comes late by `offset_ns`. */
  readonly pps_glitches: readonly { readonly at_s: number; readonly offset_ns: number }[];
  /** No pulse at all between these times, seconds after the start of the window. */
  readonly pps_gaps_s: readonly (readonly [number, number])[];
  /** The recorder is switched on this much too late. */
  readonly late_s: number;
}

/** The satellite's 532 nm pulses as a station records them. */
export interface BeaconModel {
  readonly nominal_rate_hz: number;
  /** Share of pulses lost, clusters included. */
  readonly missing_share: number;
  /** Mean length of a cluster of lost pulses; one fifth of the losses come in clusters. */
  readonly cluster_pulses: number;
  readonly false_hz: number;
  readonly jitter_sigma_ns: number;
  /** No pulse arrives between these times, seconds after the start of the window. */
  readonly gaps_s: readonly (readonly [number, number])[];
}

/** What happens in a pass besides the clean physics; every member can be set, the rest is drawn from the seed. */
export interface Scenario {
  readonly recorders: Pair<RecorderModel>;
  readonly satellite_rate_error: number;
  /** Null: the satellite's beacon is off, and the manifests say so. */
  readonly beacon: Pair<BeaconModel> | null;
  /** The satellite flies ahead of its elements by this. */
  readonly along_track_s: number;
  /** Standard deviation of a pair's arrival time difference by detectors and recorders, the beacon apart. */
  readonly pair_jitter_sigma_ns: number;
  /** Multiplies sky and dark counts. */
  readonly background_factor: Pair<number>;
  /** Chance that a click is followed by one that nothing but itself has made. */
  readonly after_pulse_share: number;
  /** Multiplies the dark counts of single detectors, by their place; where it is short, 1. */
  readonly dark_factor: Pair<readonly number[]>;
  /** False: as many photons, but none with its twin. */
  readonly correlated: boolean;
  /** Delay of each detector against the beacon receiver. */
  readonly detector_delay_ns: Pair<readonly number[]>;
}

/** A scenario as one asks for it: whole members, or members of the recorders and the beacon. */
export type ScenarioWishes = Partial<Omit<Scenario, 'recorders' | 'beacon'>> & {
  readonly recorders?: Pair<Partial<RecorderModel>>;
  readonly beacon?: Pair<Partial<BeaconModel>> | null;
};

const BEACON: BeaconModel = {
  nominal_rate_hz: 10_000, missing_share: 0.38, cluster_pulses: 30, false_hz: 200, jitter_sigma_ns: 0.6, gaps_s: [],
};

/** Magnitude between the limits with an even chance for each decade, either sign. */
function logUniform(random: Random, low: number, high: number): number {
  const size = low * (high / low) ** random.uniform();
  return random.uniform() < 0.5 ? -size : size;
}

function drawRecorder(seed: number, station: StationIndex): RecorderModel {
  const random = createRandom(seed, `recorder ${station}`);
  return {
    rate_error: logUniform(random, 1e-8, 1e-6), rate_step: null,
    pps_offset_ns: 15 * random.normal(), pps_sigma_ns: 25, pps_glitches: [], pps_gaps_s: [], late_s: 0,
  };
}

/** Fibres and electronics differ between the stations by some nanoseconds: the offset that a lock must find. */
const PATH_DELAY_NS_MAX = 3;

function drawDelays(seed: number, mission: MissionFile): Pair<readonly number[]> {
  const random = createRandom(seed, 'detector delays');
  return forBoth((s) => {
    const path_ns = PATH_DELAY_NS_MAX * (2 * random.uniform() - 1);
    return mission.stations[s].detectors.map(() => path_ns);
  });
}

/** Fills what was not asked for: fixed typical values, and clocks drawn from the seed. */
export function completeScenario(wishes: ScenarioWishes, mission: MissionFile, seed: number): Scenario {
  const { recorders, beacon, ...rest } = wishes;
  return {
    satellite_rate_error: 1e-8 * createRandom(seed, 'satellite clock').normal(),
    along_track_s: 0,
    pair_jitter_sigma_ns: mission.gate.jitter_sigma_ns,
    background_factor: [1, 1],
    after_pulse_share: 0,
    dark_factor: [[], []],
    correlated: true,
    detector_delay_ns: drawDelays(seed, mission),
    ...rest,
    recorders: forBoth((s) => ({ ...drawRecorder(seed, s), ...recorders?.[s] })),
    beacon: beacon === null ? null : forBoth((s) => ({ ...BEACON, ...beacon?.[s] })),
  };
}
