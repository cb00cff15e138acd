import { parentPort, workerData } from 'node:worker_threads';
import { mutated } from './mutate.ts';
import { READER_TYPES, readerTarget, type FuzzTarget } from './reader-targets.ts';
import { TEXT_TARGETS } from './text-targets.ts';

export interface FuzzTask {
  readonly target: string;
  readonly seed: number;
  readonly cases: number;
  /** One word: the case at work, to be read where this thread does not come back. */
  readonly progress: SharedArrayBuffer;
}

export interface FuzzReport {
  readonly accepted: number;
  readonly refused: number;
  /** Largest amount of array memory seen; the inputs themselves are below a kilobyte or a few. */
  readonly array_bytes_max: number;
  readonly failure: { readonly index: number; readonly reason: string; readonly input_hex: string } | null;
}

const targets: Readonly<Record<string, FuzzTarget>> = {
  ...Object.fromEntries(READER_TYPES.map((type) => [type, readerTarget(type)])), ...TEXT_TARGETS,
};

function fuzz({ target, seed, cases, progress }: FuzzTask): FuzzReport {
  const { seeds, run } = targets[target]!;
  const at = new Int32Array(progress);
  let [accepted, array_bytes_max] = [0, 0];
  for (let index = 0; index < cases; index += 1) {
    Atomics.store(at, 0, index);
    const bytes = mutated(seeds, seed * 1_000_003 + index);
    try {
      if (run(bytes, index)) accepted += 1;
    } catch (cause) {
      const reason = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
      const failure = { index, reason, input_hex: Buffer.from(bytes.subarray(0, 512)).toString('hex') };
      return { accepted, refused: index - accepted, array_bytes_max, failure };
    }
    if (index % 512 === 0) array_bytes_max = Math.max(array_bytes_max, process.memoryUsage().arrayBuffers);
  }
  return { accepted, refused: cases - accepted, array_bytes_max, failure: null };
}

parentPort?.postMessage(fuzz(workerData as FuzzTask));
