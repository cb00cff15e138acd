// Goal: one syndrome and a few single bits correct a block; every bit told is counted, and it ends whatever the errors.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { beginBelief, isSettled, learn, sweep } from '../../../src-core/distillation/belief.ts';
import type { BitString } from '../../../src-core/distillation/bit-string.ts';
import { createLdpcBob, planLdpc } from '../../../src-core/distillation/ldpc.ts';
import { drawCode, thresholdOf, type ParityCode } from '../../../src-core/distillation/ldpc-code.ts';
import { answerBits, createAnsweringAlice, isAnswerable } from '../../../src-core/distillation/parity-dialogue.ts';
import { binaryEntropy } from '../../../src-core/statistics.ts';
import { seededStream } from './random-bits.ts';

function reconcile(length: number, announced: number, options: { qber?: number; seed: number }) {
  const stream = seededStream(options.seed);
  const qber = options.qber ?? announced;
  const alice = stream.bits(length);
  const bob = alice.map((bit) => (stream.fraction() < qber ? bit ^ 1 : bit));
  const plan = planLdpc({ length, qber: announced, seed: 0 });
  const [a, b] = [createAnsweringAlice(plan, alice), createLdpcBob(plan, bob)];
  let [leaked, rounds] = [0, 0];
  let answer: BitString | null = null;
  for (;;) {
    const question = b.next(answer);
    if (question === null) break;
    expect(isAnswerable(plan, question)).toBe(true);
    answer = a.answer(question);
    expect(answer.length).toBe(answerBits(question));
    leaked += answer.length;
    rounds += 1;
  }
  const differ = (one: Uint8Array) => one.reduce((sum, bit, i) => sum + (bit ^ alice[i]!), 0);
  return { leaked, rounds, before: differ(bob), after: differ(b.corrected()) };
}

test('authority: below the published anchor of Cascade, 1.183, at 3,100 bits and 4.5 %, in a handful of rounds', () => {
  const runs = Array.from({ length: 12 }, (_, seed) => reconcile(3100, 0.045, { seed }));
  const f = runs.reduce((sum, run) => sum + run.leaked / (3100 * binaryEntropy(run.before / 3100)), 0) / runs.length;
  expect(f).toBeGreaterThan(thresholdOf(0.045));
  expect(f).toBeLessThan(1.15);
  expect(runs.map(({ after }) => after)).toEqual(runs.map(() => 0));
  expect(Math.max(...runs.map(({ rounds }) => rounds))).toBeLessThan(15);
}, 120_000);

test('rate-adaptive: more errors than announced are corrected by more told bits, fewer cost no less than planned', () => {
  const as_said = reconcile(3100, 0.03, { seed: 5 });
  const worse = reconcile(3100, 0.03, { qber: 0.05, seed: 5 });
  const better = reconcile(3100, 0.03, { qber: 0.01, seed: 5 });
  expect([as_said.after, worse.after, better.after]).toEqual([0, 0, 0]);
  expect(worse.leaked).toBeGreaterThan(as_said.leaked);
  expect(better.leaked).toBeLessThanOrEqual(as_said.leaked);
  expect(better.rounds).toBe(1);
}, 120_000);

const parityOf = ({ checkStart, bits }: ParityCode, check: number, word: Uint8Array) => {
  let parity = 0;
  for (let e = checkStart[check]!; e < checkStart[check + 1]!; e += 1) parity ^= word[bits[e]!]!;
  return parity;
};

test('analytic: a settled decoding has the syndrome it was given, and certainty about every bit settles at once', () => {
  const code = drawCode({ length: 400, checks: 160, qber: 0.045 });
  const stream = seededStream(9);
  const errors = Uint8Array.from({ length: 400 }, () => (stream.fraction() < 0.03 ? 1 : 0));
  const odd = Uint8Array.from({ length: code.checks + code.closing }, (_, check) => parityOf(code, check, errors));
  const beliefs = beginBelief(code, odd, 0.03);
  for (let round = 0; round < 60 && !isSettled(beliefs); round += 1) sweep(beliefs);
  expect(isSettled(beliefs)).toBe(true);
  expect([...beliefs.total].map((total) => (total < 0 ? 1 : 0))).toEqual([...errors]);
  const told = beginBelief(code, odd, 0.03);
  errors.forEach((error, bit) => { learn(told, bit, error as 0 | 1); });
  expect(isSettled(told)).toBe(true);
  // A word of the right sparse syndrome that is not the truth: a dense check says so.
  odd[code.checks]! ^= 1;
  expect(isSettled(told)).toBe(false);
});

