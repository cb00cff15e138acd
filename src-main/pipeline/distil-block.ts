import type { OperationError } from '../../src-contract/errors.ts';
import type { MissionFile } from '../../src-contract/mission.ts';
import { assert } from '../../src-core/assert.ts';
import { createAlice } from '../../src-core/distillation/alice.ts';
import type { BitString } from '../../src-core/distillation/bit-string.ts';
import { createBob } from '../../src-core/distillation/bob.ts';
import { converse, type Dialogue, type Utterance } from '../../src-core/distillation/dialogue.ts';
import {
  chosenAlgorithm,
  type Algorithm,
  type DistillationError,
  type PartySettings,
} from '../../src-core/distillation/party-settings.ts';
import type { SiftedCounts } from '../../src-core/distillation/sift.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import { efficiencyOf } from './key-budget.ts';
import { expectedQber, type RawBlock } from './raw-outcomes.ts';

/** What a person asks for; the rest is the mission's. */
export interface DistilOrder {
  readonly algorithm: Algorithm;
  readonly definition: 'paper' | 'composable';
  /** Total distance from an ideal key; under `paper` it stands for both of its epsilons. */
  readonly epsilon: number;
}

/** The public numbers of a distillation: counts, leakage, lengths. */
export interface DistillationAccount {
  readonly sifted: SiftedCounts;
  readonly reconciliation: {
    readonly algorithm: 'cascade' | 'hamming' | 'ldpc';
    readonly leaked_bits: number;
    readonly f: number | null;
    /** False when no key was possible: verification then never took place. */
    readonly verified: boolean;
  };
  readonly definition: 'paper' | 'composable';
  readonly epsilon: number;
  readonly efficiency_mismatch: number;
  /** Whole bits of key; 0 when there is none. */
  readonly length_bits: number;
  /** Value of the definition's formula, unrounded; below zero it says how far from a key the counts are. */
  readonly formula_bits: number;
  readonly coincidences: number;
  readonly seconds: number;
}

export interface DistilledBlock {
  /** Secret. Null when the formula leaves nothing; overwrite its bytes when done. */
  readonly key: BitString | null;
  readonly account: DistillationAccount;
  /** All that was said: public, and the name of the key is made of it. */
  readonly transcript: readonly Utterance[];
}

export type RandomBytes = (count: number) => Uint8Array;

/** Alice and Bob in one process: the analysis custody. Both ends must hold the same key, or there is none. */
export function distilBlock(
  block: RawBlock,
  { order, mission }: { readonly order: DistilOrder; readonly mission: MissionFile },
  randomBytes: RandomBytes,
): Result<DistilledBlock, OperationError> {
  const settings = partySettings(block, { order, mission }, new DataView(Uint8Array.from(randomBytes(4)).buffer).getUint32(0));
  const dialogue = converse(
    createAlice({ outcomes: block.alice, settings, randomBytes }),
    createBob({ outcomes: block.bob, settings, randomBytes }),
  );
  const ended = endOf(dialogue);
  if (!ended.ok) return ended;
  const { key, formula_bits } = ended.value;
  return ok({
    key,
    transcript: dialogue.transcript,
    account: {
      ...countsOf(block, dialogue.transcript, { algorithm: order.algorithm, verified: key !== null }),
      definition: order.definition,
      epsilon: order.epsilon,
      efficiency_mismatch: settings.delta,
      length_bits: key?.length ?? 0,
      formula_bits,
      coincidences: block.coincidences,
      seconds: block.seconds,
    },
  });
}

/** What both parties agree on before an outcome is spoken of, in one process and between two consoles alike. */
export function partySettings(
  block: Pick<RawBlock, 'state' | 'coincidences' | 'accidentals'>,
  { order, mission }: { readonly order: DistilOrder; readonly mission: MissionFile },
  seed: number,
): PartySettings {
  const { algorithm, definition, epsilon } = order;
  return {
    algorithm,
    definition,
    epsilon,
    state: block.state,
    delta: mission.key.efficiency_mismatch,
    qber: expectedQber(block, mission.source.visibility),
    hashing: 'two-key',
    seed,
  };
}

