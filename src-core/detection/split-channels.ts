import { assert } from '../assert.ts';
import { PS_PER_S } from '../constants.ts';
import type { StationInput, StationSetup, StationTags } from './station-input.ts';

/** The rows of a recording by what they are; times in seconds of the station's own clock. */
export interface StationEvents {
  readonly clicks_s: Float64Array;
  /** Position in the recording's detector list. */
  readonly detector: Uint8Array;
  readonly beacon_s: Float64Array;
  readonly pps_s: Float64Array;
  readonly unassigned: number;
}

const BEACON = 8;
const PPS = 9;
const UNASSIGNED = 10;

/**
 * Sorts the rows of a recording into clicks, beacon pulses and PPS edges.
 *
 *   t = tick * tick_ps / 1e12
 *
 * @units ticks in, seconds of the station's clock out (a double holds 1 ps up to two hours)
 * @shape order of time is kept in each column
 * @errors programmer error when a channel has two roles or there are more than eight detectors
 * @validity any channels 0 to 255
 * @source shared manifest `twinpass-recording/1`
 * @golden tests/core/detection/process-pair.test.ts
 */
export function splitChannels(input: StationInput): StationEvents {
  return createChannelSplit(input, input.tags.tick_ps)(input.tags);
}

export type ChannelPlan = Pick<StationSetup, 'id' | 'detector_channels' | 'beacon_channel' | 'pps_channel'>;

/**
 * `splitChannels` for a recording that comes in pieces: each piece is sorted alone.
 *
 *   t = tick * tick_ps / 1e12
 *
 * @units ticks in, seconds of the station's clock out
 * @shape order of time is kept in each column
 * @errors as splitChannels
 * @validity as splitChannels
 * @source shared manifest `twinpass-recording/1`
 * @golden tests/core/detection/station-survey.test.ts, any cut against one piece
 */
export function createChannelSplit(
  plan: ChannelPlan, tick_ps: number,
): (rows: Pick<StationTags, 'ticks' | 'channel'>) => StationEvents {
  const role = roleTable(plan);
  const scale = tick_ps / PS_PER_S;
  return ({ ticks, channel }) => {
    const counts = new Int32Array(UNASSIGNED + 1);
    for (let i = 0; i < channel.length; i += 1) counts[role[channel[i]!]!]! += 1;
    const clicks = counts.subarray(0, BEACON).reduce((sum, n) => sum + n, 0);
    // Every row is written to both long columns and stays in the one whose place moves on: clicks and pulses come in no
    // order that a branch could foresee. One place more than needed takes what comes after the last.
    const clicks_s = new Float64Array(clicks + 1);
    const detector = new Uint8Array(clicks + 1);
    const beacon_s = new Float64Array(counts[BEACON]! + 1);
    const pps_s = new Float64Array(counts[PPS]!);
    let click = 0;
    let pulse = 0;
    let edge = 0;
    for (let i = 0; i < ticks.length; i += 1) {
      const kind = role[channel[i]!]!;
      const time_s = ticks[i]! * scale;
      clicks_s[click] = time_s;
      detector[click] = kind;
      click = (click + Number(kind < BEACON)) | 0;
      beacon_s[pulse] = time_s;
      pulse = (pulse + Number(kind === BEACON)) | 0;
      if (kind === PPS) {
        pps_s[edge] = time_s;
        edge += 1;
      }
    }
    return {
      clicks_s: clicks_s.subarray(0, clicks), detector: detector.subarray(0, clicks),
      beacon_s: beacon_s.subarray(0, pulse), pps_s, unassigned: counts[UNASSIGNED]!,
    };
  };
}

function roleTable(plan: ChannelPlan): Uint8Array {
  assert(plan.detector_channels.length <= BEACON, 'at most eight detectors a station');
  const role = new Uint8Array(256).fill(UNASSIGNED);
  const assign = (channel: number | null, kind: number) => {
    if (channel === null) return;
    assert(role[channel] === UNASSIGNED, `channel ${channel} of ${plan.id} has two roles`);
    role[channel] = kind;
  };
  plan.detector_channels.forEach(assign);
  assign(plan.beacon_channel, BEACON);
  assign(plan.pps_channel, PPS);
  return role;
}
