// Privacy amplification and key length; reconciliation has a bench of its own beside this one.
import { packBits } from '../src-core/distillation/bit-string.ts';
import { composableKeyLength } from '../src-core/distillation/key-length-composable.ts';
import { publicWords } from '../src-core/distillation/shuffles.ts';
import { toeplitzHash } from '../src-core/distillation/toeplitz.ts';
import type { BenchRow } from './bench-row.ts';

/** Time on the processor, milliseconds: what one core does, whoever else uses the machine. */
function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!;

function amplificationRow(): BenchRow {
  const [n, output_bits] = [1_000_000, 125_000];
  const word = publicWords(3);
  const draw = (length: number) => packBits(Uint8Array.from({ length }, () => word() >>> 31));
  const [input, seed] = [draw(n), draw(n + output_bits - 1)];
  const times = Array.from({ length: 9 }, () => cpuMs(() => { toeplitzHash({ input, seed, output_bits }); }));
  return { name: 'toeplitz 1 Mbit to 125 kbit', value: n / 1000 / median(times), unit: 'Mbit/s', target: '>= 10' };
}

function keyLengthRows(): BenchRow[] {
  const counts = { Z: { n: 1685, e: 78 }, X: { n: 1415, e: 62 } };
  const assumed = { epsilon: 1e-10, delta: 0.0147, leakage: { f: 1.19 } };
  const started = performance.now();
  const lengths = (['two-key', 'z-only', 'joint'] as const).map((hashing) => ({
    name: `composable length of the golden counts, 1e-10, ${hashing}`, unit: 'bit',
    value: composableKeyLength(counts, { ...assumed, hashing }).length_bits }));
  return [...lengths, { name: 'the three lengths together', value: performance.now() - started, unit: 'ms' }];
}

export default function benchDistillation(): Promise<BenchRow[]> {
  return Promise.resolve([amplificationRow(), ...keyLengthRows()]);
}
