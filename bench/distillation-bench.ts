// Reconciliation over block length and error rate (leakage f, frame errors, speed of both roles on one core), and
// privacy amplification. Shuffles are drawn once a block length and used again, as a session does.
import { packBits, type BitString } from '../src-core/distillation/bit-string.ts';
import { planCascade, type CascadePlan } from '../src-core/distillation/cascade-passes.ts';
import { createCascadeBob } from '../src-core/distillation/cascade.ts';
import { createHammingBob, planHamming } from '../src-core/distillation/hamming.ts';
import { composableKeyLength } from '../src-core/distillation/key-length-composable.ts';
import { createFramedAlice, createFramedBob, planFrames } from '../src-core/distillation/frames.ts';
import type { ReconcilingBob } from '../src-core/distillation/parity-dialogue.ts';
import { publicWords } from '../src-core/distillation/shuffles.ts';
import { toeplitzHash } from '../src-core/distillation/toeplitz.ts';
import { binaryEntropy } from '../src-core/statistics.ts';
import type { BenchRow } from './bench-row.ts';

interface Scheme {
  readonly name: string;
  readonly plan: (parameters: { length: number; qber: number; seed: number }) => CascadePlan;
  readonly bob: (plan: CascadePlan, bits: Uint8Array) => ReconcilingBob;
}

const cascade: Scheme = { name: 'cascade', plan: planCascade, bob: createCascadeBob };
const hamming: Scheme = { name: 'hamming', plan: planHamming, bob: createHammingBob };

interface Load { readonly length: number; readonly qber: number; readonly frames: number }

/** Time on the processor, milliseconds: what one core does, whoever else uses the machine. */
function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!;

/** Frames of random bits with independent errors; f against the entropy of each frame's true error rate. */
function measure(scheme: Scheme, { length, qber, frames }: Load) {
  const plan = planFrames(length, (size) => scheme.plan({ length: size, qber, seed: 7 }));
  const word = publicWords(length + Math.round(qber * 1e4));
  const [times, sum] = [[] as number[], { leaked: 0, needed: 0, failures: 0, rounds: 0 }];
  for (let frame = 0; frame < frames; frame += 1) {
    const alice = Uint8Array.from({ length }, () => word() >>> 31);
    const bob = alice.map((bit) => (word() / 2 ** 32 < qber ? bit ^ 1 : bit));
    const errors = bob.reduce((count, bit, i) => count + (bit ^ alice[i]!), 0);
    const started = performance.now();
    const [a, b] = [createFramedAlice(plan, alice), createFramedBob(plan, bob, scheme.bob)];
    let answer: BitString | null = null;
    for (let question = b.next(answer); question !== null; question = b.next(answer)) {
      answer = a.answer(question)!;
      sum.leaked += answer.length;
      sum.rounds += 1;
    }
    times.push(performance.now() - started);
    sum.needed += length * binaryEntropy(errors / length);
    if (!Buffer.from(b.corrected()).equals(alice)) sum.failures += 1;
  }
  return {
    f: sum.leaked / sum.needed, failure_rate: sum.failures / frames, rounds: sum.rounds / frames,
    mbit_per_s: length / 1000 / median(times),
  };
}

const F_TARGET: Readonly<Record<number, string>> = {
  3100: '<= 1.10', 10_000: '<= 1.07', 100_000: '<= 1.05', 1_000_000: '<= 1.04' };

function lengthRows(scheme: Scheme, load: Load): BenchRow[] {
  const { f, failure_rate, rounds, mbit_per_s } = measure(scheme, load);
  const name = `${scheme.name} n=${load.length} at ${100 * load.qber} %`;
  const target = scheme === cascade ? F_TARGET[load.length] : undefined;
  return [
    { name: `${name}: f`, value: f, unit: '', ...(target === undefined ? {} : { target }) },
    { name: `${name}: frame errors`, value: failure_rate, unit: `of ${load.frames}`,
      ...(scheme === cascade && load.length === 3100 ? { target: '<= 1e-3' } : {}) },
    { name: `${name}: rounds`, value: rounds, unit: '' },
    { name: `${name}: speed, both roles`, value: mbit_per_s, unit: 'Mbit/s',
      ...(scheme === cascade ? { target: '>= 10' } : {}) },
  ];
}

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
  const loads: Load[] = [
    { length: 1000, qber: 0.045, frames: 4000 }, { length: 3100, qber: 0.045, frames: 4000 },
    { length: 10_000, qber: 0.045, frames: 500 }, { length: 100_000, qber: 0.045, frames: 30 },
    { length: 1_000_000, qber: 0.045, frames: 3 },
  ];
  const rates = [0.01, 0.02, 0.03, 0.06, 0.08].flatMap((qber) =>
    [3100, 10_000, 100_000].map((length) => ({ length, qber, frames: Math.min(400, 2_000_000 / length) })));
  const byRate = rates.map((load) => ({
    name: `cascade n=${load.length} at ${100 * load.qber} %: f`, value: measure(cascade, load).f, unit: '' }));
  return Promise.resolve([
    ...loads.flatMap((load) => lengthRows(cascade, load)), ...byRate,
    ...lengthRows(hamming, { length: 3100, qber: 0.045, frames: 1000 }), amplificationRow(), ...keyLengthRows(),
  ]);
}
