// A pass on the simulator for tests: the shipped mission over the golden pass, in a directory of its own.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { missionFile, type MissionFile } from '../../src-contract/mission.ts';
import { recordingManifest, type RecordingManifest } from '../../src-contract/recording.ts';
import { createPtuDecoder } from '../../src-core/formats/ptu.ts';
import type { TagColumns } from '../../src-core/formats/tag-columns.ts';
import type { SimulateOptions } from '../../src-main/simulator/options.ts';
import { simulatePass, type SimulatedPass } from '../../src-main/simulator/simulate-pass.ts';
import { goldenElements } from '../support/golden-orbit.ts';

export const GOLDEN_START_UTC_MS = Date.UTC(2018, 8, 14, 18, 14, 1, 800);
/** Near the closest approach, where pairs are most frequent: the second of the reference recordings. */
export const CLOSEST_UTC_MS = Date.UTC(2018, 8, 14, 18, 16, 10);

export const micius: MissionFile = missionFile.parse(JSON.parse(readFileSync('missions/micius.json', 'utf8')));

const directories: string[] = [];
afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

export function freshDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'twinpass-simulator-'));
  directories.push(directory);
  return directory;
}

/** Two seconds near the closest approach unless said otherwise. */
export function optionsOf(some: Partial<SimulateOptions> = {}): SimulateOptions {
  return {
    mission: micius, elements: goldenElements(), start_utc_ms: CLOSEST_UTC_MS, seconds: 2, seed: 1, brightness: 1,
    mode: 'qkd', out_directory: freshDirectory(), ...some,
  };
}

export async function simulated(some: Partial<SimulateOptions> = {}): Promise<SimulatedPass> {
  const made = await simulatePass(optionsOf(some));
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  return made.value;
}

export interface ReadRecording {
  readonly manifest: RecordingManifest;
  readonly bytes: Uint8Array;
  readonly tags: TagColumns;
}

/** A station's recording as a stranger reads it: manifest by its schema, tags by the project's reader. */
export function readRecording(pass: SimulatedPass, station: 0 | 1): ReadRecording {
  const path = pass.manifest_paths[station];
  const manifest = recordingManifest.parse(JSON.parse(readFileSync(path, 'utf8')));
  const bytes = readFileSync(join(path, '..', manifest.tags.file));
  const decoder = createPtuDecoder();
  const pushed = decoder.push(bytes);
  const finished = pushed.ok ? decoder.finish() : pushed;
  if (!finished.ok) throw new Error(JSON.stringify(finished.error));
  return { manifest, bytes, tags: finished.value };
}

/** How many standard deviations of its Poisson distribution a count lies off its mean. */
export const poissonSigmas = (count: number, mean: number) => Math.abs(count - mean) / Math.sqrt(mean);
