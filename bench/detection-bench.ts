// Time-tags: decoding, the kernel against the same scan in C, and the clicks of the next source in memory.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gateHolding } from '../src-core/detection/auto-gate.ts';
import { findPairs } from '../src-core/detection/coincidence-kernel.ts';
import { fitPeak } from '../src-core/detection/peak.ts';
import { encodePtu } from '../src-core/formats/ptu-encoder.ts';
import { createPtuDecoder } from '../src-core/formats/ptu.ts';
import { makePass, seededDraw } from '../tests/support/synthetic-pass.ts';
import type { BenchRow } from './bench-row.ts';
import type { NextSourceRun } from './next-source.ts';

const KERNEL_EVENTS = 10_000_000;
const KERNEL_CPS = 1e5;
const KERNEL_SIGMA_NS = 0.5;
const PAIR_SHARE = 0.01;
const GATE_HALF_NS = 1.25;
const GATE_SHARE = 0.99;
const PIECE_BYTES = 4 * 1024 * 1024;

export default function benchDetection(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'twinpass-bench-'));
  try {
    return Promise.resolve([...benchKernel(folder), ...benchDecode(), ...benchNextSource()]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Best processor time of some runs: other programs on the machine do not count, the C program is timed alike. */
function best(work: () => void, runs = 5): number {
  let seconds = Infinity;
  for (let run = 0; run < runs; run += 1) {
    const started = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(started);
    seconds = Math.min(seconds, (user + system) / 1e6);
  }
  return seconds;
}

/** Two columns at 1e5 clicks a second, nanoseconds; one click in a hundred is a pair with 0.5 ns of jitter. */
function kernelColumns() {
  const draw = seededDraw(17);
  const [a, b] = [new Float64Array(KERNEL_EVENTS), new Float64Array(KERNEL_EVENTS)];
  const partner = new Float64Array(KERNEL_EVENTS).fill(Number.NaN);
  let [now_a, now_b, pairs] = [0, 0, 0];
  for (let i = 0; i < KERNEL_EVENTS; i += 1) {
    a[i] = now_a -= (1e9 / KERNEL_CPS) * Math.log(1 - draw.uniform());
    if (draw.uniform() < PAIR_SHARE) {
      partner[i] = b[i] = a[i]! + KERNEL_SIGMA_NS * draw.normal();
      pairs += 1;
    } else b[i] = now_b -= (1e9 / KERNEL_CPS / (1 - PAIR_SHARE)) * Math.log(1 - draw.uniform());
  }
  b.sort();
  return { a, b, partner, pairs };
}

function benchKernel(folder: string): BenchRow[] {
  const { a, b, partner, pairs } = kernelColumns();
  const out = { a: new Int32Array(1 << 20), b: new Int32Array(1 << 20) };
  let found = 0;
  const seconds = best(() => {
    found = findPairs({ a, b }, { centre: 0, half_width: GATE_HALF_NS }, out);
  });
  const truePairs = (rows: number) => out.a.subarray(0, rows).filter((i, row) => b[out.b[row]!] === partner[i]).length;
  const true_pairs = truePairs(found);
  const inside = a.filter((t, i) => Math.abs(partner[i]! - t) <= GATE_HALF_NS).length;
  const chosen = gateHolding(GATE_SHARE, fittedSigma({ a, b }, out));
  const in_chosen = truePairs(findPairs({ a, b }, { centre: 0, half_width: chosen.gate_ns / 2 }, out));
  const rows: BenchRow[] = [
    { name: 'coincidence kernel, 10 M + 10 M events', value: (2 * KERNEL_EVENTS) / seconds / 1e6, unit: 'M events/s' },
    { name: 'true pairs inside 2.5 ns that are found', value: true_pairs / inside, unit: '', target: '1' },
    { name: 'true pairs in 2.5 ns at 0.5 ns', value: true_pairs / pairs, unit: '', target: '0.9876 ± 0.0007 (erf)' },
    { name: `true pairs in ${chosen.gate_ns} ns, as --gate 99%`, value: in_chosen / pairs, unit: '', target: '>= 0.988' },
  ];
  const yardstick = yardstickSeconds(folder, { a, b });
  if (yardstick === null) return rows;
  if (yardstick.found !== found) throw new Error(`the C scan finds ${yardstick.found} pairs, ours ${found}`);
  return [...rows,
    { name: 'the same scan in C (cc -O2)', value: (2 * KERNEL_EVENTS) / yardstick.seconds / 1e6, unit: 'M events/s' },
    { name: 'coincidence kernel against C', value: yardstick.seconds / seconds, unit: '', target: '>= 0.9' }];
}

/** Width of the peak, fitted as a pass is: from its pairs within 5 ns on the background beside them. */
function fittedSigma(columns: { a: Float64Array; b: Float64Array }, out: { a: Int32Array; b: Int32Array }): number {
  const found = findPairs(columns, { centre: 0, half_width: 5 }, out);
  const delta_ns = Float64Array.from(out.a.subarray(0, found), (i, row) => columns.b[out.b[row]!]! - columns.a[i]!);
  const density_per_ns = (KERNEL_EVENTS * KERNEL_CPS) / 1e9;
  const shape = fitPeak(delta_ns, density_per_ns, { centre_ns: 0, sigma_ns: 1 });
  if (shape === null) throw new Error('no peak');
  return shape.sigma_ns;
}

interface Yardstick { readonly found: number; readonly seconds: number }

/** Compiles and runs the C program, or null where there is no compiler. */
function yardstickSeconds(folder: string, columns: { a: Float64Array; b: Float64Array }): Yardstick | null {
  const program = join(folder, 'yardstick');
  try {
    execFileSync(process.env['CC'] ?? 'cc', ['-O2', '-o', program, 'bench/kernel-yardstick.c'], { stdio: 'ignore' });
  } catch {
    return null;
  }
  const paths = (['a', 'b'] as const).map((side) => {
    const path = join(folder, `${side}.f64`);
    writeFileSync(path, columns[side]);
    return path;
  });
  return JSON.parse(execFileSync(program, [...paths, '0', String(GATE_HALF_NS)], { encoding: 'utf8' })) as Yardstick;
}

function benchDecode(): BenchRow[] {
  const night = { background_cps: 6000 };
  const pass = makePass({ seconds: 281, pairs_hz: 2.2, a: night, b: night });
  const file = encodePtu(pass.a.tags);
  let records = 0;
  const decode_s = best(() => {
    const decoder = createPtuDecoder({ expected_bytes: file.length });
    for (let at = 0; at < file.length; at += PIECE_BYTES) decoder.push(file.subarray(at, at + PIECE_BYTES));
    const tags = decoder.finish();
    if (!tags.ok) throw new Error(tags.error.type);
    records = tags.value.records;
  });
  return [
    { name: 'PTU decode', value: records / decode_s / 1e6, unit: 'M records/s', target: '>= 60' },
    { name: 'records of a pass, each station', value: records, unit: '' },
  ];
}

function benchNextSource(): BenchRow[] {
  const child = execFileSync(process.execPath, ['bench/next-source.ts'], { encoding: 'utf8' });
  const run = JSON.parse(child) as NextSourceRun;
  return [
    { name: 'next source, clicks of both stations', value: run.clicks / 1e6, unit: 'M' },
    { name: 'next source, clicks to coincidences, one core', value: run.cpu_s, unit: 's', target: '<= 60 with decode' },
    { name: 'next source, peak memory', value: run.rss_mb_max, unit: 'MB', target: '<= 1000' },
  ];
}