/** What the first check says to each of its bits, by the formula itself. */
const saidExactly = (beliefs: readonly number[], odd: number) => beliefs.map((_, own) => {
  const product = beliefs.reduce((all, belief, i) => (i === own ? all : all * Math.tanh(belief / 2)), odd === 1 ? -1 : 1);
  return Math.log((1 + product) / (1 - product));
});

test('authority: a check says what the tanh rule says, to a step of the table or one per cent', () => {
  fc.assert(fc.property(
    fc.array(fc.double({ min: 0.05, max: 9, noNaN: true }).chain((x) => fc.constantFrom(x, -x)), { minLength: 2, maxLength: 40 }),
    fc.constantFrom(0, 1), (beliefs, odd) => {
      const code: ParityCode = {
        length: beliefs.length, checks: 1, closing: 0, qber: 0.04, checkStart: Uint32Array.of(0, beliefs.length),
        bits: Uint32Array.from(beliefs.keys()),
      };
      const state = beginBelief(code, Uint8Array.of(odd), 0.04);
      const before = Int32Array.from(beliefs, (belief) => Math.round(64 * belief));
      state.total.set(before);
      sweep(state);
      const exact = saidExactly([...before].map((steps) => steps / 64), odd);
      for (const [i, said] of state.said.entries()) {
        const one_step = 1 / 64;
        expect(Math.abs(said / 64 - exact[i]!)).toBeLessThanOrEqual(Math.max(one_step, 0.01 * Math.abs(exact[i]!)));
      }
    }), { numRuns: 300 });
});

test('short blocks end right as well: 300 of 500 bits, none with an error left that the dense checks let pass', () => {
  const wrong = Array.from({ length: 300 }, (_, seed) => reconcile(500, 0.045, { seed }).after > 0).filter(Boolean);
  expect(wrong).toEqual([]);
}, 120_000);

test('property: codes are the same each time, every bit stands in two checks or more, hardly one twice in one', () => {
  fc.assert(fc.property(fc.integer({ min: 200, max: 3000 }), fc.constantFrom(0.01, 0.03, 0.045, 0.06, 0.09),
    (length, qber) => {
      const checks = Math.round(1.1 * length * binaryEntropy(qber));
      const code = drawCode({ length, checks, qber });
      expect(drawCode({ length, checks, qber })).toEqual(code);
      const degree = new Uint32Array(length);
      for (const bit of code.bits.subarray(0, code.checkStart[checks])) degree[bit]! += 1;
      expect(Math.min(...degree)).toBeGreaterThanOrEqual(2);
      let twice = 0;
      for (let check = 0; check < checks; check += 1) {
        const own = code.bits.subarray(code.checkStart[check], code.checkStart[check + 1]);
        twice += own.length - new Set(own).size;
      }
      expect(twice).toBeLessThanOrEqual(3);
      expect(code.checkStart.at(-1)).toBe(code.bits.length);
    }), { numRuns: 25 });
});

test('property: ends for any length and any errors, and never says more bits than there are, but for its checks', () => {
  fc.assert(fc.property(fc.record({
    length: fc.integer({ min: 1, max: 300 }), announced: fc.double({ min: 0.001, max: 0.2, noNaN: true }),
    qber: fc.double({ min: 0, max: 0.5, noNaN: true }), seed: fc.nat(),
  }), ({ length, announced, qber, seed }) => {
    const run = reconcile(length, announced, { qber, seed });
    expect(run.leaked).toBeLessThanOrEqual(2 * length);
    if (length < 64) expect(run).toMatchObject({ after: 0, leaked: length, rounds: 1 });
  }), { numRuns: 60 });
}, 120_000);

test('failure: an answer of another length, and a plan of another block, are programmer errors', () => {
  const plan = planLdpc({ length: 100, qber: 0.05, seed: 1 });
  const bob = createLdpcBob(plan, new Uint8Array(100));
  bob.next(null);
  expect(() => bob.next({ bytes: new Uint8Array(1), length: 3 })).toThrow('an answer of 3 bits');
  expect(() => createLdpcBob(plan, new Uint8Array(99))).toThrow('99 bits');
});
