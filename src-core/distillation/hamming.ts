import { assert } from '../assert.ts';
import { unpackBits, type BitString } from './bit-string.ts';
import {
  halfPasses, positionIn, wordsOfPass, type CascadeParameters, type CascadePass, type CascadePlan,
} from './cascade-passes.ts';
import { answerBits, askAbout, type ParityQuery, type Range, type ReconcilingBob } from './parity-dialogue.ts';
import { naturalWords, rangeParity, rangeSyndrome, syndromeBits, type ParityWords } from './parity-words.ts';
import { drawShuffle, publicWords } from './shuffles.ts';

const QBER_MIN = 1e-4;
/** Errors a first block from which on too many blocks hold three: 15 % of frames failed at 3 %, 26 % at 7 %. */
const MANY_ERRORS = 0.43;
const UNKNOWN = -1;
/** How often a block's syndrome is used again: a block of three errors would otherwise be turned for ever. */
const USES_MAX = 3;

/**
 * The passes of Hamming reconciliation: blocks that grow as errors become rare, then random halves.
 *
 *   first block nearest to 0.4 / qber, a power of two; then four times that, or two where a first block has 0.43 errors
 *   or more; then eight times that; each in a fresh order
 *
 * @units bits
 * @shape length >= 1, 0 <= qber <= 1/2
 * @errors programmer error outside that
 * @validity tuned for independent errors at the announced rate
 * @source Buttler et al., PRA 67, 052303 (2003), doi:10.1103/PhysRevA.67.052303, with every leaked bit counted
 *   instead of bits discarded
 * @golden tests/core/distillation/hamming.test.ts
 */
export function planHamming({ length, qber, seed }: CascadeParameters): CascadePlan {
  assert(Number.isSafeInteger(length) && length > 0 && qber >= 0 && qber <= 0.5, `${length} bits at ${qber}`);
  const words = publicWords(seed);
  const first = 2 ** Math.max(1, Math.round(Math.log2(0.4 / Math.max(qber, QBER_MIN))));
  const growth = first * qber < MANY_ERRORS ? 4 : 2;
  const sizes = [first, growth * first, 8 * growth * first].filter((size, i) => i === 0 || size <= length / 2);
  const blocks = sizes.map((size) => ({
    block_bits: Math.min(size, length), shuffle: drawShuffle(length, words), mask: null }));
  return { length, passes: [...blocks, ...halfPasses(length, words)] };
}

/** What Bob knows of one pass: each block's error parity, and Alice's syndrome where he asked for it. */
interface PassState {
  readonly pass: CascadePass;
  readonly words: ParityWords;
  readonly odd: Uint8Array;
  readonly syndrome: Int32Array;
  readonly uses: Uint8Array;
}

interface Knowledge {
  readonly plan: CascadePlan;
  readonly bits: Uint8Array;
  readonly states: PassState[];
}

function blockRange({ plan }: Knowledge, { pass }: PassState, block: number): Range {
  return { start: block * pass.block_bits, end: Math.min((block + 1) * pass.block_bits, plan.length) };
}

function openPass(knowledge: Knowledge): Range[] | null {
  const pass = knowledge.plan.passes[knowledge.states.length];
  if (pass === undefined) return null;
  const blocks = Math.ceil(knowledge.plan.length / pass.block_bits);
  const state: PassState = {
    pass, words: wordsOfPass(pass, knowledge.bits, naturalWords(knowledge.bits)), odd: new Uint8Array(blocks),
    syndrome: new Int32Array(blocks).fill(UNKNOWN), uses: new Uint8Array(blocks),
  };
  knowledge.states.push(state);
  // The parity of the last block of a later pass follows from all the others and the first pass.
  const asked = knowledge.states.length > 1 && pass.mask === null ? blocks - 1 : blocks;
  return Array.from({ length: asked }, (_, block) => blockRange(knowledge, state, block));
}

/** Notes the parities of a pass just begun; the last block's, where it was not asked, from the parity of all errors. */
function noteParities(knowledge: Knowledge, state: PassState, heard: Uint8Array): void {
  for (let block = 0; block < heard.length; block += 1) {
    const { start, end } = blockRange(knowledge, state, block);
    state.odd[block] = heard[block]! ^ rangeParity(state.words, start, end);
  }
  if (heard.length === state.odd.length) return;
  const sum = ({ odd }: PassState) => odd.reduce((all, parity) => all ^ parity, 0);
  state.odd[heard.length] = sum(knowledge.states[0]!) ^ sum(state);
}

