// Goal: Hamming reconciliation corrects as the published experiment did, at about its leakage, in few rounds.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BitString } from '../../../src-core/distillation/bit-string.ts';
import { createHammingBob, planHamming } from '../../../src-core/distillation/hamming.ts';
import { createAnsweringAlice } from '../../../src-core/distillation/parity-dialogue.ts';
import { naturalWords, rangeSyndrome, syndromeBits } from '../../../src-core/distillation/parity-words.ts';
import { binaryEntropy } from '../../../src-core/statistics.ts';
import { seededStream } from './random-bits.ts';

function reconcile(length: number, qber: number, seed: number) {
  const stream = seededStream(seed);
  const alice = stream.bits(length);
  const bob = alice.map((bit) => (stream.fraction() < qber ? bit ^ 1 : bit));
  const plan = planHamming({ length, qber, seed });
  const [a, b] = [createAnsweringAlice(plan, alice), createHammingBob(plan, bob)];
  let [leaked, rounds] = [0, 0];
  /** Bits of the first pass alone: its parities and the syndromes they lead to. */
  let first_pass = 0;
  let answer: BitString | null = null;
  for (;;) {
    const question = b.next(answer);
    if (question === null) break;
    answer = a.answer(question);
    leaked += answer.length;
    if (rounds < 2) first_pass += answer.length;
    rounds += 1;
  }
  const differ = (one: Uint8Array) => one.reduce((sum, bit, i) => sum + (bit ^ alice[i]!), 0);
  return { leaked, first_pass, rounds, before: differ(bob), after: differ(b.corrected()) };
}

test('authority: f near the published 1.19 at 4.5 % and 3,100 bits, in fewer rounds than Cascade', () => {
  const runs = Array.from({ length: 120 }, (_, seed) => reconcile(3100, 0.045, seed));
  const f = runs.reduce((sum, run) => sum + run.leaked / (3100 * binaryEntropy(run.before / 3100)), 0) / runs.length;
  // One run scatters by 0.02, and the published figure is one run's: docs/reconciliation.md counts the bits.
  expect(Math.abs(f - 1.19)).toBeLessThan(0.04);
  expect(runs.filter((run) => run.after > 0).length).toBeLessThanOrEqual(3);
  expect(runs.reduce((sum, run) => sum + run.rounds, 0) / runs.length).toBeLessThan(80);
});

test('analytic: the first pass costs a parity a block, and three bits where the errors of its eight bits are odd', () => {
  const runs = Array.from({ length: 200 }, (_, seed) => reconcile(3100, 0.045, seed));
  const blocks = 3100 / 8;
  const odd = (1 - (1 - 2 * 0.045) ** 8) / 2;
  const mean = runs.reduce((sum, run) => sum + run.first_pass, 0) / runs.length;
  const sigma = 3 * Math.sqrt((blocks * odd * (1 - odd)) / runs.length);
  expect(Math.abs(mean - Math.ceil(blocks) - 3 * blocks * odd)).toBeLessThan(4 * sigma);
});

test('analytic: one error is named by the difference of two syndromes, wherever it is', () => {
  const bits = seededStream(1).bits(64);
  for (let at = 5; at < 37; at += 1) {
    const other = bits.slice();
    other[at]! ^= 1;
    expect(rangeSyndrome(naturalWords(bits), 5, 37) ^ rangeSyndrome(naturalWords(other), 5, 37)).toBe(at - 5);
  }
  expect([1, 2, 3, 4, 5, 8, 9].map(syndromeBits)).toEqual([0, 1, 2, 2, 3, 3, 4]);
});

test('failure: an answer of the wrong length, or a plan for another block, is a programmer error', () => {
  const plan = planHamming({ length: 100, qber: 0.05, seed: 1 });
  const bob = createHammingBob(plan, new Uint8Array(100));
  bob.next(null);
  expect(() => bob.next({ bytes: new Uint8Array(1), length: 3 })).toThrow('an answer of 3 bits');
  expect(() => createHammingBob(plan, new Uint8Array(99))).toThrow('99 bits');
});

test('property: ends for any length, also when the errors are far more than announced', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 400 }), fc.double({ min: 0, max: 0.5, noNaN: true }), fc.nat(),
    (length, qber, seed) => {
      const run = reconcile(length, qber, seed);
      expect(run.rounds).toBeLessThan(5000);
      if (run.before === 0) expect(run.after).toBe(0);
    }), { numRuns: 60 });
});
