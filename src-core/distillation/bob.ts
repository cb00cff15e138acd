import { packBits, unpackBits } from './bit-string.ts';
import type { Message } from './messages.ts';
import { answerBits } from './parity-dialogue.ts';
import {
  amplify, leave, outOfTurn, reportOf, siftOwnBits, tagFits, type Failure, type Party, type PartyInput,
  type SiftedBits,
} from './party.ts';
import { announce, bobFor, planFor, planLengths, type PartySettings } from './party-settings.ts';

interface Corrected { readonly bits: Uint8Array; readonly errors: number; readonly leaked: number }

const differences = (one: Uint8Array, two: Uint8Array) => one.reduce((sum, bit, i) => sum + (bit ^ two[i]!), 0);

/** Asks until one basis agrees with Alice's, and counts every bit of her answers. */
function* correctBasis(
  settings: PartySettings, basis: 'Z' | 'X', bits: Uint8Array,
): Generator<Message, Corrected | Failure, Message> {
  if (bits.length === 0) return { bits, errors: 0, leaked: 0 };
  const bob = bobFor(settings, planFor(settings, basis, bits.length), bits);
  let leaked = 0;
  let question = bob.next(null);
  while (question !== null) {
    const heard = yield { type: 'parity-query', basis, question };
    const due = answerBits(question);
    if (heard.type !== 'parity-reply' || heard.basis !== basis || heard.parities.length !== due) {
      return outOfTurn('parity-reply', heard);
    }
    leaked += due;
    question = bob.next(heard.parities);
  }
  const corrected = bob.corrected();
  return { bits: corrected, errors: differences(bits, corrected), leaked };
}

/** Greets, and sifts once Alice has told her bases. */
function* meet({ outcomes, settings }: PartyInput): Generator<Message | null, SiftedBits | Failure, Message> {
  const rows = outcomes.basis.length;
  const hello = yield null;
  if (hello.type !== 'hello') return outOfTurn('hello', hello);
  const mine = announce(settings, rows);
  if (hello.settings !== mine) return { ok: false, error: { type: 'SettingsDiffer', mine, theirs: hello.settings } };
  const told = yield { type: 'bases', bases: packBits(outcomes.basis) };
  if (told.type !== 'bases' || told.bases.length !== rows) return outOfTurn('bases', told);
  return siftOwnBits(outcomes, unpackBits(told.bases), settings.state === 'psi+');
}

/**
 * Bob: sifts, asks, corrects, checks Alice's tags and amplifies. He sees his own outcomes only.
 *
 *   bases, parity questions, error counts, verdict, finish; each after Alice's turn
 *
 * @units bits
 * @shape outcomes of the coincidences in the order agreed on
 * @errors the closed union of `DistillationError`; every one of them ends without a key on both sides
 * @validity the channel is authenticated: what is changed on the way must be caught before it is heard here
 * @source Tomamichel and Leverrier, Quantum 1, 14 (2017), doi:10.22331/q-2017-07-14-14, with the errors
 *   counted by reconciliation instead of published bits
 * @golden tests/core/distillation/party.test.ts
 */
export function* createBob(input: PartyInput): Party {
  const sifted = yield* meet(input);
  if (!('Z' in sifted)) return yield* leave(sifted);
  const z = yield* correctBasis(input.settings, 'Z', sifted.Z);
  if (!('bits' in z)) return yield* leave(z);
  const x = yield* correctBasis(input.settings, 'X', sifted.X);
  if (!('bits' in x)) return yield* leave(x);
  const bits = { Z: z.bits, X: x.bits };
  const counts = { Z: { n: z.bits.length, e: z.errors }, X: { n: x.bits.length, e: x.errors } };
  const leaked = { Z: z.leaked, X: x.leaked };
  const planned = planLengths(counts, input.settings, leaked);
  const tags = yield { type: 'reconciled', e_z: z.errors, e_x: x.errors };
  if (!planned.ok) return planned;
  if (tags.type !== 'verify') return yield* leave(outOfTurn('verify', tags));
  const lengths = planned.value;
  const verified = tagFits(bits.Z, lengths.z_tag_bits, tags.z) && tagFits(bits.X, lengths.x_tag_bits, tags.x);
  const seeded = yield { type: 'verified', verified };
  if (!verified) return { ok: false, error: { type: 'VerificationFailed', leaked_bits: z.leaked + x.leaked } };
  if (seeded.type !== 'amplify') return yield* leave(outOfTurn('amplify', seeded));
  const key = amplify({ bits, lengths, seeds: { Z: seeded.z_seed, X: seeded.x_seed } });
  if (key === null) return yield* leave(outOfTurn('amplify', seeded));
  yield { type: 'finished' };
  return { ok: true, value: { key, report: reportOf(counts, leaked, lengths) } };
}
