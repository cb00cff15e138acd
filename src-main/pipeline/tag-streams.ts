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

/**
 * Which channel of the rows means what. `sync_channel` is the code of the recorder's sync input, where that is not
 * `SYNC_CHANNEL`: a PicoHarp's sync is its channel 0.
 */
export function channelRoles(
  { detectors, beacon, pps }: RecordingManifest,
  sync_channel?: number | null,
): ChannelRoles {
  const code = (channel: number | 'sync') => (channel === 'sync' ? (sync_channel ?? SYNC_CHANNEL) : channel);
  return {
    detector_channels: detectors.map(({ channel }) => channel),
    beacon_channel: beacon === undefined ? null : code(beacon.channel),
    pps_channel: pps === undefined ? null : code(pps.channel),
  };
}

/** A channel with two roles, as where a manifest names a PicoHarp's channel 0 and its sync; null where there is none. */
export function sharedChannel({ detector_channels, beacon_channel, pps_channel }: ChannelRoles): number | null {
  const named = [...detector_channels, beacon_channel, pps_channel].filter((channel) => channel !== null);
  return named.find((channel, i) => named.indexOf(channel) !== i) ?? null;
}

type SourceTags = StationTags & { readonly sync_channel?: number | null };

/** Parts a recorder's rows into the streams of a pass file; channels the manifest does not name are counted. */
export function splitStreams(manifest: RecordingManifest, tags: SourceTags): KeptStreams {
  const { ticks, channel, dropped, sync_channel } = tags;
  const { ignored, ...streams } = splitTags({ ticks, channel }, channelRoles(manifest, sync_channel));
  return { ...streams, dropped: ignored === 0 ? dropped : { ...dropped, unassigned_channel: ignored } };
}

/** Inverse of `splitStreams`: one column of rows in order of time, as a recorder would have written them. */
export function mergeStreams(manifest: RecordingManifest, streams: KeptStreams, tick_ps: number): StationTags {
  return { ...mergeTags(streams, channelRoles(manifest)), tick_ps, dropped: streams.dropped };
}

export interface CommonTime {
  readonly start_utc_ms: number;
  readonly seconds: number;
}

/** How far a recording reaches, in seconds of the recorder's clock. */
export interface RecordedSpan {
  readonly from_s: number;
  readonly to_s: number;
  readonly first_pps_s: number | null;
}

/** A recording as far as its time goes. */
interface TimedRecording {
  readonly manifest: RecordingManifest;
  readonly where: string;
  readonly span: RecordedSpan;
}

/** The span of rows that are in memory. */
export function spanOfTags(manifest: RecordingManifest, tags: SourceTags): RecordedSpan {
  const { ticks, channel, tick_ps, sync_channel } = tags;
  const { pps_channel } = channelRoles(manifest, sync_channel);
  const edge = pps_channel === null ? -1 : channel.indexOf(pps_channel);
  const at = (row: number) => (ticks[row]! * tick_ps) / 1e12;
  return ticks.length === 0
    ? { from_s: 0, to_s: 0, first_pps_s: null }
    : { from_s: at(0), to_s: at(ticks.length - 1), first_pps_s: edge < 0 ? null : at(edge) };
}

/** When both recorders ran, by their first PPS edges: good to a second, enough to name and to refuse a pass. */
export function commonTime([a, b]: readonly [TimedRecording, TimedRecording]): Result<CommonTime, OperationError> {
  const first = utcSpan(a);
  if (!first.ok) return first;
  const second = utcSpan(b);
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

/** When one recorder ran, for a pass of which this console holds no other recording. */
export function ownTime(recording: TimedRecording): Result<CommonTime, OperationError> {
  const span = utcSpan(recording);
  if (!span.ok) return span;
  const [start_utc_ms, end_utc_ms] = span.value;
  return ok({ start_utc_ms, seconds: (end_utc_ms - start_utc_ms) / 1000 });
}

function utcSpan({ manifest, where, span }: TimedRecording): Result<readonly [number, number], OperationError> {
  const refuse = (message: string) => err({ type: 'NotPossible', reason: 'NoPps', message: `${where}: ${message}` });
  if (manifest.pps === undefined) return refuse('the manifest names no pps, so nobody knows when it was recorded');
  const edge_utc = parseUtc(manifest.pps.first_edge_utc);
  if (!edge_utc.ok)
    return err({ type: 'InvalidFile', where, message: `pps.first_edge_utc: ${edge_utc.error.text} is not UTC` });
  const edge_s = span.first_pps_s;
  if (edge_s === null) return refuse(`no 1PPS edge on channel ${manifest.pps.channel}: check pps.channel`);
  const at = (recorder_s: number) => edge_utc.value + (recorder_s - edge_s) * 1000;
  return ok([at(span.from_s), at(span.to_s)]);
}
