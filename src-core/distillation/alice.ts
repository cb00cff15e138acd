import { packBits, unpackBits } from './bit-string.ts';
import { createFramedAlice } from './frames.ts';
import type { Message } from './messages.ts';
import {
  amplify, drawSeed, drawTag, leave, outOfTurn, reportOf, siftOwnBits, type Failure, type Party, type PartyInput,
  type SiftedBits,
} from './party.ts';
import { announce, planFor, planLengths, type Leaked } from './party-settings.ts';

interface Reconciled { readonly leaked: Leaked; readonly heard: Message }

/** Answers Bob's questions, and counts every bit of it, until he asks no more or too much. */
function* answerQuestions(
  { settings, outcomes }: PartyInput, bits: SiftedBits,
): Generator<Message, Reconciled | Failure, Message> {
  const prepare = (basis: 'Z' | 'X') =>
    createFramedAlice(planFor(settings, basis, bits[basis].length), bits[basis]);
  const roles = { Z: prepare('Z'), X: prepare('X') };
  const leaked = { Z: 0, X: 0 };
  const sifted_bits = bits.Z.length + bits.X.length;
  let heard = yield { type: 'bases', bases: packBits(outcomes.basis) };
  while (heard.type === 'parity-query') {
    const parities = roles[heard.basis].answer(heard.question);
    if (parities === null) return outOfTurn('reconciled', heard);
    leaked[heard.basis] += parities.length;
    const leaked_bits = leaked.Z + leaked.X;
    if (leaked_bits > sifted_bits) return { ok: false, error: { type: 'TooManyErrors', leaked_bits, sifted_bits } };
    heard = yield { type: 'parity-reply', basis: heard.basis, parities };
  }
  return { leaked, heard };
}

/**
 * Alice: announces, answers, verifies and seeds the amplification. She sees her own outcomes only.
 *
 *   hello, bases, parity replies, tags, seeds; each after Bob's turn
 *
 * @units bits
 * @shape outcomes of the coincidences in the order agreed on
 * @errors the closed union of `DistillationError`; every one of them ends without a key on both sides
 * @validity the channel is authenticated: what is changed on the way must be caught before it is heard here
 * @source Tomamichel and Leverrier, Quantum 1, 14 (2017), doi:10.22331/q-2017-07-14-14, with the errors
 *   counted by reconciliation instead of published bits
 * @golden tests/core/distillation/party.test.ts
 */
export function* createAlice(input: PartyInput): Party {
  const { outcomes, settings, randomBytes } = input;
  const rows = outcomes.basis.length;
  const greeted = yield { type: 'hello', settings: announce(settings, rows) };
  if (greeted.type !== 'bases' || greeted.bases.length !== rows) return yield* leave(outOfTurn('bases', greeted));
  const bits = siftOwnBits(outcomes, unpackBits(greeted.bases), false);
  const reconciled = yield* answerQuestions(input, bits);
  if (!('heard' in reconciled)) return yield* leave(reconciled);
  const { leaked, heard } = reconciled;
  const [n_z, n_x] = [bits.Z.length, bits.X.length];
  if (heard.type !== 'reconciled' || heard.e_z > n_z || heard.e_x > n_x) {
    return yield* leave(outOfTurn('reconciled', heard));
  }
  const counts = { Z: { n: n_z, e: heard.e_z }, X: { n: n_x, e: heard.e_x } };
  const lengths = planLengths(counts, settings, leaked);
  if (!lengths.ok) return yield* leave(lengths);
  const { z_bits, x_bits, z_tag_bits, x_tag_bits } = lengths.value;
  const checked = yield {
    type: 'verify', z: drawTag(bits.Z, z_tag_bits, randomBytes), x: drawTag(bits.X, x_tag_bits, randomBytes),
  };
  if (checked.type !== 'verified') return yield* leave(outOfTurn('verified', checked));
  if (!checked.verified) {
    return { ok: false, error: { type: 'VerificationFailed', leaked_bits: leaked.Z + leaked.X } };
  }
  const seeds = { Z: drawSeed(n_z, z_bits, randomBytes), X: drawSeed(n_x, x_bits, randomBytes) };
  const finished = yield { type: 'amplify', z_seed: seeds.Z, x_seed: seeds.X };
  if (finished.type !== 'finished') return yield* leave(outOfTurn('finished', finished));
  const key = amplify({ bits, lengths: lengths.value, seeds })!;
  return { ok: true, value: { key, report: reportOf(counts, leaked, lengths.value) } };
}
