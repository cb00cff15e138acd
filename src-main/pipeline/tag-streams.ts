import type { OperationError } from '../../src-contract/errors.ts';
import type { RecordingManifest } from '../../src-contract/recording.ts';
import { mergeTags, splitTags, type ChannelRoles, type StationStreams } from '../../src-core/archive/streams.ts';
import { SYNC_CHANNEL } from '../../src-core/formats/tag-columns.ts';
import type { StationTags } from '../../src-core/detection/station-input.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import { parseUtc } from '../../src-core/utc.ts';

/** A station's streams, and what of its recording is in none of them. */
export interface KeptStreams extends StationStreams {
  /** Events of the recording that are in no stream, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
}

export const tagChannel = (channel: number | 'sync') => (channel === 'sync' ? SYNC_CHANNEL : channel);

function rolesOf({ detectors, beacon, pps }: RecordingManifest): ChannelRoles {
  return {
    detector_channels: detectors.map(({ channel }) => channel),
    beacon_channel: beacon === undefined ? null : tagChannel(beacon.channel),
    pps_channel: pps === undefined ? null : tagChannel(pps.channel),
  };
}

/** Parts a recorder's rows into the streams of a pass file; channels the manifest does not name are counted. */
export function splitStreams(manifest: RecordingManifest, { ticks, channel, dropped }: StationTags): KeptStreams {
  const { ignored, ...streams } = splitTags({ ticks, channel }, rolesOf(manifest));
  return { ...streams, dropped: ignored === 0 ? dropped : { ...dropped, unassigned_channel: ignored } };
}

/** Inverse of `splitStreams`: one column of rows in order of time, as a recorder would have written them. */
export function mergeStreams(manifest: RecordingManifest, streams: KeptStreams, tick_ps: number): StationTags {
  return { ...mergeTags(streams, rolesOf(manifest)), tick_ps, dropped: streams.dropped };
}

export interface CommonTime {
  readonly start_utc_ms: number;
  readonly seconds: number;
}

/** A recording as far as its time goes. */
interface TimedRecording {
  readonly manifest: RecordingManifest;
  readonly where: string;
  readonly tags: StationTags;
}

/** When both recorders ran, by their first PPS edges: good to a second, enough to name and to refuse a pass. */
export function commonTime([a, b]: readonly [TimedRecording, TimedRecording]): Result<CommonTime, OperationError> {
  const first = spanOf(a);
  if (!first.ok) return first;
  const second = spanOf(b);
  if (!second.ok) return second;
  const start_utc_ms = Math.max(first.value[0], second.value[0]);
  const seconds = (Math.min(first.value[1], second.value[1]) - start_utc_ms) / 1000;
  if (seconds > 0) return ok({ start_utc_ms, seconds });
  return err({
    type: 'NotPossible',
    reason: 'NoOverlap',
    message: `${a.where} and ${b.where} do not overlap: ${(-seconds).toFixed(1)} s lie between them. Not the same pass?`,
  });
}

function spanOf({ manifest, where, tags }: TimedRecording): Result<readonly [number, number], OperationError> {
  const { ticks, channel, tick_ps } = tags;
  const refuse = (message: string) => err({ type: 'NotPossible', reason: 'NoPps', message: `${where}: ${message}` });
  if (manifest.pps === undefined) return refuse('the manifest names no pps, so nobody knows when it was recorded');
  const edge_utc = parseUtc(manifest.pps.first_edge_utc);
  if (!edge_utc.ok)
    return err({ type: 'InvalidFile', where, message: `pps.first_edge_utc: ${edge_utc.error.text} is not UTC` });
  const edge = channel.indexOf(tagChannel(manifest.pps.channel));
  if (edge < 0) return refuse(`no 1PPS edge on channel ${manifest.pps.channel}: check pps.channel`);
  const at = (tick: number) => edge_utc.value + ((tick - ticks[edge]!) * tick_ps) / 1e9;
  return ok([at(ticks[0]!), at(ticks.at(-1)!)]);
}
