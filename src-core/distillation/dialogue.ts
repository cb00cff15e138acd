import { err } from '../result.ts';
import type { Message } from './messages.ts';
import type { Outcome, Party } from './party.ts';

/** What one party said, in order of the dialogue. */
export interface Utterance { readonly from: 'alice' | 'bob'; readonly message: Message }

export interface Dialogue { readonly alice: Outcome; readonly bob: Outcome; readonly transcript: readonly Utterance[] }

/** More than any honest dialogue of a few million bits says. */
const UTTERANCES_MAX = 1_000_000;

/**
 * Lets two parties talk in one process: the analysis custody. The transcript is all that a third could have heard.
 *
 *   each message of one is given to the other until both have returned
 *
 * @units none
 * @shape two fresh parties; `carry` may change or drop (null) a message, as a network does
 * @errors a dropped message ends the dialogue: who still waits gets PeerAborted with the reason "silence"
 * @validity the roles are the same as over a network; only the carrying differs
 * @source this project's protocol
 * @golden tests/core/distillation/party.test.ts
 */
export function converse(
  alice: Party, bob: Party, carry: (utterance: Utterance) => Message | null = ({ message }) => message,
): Dialogue {
  const parties = { alice, bob };
  const transcript: Utterance[] = [];
  const outcomes: { alice: Outcome | null; bob: Outcome | null } = { alice: null, bob: null };
  const hand = (to: Utterance['from'], message: Message): Message | null => {
    const step = parties[to].next(message);
    if (step.done !== true) return step.value;
    outcomes[to] = step.value;
    return null;
  };
  bob.next();
  let from: Utterance['from'] = 'alice';
  let message = alice.next().value as Message | null;
  while (message !== null && transcript.length < UTTERANCES_MAX) {
    transcript.push({ from, message });
    // Who says a last word returns when it is out; nobody answers it.
    if (isLastWord(message)) hand(from, message);
    const heard = carry({ from, message });
    from = from === 'alice' ? 'bob' : 'alice';
    message = heard === null || outcomes[from] !== null ? null : hand(from, heard);
  }
  const silence: Outcome = err({ type: 'PeerAborted', reason: 'silence' });
  return { alice: outcomes.alice ?? silence, bob: outcomes.bob ?? silence, transcript };
}

/**
 * Whether a party returns right after saying this: the finish, an abort, or a failed verification.
 *
 *   finished, abort, verified = false
 *
 * @units none
 * @shape any message
 * @errors none
 * @validity exact
 * @source this project's protocol
 * @golden tests/core/distillation/party.test.ts
 */
export function isLastWord(message: Message): boolean {
  return message.type === 'finished' || message.type === 'abort' || (message.type === 'verified' && !message.verified);
}
