import { assert } from '../assert.ts';
import { packBits, unpackBits, type BitString } from './bit-string.ts';
import { wordsOfPass, type CascadePlan } from './cascade-passes.ts';
import {
  beginSearch, collectOdd, noteHalves, noteOpening, openPass, type Opening, type Range, type Search,
} from './cascade-search.ts';
import { naturalWords, rangeParity, type ParityWords } from './parity-words.ts';

/** Bob asks for parities of ranges of one pass: start, end, start, end, ... */
export interface ParityQuery { readonly type: 'parity-query'; readonly pass: number; readonly ranges: Uint32Array }

/** Alice answers one bit a range: these are the bits that leak. */
export interface ParityReply { readonly type: 'parity-reply'; readonly parities: BitString }

/**
 * Alice's part of Cascade: she answers parities of her bits and learns nothing of Bob's.
 *
 *   reply[i] = XOR of her bits in range i of the pass
 *
 * @units bits
 * @shape as many bits as planned
 * @errors programmer error for a pass or range outside the plan: the caller checks messages before
 * @validity every reply leaks exactly one bit a range, counted by whoever keeps the transcript
 * @source Brassard and Salvail, EUROCRYPT '93, doi:10.1007/3-540-48285-7_35
 * @golden tests/core/distillation/cascade.test.ts
 */
export function createCascadeAlice(plan: CascadePlan, bits: Uint8Array) {
  assert(bits.length === plan.length, `${bits.length} bits for a plan of ${plan.length}`);
  const natural = naturalWords(bits);
  const views = new Map<number, ParityWords>();
  const view = (index: number) => {
    const pass = plan.passes[index];
    assert(pass !== undefined, `pass ${index}`);
    const found = views.get(index) ?? wordsOfPass(pass, bits, natural);
    views.set(index, found);
    return found;
  };
  return {
    answer({ pass, ranges }: ParityQuery): ParityReply {
      const words = view(pass);
      const parities = new Uint8Array(ranges.length >> 1);
      for (let i = 0; i < parities.length; i += 1) {
        const [start, end] = [ranges[2 * i]!, ranges[2 * i + 1]!];
        assert(start < end && end <= plan.length, `range ${start} to ${end}`);
        parities[i] = rangeParity(words, start, end);
      }
      return { type: 'parity-reply', parities: packBits(parities) };
    },
  };
}

/** A question for the parities of ranges of one pass. */
function query(pass: number, ranges: readonly Range[]): ParityQuery {
  const flat = new Uint32Array(2 * ranges.length);
  for (const [i, { start, end }] of ranges.entries()) {
    flat[2 * i] = start;
    flat[2 * i + 1] = end;
  }
  return { type: 'parity-query', pass, ranges: flat };
}

const leftHalf = ({ start, end }: Range): Range => ({ start, end: (start + end) >> 1 });

/**
 * Bob's part of Cascade: he finds where his bits differ by halving ranges of odd error parity, the smallest first.
 *
 *   each pass asks for its blocks' parities but the last, which the total gives from the second pass on;
 *   a corrected bit turns ranges of other passes odd, which are halved in turn
 *
 * @units bits
 * @shape as many bits as planned; each reply has one bit a range asked
 * @errors programmer error for a reply of another length: the caller checks messages before
 * @validity ends with equal strings but for a small frame error rate, which verification catches. Alice's parities
 *   are what is counted as leaked; Bob's questions follow from where the errors are, so a proof that uses this count
 *   must allow the error positions to be known (Tupkary and Luetkenhaus, PR Appl. 20, 064040 (2023))
 * @source Brassard and Salvail, EUROCRYPT '93, doi:10.1007/3-540-48285-7_35;
 *   Martinez-Mateo et al., Quantum Inf. Comput. 15, 453 (2015), arXiv:1407.3257 (sub-block reuse)
 * @golden tests/core/distillation/cascade.test.ts
 */
export function createCascadeBob(plan: CascadePlan, bits: Uint8Array) {
  assert(bits.length === plan.length, `${bits.length} bits for a plan of ${plan.length}`);
  const knowledge = beginSearch(plan, bits);
  // Answers that contradict each other could turn bits for ever: an honest search needs far fewer corrections.
  const limit = 2 * plan.length;
  let opening: Opening | null = null;
  let search: Search | null = null;

  function take({ parities: packed }: ParityReply): void {
    const parities = unpackBits(packed);
    if (opening !== null) noteOpening(knowledge, opening, parities);
    else if (search !== null) search = noteHalves(knowledge, search, parities);
    opening = null;
  }

  return {
    /** The next question, given the reply to the last one; null when done. */
    next(reply: ParityReply | null): ParityQuery | null {
      if (reply !== null) take(reply);
      while (knowledge.corrections <= limit) {
        if (search !== null && search.ranges.length > 0) return query(search.pass, search.ranges.map(leftHalf));
        search = collectOdd(knowledge);
        if (search !== null) continue;
        opening = openPass(knowledge);
        if (opening === null) return null;
        if (opening.asked.length > 0) return query(opening.pass, opening.asked);
        noteOpening(knowledge, opening, new Uint8Array(0));
        opening = null;
      }
      return null;
    },
    corrected: () => knowledge.bits,
    corrections: () => knowledge.corrections,
  };
}
