// Goal: no damaged file crashes, hangs or bloats a reader; every outcome is a value with a closed error and a place.
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import type { FuzzReport, FuzzTask } from './fuzz-worker.ts';
import { READER_TYPES } from './reader-targets.ts';
import { TEXT_TARGETS } from './text-targets.ts';

const SEED = Number(process.env['TWINPASS_FUZZ_SEED'] ?? 20_180_914);
const READER_CASES = 100_000;
const TEXT_CASES = 4000;
/** A run takes seconds; a thread that is not back by then hangs. */
const HANG_MS = 50_000;
/** Far above what inputs of a few kilobytes need between two collections, far below one promised count. */
const ARRAY_BYTES_MAX = 256 * 2 ** 20;

function fuzz(target: string, cases: number): Promise<FuzzReport> {
  const progress = new SharedArrayBuffer(4);
  const workerData: FuzzTask = { target, seed: SEED, cases, progress };
  const worker = new Worker(new URL('./fuzz-worker.ts', import.meta.url), {
    workerData, execArgv: [], resourceLimits: { maxOldGenerationSizeMb: 512 },
  });
  return new Promise<FuzzReport>((resolve, reject) => {
    const at = () => `${target}, TWINPASS_FUZZ_SEED=${SEED}, case ${new Int32Array(progress)[0]!}`;
    const alarm = setTimeout(() => reject(new Error(`${at()}: hangs`)), HANG_MS);
    worker.once('message', (report: FuzzReport) => {
      clearTimeout(alarm);
      resolve(report);
    });
    worker.once('error', (cause) => {
      clearTimeout(alarm);
      reject(new Error(`${at()}: the thread died`, { cause }));
    });
  }).finally(() => void worker.terminate());
}

const runs = [
  ...READER_TYPES.map((target) => [target, READER_CASES] as const),
  ...Object.keys(TEXT_TARGETS).map((target) => [target, TEXT_CASES] as const),
];

test.concurrent.each(runs)('%s withstands %i damaged inputs', async (target, cases) => {
  const report = await fuzz(target, cases);
  const { failure } = report;
  if (failure !== null) {
    throw new Error(`${target}, TWINPASS_FUZZ_SEED=${SEED}, case ${failure.index}: ${failure.reason}\n${failure.input_hex}`);
  }
  // Damage that is never noticed, or always, would test one path only.
  expect(report.accepted + report.refused).toBe(cases);
  expect(report.accepted).toBeGreaterThan(cases / 200);
  expect(report.refused).toBeGreaterThan(cases / 200);
  expect(report.array_bytes_max).toBeLessThan(ARRAY_BYTES_MAX);
});
