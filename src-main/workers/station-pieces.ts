// One station's recording, from disk piece by piece: once for its survey, and again for its clicks as often as asked.
import type { OperationError } from '../../src-contract/errors.ts';
import { createChannelSplit, type StationEvents } from '../../src-core/detection/split-channels.ts';
import { createClickStream, type ClickAccount } from '../../src-core/detection/station-clicks.ts';
import { createSurvey } from '../../src-core/detection/station-survey.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import { channelRoles, sharedChannel } from '../pipeline/tag-streams.ts';
import { streamTagFile, type ReadTags } from '../store/recording-files.ts';
import { clicksOfPass, surveyPass } from './pass-pieces.ts';
import { fileFailure } from './recording-failure.ts';
import type { ClickOrder, PutPiece, RecordingPlace, StationPlace, SurveyedFile, Watch } from './station-place.ts';

/** Once through the file: all but the clicks, and its digest. */
export function surveyStation(place: StationPlace, watch: Watch): Promise<Result<SurveyedFile, OperationError>> {
  return place.kind === 'pass' ? Promise.resolve(surveyPass(place)) : surveyRecording(place, watch);
}

/** Once through the file for its clicks, in satellite time. */
export async function pumpClicks(
  place: StationPlace,
  { clock, rule }: ClickOrder,
  { put, signal }: { readonly put: PutPiece; readonly signal?: AbortSignal },
): Promise<Result<ClickAccount, OperationError>> {
  const stream = createClickStream(clock, rule);
  const take = (clicks: Pick<StationEvents, 'clicks_s' | 'detector'>) => put(stream.take(clicks));
  const read =
    place.kind === 'pass'
      ? await clicksOfPass(place, take)
      : await readEvents(place, { take, hashed: false }, signal === undefined ? {} : { signal });
  return read.ok ? ok(stream.account()) : read;
}

async function surveyRecording(
  place: RecordingPlace & StationPlace,
  watch: Watch,
): Promise<Result<SurveyedFile, OperationError>> {
  const survey = createSurvey();
  let [first, last] = [Number.NaN, Number.NaN];
  const take = (events: StationEvents, [from_s, to_s]: readonly [number, number]) => {
    if (Number.isNaN(first)) first = from_s;
    last = to_s;
    survey.take(events);
    return Promise.resolve();
  };
  const read = await readEvents(place, { take, hashed: true }, watch);
  if (!read.ok) return read;
  const { tags, bytes, sha256 } = read.value;
  const expected = place.manifest.tags.sha256;
  if (sha256 !== expected) {
    return err(fileFailure({ type: 'Sha256Differs', path: place.tags_path, expected, found: sha256 }));
  }
  const found = survey.finish(tags.dropped);
  const [from_s, to_s] = found.rows === 0 ? [0, 0] : [first, last];
  const { tick_ps, sync_channel, origin_ticks } = tags;
  const span = { from_s, to_s, first_pps_s: found.pps_s[0] ?? null };
  return ok({ survey: found, span, tick_ps, sync_channel, origin_ticks, bytes, sha256 });
}

interface EventSink {
  readonly take: (events: StationEvents, span_s: readonly [number, number]) => Promise<void>;
  readonly hashed: boolean;
}

async function readEvents(
  place: RecordingPlace & StationPlace,
  { take, hashed }: EventSink,
  { signal, onProgress }: Watch,
): Promise<Result<ReadTags, OperationError>> {
  const { manifest, tags_path, partial, piece_bytes } = place;
  let split: ReturnType<typeof createChannelSplit> | null = null;
  const shared: number[] = [];
  const read = await streamTagFile(tags_path, {
    type: manifest.tags.type,
    partial,
    piece_bytes,
    hashed,
    ...(signal === undefined ? {} : { signal }),
    onProgress: (done, total) => onProgress?.(done / Math.max(total, 1)),
    onRows: async ({ ticks, channel, tick_ps, sync_channel }) => {
      if (ticks.length === 0) return;
      const roles = channelRoles(manifest, sync_channel);
      const twice = sharedChannel(roles);
      if (twice !== null) shared.push(twice);
      if (shared.length > 0) return;
      split ??= createChannelSplit({ id: manifest.station, ...roles }, tick_ps);
      const scale = tick_ps / 1e12;
      await take(split({ ticks, channel }), [ticks[0]! * scale, ticks.at(-1)! * scale]);
    },
  });
  if (shared[0] !== undefined)
    return err({ type: 'InvalidFile', where: place.where, message: sharedMessage(shared[0]) });
  return read.ok ? read : err(fileFailure(read.error));
}

const sharedMessage = (channel: number) =>
  `channel ${channel} has two meanings: on this recorder it is also the sync input`;
