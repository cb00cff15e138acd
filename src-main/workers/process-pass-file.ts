import type { KeyObject } from 'node:crypto';
import type { OperationError, Reply } from '../../src-contract/errors.ts';
import type { MissionFile } from '../../src-contract/mission.ts';
import type { GateWish } from '../../src-contract/quantities.ts';
import type { ProcessVerdict } from '../../src-contract/pass.ts';
import type { KeylessInterval } from '../../src-core/alarms/keyless.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import { evaluatePair, judgeOutcome, type Evaluation } from '../pipeline/evaluate-pair.ts';
import { clicksForKey, keylessOf } from '../pipeline/keyless.ts';
import { preparePair, type PreparedPair, type RecordedStation } from '../pipeline/pass-recordings.ts';
import { mergeStreams } from '../pipeline/tag-streams.ts';
import { openPassReader, type PassFileReader } from '../store/pass-file-reader.ts';
import type { SealedPass, StoredStation } from '../store/pass-types.ts';
import { parseManifest } from '../store/recording-files.ts';
import { systemRandomBit } from './random-bit.ts';
import { fileFailure } from './recording-failure.ts';
import { HELD_ROWS_MAX, TOO_LARGE_FOR_PHOTONS } from './recording-size.ts';
import type { StationPlace } from './station-place.ts';
import { streamPair, type StreamedPair } from './stream-pair.ts';
import { CANCELLED, type TaskContext } from './task.ts';
import { watchOf } from './watch.ts';

/** An archived pass, and what opens it. */
export interface PassOrder {
  readonly path: string;
  readonly mission: MissionFile;
  readonly vault: { readonly key_id: string; readonly key: KeyObject };
  /** A pass of more rows is read piece by piece; no result depends on it. */
  readonly held_rows_max?: number;
}

export interface ProcessOrder extends PassOrder {
  readonly gate_ns: GateWish;
  /** False: lock on the photons alone, whatever the recordings hold. */
  readonly beacon: boolean;
}

export interface ProcessedPass {
  readonly verdict: ProcessVerdict;
  readonly series: Uint8Array<ArrayBuffer>;
}

/** A verdict on an archived pass, from its file alone. */
export async function processPassFile(order: ProcessOrder, context: TaskContext): Promise<Reply<ProcessedPass>> {
  const evaluated = await evaluatePass(order, context);
  if (!evaluated.ok) return evaluated;
  const { verdict, series } = evaluated.value;
  context.transfer(series.buffer);
  return ok({ verdict, series });
}

async function evaluatePass(order: ProcessOrder, context: TaskContext): Promise<Reply<Evaluation>> {
  const { mission, gate_ns, beacon } = order;
  const large = isLargePass(order);
  if (!large.ok) return large;
  if (large.value) {
    if (!beacon) return err(TOO_LARGE_FOR_PHOTONS);
    const streamed = await streamPass(order, context);
    return streamed.ok ? judgeOutcome({ mission, ...streamed.value }, systemRandomBit()) : streamed;
  }
  const pair = readPassPair(order, context);
  if (!pair.ok) return pair;
  context.report('locking clocks, counting coincidences', 0.4);
  if (context.cancelled()) return CANCELLED;
  return evaluatePair(mission, pair.value, { gate_ns, beacon, randomBit: systemRandomBit() });
}

/** Whether a pass has more events than are held in memory. */
export function isLargePass({ path, held_rows_max = HELD_ROWS_MAX }: PassOrder): Reply<boolean> {
  const opened = openPassReader(path);
  if (!opened.ok) return opened;
  const { stations } = opened.value.pass;
  opened.value.close();
  const rows = stations.reduce((sum, { stored }) => sum + stored.clicks + stored.beacon + stored.pps, 0);
  return ok(rows > held_rows_max);
}

/** Lock and coincidences of a pass that is not held in memory. */
export async function streamPass(
  order: PassOrder & { readonly gate_ns: GateWish },
  context: TaskContext,
): Promise<Reply<StreamedPair>> {
  const opened = openPassReader(order.path);
  if (!opened.ok) return opened;
  const { pass } = opened.value;
  const keyless = keylessIn(order, opened.value);
  opened.value.close();
  if (!keyless.ok) return keyless;
  const places: StationPlace[] = [];
  for (const { station, manifest_json } of inMissionOrder(order.mission, pass.stations)) {
    const where = `${order.path}: ${station}`;
    const manifest = parseManifest(manifest_json, where);
    if (!manifest.ok) return err(fileFailure(manifest.error));
    const { key_id, key } = order.vault;
    const from = { path: order.path, where, key_id, key, piece_bytes: 0 };
    places.push({ kind: 'pass', manifest: manifest.value.manifest, ...from });
  }
  const { mission, gate_ns } = order;
  const streamed = await streamPair(
    {
      mission,
      gate_ns,
      places: places as unknown as readonly [StationPlace, StationPlace],
      elements: elementsOf(order.path, pass),
      threads: 2,
    },
    watchOf(context),
  );
  if (!streamed.ok) return streamed;
  return ok({ ...streamed.value, pair: { ...streamed.value.pair, keyless: keyless.value } });
}

