// The live counter: CPU time for a second of data, today's load and that of the next source, and its memory.
import { execFileSync } from 'node:child_process';
import type { BenchRow } from './bench-row.ts';
import type { LiveRun } from './live-run.ts';

function run(cps: number, seconds: number): LiveRun {
  const child = execFileSync(process.execPath, ['bench/live-run.ts', String(cps), String(seconds)], { encoding: 'utf8' });
  return JSON.parse(child) as LiveRun;
}

export default function bench(): Promise<readonly BenchRow[]> {
  const [today, next] = [run(8000, 285), run(650_000, 120)];
  return Promise.resolve([
    { name: 'live counter, 2 x 8,000 clicks/s: CPU time a second of data', value: today.cpu_s_per_s, unit: 's', target: '< 0.1' },
    { name: 'live counter, 2 x 650,000 clicks/s: CPU time a second of data', value: next.cpu_s_per_s, unit: 's', target: '< 1' },
    { name: 'live counter, 2 x 650,000 clicks/s: the longest second', value: next.cpu_s_per_s_max, unit: 's', target: '< 2' },
    { name: 'live counter, 2 x 650,000 clicks/s: memory after 60 s', value: next.rss_mb_at_half, unit: 'MB' },
    { name: 'live counter, 2 x 650,000 clicks/s: largest memory in 120 s', value: next.rss_mb_max, unit: 'MB', target: 'flat' },
  ]);
}
