// Goal: no damaged file crashes, hangs or bloats a reader; every outcome is a value with a closed error and a place.
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import type { FuzzReport, FuzzTask } from './fuzz-worker.ts';
import { READER_TYPES } from './reader-targets.ts';
import { TEXT_TARGETS } from './text-targets.ts';

const SEED = Number(process.env['TWINPASS_FUZZ_SEED'] ?? 20_180_914);
const READER_CASES = 100_000;
const TEXT_CASES = 4000;
/** Opening a database takes a millisecond: whole pass files get their full number where CI asks for it. */
const PASS_CASES = process.env['TWINPASS_FUZZ_FULL'] === '1' ? READER_CASES : 5000;
/** What is read like a recording gets as many. */
const CASES: Readonly<Record<string, number>> = { manifest: READER_CASES, passTimes: READER_CASES, passFiles: PASS_CASES };
/** One input takes microseconds; a thread that is still at the same one after so many seconds hangs. */
const HANG_S = 20;
const RUN_MS_MAX = 600_000;
/** Far above what inputs of a few kilobytes need between two collections, far below one promised count. */
const ARRAY_BYTES_MAX = 256 * 2 ** 20;

function fuzz(target: string, cases: number): Promise<FuzzReport> {
  const progress = new SharedArrayBuffer(4);
  const workerData: FuzzTask = { target, seed: SEED, cases, progress };
  const worker = new Worker(new URL('./fuzz-worker.ts', import.meta.url), {
    workerData, execArgv: [], resourceLimits: { maxOldGenerationSizeMb: 512 },
  });
  let watch: NodeJS.Timeout | undefined;
  return new Promise<FuzzReport>((resolve, reject) => {
    const at = new Int32Array(progress);
    const where = () => `${target}, TWINPASS_FUZZ_SEED=${SEED}, case ${at[0]!}`;
    let [last, still_s] = [-1, 0];
    watch = setInterval(() => {
      still_s = at[0]! === last ? still_s + 1 : 0;
      last = at[0]!;
      if (still_s === HANG_S) reject(new Error(`${where()}: hangs`));
    }, 1000);
    worker.once('message', resolve);
    worker.once('error', (cause) => reject(new Error(`${where()}: the thread died`, { cause })));
  }).finally(() => {
    clearInterval(watch);
    void worker.terminate();
  });
}

const runs = [
  ...READER_TYPES.map((target) => [target, READER_CASES] as const),
  ...Object.keys(TEXT_TARGETS).map((target) => [target, CASES[target] ?? TEXT_CASES] as const),
];

test.concurrent.each(runs)('%s withstands %i damaged inputs', async (target, cases) => {
  const report = await fuzz(target, cases);
  const { failure } = report;
  if (failure !== null) {
    const where = `${target}, TWINPASS_FUZZ_SEED=${SEED}, case ${failure.index}`;
    throw new Error(`${where}: ${failure.reason}\n${failure.input_hex}`);
  }
  // Damage that is never noticed, or always, would test one path only.
  expect(report.accepted + report.refused).toBe(cases);
  expect(report.accepted).toBeGreaterThan(cases / 200);
  expect(report.refused).toBeGreaterThan(cases / 200);
  expect(report.array_bytes_max).toBeLessThan(ARRAY_BYTES_MAX);
}, RUN_MS_MAX);
