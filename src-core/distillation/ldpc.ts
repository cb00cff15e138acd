import { assert } from '../assert.ts';
import { binaryEntropy } from '../statistics.ts';
import { beginBelief, isSettled, learn, sweep, type Beliefs } from './belief.ts';
import { unpackBits } from './bit-string.ts';
import { wordsOfPass, type CascadeParameters, type CascadePass, type CascadePlan } from './cascade-passes.ts';
import { drawCode, thresholdOf, type ParityCode } from './ldpc-code.ts';
import { answerBits, askAbout, type ParityQuery, type Range, type ReconcilingBob } from './parity-dialogue.ts';
import { rangeParity } from './parity-words.ts';

const QBER_MIN = 1e-3;
/** A shorter frame has no code: its bits are told one by one, and no key comes of it. */
const CODE_BITS_MIN = 64;

const passOf = (code: ParityCode): CascadePass =>
  ({ block_bits: 1, shuffle: { bitAt: code.bits, positionOf: new Uint32Array(0) }, mask: null });

/** Every bit in its own order. */
const naturalPass = (length: number): CascadePass =>
  ({ block_bits: 1, shuffle: null, mask: new Int32Array((length + 31) >> 5).fill(-1) });

/**
 * The plan of a reconciliation by one code: all its checks as one question, then single bits as they are needed.
 *
 *   checks = f n h(qber), f the threshold of the code's ensemble: what a block lacks is asked for
 *
 * @units bits
 * @shape length >= 1, 0 <= qber <= 1/2
 * @errors programmer error outside that
 * @validity made for independent errors at the announced rate; another rate costs bits, not safety
 * @source Elkouss, Martinez-Mateo, Martin, Quantum Inf. Comput. 11, 226 (2011), arXiv:1007.1616 (rate-adaptive)
 * @golden tests/core/distillation/ldpc.test.ts
 */
export function planLdpc({ length, qber }: CascadeParameters): CascadePlan {
  assert(Number.isSafeInteger(length) && length > 0 && qber >= 0 && qber <= 0.5, `${length} bits at ${qber}`);
  if (length < CODE_BITS_MIN) return { length, passes: [naturalPass(length)] };
  const rate = Math.max(qber, QBER_MIN);
  const wanted = Math.round(thresholdOf(rate) * length * binaryEntropy(rate));
  const code = drawCode({ length, checks: Math.min(length - 1, Math.max(8, wanted)), qber: rate });
  return { length, code, passes: [passOf(code), naturalPass(length)] };
}

const SWEEPS_MAX = 200;
/** Sweeps without a new least number of broken checks after which more of them will not help. */
const PATIENCE = 8;
/** Bits asked for in a round, of all: few at first, half as many again each time. */
const FIRST_SHARE = 0.002;
const ASKED_MIN = 4;
const GROWTH = 1.5;

/** Sweeps until every check holds; false when the beliefs got stuck. */
function decode(beliefs: Beliefs): boolean {
  let [least, since] = [Infinity, 0];
  for (let round = 0; round < SWEEPS_MAX && since < PATIENCE; round += 1) {
    const broken = sweep(beliefs);
    if (broken === 0 && isSettled(beliefs)) return true;
    since = broken < least ? 0 : since + 1;
    least = Math.min(least, broken);
  }
  return false;
}

/** Beliefs stronger than this are all alike when bits are picked to be asked for. */
const STRONG = 2047;

/** The bits least is known of, not asked for before, in rising order: picked by a histogram of what is known. */
function leastKnown({ total }: Beliefs, asked: Uint8Array, count: number): number[] {
  const strength = (bit: number) => Math.min(STRONG, Math.abs(total[bit]!));
  const having = new Uint32Array(STRONG + 1);
  for (let bit = 0; bit < asked.length; bit += 1) if (asked[bit] === 0) having[strength(bit)]! += 1;
  let [limit, weaker] = [0, 0];
  while (limit < STRONG && weaker + having[limit]! < count) {
    weaker += having[limit]!;
    limit += 1;
  }
  let at_limit = count - weaker;
  const picked: number[] = [];
  for (let bit = 0; bit < asked.length; bit += 1) {
    if (asked[bit] !== 0 || strength(bit) > limit) continue;
    if (strength(bit) === limit) at_limit -= 1;
    if (strength(bit) < limit || at_limit >= 0) picked.push(bit);
  }
  return picked;
}

