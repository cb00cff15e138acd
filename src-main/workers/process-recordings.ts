import type { OperationError } from '../../src-contract/errors.ts';
import type { MissionFile } from '../../src-contract/mission.ts';
import type { GateWish } from '../../src-contract/quantities.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import type { ElementText } from '../pipeline/element-text.ts';
import { evaluatePair, judgeOutcome, type Evaluation } from '../pipeline/evaluate-pair.ts';
import { preparePair, type PreparedPair, type RecordedStation } from '../pipeline/pass-recordings.ts';
import { readRecording, type StationRecording } from '../store/recording-files.ts';
import { systemRandomBit } from './random-bit.ts';
import { fileFailure } from './recording-failure.ts';
import { isLarge, placeRecordings, TOO_LARGE_FOR_PHOTONS } from './recording-size.ts';
import { streamPair } from './stream-pair.ts';

export interface RecordingsRequest {
  readonly mission: MissionFile;
  readonly manifest_paths: readonly [string, string];
  readonly partial: boolean;
  /** Used when neither manifest carries elements. */
  readonly elements: ElementText | null;
  /** Recordings of more rows are read piece by piece; no result depends on it. */
  readonly held_rows_max?: number;
}

export interface ProcessRequest extends RecordingsRequest {
  readonly beacon: boolean;
  readonly gate_ns: GateWish;
}

export interface Watch {
  readonly signal?: AbortSignal;
  readonly onProgress?: (stage: string, fraction: number) => void;
}

/** Reading is most of the wait: the rest of the bar is for lock and counts. */
const READING_SHARE = 0.6;

/** From two manifests on disk to a verdict; what is too large for memory is read piece by piece. */
export async function processRecordings(
  request: ProcessRequest,
  watch: Watch,
): Promise<Result<Evaluation, OperationError>> {
  const places = await placeRecordings(request);
  if (!places.ok) return places;
  if (!(await isLarge(places.value, request.held_rows_max))) return processInMemory(request, watch);
  if (!request.beacon) return err(TOO_LARGE_FOR_PHOTONS);
  const { mission, elements, gate_ns } = request;
  const streamed = await streamPair({ mission, elements, gate_ns, places: places.value, threads: 2 }, watch);
  return streamed.ok ? judgeOutcome({ mission, ...streamed.value }, systemRandomBit()) : streamed;
}

async function processInMemory(request: ProcessRequest, watch: Watch): Promise<Result<Evaluation, OperationError>> {
  const read = await readPair(request, watch);
  if (!read.ok) return read;
  watch.onProgress?.('locking clocks', READING_SHARE);
  const evaluation = evaluatePair(request.mission, read.value.pair, {
    gate_ns: request.gate_ns,
    beacon: request.beacon,
    randomBit: systemRandomBit(),
  });
  await letSignalsIn();
  return watch.signal?.aborted === true ? err({ type: 'Cancelled' }) : evaluation;
}

/** An interrupt that came during the computation is seen in the next turn of the loop after this one. */
async function letSignalsIn(): Promise<void> {
  for (let turn = 0; turn < 2; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}

export interface ReadPair {
  readonly recordings: readonly [StationRecording, StationRecording];
  readonly pair: PreparedPair;
}

/** Both recordings, hashed, decoded, checked against each other and against the mission. */
export async function readPair(request: RecordingsRequest, watch: Watch): Promise<Result<ReadPair, OperationError>> {
  const recordings = await readRecordings(request, watch);
  if (!recordings.ok) return recordings;
  const [a, b] = recordings.value as [StationRecording, StationRecording];
  const pair = preparePair(request.mission, [stationOf(a), stationOf(b)], request.elements);
  return pair.ok ? ok({ recordings: [a, b], pair: pair.value }) : pair;
}

/** Recordings hashed and decoded, not yet looked at together. */
export async function readRecordings(
  request: { readonly manifest_paths: readonly string[]; readonly partial: boolean },
  watch: Watch,
): Promise<Result<readonly StationRecording[], OperationError>> {
  const recordings: StationRecording[] = [];
  const { length } = request.manifest_paths;
  for (const [index, path] of request.manifest_paths.entries()) {
    const recording = await readRecording(path, {
      partial: request.partial,
      ...(watch.signal === undefined ? {} : { signal: watch.signal }),
      onProgress: (done, total) =>
        watch.onProgress?.(`reading ${path}`, (READING_SHARE * (index + done / Math.max(total, 1))) / length),
    });
    if (!recording.ok) return err(fileFailure(recording.error));
    recordings.push(recording.value);
  }
  return ok(recordings);
}

export function stationOf({ manifest, manifest_path, tags }: StationRecording): RecordedStation {
  return { manifest, where: manifest_path, tags, sync_channel: tags.sync_channel };
}
