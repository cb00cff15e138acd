// Child of detection-bench: reads two recordings from disk and processes them, alone in its process, so that
// its time and its memory are those of the job. Argument: a JSON file that names the tag files and the predictions.
import { readFileSync } from 'node:fs';
import { processPair } from '../src-core/detection/process-pair.ts';
import type { StationInput } from '../src-core/detection/station-input.ts';
import { readRecording } from '../src-main/store/recording-files.ts';

/** What the child needs to know of a station; the prediction as plain numbers. */
export interface StationJob {
  readonly manifest_path: string;
  readonly input: Omit<StationInput, 'tags' | 'range_m'>;
  readonly range_m: { readonly start_utc_ms: number; readonly step_ms: number; readonly values: readonly number[] };
}

async function load({ manifest_path, input, range_m }: StationJob): Promise<StationInput> {
  const recording = await readRecording(manifest_path);
  if (!recording.ok) throw new Error(recording.error.type);
  return { ...input, tags: recording.value.tags, range_m: { ...range_m, values: Float64Array.from(range_m.values) } };
}

if (import.meta.main) {
  const jobs = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as readonly [StationJob, StationJob];
  const started = performance.now();
  const [a, b] = [await load(jobs[0]), await load(jobs[1])];
  const read = performance.now();
  const outcome = processPair(a, b);
  if (!outcome.ok) throw new Error(outcome.error.type);
  const done = performance.now();
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  process.stdout.write(JSON.stringify({
    read_s: (read - started) / 1000, total_s: (done - started) / 1000,
    cpu_s: (userCPUTime + systemCPUTime) / 1e6, rss_mb_max: maxRSS / 1000,
  }));
}