interface End {
  readonly key: BitString | null;
  readonly formula_bits: number;
}

function endOf({ alice, bob }: Dialogue): Result<End, OperationError> {
  if (alice.ok && bob.ok) {
    const same = isSame(alice.value.key, bob.value.key);
    bob.value.key.bytes.fill(0);
    if (same) return ok({ key: alice.value.key, formula_bits: alice.value.report.lengths.account.length_bits });
    alice.value.key.bytes.fill(0);
    return notPossible({ type: 'VerificationFailed', leaked_bits: alice.value.report.leaked_bits });
  }
  // Whoever heard only that the other left knows less of the reason than the other.
  const errors = [alice, bob].flatMap((end) => (end.ok ? [] : [end.error]));
  const cause = errors.find(({ type }) => type !== 'PeerAborted') ?? errors[0]!;
  return cause.type === 'NoKey' ? ok({ key: null, formula_bits: cause.length_bits }) : notPossible(cause);
}

/** Compares every byte, whatever the first ones say. */
function isSame(one: BitString, two: BitString): boolean {
  let difference = one.length ^ two.length;
  for (let i = 0; i < one.bytes.length; i += 1) difference |= one.bytes[i]! ^ (two.bytes[i] ?? 0);
  return difference === 0;
}

const notPossible = (error: DistillationError) =>
  err({ type: 'NotPossible', reason: error.type, message: describeDistillationError(error) });

/** One sentence for a person, with what to do next. */
export function describeDistillationError(error: DistillationError): string {
  switch (error.type) {
    case 'NoKey':
      return (
        `No key at ε = ${error.epsilon}: the formula gives ${error.length_bits.toFixed(1)} bit. ` +
        'Pool more passes, or accept a larger ε.'
      );
    case 'TooManyErrors':
      return (
        `Reconciliation would have told ${error.leaked_bits} bits of ${error.sifted_bits} sifted ones: ` +
        'there are too many errors for a key. Check the state and the detectors of these recordings.'
      );
    case 'VerificationFailed':
      return `The two ends differ after reconciliation (${error.leaked_bits} bits leaked): this is no key. Distil again.`;
    case 'SettingsDiffer':
      return `The two ends were set up differently: ${error.mine} here, ${error.theirs} there.`;
    case 'UnexpectedMessage':
      return `The dialogue broke off: ${error.expected} was due, ${error.heard} came. No key was made.`;
    case 'PeerAborted':
      return `The other end left: ${error.reason}. No key was made.`;
  }
}

/** Every number from what was said aloud, as a listener would count it. */
function countsOf(
  { alice, bob }: RawBlock,
  transcript: readonly Utterance[],
  { algorithm, verified }: { readonly algorithm: Algorithm; readonly verified: boolean },
): Pick<DistillationAccount, 'sifted' | 'reconciliation'> {
  const n = [0, 0];
  for (let i = 0; i < alice.basis.length; i += 1) if (alice.basis[i] === bob.basis[i]) n[alice.basis[i]!]! += 1;
  const told = transcript.find(({ message }) => message.type === 'reconciled')?.message;
  assert(told?.type === 'reconciled', 'a dialogue that ends with a length has told its error counts');
  const sifted = { Z: { n: n[0]!, e: told.e_z }, X: { n: n[1]!, e: told.e_x } };
  const leaked_bits = transcript.reduce(
    (sum, { message }) => sum + (message.type === 'parity-reply' ? message.parities.length : 0),
    0,
  );
  return {
    sifted,
    reconciliation: {
      algorithm: chosenAlgorithm(algorithm),
      leaked_bits,
      f: efficiencyOf(sifted, leaked_bits),
      verified,
    },
  };
}
