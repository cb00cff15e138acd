import { PS_PER_S } from '../../src-core/constants.ts';
import type { Random } from './random.ts';
import type { RecorderModel } from './scenario.ts';

/** A recorder's clock: it starts at zero, and runs as well as its oscillator does. Seconds after the window's start. */
export interface StationClock {
  /** The recorder is switched on. */
  readonly on_s: number;
  /** ... and off. */
  readonly off_s: number;
  readonly ticksAt: (utc_s: number) => number;
  /** Pulse-per-second edges as ticks in order of time; the first one's UTC is `first_edge_s`. */
  readonly pps_ticks: Float64Array;
  readonly first_edge_s: number;
}

export interface StationClockInput {
  readonly model: RecorderModel;
  readonly random: Random;
  /** Milliseconds past a whole second at which the window starts: edges stand on whole seconds of UTC. */
  readonly start_ms_in_second: number;
  readonly seconds: number;
}

/** The recorder runs at least this long before and after the window. */
const MARGIN_S = 1;

/**
 * Switches a recorder on and off, and lets its GPS receiver give a pulse every second.
 *
 *   ticks = 1e12 [(t - on)(1 + y) + max(t - step, 0) dy], rounded
 */
export function createStationClock(input: StationClockInput): StationClock {
  const { model, random, start_ms_in_second, seconds } = input;
  const into_second = start_ms_in_second / 1000;
  // Some part of a second before the whole second that lies a margin before the window.
  const on_s = Math.floor(into_second - MARGIN_S) - into_second - (0.1 + 0.8 * random.uniform()) + model.late_s;
  const off_s = Math.ceil(into_second + seconds + MARGIN_S) - into_second + 0.1 + 0.8 * random.uniform();
  const step = model.rate_step ?? { at_s: Infinity, change: 0 };
  const zero_s = Math.max(on_s - step.at_s, 0);
  const ticksAt = (utc_s: number) => {
    const stepped = step.change === 0 ? 0 : step.change * (Math.max(utc_s - step.at_s, 0) - zero_s);
    return Math.round(((utc_s - on_s) * (1 + model.rate_error) + stepped) * PS_PER_S);
  };
  // A pulse displaced to before the start is not recorded, and must not be: the manifest names the first edge.
  const first_edge_s = Math.ceil(on_s + into_second + 0.05) - into_second;
  const edges = Math.max(0, Math.floor(off_s - first_edge_s) + 1);
  const pps_s = Float64Array.from({ length: edges }, (_, i) =>
    first_edge_s + i + (model.pps_offset_ns + model.pps_sigma_ns * random.normal()) * 1e-9);
  for (const glitch of model.pps_glitches) {
    const edge = Math.round(glitch.at_s - first_edge_s);
    if (edge >= 0 && edge < edges) pps_s[edge]! += glitch.offset_ns * 1e-9;
  }
  const given_s = pps_s.filter((_, i) => !model.pps_gaps_s.some(([from_s, to_s]) => first_edge_s + i >= from_s && first_edge_s + i < to_s));
  return { on_s, off_s, ticksAt, pps_ticks: given_s.map(ticksAt).sort(), first_edge_s };
}
