import type { DistillationError } from '../../../src-core/distillation/party-settings.ts';
import { describeChannelError, type ChannelError } from './channel-error.ts';
import type { NoCoincidences } from './locate-coincidences.ts';

/** Why an exchange between two consoles gave this side no key that it may use. */
export type SessionError =
  | ChannelError
  | DistillationError
  | NoCoincidences
  | LedgerFailed
  | { readonly type: 'CoincidencesDiffer'; readonly mine: number; readonly theirs: number }
  | { readonly type: 'KeyBelowRefill'; readonly length_bits: number; readonly refill_bits: number }
  | { readonly type: 'Unconfirmed'; readonly key_id: string; readonly cause: ChannelError['type'] };

export interface LedgerFailed { readonly type: 'LedgerFailed'; readonly why: string }

type OwnError = Exclude<SessionError, ChannelError>;
type Sentence<T extends OwnError['type']> = (error: Extract<OwnError, { readonly type: T }>) => string;

const SENTENCES: { readonly [T in OwnError['type']]: Sentence<T> } = {
  SettingsDiffer: ({ mine, theirs }) =>
    `The consoles want to distil with different settings (here ${mine}, there ${theirs}).`,
  UnexpectedMessage: ({ expected, heard }) =>
    `"${heard}" was heard where ${expected} was due: both consoles must run the same version.`,
  TooManyErrors: ({ leaked_bits, sifted_bits }) =>
    `Correction spoke of ${leaked_bits} of ${sifted_bits} bits: the pass has too many errors.`,
  VerificationFailed: ({ leaked_bits }) =>
    `The corrected bits differ (${leaked_bits} bits were spoken of): the block is no key. Try again.`,
  NoKey: ({ epsilon, length_bits }) =>
    `The pass gives no key at epsilon ${epsilon} (${length_bits.toFixed(1)} bits): pool passes.`,
  PeerAborted: ({ reason }) =>
    `The other console ended the distillation (${reason}): its log says more.`,
  NoCoincidences: ({ message, reason }) =>
    `No list of coincidences (${reason}): ${message}`,
  LedgerFailed: ({ why }) =>
    `The key could not be kept (${why}): nothing was agreed; see to the key store, then start again.`,
  CoincidencesDiffer: ({ mine, theirs }) =>
    `The consoles found different coincidences (here ${mine}, there ${theirs}): `
    + 'compare versions, mission files and elements.',
  KeyBelowRefill: ({ length_bits, refill_bits }) =>
    `The ${length_bits} bits distilled do not exceed the ${refill_bits} that authentication `
    + 'used: pool more passes into one block.',
  Unconfirmed: ({ cause, key_id }) =>
    `Key ${key_id} stays pending (${cause}): the next exchange settles whether it counts.`,
};

const isOwn = (error: SessionError): error is OwnError => error.type in SENTENCES;

/** One sentence for the operator and the log. It never holds a secret. */
export function describeSessionError(error: SessionError): string {
  if (!isOwn(error)) return describeChannelError(error);
  const describe = SENTENCES[error.type] as (error: OwnError) => string;
  return describe(error);
}
