// The recorder: CPU time for a second of data from the bytes of a batch to the disk and its acknowledgement, its memory, and
// what a click costs in the archive, against the least that a Poisson stream can cost. The broker is not in it.
import { execFileSync } from 'node:child_process';
import type { BenchRow } from './bench-row.ts';
import type { RecorderRun } from './recorder-run.ts';

const PASS_S = 285;

function run(cps: number, beacon_hz = 10_000): RecorderRun {
  const child = execFileSync(process.execPath, ['bench/recorder-run.ts', ...[cps, PASS_S, beacon_hz].map(String)], { encoding: 'utf8' });
  return JSON.parse(child) as RecorderRun;
}

export default function bench(): Promise<readonly BenchRow[]> {
  const [today, alone, next] = [run(8000), run(8000, 0), run(650_000)];
  const over = ({ bytes_per_click, entropy_bytes_per_click }: RecorderRun) => bytes_per_click / entropy_bytes_per_click;
  return Promise.resolve([
    { name: 'recorder, 2 x 8,000 clicks/s: CPU time a second of data', value: today.cpu_s_per_s, unit: 's', target: '< 0.1' },
    { name: 'recorder, 2 x 650,000 clicks/s, 285 s: CPU time a second of data', value: next.cpu_s_per_s, unit: 's', target: '< 1' },
    { name: 'recorder, ingest of the next source', value: next.events_per_cpu_s, unit: 'clicks/s', target: '> 1,300,000' },
    { name: 'recorder, next source: memory after half of the pass', value: next.rss_mb_at_half, unit: 'MB' },
    { name: 'recorder, next source: memory at its end', value: next.rss_mb_at_end, unit: 'MB', target: 'flat' },
    { name: 'archived click today, without beacon', value: alone.bytes_per_click, unit: 'B' },
    { name: 'archived click today over its entropy limit', value: over(alone), unit: '1', target: '< 1.15' },
    { name: 'archived click of the next source over its limit', value: over(next), unit: '1', target: '< 1.15' },
  ]);
}
