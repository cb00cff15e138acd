import type { KeyObject } from 'node:crypto';
import type { OperationError, Reply } from '../../src-contract/errors.ts';
import { err, type Result } from '../../src-core/result.ts';
import { commonTime, spanOfTags, splitStreams } from '../pipeline/tag-streams.ts';
import type { PassMeta, SealedPass } from '../store/pass-types.ts';
import { createPassFileWriter, type PassFileWriter, type StationColumns } from '../store/pass-file-writer.ts';
import { readPair, type ReadPair, type RecordingsRequest } from './process-recordings.ts';
import { surveyRecordings, writeStation, type SurveyedRecordings } from './import-stream.ts';
import { isLarge, placeRecordings } from './recording-size.ts';
import { watchOf } from './watch.ts';
import type { TaskContext } from './task.ts';

export interface ImportOrder extends RecordingsRequest {
  readonly directory: string;
  readonly pass_id: string;
  readonly night: string;
  readonly mission_json: string;
  readonly code_version: string;
  readonly created_at_utc_ms: number;
  readonly vault: { readonly key_id: string; readonly key: KeyObject };
}

/** Reads two recordings and leaves a sealed, not yet published pass file: the host publishes it with its row. */
export async function importRecordings(order: ImportOrder, context: TaskContext): Promise<Reply<SealedPass>> {
  const places = await placeRecordings(order);
  if (!places.ok) return places;
  return (await isLarge(places.value, order.held_rows_max))
    ? importStreamed(order, places.value, context)
    : importHeld(order, context);
}

async function importHeld(order: ImportOrder, context: TaskContext): Promise<Reply<SealedPass>> {
  const read = await readPair(order, watchOf(context));
  if (!read.ok) return read;
  const [a, b] = read.value.recordings;
  const common = commonTime([timed(a), timed(b)]);
  if (!common.ok) return common;
  context.report('writing the pass file', 0.7);
  return sealed(order, { pair: read.value.pair, common: common.value }, (writer) => write(writer, read.value, context));
}

type Places = SurveyedRecordings['places'];

async function importStreamed(order: ImportOrder, places: Places, context: TaskContext): Promise<Reply<SealedPass>> {
  const watch = watchOf(context);
  const { mission, elements } = order;
  const onProgress = (stage: string, fraction: number) => context.report(stage, 0.3 * fraction);
  const surveyed = await surveyRecordings({ mission, places, elements }, { ...watch, onProgress });
  if (!surveyed.ok) return surveyed;
  return sealed(order, surveyed.value, async (writer) => {
    for (const which of [0, 1] as const) {
      const station = { place: places[which], surveyed: surveyed.value.surveyed[which] };
      const written = await writeStation(writer, station, {
        ...watch,
        onProgress: (stage, fraction) => context.report(stage, 0.3 + 0.3 * (which + fraction)),
      });
      if (!written.ok) return written;
    }
    if (context.cancelled()) return err({ type: 'Cancelled' });
    context.report('sealing', 0.95);
    return writer.seal();
  });
}

type Fill = (writer: PassFileWriter) => Reply<SealedPass> | Promise<Reply<SealedPass>>;

/** Begins the file, lets it be filled, and leaves nothing where that failed. */
async function sealed(
  order: ImportOrder,
  found: Pick<SurveyedRecordings, 'pair' | 'common'>,
  fill: Fill,
): Promise<Reply<SealedPass>> {
  const writer = createPassFileWriter({
    directory: order.directory,
    meta: metaOf(order, found),
    vault: { key_id: order.vault.key_id, keyFor: () => order.vault.key },
  });
  if (!writer.ok) return writer;
  const filled = await fill(writer.value);
  if (!filled.ok) writer.value.abandon();
  return filled;
}

const timed = ({ manifest, manifest_path, tags }: ReadPair['recordings'][number]) => ({
  manifest,
  where: manifest_path,
  span: spanOfTags(manifest, tags),
});

function write(
  writer: PassFileWriter,
  { recordings }: ReadPair,
  context: TaskContext,
): Result<SealedPass, OperationError> {
  for (const [index, recording] of recordings.entries()) {
    if (context.cancelled()) return err({ type: 'Cancelled' });
    context.report(`writing ${recording.manifest.station}`, 0.7 + 0.15 * index);
    const added = writer.addStation(columnsOf(recording));
    if (!added.ok) return added;
  }
  if (context.cancelled()) return err({ type: 'Cancelled' });
  return writer.seal();
}

function columnsOf({ manifest, manifest_text, tags, bytes, sha256 }: ReadPair['recordings'][number]): StationColumns {
  const { clicks, beacon, pps, dropped } = splitStreams(manifest, tags);
  const unread = Object.values(dropped).reduce((sum, n) => sum + n, 0);
  return {
    station: manifest.station,
    file_name: manifest.tags.file,
    type: manifest.tags.type,
    sha256,
    bytes,
    manifest_json: manifest_text,
    tick_ps: tags.tick_ps,
    origin_ticks: tags.origin_ticks.toString(),
    detectors: manifest.detectors.length,
    events: clicks.ticks.length + beacon.ticks.length + pps.ticks.length + unread,
    counters: dropped,
    clicks,
    beacon,
    pps,
  };
}

function metaOf(order: ImportOrder, { pair, common }: Pick<SurveyedRecordings, 'pair' | 'common'>): PassMeta {
  const { mode, state } = pair.stations[0].manifest;
  const { line1, line2 } = pair.elements;
  return {
    pass_id: order.pass_id,
    night: order.night,
    mode,
    entangled_state: state,
    custody: order.mission.custody,
    start_utc_ms: common.start_utc_ms,
    seconds: common.seconds,
    mission_id: order.mission.id,
    mission_json: order.mission_json,
    elements_text: line1 === null || line2 === null ? null : `${line1}\n${line2}\n`,
    code_version: order.code_version,
    created_at_utc_ms: order.created_at_utc_ms,
  };
}
