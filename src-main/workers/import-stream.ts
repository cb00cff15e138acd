// The way of recordings too large for memory into a pass file: surveyed first, then read again into it.
import type { OperationError } from '../../src-contract/errors.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import type { MissionFile } from '../../src-contract/mission.ts';
import type { ElementText } from '../pipeline/element-text.ts';
import { planPair, type PlannedPair } from '../pipeline/pass-recordings.ts';
import { commonTime, splitStreams, type CommonTime } from '../pipeline/tag-streams.ts';
import { readManifest, streamTagFile } from '../store/recording-files.ts';
import type { PassFileWriter, StationWriter } from '../store/pass-file-writer.ts';
import { fileFailure } from './recording-failure.ts';
import type { RecordingPlace, StationPlace, SurveyedFile } from './station-place.ts';
import { createLocalReader, surveyBoth } from './station-reader.ts';
import type { StreamWatch } from './stream-pair.ts';

type Recording = RecordingPlace & StationPlace;

export interface SurveyedRecordings {
  readonly places: readonly [Recording, Recording];
  readonly surveyed: readonly [SurveyedFile, SurveyedFile];
  readonly pair: PlannedPair;
  readonly common: CommonTime;
}

export interface SurveyOrder {
  readonly mission: MissionFile;
  readonly places: readonly [Recording, Recording];
  readonly elements: ElementText | null;
}

/** Both files once through: digests, common time, and whether they are one pass of this mission. */
export async function surveyRecordings(
  { mission, places, elements }: SurveyOrder,
  { signal, onProgress }: StreamWatch,
): Promise<Result<SurveyedRecordings, OperationError>> {
  const readers = [createLocalReader(places[0]), createLocalReader(places[1])] as const;
  const read = await surveyBoth(readers, {
    ...(signal === undefined ? {} : { signal }),
    onProgress: (fraction) => onProgress?.('reading both recordings', fraction),
  });
  if (!read.ok) return read;
  const surveyed = read.value;
  const timed = (which: 0 | 1) => ({ ...places[which], span: surveyed[which].span });
  const spanned = (which: 0 | 1) => {
    const { span, sync_channel } = surveyed[which];
    return { ...places[which], sync_channel, span_s: span.to_s - span.from_s };
  };
  const pair = planPair(mission, [spanned(0), spanned(1)], elements);
  if (!pair.ok) return pair;
  const common = commonTime([timed(0), timed(1)]);
  return common.ok ? ok({ places, surveyed, pair: pair.value, common: common.value }) : common;
}

/** Reads one recording again, into the pass file. */
export async function writeStation(
  writer: PassFileWriter,
  { place, surveyed }: { readonly place: Recording; readonly surveyed: SurveyedFile },
  watch: StreamWatch,
): Promise<Result<null, OperationError>> {
  const { manifest } = place;
  const file = await readManifest(place.where);
  if (!file.ok) return err(fileFailure(file.error));
  const begun = writer.beginStation({
    station: manifest.station,
    file_name: manifest.tags.file,
    type: manifest.tags.type,
    sha256: surveyed.sha256,
    bytes: surveyed.bytes,
    manifest_json: file.value.text,
    tick_ps: surveyed.tick_ps,
    origin_ticks: surveyed.origin_ticks.toString(),
    detectors: manifest.detectors.length,
  });
  if (!begun.ok) return begun;
  const written = await writeRows(begun.value, place, watch);
  if (!written.ok) return written;
  const { survey } = surveyed;
  if (written.value !== survey.rows - survey.unassigned) {
    return err({ type: 'InvalidFile', where: place.tags_path, message: 'changed while it was read; import it again' });
  }
  const unread = Object.values(survey.dropped).reduce((sum, n) => sum + n, 0);
  return begun.value.finish({
    events: survey.rows + unread,
    counters: survey.unassigned === 0 ? survey.dropped : { ...survey.dropped, unassigned_channel: survey.unassigned },
  });
}

/** Rows that were written; the file's own end decides whether they are all. */
async function writeRows(
  station: StationWriter,
  place: Recording,
  { signal, onProgress }: StreamWatch,
): Promise<Result<number, OperationError>> {
  const { manifest, tags_path, partial, piece_bytes } = place;
  const refusals: OperationError[] = [];
  let rows = 0;
  const read = await streamTagFile(tags_path, {
    type: manifest.tags.type,
    partial,
    piece_bytes,
    hashed: false,
    ...(signal === undefined ? {} : { signal }),
    onProgress: (done, total) => onProgress?.(`writing ${manifest.station}`, done / Math.max(total, 1)),
    onRows: (tags) => {
      if (refusals.length > 0 || tags.ticks.length === 0) return Promise.resolve();
      const { clicks, beacon, pps } = splitStreams(manifest, { ...tags, dropped: {} });
      for (const step of [
        () => station.appendClicks(clicks),
        () => station.appendBeacon(beacon.ticks),
        () => station.appendPps(pps.ticks),
      ]) {
        const done = step();
        if (!done.ok) refusals.push(done.error);
      }
      clicks.detector.fill(0);
      rows += clicks.ticks.length + beacon.ticks.length + pps.ticks.length;
      return Promise.resolve();
    },
  });
  if (refusals[0] !== undefined) return err(refusals[0]);
  return read.ok ? ok(rows) : err(fileFailure(read.error));
}