const checksAsRanges = ({ checks, closing, checkStart }: ParityCode): Range[] =>
  Array.from({ length: checks + closing }, (_, j) => ({ start: checkStart[j]!, end: checkStart[j + 1]! }));

/**
 * Bob's part of reconciliation by a sparse code: one syndrome, belief propagation, and single bits where it is stuck.
 *
 *   beliefs start at ln((1 - qber)/qber); a bit that Alice tells is certain; each told bit leaks like a check
 *
 * @units bits
 * @shape as many bits as planned; each answer as long as `answerBits` says
 * @errors programmer error for an answer of another length
 * @validity ends when every check holds, at the latest when every bit was told; another word with the same syndrome
 *   is possible, and verification has the last word. A handful of rounds, where Cascade needs hundreds or thousands
 * @source Richardson, Shokrollahi, Urbanke, IEEE Trans. Inf. Theory 47, 619 (2001), doi:10.1109/18.910578; single bits
 *   as in Martinez-Mateo, Elkouss, Martin, Quantum Inf. Comput. 12, 791 (2012), arXiv:1205.5729 (blind reconciliation)
 * @golden tests/core/distillation/ldpc.test.ts
 */
export function createLdpcBob(plan: CascadePlan, bits: Uint8Array): ReconcilingBob {
  assert(bits.length === plan.length, `${bits.length} bits for a plan of ${plan.length}`);
  const { code, length } = plan;
  const natural = plan.passes.length - 1;
  const told = new Uint8Array(length);
  const turned = new Uint8Array(length);
  let beliefs: Beliefs | null = null;
  let asked: ParityQuery | null = null;
  let share = FIRST_SHARE;

  function ask(positions: readonly number[]): ParityQuery {
    for (const bit of positions) told[bit] = 1;
    return askAbout('parity', natural, positions.map((bit) => ({ start: bit, end: bit + 1 })));
  }

  function hearSyndrome(own: ParityCode, heard: Uint8Array): void {
    const words = wordsOfPass(plan.passes[0]!, bits, new Int32Array(0));
    const odd = heard.map((parity, j) => parity ^ rangeParity(words, own.checkStart[j]!, own.checkStart[j + 1]!));
    beliefs = beginBelief(own, odd, own.qber);
  }

  function hearBits({ ranges }: ParityQuery, heard: Uint8Array): void {
    for (let i = 0; i < heard.length; i += 1) {
      const bit = ranges[2 * i]!;
      turned[bit] = heard[i]! ^ bits[bit]!;
      if (beliefs !== null) learn(beliefs, bit, turned[bit] as 0 | 1);
    }
  }

  function take(total: Int32Array): void {
    for (const [bit, belief] of total.entries()) if (told[bit] === 0) turned[bit] = belief < 0 ? 1 : 0;
  }

  return {
    next(answer) {
      if (asked === null) {
        asked = code === undefined ? ask([...bits.keys()]) : askAbout('parity', 0, checksAsRanges(code));
        return asked;
      }
      assert(answer !== null && answer.length === answerBits(asked), `an answer of ${answer?.length ?? 0} bits`);
      const heard = unpackBits(answer);
      if (asked.pass === natural) hearBits(asked, heard);
      else hearSyndrome(code!, heard);
      if (beliefs === null || decode(beliefs)) {
        take(beliefs?.total ?? new Int32Array(0));
        return null;
      }
      const wanted = leastKnown(beliefs, told, Math.max(ASKED_MIN, Math.round(share * length)));
      share *= GROWTH;
      if (wanted.length === 0) return null;
      asked = ask(wanted);
      return asked;
    },
    corrected: () => bits.map((bit, i) => bit ^ turned[i]!),
  };
}
