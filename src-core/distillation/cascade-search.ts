import { assert } from '../assert.ts';
import { positionIn, wordsOfPass, type CascadePass, type CascadePlan } from './cascade-passes.ts';
import type { Range } from './parity-dialogue.ts';
import { naturalWords, rangeParity, type ParityWords } from './parity-words.ts';

/** Ranges of one pass whose error parity is odd and which are being halved. */
export interface Search { readonly pass: number; readonly ranges: readonly Range[] }

/** A pass about to begin: its blocks, and those of them whose parity must be asked. */
export interface Opening { readonly pass: number; readonly ranges: readonly Range[]; readonly asked: readonly Range[] }

/** What Bob knows of one pass: ranges of known error parity, each split as far as answers went. */
interface PassState {
  readonly pass: CascadePass;
  readonly words: ParityWords;
  /** 1 where the range with this middle has been split. */
  readonly split: Uint8Array;
  /** Error parity of the unsplit range that starts here. */
  readonly odd: Uint8Array;
  /** Starts of ranges that turned odd; stale entries are dropped when met. */
  readonly pending: number[];
}

/** All that Bob knows: his bits as corrected so far, and the error parities of every pass begun. */
export interface ErrorKnowledge {
  readonly plan: CascadePlan;
  readonly bits: Uint8Array;
  readonly natural: ParityWords;
  readonly states: PassState[];
  corrections: number;
  /** Parity of all remaining errors, known after the first pass. */
  total_odd: number;
}

/**
 * Bob's knowledge before the first answer: his bits, no parities.
 *
 *   bits copied and packed
 *
 * @units bits
 * @shape as many bits as planned
 * @errors none
 * @validity exact
 * @source Brassard and Salvail, EUROCRYPT '93, doi:10.1007/3-540-48285-7_35
 * @golden tests/core/distillation/cascade.test.ts
 */
export function beginSearch(plan: CascadePlan, bits: Uint8Array): ErrorKnowledge {
  return { plan, bits: bits.slice(), natural: naturalWords(bits), states: [], corrections: 0, total_odd: 0 };
}

/** The unsplit range around a position. */
function rangeAt({ pass, split }: PassState, position: number, length: number): Range {
  let start = position - (position % pass.block_bits);
  let end = Math.min(start + pass.block_bits, length);
  while (end - start > 1) {
    const middle = (start + end) >> 1;
    if (split[middle] === 0) break;
    if (position < middle) end = middle;
    else start = middle;
  }
  return { start, end };
}

/** Marks a corrected bit in one pass: its word, and the parity of the range it lies in. */
function flipIn(state: PassState, bit: number, length: number): void {
  const position = positionIn(state.pass, bit);
  if (position < 0) return;
  state.words[position >> 5]! ^= 1 << (position & 31);
  const { start } = rangeAt(state, position, length);
  state.odd[start]! ^= 1;
  if (state.odd[start] === 1) state.pending.push(start);
}

function correct(knowledge: ErrorKnowledge, { pass }: PassState, position: number): void {
  const bit = pass.shuffle === null ? position : pass.shuffle.bitAt[position]!;
  knowledge.bits[bit]! ^= 1;
  knowledge.natural[bit >> 5]! ^= 1 << (bit & 31);
  knowledge.corrections += 1;
  knowledge.total_odd ^= 1;
  for (const state of knowledge.states) flipIn(state, bit, knowledge.plan.length);
}

/** Corrects ranges of one bit and returns the longer ones, which need halving. */
function takeSingles(knowledge: ErrorKnowledge, state: PassState, ranges: readonly Range[]): Range[] {
  for (const { start, end } of ranges) if (end - start === 1) correct(knowledge, state, start);
  return ranges.filter(({ start, end }) => end - start > 1);
}

/**
 * Begins the next pass; null when the plan has no more.
 *
 *   all blocks are asked in the first pass and in half passes; elsewhere the last follows from the total
 *
 * @units positions
 * @shape any knowledge
 * @errors none
 * @validity call only when no range is odd
 * @source Brassard and Salvail, EUROCRYPT '93, doi:10.1007/3-540-48285-7_35
 * @golden tests/core/distillation/cascade.test.ts
 */
