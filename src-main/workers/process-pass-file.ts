import type { KeyObject } from 'node:crypto';
import type { OperationError, Reply } from '../../src-contract/errors.ts';
import type { MissionFile } from '../../src-contract/mission.ts';
import type { ProcessVerdict } from '../../src-contract/pass.ts';
import { ok, type Result } from '../../src-core/result.ts';
import { evaluatePair } from '../pipeline/evaluate-pair.ts';
import { preparePair, type PreparedPair, type RecordedStation } from '../pipeline/pass-recordings.ts';
import { mergeStreams } from '../pipeline/tag-streams.ts';
import { openPassReader, type PassFileReader } from '../store/pass-file-reader.ts';
import { parseManifest } from '../store/recording-files.ts';
import { fileFailure, systemRandomBit } from './process-recordings.ts';
import { CANCELLED, type TaskContext } from './task.ts';

/** An archived pass, and what opens it. */
export interface PassOrder {
  readonly path: string;
  readonly mission: MissionFile;
  readonly vault: { readonly key_id: string; readonly key: KeyObject };
}

export interface ProcessOrder extends PassOrder {
  readonly gate_ns: number;
}

export interface ProcessedPass {
  readonly verdict: ProcessVerdict;
  readonly series: Uint8Array<ArrayBuffer>;
}

/** A verdict on an archived pass, from its file alone. */
export function processPassFile(order: ProcessOrder, context: TaskContext): Reply<ProcessedPass> {
  const pair = readPassPair(order, context);
  if (!pair.ok) return pair;
  context.report('locking clocks, counting coincidences', 0.4);
  if (context.cancelled()) return CANCELLED;
  const evaluated = evaluatePair(order.mission, pair.value, {
    gate_ns: order.gate_ns,
    beacon: true,
    randomBit: systemRandomBit(),
  });
  if (!evaluated.ok) return evaluated;
  const { verdict, series } = evaluated.value;
  context.transfer(series.buffer);
  return ok({ verdict, series });
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
    const { elements_text } = reader.pass.meta;
    const elements = elements_text === null ? null : { text: elements_text, name: `${order.path}: elements` };
    return preparePair(order.mission, stations.value, elements);
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
  const order_of = (station: string) => order.mission.stations.findIndex(({ id }) => id === station);
  const recorded = [...reader.pass.stations].sort((a, b) => order_of(a.station) - order_of(b.station));
  for (const { station, manifest_json, tick_ps, counters } of recorded) {
    context.report(`reading ${station}`, 0.05 + 0.15 * stations.length);
    const where = `${order.path}: ${station}`;
    const manifest = parseManifest(manifest_json, where);
    if (!manifest.ok) return { ok: false, error: fileFailure(manifest.error) };
    const streams = reader.readStreams(station, { key_id: order.vault.key_id, keyFor: () => order.vault.key });
    if (!streams.ok) return streams;
    const tags = mergeStreams(manifest.value.manifest, { ...streams.value, dropped: counters }, tick_ps);
    streams.value.clicks.detector.fill(0);
    stations.push({ manifest: manifest.value.manifest, where, tags });
  }
  return ok(stations as unknown as readonly [RecordedStation, RecordedStation]);
}
