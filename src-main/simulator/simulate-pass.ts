import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { err, ok, type Result } from '../../src-core/result.ts';
import { formatUtc } from '../../src-core/utc.ts';
import { createFlight } from './flight.ts';
import { happen, SLACK_S } from './happen.ts';
import { createManifest } from './manifest.ts';
import { checkOptions, type SimulateOptions } from './options.ts';
import { forBoth, STATIONS, type Pair } from './pair.ts';
import { createRecordingFolder, type RecordingFolder, type TagFile } from './recording-writer.ts';
import { completeScenario } from './scenario.ts';
import type { SimulatorError } from './simulator-error.ts';
import { createStage, type Stage } from './stage.ts';
import { takeRows } from './station-events.ts';
import { sumTruth, type Truth } from './truth.ts';

export interface SimulatedPass {
  readonly manifest_paths: Pair<string>;
  readonly truth_path: string;
  readonly truth: Truth;
}

/** The pass is made and written in pieces of this length: memory does not grow with the pass. */
const CHUNK_S = 1;

/**
 * Makes the recordings of both stations for a window of a pass, and writes down the truth.
 *
 * Files appear under their names at the end, all of them; after an error or a cancel none is left.
 */
export async function simulatePass(options: SimulateOptions): Promise<Result<SimulatedPass, SimulatorError>> {
  const checked = checkOptions(options);
  if (!checked.ok) return checked;
  const scenario = completeScenario(options.scenario ?? {}, options.mission, options.seed);
  const flights = createFlight({ ...options, along_track_s: scenario.along_track_s });
  if (!flights.ok) return flights;
  const stage = createStage(options, scenario, flights.value);
  const folder = createRecordingFolder(options.out_directory);
  try {
    await mkdir(options.out_directory, { recursive: true });
    const real = realRecording(options);
    if (real !== null) return err({ type: 'Occupied', path: real });
    return await record(options, stage, folder);
  } catch (cause) {
    const { code, path } = cause as NodeJS.ErrnoException;
    if (code === undefined) throw cause;
    return err({ type: 'NotWritable', path: path ?? options.out_directory, code });
  } finally {
    await folder.abandon();
  }
}

/** What a station recorded has no truth beside it, and no second copy: it is not written over. */
function realRecording({ out_directory, mission }: SimulateOptions): string | null {
  if (existsSync(join(out_directory, 'truth.json'))) return null;
  const names = mission.stations.flatMap(({ id }) => [`${id}.json`, `${id}.ptu`]);
  return names.map((name) => join(out_directory, name)).find((path) => existsSync(path)) ?? null;
}

async function record(options: SimulateOptions, stage: Stage, folder: RecordingFolder):
Promise<Result<SimulatedPass, SimulatorError>> {
  const names = options.mission.stations.map(({ id }) => `${id}.ptu`);
  const rate_hz = forBoth((s) => stage.scenario.beacon?.[s].nominal_rate_hz ?? 0);
  const files = [await folder.openTags(names[0]!, rate_hz[0]), await folder.openTags(names[1]!, rate_hz[1])] as const;
  const records = await recordChunks(options, stage, files);
  if (records === null) return err({ type: 'Cancelled' });
  options.on_progress?.('hash', 1);
  for (const s of STATIONS) {
    const manifest = createManifest({
      mission: options.mission, station: options.mission.stations[s], mode: options.mode,
      optics: stage.outcomes.detectors[s], elements: options.elements, tag_file: names[s]!,
      sha256: await files[s].finish(),
      beacon_rate_hz: stage.scenario.beacon?.[s].nominal_rate_hz ?? null,
      first_edge_utc: formatUtc(options.start_utc_ms + stage.receivers[s].clock.first_edge_s * 1000),
    });
    await folder.writeText(`${manifest.station}.json`, `${JSON.stringify(manifest, null, 1)}\n`);
  }
  const truth = truthOf(options, stage, records);
  await folder.writeText('truth.json', `${JSON.stringify(truth, null, 1)}\n`);
  if (options.signal?.aborted === true) return err({ type: 'Cancelled' });
  await folder.publish();
  const path = (name: string) => join(options.out_directory, name);
  return ok({
    manifest_paths: forBoth((s) => path(`${options.mission.stations[s].id}.json`)),
    truth_path: path('truth.json'), truth,
  });
}

/** Number of records of each file, or null if the caller lost interest. */
async function recordChunks(options: SimulateOptions, stage: Stage, files: Pair<TagFile>):
Promise<Pair<number> | null> {
  const clocks = forBoth((s) => stage.receivers[s].clock);
  const first = Math.floor(Math.min(...clocks.map(({ on_s }) => on_s)));
  const last = Math.ceil(Math.max(...clocks.map(({ off_s }) => off_s)));
  const records: [number, number] = [0, 0];
  for (let from_s = first; from_s < last; from_s += CHUNK_S) {
    if (options.signal?.aborted === true) return null;
    const to_s = Math.min(from_s + CHUNK_S, last);
    happen(stage, { from_s, to_s }, options.seconds);
    const done = to_s === last;
    for (const s of STATIONS) {
      const horizon = done ? Infinity : clocks[s].ticksAt(to_s - SLACK_S);
      records[s] += await files[s].write(takeRows(stage.receivers[s].events, horizon));
    }
    options.on_progress?.('record', (to_s - first) / (last - first));
  }
  return records;
}

function truthOf(options: SimulateOptions, stage: Stage, records: Pair<number>): Truth {
  const { mission, seed, brightness, mode, start_utc_ms, seconds } = options;
  return sumTruth({
    options: {
      seed, brightness, mode, start_utc_ms, seconds,
      state: mission.source.state, visibility: mission.source.visibility,
      attacks: options.attacks ?? [], scenario: stage.scenario, satellite_phase_s: stage.satellite.phase_s,
    },
    outcomes: stage.outcomes,
    ledger: stage.ledger,
    accounts: forBoth((s) => ({
      id: mission.stations[s].id, records: records[s], counts: stage.receivers[s].events.counts,
      clock: stage.receivers[s].clock, flight: stage.source.flights[s],
    })),
  });
}
