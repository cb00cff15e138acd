// One reconciliation measured: leakage f, frames left with an error, speed of both roles on one core.
import type { BitString } from '../src-core/distillation/bit-string.ts';
import type { CascadePlan } from '../src-core/distillation/cascade-passes.ts';
import { planCascade } from '../src-core/distillation/cascade-passes.ts';
import { createCascadeBob } from '../src-core/distillation/cascade.ts';
import { createFramedAlice, createFramedBob, planFrames } from '../src-core/distillation/frames.ts';
import { createHammingBob, planHamming } from '../src-core/distillation/hamming.ts';
import { createLdpcBob, planLdpc } from '../src-core/distillation/ldpc.ts';
import type { ReconcilingBob } from '../src-core/distillation/parity-dialogue.ts';
import { publicWords } from '../src-core/distillation/shuffles.ts';
import { binaryEntropy, clopperPearson } from '../src-core/statistics.ts';

export interface Scheme {
  readonly name: string;
  readonly plan: (parameters: { length: number; qber: number; seed: number }) => CascadePlan;
  readonly bob: (plan: CascadePlan, bits: Uint8Array) => ReconcilingBob;
}

export const cascade: Scheme = { name: 'cascade', plan: planCascade, bob: createCascadeBob };
export const ldpc: Scheme = { name: 'ldpc', plan: planLdpc, bob: createLdpcBob };
export const hamming: Scheme = { name: 'hamming', plan: planHamming, bob: createHammingBob };

export interface Load {
  readonly length: number;
  readonly qber: number;
  readonly frames: number;
}

export interface Measured {
  /** Leaked bits over n h(true error rate of each frame), every bit of Alice's answers counted. */
  readonly f: number;
  readonly failures: number;
  readonly frames: number;
  /** Above the frame error rate with 95 % confidence. */
  readonly failure_rate_max: number;
  readonly rounds: number;
  /** By processor time of the process: what one core does, whoever else uses the machine. */
  readonly mbit_per_s: number;
}

/** Twice one-sided: the upper end of a 90 % interval has 95 % below it. */
const UPPER = 0.9;
/** Frames by which the compiler has seen the code. */
const WARM_SHARE = 0.1;

/** Frames of random bits with independent errors; shuffles are drawn once and used again, as a session does. */
export function measureReconciliation(scheme: Scheme, { length, qber, frames }: Load): Measured {
  const plan = planFrames(length, (size) => scheme.plan({ length: size, qber, seed: 7 }));
  const word = publicWords(length + Math.round(qber * 1e4));
  const sum = { leaked: 0, needed: 0, failures: 0, rounds: 0, cpu_us: 0, timed: 0 };
  const warm = Math.floor(frames * WARM_SHARE);
  for (let frame = 0; frame < frames; frame += 1) {
    const alice = Uint8Array.from({ length }, () => word() >>> 31);
    const bob = alice.map((bit) => (word() / 2 ** 32 < qber ? bit ^ 1 : bit));
    const errors = bob.reduce((count, bit, i) => count + (bit ^ alice[i]!), 0);
    const before = process.cpuUsage();
    const [a, b] = [createFramedAlice(plan, alice), createFramedBob(plan, bob, scheme.bob)];
    let answer: BitString | null = null;
    for (let question = b.next(answer); question !== null; question = b.next(answer)) {
      answer = a.answer(question)!;
      sum.leaked += answer.length;
      sum.rounds += 1;
    }
    const { user, system } = process.cpuUsage(before);
    if (frame >= warm) {
      sum.cpu_us += user + system;
      sum.timed += length;
    }
    sum.needed += length * binaryEntropy(errors / length);
    if (!Buffer.from(b.corrected()).equals(alice)) sum.failures += 1;
  }
  return {
    f: sum.leaked / sum.needed, failures: sum.failures, frames, rounds: sum.rounds / frames,
    failure_rate_max: clopperPearson(sum.failures, frames, UPPER).high, mbit_per_s: sum.timed / sum.cpu_us,
  };
}
