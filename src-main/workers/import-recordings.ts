import type { KeyObject } from 'node:crypto';
import type { OperationError, Reply } from '../../src-contract/errors.ts';
import type { MissionFile } from '../../src-contract/mission.ts';
import type { ElementSet } from '../../src-core/orbit/element-set.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import { prepareAlone, preparePair } from '../pipeline/pass-recordings.ts';
import { commonTime, ownTime, spanOfTags, splitStreams, type CommonTime } from '../pipeline/tag-streams.ts';
import type { PassMeta, SealedPass } from '../store/pass-types.ts';
import { createPassFileWriter, type PassFileWriter, type StationColumns } from '../store/pass-file-writer.ts';
import type { StationRecording } from '../store/recording-files.ts';
import { readRecordings, stationOf, type RecordingsRequest } from './process-recordings.ts';
import { surveyRecordings, writeStation, type SurveyedRecordings } from './import-stream.ts';
import { isLarge, placeRecordings, TOO_LARGE_ALONE } from './recording-size.ts';
import { watchOf } from './watch.ts';
import type { TaskContext } from './task.ts';

export interface ImportOrder extends Omit<RecordingsRequest, 'manifest_paths'> {
  /** Two, or in operational custody this console's own. */
  readonly manifest_paths: readonly [string] | readonly [string, string];
  readonly custody: MissionFile['custody'];
  readonly directory: string;
  readonly pass_id: string;
  readonly night: string;
  readonly mission_json: string;
  readonly code_version: string;
  readonly created_at_utc_ms: number;
  readonly vault: { readonly key_id: string; readonly key: KeyObject };
}

/** What an import needs to know of its recordings beside what they hold. */
interface Checked {
  readonly manifest: StationRecording['manifest'];
  readonly elements: ElementSet;
  readonly time: CommonTime;
}

/** Reads the recordings and leaves a sealed, not yet published pass file: the host publishes it with its row. */
export async function importRecordings(order: ImportOrder, context: TaskContext): Promise<Reply<SealedPass>> {
  const places = await placeRecordings(order);
  if (!places.ok) return places;
  if (!(await isLarge(places.value, order.held_rows_max))) return importHeld(order, context);
  return places.value.length === 1 ? err(TOO_LARGE_ALONE) : importStreamed(order, places.value, context);
}

async function importHeld(order: ImportOrder, context: TaskContext): Promise<Reply<SealedPass>> {
  const read = await readRecordings(order, watchOf(context));
  if (!read.ok) return read;
  const recordings = read.value as readonly [StationRecording, StationRecording?];
  const checked = check(order, recordings);
  if (!checked.ok) return checked;
  context.report('writing the pass file', 0.7);
  return sealed(order, checked.value, (writer) => write(writer, read.value, context));
}

/** Against the mission, and two of them against each other. */
function check(order: ImportOrder, [a, b]: readonly [StationRecording, StationRecording?]): Result<Checked, OperationError> {
  const { manifest } = a;
  if (b === undefined) {
    const elements = prepareAlone(order.mission, stationOf(a), order.elements);
    if (!elements.ok) return elements;
    const time = ownTime(timed(a));
    return time.ok ? ok({ manifest, elements: elements.value, time: time.value }) : time;
  }
  const pair = preparePair(order.mission, [stationOf(a), stationOf(b)], order.elements);
  if (!pair.ok) return pair;
  const time = commonTime([timed(a), timed(b)]);
  return time.ok ? ok({ manifest, elements: pair.value.elements, time: time.value }) : time;
}

type Places = SurveyedRecordings['places'];

async function importStreamed(order: ImportOrder, places: Places, context: TaskContext): Promise<Reply<SealedPass>> {
  const watch = watchOf(context);
  const { mission, elements } = order;
  const onProgress = (stage: string, fraction: number) => context.report(stage, 0.3 * fraction);
  const surveyed = await surveyRecordings({ mission, places, elements }, { ...watch, onProgress });
  if (!surveyed.ok) return surveyed;
  const { pair, common } = surveyed.value;
  const { manifest } = pair.stations[0];
  return sealed(order, { manifest, elements: pair.elements, time: common }, async (writer) => {
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
  checked: Checked,
  fill: Fill,
): Promise<Reply<SealedPass>> {
  const writer = createPassFileWriter({
    directory: order.directory,
    meta: metaOf(order, checked),
    vault: { key_id: order.vault.key_id, keyFor: () => order.vault.key },
  });
  if (!writer.ok) return writer;
  const filled = await fill(writer.value);
  if (!filled.ok) writer.value.abandon();
  return filled;
}

const timed = ({ manifest, manifest_path, tags }: StationRecording) => ({
  manifest,
  where: manifest_path,
  span: spanOfTags(manifest, tags),
});

function write(
  writer: PassFileWriter,
  recordings: readonly StationRecording[],
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

function columnsOf({ manifest, manifest_text, tags, bytes, sha256 }: StationRecording): StationColumns {
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

function metaOf(order: ImportOrder, { manifest, elements, time }: Checked): PassMeta {
  const { mode, state } = manifest;
  const { line1, line2 } = elements;
  return {
    pass_id: order.pass_id,
    night: order.night,
    mode,
    entangled_state: state,
    custody: order.custody,
    start_utc_ms: time.start_utc_ms,
    seconds: time.seconds,
    mission_id: order.mission.id,
    mission_json: order.mission_json,
    elements_text: line1 === null || line2 === null ? null : `${line1}\n${line2}\n`,
    code_version: order.code_version,
    created_at_utc_ms: order.created_at_utc_ms,
  };
}