/** When either station was blinded or not watched: what is counted then makes no key. */
function keylessIn({ mission }: PassOrder, reader: PassFileReader): Result<readonly KeylessInterval[], OperationError> {
  const intervals: KeylessInterval[] = [];
  for (const { station } of reader.pass.stations) {
    const telemetry = reader.readTelemetry(station);
    if (!telemetry.ok) return telemetry;
    intervals.push(...keylessOf(mission, telemetry.value));
  }
  return ok(intervals);
}

const elementsOf = (path: string, { meta: { elements_text } }: SealedPass) =>
  elements_text === null ? null : { text: elements_text, name: `${path}: elements` };

function inMissionOrder(mission: MissionFile, stations: readonly StoredStation[]): readonly StoredStation[] {
  const place = (station: string) => mission.stations.findIndex(({ id }) => id === station);
  return [...stations].sort((a, b) => place(a.station) - place(b.station));
}

/** Both stations' tags out of a pass file, checked against each other and the mission. They name detectors: secret. */
export function readPassPair(order: PassOrder, context: TaskContext): Reply<PreparedPair> {
  const opened = openPassReader(order.path);
  if (!opened.ok) return opened;
  const reader = opened.value;
  try {
    context.report('reading the pass file', 0.05);
    const stations = readStations(order, reader, context);
    if (!stations.ok) return stations;
    const keyless = keylessIn(order, reader);
    if (!keyless.ok) return keyless;
    const pair = preparePair(order.mission, stations.value, elementsOf(order.path, reader.pass));
    return pair.ok ? ok({ ...pair.value, keyless: keyless.value }) : pair;
  } finally {
    reader.close();
  }
}

/**
 * The one station of an operational pass, without clicks that make no key: the other console never hears of them.
 * Elements that only the archive knows are told with its times.
 */
export function readOwnStation(order: PassOrder): Reply<RecordedStation> {
  const opened = openPassReader(order.path);
  if (!opened.ok) return opened;
  const reader = opened.value;
  try {
    const [station, ...others] = reader.pass.stations;
    if (station === undefined || others.length > 0) {
      const message = `${order.path}: an operational pass holds one recording, this file ${reader.pass.stations.length}`;
      return err({ type: 'Refused', message });
    }
    const keyless = keylessIn(order, reader);
    if (!keyless.ok) return keyless;
    const read = readStation({ order, reader, keyless: keyless.value }, station);
    if (!read.ok) return read;
    const [line1, line2] = (reader.pass.meta.elements_text ?? '').split('\n');
    const elements = line1 === undefined || line2 === undefined || line1 === '' ? {} : { elements: { line1, line2 } };
    return ok({ ...read.value, manifest: { ...elements, ...read.value.manifest } });
  } finally {
    reader.close();
  }
}

function readStations(
  order: PassOrder,
  reader: PassFileReader,
  context: TaskContext,
): Result<readonly [RecordedStation, RecordedStation], OperationError> {
  const stations: RecordedStation[] = [];
  for (const station of inMissionOrder(order.mission, reader.pass.stations)) {
    context.report(`reading ${station.station}`, 0.05 + 0.15 * stations.length);
    const read = readStation({ order, reader, keyless: [] }, station);
    if (!read.ok) return read;
    stations.push(read.value);
  }
  return ok(stations as unknown as readonly [RecordedStation, RecordedStation]);
}

interface OpenPass {
  readonly order: PassOrder;
  readonly reader: PassFileReader;
  readonly keyless: readonly KeylessInterval[];
}

function readStation(
  { order, reader, keyless }: OpenPass,
  { station, manifest_json, tick_ps, counters }: StoredStation,
): Result<RecordedStation, OperationError> {
  const where = `${order.path}: ${station}`;
  const manifest = parseManifest(manifest_json, where);
  if (!manifest.ok) return { ok: false, error: fileFailure(manifest.error) };
  const streams = reader.readStreams(station, { key_id: order.vault.key_id, keyFor: () => order.vault.key });
  if (!streams.ok) return streams;
  const kept = clicksForKey(manifest.value.manifest, { ...streams.value, dropped: counters }, { tick_ps, keyless });
  const tags = mergeStreams(manifest.value.manifest, kept, tick_ps);
  kept.clicks.detector.fill(0);
  streams.value.clicks.detector.fill(0);
  return ok({ manifest: manifest.value.manifest, where, tags });
}
