// From two recordings on disk to sifted counts, by the command itself: the golden pass, and a pass of the next source, a
// hundred times as bright. Making the latter takes minutes: TWINPASS_NEXT_SOURCE names a folder that keeps it.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProcessVerdict } from '../src-contract/pass.ts';
import type { BenchRow } from './bench-row.ts';
import type { CliRun } from './cli-run.ts';

const RUNS = 5;
const GOLDEN = ['--start', '2018-09-14T18:14:02Z', '--seconds', '281', '--seed', '7'];
/** So bright that both stations together record 3.4e8 clicks in the pass. */
const NEXT_SOURCE_BRIGHTNESS = '155';
const STATIONS = ['delingha', 'nanshan'] as const;
const MB = 1e6;

function command(...args: readonly string[]): CliRun {
  const answer = execFileSync(process.execPath, ['bench/cli-run.ts', ...args], {
    encoding: 'utf8', maxBuffer: 1 << 26, stdio: ['ignore', 'pipe', 'ignore'],
  });
  return JSON.parse(answer) as CliRun;
}

interface Measured extends CliRun {
  readonly bytes: number;
  readonly events: number;
  readonly sifted_bits: number;
}

/** The best of some runs, as one machine in use allows; memory and counts are the same in all. */
function processed(folder: string, runs: number): Measured {
  const manifests = STATIONS.map((id) => join(folder, `${id}.json`));
  const done = Array.from({ length: runs }, () => command('process', ...manifests, '--json'));
  const { stations, sifted } = JSON.parse(done[0]!.printed) as ProcessVerdict;
  return {
    ...done[0]!,
    wall_s: Math.min(...done.map(({ wall_s }) => wall_s)),
    main_thread_s: Math.min(...done.map(({ main_thread_s }) => main_thread_s)),
    cpu_s: Math.min(...done.map(({ cpu_s }) => cpu_s)),
    rss_mb_max: Math.max(...done.map(({ rss_mb_max }) => rss_mb_max)),
    bytes: STATIONS.reduce((sum, id) => sum + statSync(join(folder, `${id}.ptu`)).size, 0),
    events: stations.reduce((sum, station) => sum + station.events, 0),
    sifted_bits: sifted.Z.n + sifted.X.n,
  };
}

function goldenPass(folder: string): BenchRow[] {
  command('simulate', '--out', folder, ...GOLDEN);
  const run = processed(folder, RUNS);
  return [
    { name: 'golden pass, both files', value: run.bytes / MB, unit: 'MB' },
    { name: 'golden pass, sifted bits', value: run.sifted_bits, unit: 'bit' },
    { name: 'golden pass, disk to sifted counts', value: run.wall_s, unit: 's', target: '<= 1.5' },
    { name: 'the same, processor time of the main thread', value: run.main_thread_s, unit: 's', target: '<= 1.5' },
    { name: 'the same, processor time of all threads', value: run.cpu_s, unit: 's' },
    { name: 'the same, peak memory', value: run.rss_mb_max, unit: 'MB' },
  ];
}

function nextSource(folder: string): BenchRow[] {
  if (!existsSync(join(folder, 'truth.json'))) {
    command('simulate', '--out', folder, ...GOLDEN, '--brightness', NEXT_SOURCE_BRIGHTNESS);
  }
  const run = processed(folder, 1);
  return [
    { name: 'next source, both files', value: run.bytes / MB, unit: 'MB' },
    { name: 'next source, events', value: run.events / 1e6, unit: 'M' },
    { name: 'next source, disk to sifted counts', value: run.wall_s, unit: 's', target: '<= 60 on two cores' },
    { name: 'the same, processor time of all threads', value: run.cpu_s, unit: 's', target: '<= 120' },
    { name: 'the same, peak memory', value: run.rss_mb_max, unit: 'MB', target: '<= 1000' },
  ];
}

export default function benchDisk(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'twinpass-bench-'));
  try {
    const kept = process.env['TWINPASS_NEXT_SOURCE'];
    return Promise.resolve([...goldenPass(join(folder, 'golden')), ...nextSource(kept ?? join(folder, 'next'))]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
