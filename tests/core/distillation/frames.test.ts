// Goal: a long block cut into frames is corrected as a whole, and questions that fit no frame are refused.
import { expect, test } from 'vitest';
import type { BitString } from '../../../src-core/distillation/bit-string.ts';
import { planCascade } from '../../../src-core/distillation/cascade-passes.ts';
import { createCascadeBob } from '../../../src-core/distillation/cascade.ts';
import { createFramedAlice, createFramedBob, planFrames } from '../../../src-core/distillation/frames.ts';
import { binaryEntropy } from '../../../src-core/statistics.ts';
import { seededStream } from './random-bits.ts';

const plan = (length: number) => planFrames(length, (size) => planCascade({ length: size, qber: 0.045, seed: 3 }));

test('analytic: frames cover the block without gap or overlap, and equal lengths share a plan', () => {
  for (const length of [1, 131_072, 131_073, 1_000_000]) {
    const { frames } = plan(length);
    expect(frames.length).toBe(Math.ceil(length / 131_072));
    let at = 0;
    for (const frame of frames) {
      expect(frame.start).toBe(at);
      at += frame.plan.length;
    }
    expect(at).toBe(length);
    expect(new Set(frames.map((frame) => frame.plan)).size).toBeLessThanOrEqual(2);
  }
});

test('authority: half a million bits at 4.5 % are corrected within the figure for long blocks, f <= 1.04', () => {
  const stream = seededStream(6);
  const alice = stream.bits(500_000);
  const bob = alice.map((bit) => (stream.fraction() < 0.045 ? bit ^ 1 : bit));
  const errors = bob.reduce((sum, bit, i) => sum + (bit ^ alice[i]!), 0);
  const framed = plan(alice.length);
  const [a, b] = [createFramedAlice(framed, alice), createFramedBob(framed, bob, createCascadeBob)];
  let leaked = 0;
  let answer: BitString | null = null;
  for (let question = b.next(null); question !== null; question = b.next(answer)) {
    answer = a.answer(question)!;
    leaked += answer.length;
  }
  expect(Buffer.from(b.corrected()).equals(alice)).toBe(true);
  expect(leaked / (alice.length * binaryEntropy(errors / alice.length))).toBeLessThan(1.04);
});

test('failure: a frame that does not exist, a range beyond it, or bits of another length', () => {
  const alice = createFramedAlice(plan(1000), new Uint8Array(1000));
  const ask = (pass: number, ...ranges: number[]) =>
    alice.answer({ kind: 'parity', pass, ranges: Uint32Array.from(ranges) });
  expect(ask(0, 0, 1000)?.length).toBe(1);
  expect([ask(64, 0, 10), ask(0, 0, 1001), ask(60, 0, 10)]).toEqual([null, null, null]);
  expect(() => createFramedAlice(plan(1000), new Uint8Array(999))).toThrow('999 bits');
});
