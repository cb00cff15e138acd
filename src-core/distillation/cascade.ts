import { assert } from '../assert.ts';
import { unpackBits, type BitString } from './bit-string.ts';
import type { CascadePlan } from './cascade-passes.ts';
import {
  beginSearch, collectOdd, noteHalves, noteOpening, openPass, type Opening, type Search,
} from './cascade-search.ts';
import { askAbout, type Range, type ReconcilingBob } from './parity-dialogue.ts';

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
export function createCascadeBob(plan: CascadePlan, bits: Uint8Array): ReconcilingBob {
  assert(bits.length === plan.length, `${bits.length} bits for a plan of ${plan.length}`);
  const knowledge = beginSearch(plan, bits);
  // Answers that contradict each other could turn bits for ever: an honest search needs far fewer corrections.
  const limit = 2 * plan.length;
  let opening: Opening | null = null;
  let search: Search | null = null;

  function take(answer: BitString): void {
    const parities = unpackBits(answer);
    if (opening !== null) noteOpening(knowledge, opening, parities);
    else if (search !== null) search = noteHalves(knowledge, search, parities);
    opening = null;
  }

  return {
    next(answer) {
      if (answer !== null) take(answer);
      while (knowledge.corrections <= limit) {
        if (search !== null && search.ranges.length > 0) {
          return askAbout('parity', search.pass, search.ranges.map(leftHalf));
        }
        search = collectOdd(knowledge);
        if (search !== null) continue;
        opening = openPass(knowledge);
        if (opening === null) return null;
        if (opening.asked.length > 0) return askAbout('parity', opening.pass, opening.asked);
        noteOpening(knowledge, opening, new Uint8Array(0));
        opening = null;
      }
      return null;
    },
    corrected: () => knowledge.bits,
  };
}
