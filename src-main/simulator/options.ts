import type { MissionFile } from '../../src-contract/mission.ts';
import type { ElementSet } from '../../src-core/orbit/element-set.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import type { Attack } from './attack.ts';
import type { ScenarioWishes } from './scenario.ts';
import type { SimulatorError } from './simulator-error.ts';

/** A window of a pass to record, and how. */
export interface SimulateOptions {
  readonly mission: MissionFile;
  readonly elements: ElementSet;
  readonly start_utc_ms: number;
  readonly seconds: number;
  /** 32 bits; the same seed gives the same bytes. */
  readonly seed: number;
  /** Pair rate as a multiple of the mission's. */
  readonly brightness: number;
  readonly mode: 'qkd' | 'bell';
  readonly attacks?: readonly Attack[];
  readonly scenario?: ScenarioWishes;
  readonly out_directory: string;
  /** Asked every second of the pass; an AbortSignal fits. */
  readonly signal?: { readonly aborted: boolean };
  readonly on_progress?: (stage: string, fraction: number) => void;
}

interface Rule { readonly option: string; readonly holds: boolean; readonly reason: string }

/** A pass is minutes; an hour bounds what a slip of the keyboard can write. */
const SECONDS_MAX = 3600;
const BRIGHTNESS_MAX = 1000;
/** Light needs more than a millisecond, so no event comes before the second that made it is over. */
const DELAY_NS_MAX = 100_000;
const RATE_ERROR_MAX = 1e-3;
const ALONG_TRACK_S_MAX = 10;
const JITTER_NS_MAX = 100;

function* plainRules(options: SimulateOptions): Generator<Rule> {
  const { start_utc_ms, seconds, seed, brightness } = options;
  yield { option: 'start', holds: Number.isFinite(start_utc_ms), reason: `${start_utc_ms} is not a time` };
  yield {
    option: 'seconds', holds: seconds > 0 && seconds <= SECONDS_MAX, reason: `${seconds} is not in (0, ${SECONDS_MAX}]`,
  };
  yield {
    option: 'seed', holds: Number.isInteger(seed) && seed >= 0 && seed <= 0xffff_ffff,
    reason: `${seed} is not a whole number from 0 to 4294967295`,
  };
  yield {
    option: 'brightness', holds: brightness >= 0 && brightness <= BRIGHTNESS_MAX,
    reason: `${brightness} is not in [0, ${BRIGHTNESS_MAX}]`,
  };
}

const within = (value: number, limit: number) => Math.abs(value) <= limit;

function* recorderRules(wishes: ScenarioWishes): Generator<Rule> {
  for (const { rate_error = 0, rate_step } of wishes.recorders ?? []) {
    yield {
      option: 'scenario.recorders',
      holds: within(rate_error, RATE_ERROR_MAX) && within(rate_step?.change ?? 0, RATE_ERROR_MAX),
      reason: `a clock wrong by more than ${RATE_ERROR_MAX} is broken`,
    };
  }
}

function* beaconRules(wishes: ScenarioWishes): Generator<Rule> {
  for (const beacon of wishes.beacon ?? []) {
    const { missing_share = 0, cluster_pulses = 1, nominal_rate_hz = 1, false_hz = 0 } = beacon;
    yield {
      option: 'scenario.beacon',
      holds: missing_share >= 0 && missing_share <= 1 && cluster_pulses >= 1 && nominal_rate_hz > 0 && false_hz >= 0,
      reason: 'shares lie in [0, 1], clusters hold at least one pulse, rates are not negative',
    };
  }
}

function* scenarioRules(wishes: ScenarioWishes): Generator<Rule> {
  const { satellite_rate_error = 0, along_track_s = 0, pair_jitter_sigma_ns = 0 } = wishes;
  yield {
    option: 'scenario.satellite_rate_error', holds: within(satellite_rate_error, RATE_ERROR_MAX),
    reason: `a clock wrong by more than ${RATE_ERROR_MAX} is broken`,
  };
  yield {
    option: 'scenario.along_track_s', holds: within(along_track_s, ALONG_TRACK_S_MAX),
    reason: `more than ${ALONG_TRACK_S_MAX} s off the elements is another orbit`,
  };
  yield {
    option: 'scenario.pair_jitter_sigma_ns', holds: pair_jitter_sigma_ns >= 0 && pair_jitter_sigma_ns <= JITTER_NS_MAX,
    reason: `${pair_jitter_sigma_ns} is not in [0, ${JITTER_NS_MAX}]`,
  };
  const delays = (wishes.detector_delay_ns ?? []).flat();
  yield {
    option: 'scenario.detector_delay_ns', holds: delays.every((delay) => within(delay, DELAY_NS_MAX)),
    reason: `a delay is larger than ${DELAY_NS_MAX} ns`,
  };
  yield {
    option: 'scenario.background_factor', holds: (wishes.background_factor ?? []).every((factor) => factor >= 0),
    reason: 'a factor is negative',
  };
}

function* attackRules(options: SimulateOptions): Generator<Rule> {
  for (const { name, from_s, to_s, station = 0, detector = 1 } of options.attacks ?? []) {
    yield {
      option: `attack ${name}`, holds: from_s >= 0 && from_s < to_s && from_s < options.seconds,
      reason: `${from_s} to ${to_s} s is no part of a window of ${options.seconds} s`,
    };
    yield {
      option: `attack ${name}`, holds: options.mission.stations[station].detectors[detector] !== undefined,
      reason: `no detector ${detector}`,
    };
  }
}

/** Refuses options that physics or the recorders cannot follow; the first one that fails is named. */
export function checkOptions(options: SimulateOptions): Result<null, SimulatorError> {
  const wishes = options.scenario ?? {};
  const all = [
    plainRules(options), scenarioRules(wishes), recorderRules(wishes), beaconRules(wishes), attackRules(options),
  ];
  for (const rules of all) {
    for (const { option, holds, reason } of rules) {
      if (!holds) return err({ type: 'BadOption', option, reason });
    }
  }
  return ok(null);
}