export function openPass({ plan, bits, natural, states }: ErrorKnowledge): Opening | null {
  const index = states.length;
  const pass = plan.passes[index];
  if (pass === undefined) return null;
  states.push({
    pass, words: wordsOfPass(pass, bits, natural), split: new Uint8Array(plan.length), odd: new Uint8Array(plan.length),
    pending: [],
  });
  const ranges: Range[] = [];
  for (let start = 0; start < plan.length; start += pass.block_bits) {
    ranges.push({ start, end: Math.min(start + pass.block_bits, plan.length) });
  }
  return { pass: index, ranges, asked: index > 0 && pass.mask === null ? ranges.slice(0, -1) : ranges };
}

/**
 * Notes the block parities of a pass just begun; the last block's follows from the total where it was not asked.
 *
 *   error parity = Alice's parity XOR Bob's
 *
 * @units parities
 * @shape one bit a block asked
 * @errors programmer error for another number of bits
 * @validity exact
 * @source Brassard and Salvail, EUROCRYPT '93, doi:10.1007/3-540-48285-7_35
 * @golden tests/core/distillation/cascade.test.ts
 */
export function noteOpening(knowledge: ErrorKnowledge, { pass, ranges, asked }: Opening, parities: Uint8Array): void {
  assert(parities.length === asked.length, `${parities.length} parities for ${asked.length} blocks`);
  const state = knowledge.states[pass]!;
  let sum = 0;
  for (const [i, { start, end }] of ranges.entries()) {
    const odd = i < asked.length ? parities[i]! ^ rangeParity(state.words, start, end) : sum ^ knowledge.total_odd;
    sum ^= odd;
    state.odd[start] = odd;
    if (odd === 1) state.pending.push(start);
  }
  if (pass === 0) knowledge.total_odd = sum;
}

/**
 * Halves every range under search by one answer each; single bits are corrected.
 *
 *   left odd: go left; else the right half must be odd
 *
 * @units parities
 * @shape one bit a range
 * @errors programmer error for another number of bits
 * @validity exact; both halves stay known for later passes (sub-block reuse)
 * @source Martinez-Mateo et al., Quantum Inf. Comput. 15, 453 (2015), arXiv:1407.3257
 * @golden tests/core/distillation/cascade.test.ts
 */
export function noteHalves(knowledge: ErrorKnowledge, { pass, ranges }: Search, parities: Uint8Array): Search {
  assert(parities.length === ranges.length, `${parities.length} parities for ${ranges.length} ranges`);
  const state = knowledge.states[pass]!;
  const halves: Range[] = [];
  for (const [i, { start, end }] of ranges.entries()) {
    const middle = (start + end) >> 1;
    const leftOdd = parities[i]! ^ rangeParity(state.words, start, middle);
    state.split[middle] = 1;
    state.odd[start] = leftOdd;
    state.odd[middle] = leftOdd ^ 1;
    halves.push(leftOdd === 1 ? { start, end: middle } : { start: middle, end });
  }
  return { pass, ranges: takeSingles(knowledge, state, halves) };
}

/**
 * The odd ranges of the earliest pass that has any: the smallest blocks, and disjoint; null when all are even.
 *
 *   ranges of one bit are corrected at once
 *
 * @units positions
 * @shape any knowledge
 * @errors none
 * @validity ranges of one pass never share a bit, so they may be halved together
 * @source Brassard and Salvail, EUROCRYPT '93, doi:10.1007/3-540-48285-7_35
 * @golden tests/core/distillation/cascade.test.ts
 */
export function collectOdd(knowledge: ErrorKnowledge): Search | null {
  for (const [pass, state] of knowledge.states.entries()) {
    const starts = [...new Set(state.pending)].filter((start) => state.odd[start] === 1);
    state.pending.length = 0;
    if (starts.length === 0) continue;
    const ranges = starts.map((start) => rangeAt(state, start, knowledge.plan.length));
    return { pass, ranges: takeSingles(knowledge, state, ranges) };
  }
  return null;
}