/** Turns a bit, and with it the parity of its block in every pass. */
function turn(knowledge: Knowledge, bit: number): void {
  knowledge.bits[bit]! ^= 1;
  for (const { pass, words, odd } of knowledge.states) {
    const position = positionIn(pass, bit);
    if (position < 0) continue;
    words[position >> 5]! ^= 1 << (position & 31);
    odd[Math.floor(position / pass.block_bits)]! ^= 1;
  }
}

/** Turns the bit that two syndromes name, if the block has it. */
function turnNamed(knowledge: Knowledge, state: PassState, block: number): void {
  const { start, end } = blockRange(knowledge, state, block);
  const position = start + (rangeSyndrome(state.words, start, end) ^ state.syndrome[block]!);
  state.uses[block]! += 1;
  if (position >= end) return;
  turn(knowledge, state.pass.shuffle === null ? position : state.pass.shuffle.bitAt[position]!);
}

/** Uses what is known until it helps no more, then names the earliest pass with odd blocks of unknown syndrome. */
function settle(knowledge: Knowledge): { readonly pass: number; readonly blocks: number[] } | null {
  for (let pass = 0; pass < knowledge.states.length;) {
    const state = knowledge.states[pass]!;
    const odd = [...state.odd.keys()].filter((block) => state.odd[block] === 1 && state.uses[block]! < USES_MAX);
    const unknown = odd.filter((block) => state.syndrome[block] === UNKNOWN);
    for (const block of odd) if (state.syndrome[block] !== UNKNOWN) turnNamed(knowledge, state, block);
    if (unknown.length > 0) return { pass, blocks: unknown };
    pass = odd.length > 0 ? 0 : pass + 1;
  }
  return null;
}

function noteSyndromes(knowledge: Knowledge, state: PassState, heard: { blocks: readonly number[]; bits: Uint8Array }) {
  let at = 0;
  for (const block of heard.blocks) {
    const { start, end } = blockRange(knowledge, state, block);
    let syndrome = 0;
    for (let bit = 0; bit < syndromeBits(end - start); bit += 1, at += 1) syndrome |= heard.bits[at]! << bit;
    state.syndrome[block] = syndrome;
  }
  for (const block of heard.blocks) if (state.odd[block] === 1) turnNamed(knowledge, state, block);
}

/**
 * Bob's part of Hamming reconciliation: parities of all blocks, then syndromes of those that differ.
 *
 *   block of odd error parity: turn the bit at place syndrome(Alice) XOR syndrome(Bob); a bit turned makes blocks of
 *   earlier passes odd, whose syndromes are asked for, or known and used again at no cost
 *
 * @units bits
 * @shape as many bits as planned; each answer as long as `answerBits` says
 * @errors programmer error for an answer of another length
 * @validity a block with three errors gains a fourth, which other passes find; verification has the last word. Fewer
 *   rounds than Cascade, at more leakage
 * @source Buttler et al., PRA 67, 052303 (2003), doi:10.1103/PhysRevA.67.052303; f of about 1.19 at 4.5 % as in
 *   Nature 582, 501 (2020), doi:10.1038/s41586-020-2401-y
 * @golden tests/core/distillation/hamming.test.ts
 */
export function createHammingBob(plan: CascadePlan, bits: Uint8Array): ReconcilingBob {
  assert(bits.length === plan.length, `${bits.length} bits for a plan of ${plan.length}`);
  const knowledge: Knowledge = { plan, bits: bits.slice(), states: [] };
  let asked: ParityQuery | null = null;
  let blocks: readonly number[] = [];

  function take(answer: BitString): void {
    assert(asked !== null && answer.length === answerBits(asked), `an answer of ${answer.length} bits`);
    const heard = unpackBits(answer);
    const state = knowledge.states[asked.pass]!;
    if (asked.kind === 'syndrome') {
      noteSyndromes(knowledge, state, { blocks, bits: heard });
      return;
    }
    noteParities(knowledge, state, heard);
  }

  return {
    next(answer) {
      if (answer !== null) take(answer);
      const odd = settle(knowledge);
      if (odd !== null) {
        blocks = odd.blocks;
        const state = knowledge.states[odd.pass]!;
        asked = askAbout('syndrome', odd.pass, blocks.map((block) => blockRange(knowledge, state, block)));
        return asked;
      }
      const ranges = openPass(knowledge);
      asked = ranges === null ? null : askAbout('parity', knowledge.states.length - 1, ranges);
      return asked;
    },
    corrected: () => knowledge.bits,
  };
}
