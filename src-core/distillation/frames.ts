import { assert } from '../assert.ts';
import type { BitString } from './bit-string.ts';
import type { CascadePlan } from './cascade-passes.ts';
import { createAnsweringAlice, isAnswerable, type ParityQuery, type ReconcilingBob } from './parity-dialogue.ts';

/** A long block cut into frames of nearly equal length, reconciled one after the other with the same shuffles. */
export interface FramedPlan {
  readonly length: number;
  readonly frames: readonly { readonly start: number; readonly plan: CascadePlan }[];
}

/** Longer frames leak a little less and run out of the processor's caches: 1.034 against 1.037, at half the speed. */
const FRAME_BITS_MAX = 131_072;
/** A question's pass counts on over the frames: frame f begins at pass f * 64. */
const PASSES_A_FRAME = 64;

/**
 * Cuts a block into frames and plans each; frames of one length share one plan and its shuffles.
 *
 *   frames = ceil(length / 131072), lengths differ by at most one
 *
 * @units bits
 * @shape length >= 1
 * @errors programmer error for a plan of more passes than a frame may have
 * @validity both parties cut alike
 * @source this project's protocol; sizes from the bench
 * @golden tests/core/distillation/frames.test.ts
 */
export function planFrames(length: number, plan: (frameLength: number) => CascadePlan): FramedPlan {
  const count = Math.ceil(length / FRAME_BITS_MAX);
  const plans = new Map<number, CascadePlan>();
  const frames: { start: number; plan: CascadePlan }[] = [];
  for (let i = 0; i < count; i += 1) {
    const start = Math.floor((i * length) / count);
    const size = Math.floor(((i + 1) * length) / count) - start;
    const drawn = plans.get(size) ?? plan(size);
    assert(drawn.passes.length <= PASSES_A_FRAME, `${drawn.passes.length} passes`);
    plans.set(size, drawn);
    frames.push({ start, plan: drawn });
  }
  return { length, frames };
}

const inFrame = (question: ParityQuery): ParityQuery => ({ ...question, pass: question.pass % PASSES_A_FRAME });
const frameOf = ({ pass }: ParityQuery) => Math.floor(pass / PASSES_A_FRAME);

/**
 * Alice's side over all frames: answers a question, or null when it fits none.
 *
 *   frame floor(pass / 64), pass mod 64
 *
 * @units bits
 * @shape as many bits as planned
 * @errors null for a question that cannot be answered
 * @validity see `createAnsweringAlice`
 * @source see `createAnsweringAlice`
 * @golden tests/core/distillation/frames.test.ts
 */
export function createFramedAlice({ length, frames }: FramedPlan, bits: Uint8Array) {
  assert(bits.length === length, `${bits.length} bits for a plan of ${length}`);
  const roles = frames.map(({ start, plan }) => createAnsweringAlice(plan, bits.subarray(start, start + plan.length)));
  return {
    answer(question: ParityQuery): BitString | null {
      const frame = frames[frameOf(question)];
      const own = inFrame(question);
      return frame !== undefined && isAnswerable(frame.plan, own) ? roles[frameOf(question)]!.answer(own) : null;
    },
  };
}

/**
 * Bob's side over all frames, one after the other.
 *
 *   the next frame begins when the last has no more questions
 *
 * @units bits
 * @shape as many bits as planned
 * @errors see the reconciliation used
 * @validity see the reconciliation used
 * @source see the reconciliation used
 * @golden tests/core/distillation/frames.test.ts
 */
export function createFramedBob(
  { length, frames }: FramedPlan, bits: Uint8Array, create: (plan: CascadePlan, bits: Uint8Array) => ReconcilingBob,
): ReconcilingBob {
  assert(bits.length === length, `${bits.length} bits for a plan of ${length}`);
  const corrected = bits.slice();
  let index = -1;
  let bob: ReconcilingBob | null = null;
  const finish = () => {
    const frame = frames[index];
    if (bob !== null && frame !== undefined) corrected.set(bob.corrected(), frame.start);
  };
  return {
    next(answer) {
      let question = bob?.next(answer) ?? null;
      while (question === null) {
        finish();
        index += 1;
        const frame = frames[index];
        if (frame === undefined) return null;
        bob = create(frame.plan, bits.subarray(frame.start, frame.start + frame.plan.length));
        question = bob.next(null);
      }
      return { ...question, pass: question.pass + index * PASSES_A_FRAME };
    },
    corrected: () => corrected,
  };
}
