import { assert } from '../assert.ts';
import { packBits, type BitString } from './bit-string.ts';
import { wordsOfPass, type CascadePlan } from './cascade-passes.ts';
import { naturalWords, rangeParity, rangeSyndrome, syndromeBits, type ParityWords } from './parity-words.ts';

/**
 * Bob asks about ranges of one pass: start, end, start, end, ... For each, its parity (one bit) or its Hamming
 * syndrome (as many bits as the place of a bit in the range has).
 */
export interface ParityQuery {
  readonly kind: 'parity' | 'syndrome';
  readonly pass: number;
  readonly ranges: Uint32Array;
}

export interface Range { readonly start: number; readonly end: number }

/** Bob's side of a reconciliation: the next question given the last answer, null at the end. */
export interface ReconcilingBob {
  next(answer: BitString | null): ParityQuery | null;
  corrected(): Uint8Array;
}

/**
 * Ranges as a question.
 *
 *   start, end of each in order
 *
 * @units positions
 * @shape any ranges
 * @errors none
 * @validity exact
 * @source definition of the message
 * @golden tests/core/distillation/cascade.test.ts
 */
export function askAbout(kind: ParityQuery['kind'], pass: number, ranges: readonly Range[]): ParityQuery {
  const flat = new Uint32Array(2 * ranges.length);
  for (let i = 0; i < ranges.length; i += 1) {
    flat[2 * i] = ranges[i]!.start;
    flat[2 * i + 1] = ranges[i]!.end;
  }
  return { kind, pass, ranges: flat };
}

/**
 * Bits that the answer to a question has: all of them leak.
 *
 *   parity: one a range; syndrome: ceil(log2(length)) a range
 *
 * @units bits
 * @shape any question
 * @errors none
 * @validity exact
 * @source definition of the message
 * @golden tests/core/distillation/cascade.test.ts
 */
export function answerBits({ kind, ranges }: ParityQuery): number {
  if (kind === 'parity') return ranges.length / 2;
  let sum = 0;
  for (let i = 0; i + 1 < ranges.length; i += 2) sum += syndromeBits(ranges[i + 1]! - ranges[i]!);
  return sum;
}

/**
 * Whether a question can be answered under a plan: known pass, ranges inside the block and not empty.
 *
 *   pass < passes, 0 <= start < end <= places of the pass: as many as bits, but for the checks of a code
 *
 * @units none
 * @shape any question, also one from the network
 * @errors none
 * @validity exact
 * @source definition of the message
 * @golden tests/core/distillation/cascade.test.ts
 */
export function isAnswerable(plan: CascadePlan, { pass, ranges }: ParityQuery): boolean {
  const asked = plan.passes[pass];
  if (asked === undefined || ranges.length === 0 || ranges.length % 2 !== 0) return false;
  const places = asked.shuffle?.bitAt.length ?? plan.length;
  for (let i = 0; i < ranges.length; i += 2) {
    if (ranges[i]! >= ranges[i + 1]! || ranges[i + 1]! > places) return false;
  }
  return true;
}

/**
 * Alice's part of every reconciliation here: she answers about her bits and learns nothing of Bob's.
 *
 *   parity of a range: XOR of its bits; syndrome: XOR of the places of its ones
 *
 * @units bits
 * @shape as many bits as planned
 * @errors programmer error for a question that `isAnswerable` refuses
 * @validity every bit of an answer is leaked, and counted by whoever keeps the transcript
 * @source Brassard and Salvail, EUROCRYPT '93, doi:10.1007/3-540-48285-7_35;
 *   Buttler et al., PRA 67, 052303 (2003), doi:10.1103/PhysRevA.67.052303 (Hamming syndromes)
 * @golden tests/core/distillation/cascade.test.ts
 */
export function createAnsweringAlice(plan: CascadePlan, bits: Uint8Array) {
  assert(bits.length === plan.length, `${bits.length} bits for a plan of ${plan.length}`);
  const natural = naturalWords(bits);
  const views = new Map<number, ParityWords>();
  const view = (index: number) => {
    const found = views.get(index) ?? wordsOfPass(plan.passes[index]!, bits, natural);
    views.set(index, found);
    return found;
  };
  return {
    answer(question: ParityQuery): BitString {
      assert(isAnswerable(plan, question), `question about pass ${question.pass}`);
      const words = view(question.pass);
      const { kind, ranges } = question;
      const answer = new Uint8Array(answerBits(question));
      let at = 0;
      for (let i = 0; i < ranges.length; i += 2) {
        const [start, end] = [ranges[i]!, ranges[i + 1]!];
        if (kind === 'parity') {
          answer[at] = rangeParity(words, start, end);
          at += 1;
          continue;
        }
        const syndrome = rangeSyndrome(words, start, end);
        for (let bit = 0; bit < syndromeBits(end - start); bit += 1, at += 1) answer[at] = (syndrome >> bit) & 1;
      }
      return packBits(answer);
    },
  };
}
