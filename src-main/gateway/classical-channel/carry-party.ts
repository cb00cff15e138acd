import { isLastWord } from '../../../src-core/distillation/dialogue.ts';
import { decodeMessage, encodeMessage, type Message } from '../../../src-core/distillation/messages.ts';
import type { Outcome, Party } from '../../../src-core/distillation/party.ts';
import { err, ok, type Result } from '../../../src-core/result.ts';
import type { AuthenticatedChannel } from './authenticated-channel.ts';
import type { ChannelError } from './channel-error.ts';
import { hear, say } from './topics.ts';

/** Both sides' messages, in order and as bytes: the same as when both parties talk in one process. */
export interface CarriedParty { readonly outcome: Outcome; readonly transcript: readonly Uint8Array[] }

/** Looks at the outcome before the last word leaves; what it refuses is never said. */
export type BeforeLastWord<E extends { readonly type: string }> = (carried: CarriedParty) => Promise<Result<null, E>>;

/**
 * Steps after which a party would keep a key: Alice's seeds make Bob's, Bob's last word makes hers. All that was said
 * before stands under these two seals.
 */
const needsSeal = ({ type }: Message) => type === 'amplify' || type === 'finished';

/** Before these nothing of an outcome has been told: settings, bases, and going away. */
const TELLS_NOTHING: ReadonlySet<Message['type']> = new Set<Message['type']>(['hello', 'bases', 'abort']);

/** A message's first byte names its type, so that a seal can be asked for before the rest is read. */
const SEALED_CODES = new Set(['amplify', 'finished'].map((type) =>
  encodeMessage(type === 'finished' ? { type: 'finished' } : { type: 'amplify', z_seed: null, x_seed: null })[0]));

export interface Carrying<E extends { readonly type: string }> {
  readonly before_last_word: BeforeLastWord<E>;
  /** Called once, before anything leaves that speaks of outcomes. */
  readonly before_telling: () => void;
}

/** Lets one party talk over a channel until it has its outcome. */
export async function carryParty<E extends { readonly type: string }>(
  channel: AuthenticatedChannel, party: Party, { before_last_word, before_telling }: Carrying<E>,
): Promise<Result<CarriedParty, ChannelError | E>> {
  const transcript: Uint8Array[] = [];
  let step = party.next();
  let told = false;
  for (;;) {
    if (step.done === true) return ok({ outcome: step.value, transcript });
    const said = step.value;
    if (said !== null) {
      const bytes = encodeMessage(said);
      transcript.push(bytes);
      if (!told && !TELLS_NOTHING.has(said.type)) {
        told = true;
        before_telling();
      }
      const speech = { topic: 'distillation', bytes, sealed: needsSeal(said) } as const;
      if (isLastWord(said)) return sayLastWord({ channel, party, transcript, said, before_last_word }, speech);
      const sent = await say(channel, speech);
      if (!sent.ok) return sent;
    }
    const heard = await hear(channel, 'distillation', (bytes) => SEALED_CODES.has(bytes[0]));
    if (!heard.ok) return heard;
    const message = decodeMessage(heard.value);
    if (!message.ok) return err({ type: 'MalformedMessage', why: `byte ${message.error.byte}: ${message.error.why}` });
    transcript.push(heard.value);
    step = party.next(message.value);
  }
}

interface Leaving<E extends { readonly type: string }> {
  readonly channel: AuthenticatedChannel;
  readonly party: Party;
  readonly transcript: readonly Uint8Array[];
  readonly said: Message;
  readonly before_last_word: BeforeLastWord<E>;
}

/** The party returns with its last word; what follows from it is made safe before the word is out. */
async function sayLastWord<E extends { readonly type: string }>(
  { channel, party, transcript, said, before_last_word }: Leaving<E>, speech: Parameters<typeof say>[1],
): Promise<Result<CarriedParty, ChannelError | E>> {
  const step = party.next(said);
  if (step.done !== true) return err({ type: 'MalformedMessage', why: 'a party that speaks after its last word' });
  const carried = { outcome: step.value, transcript };
  const allowed = await before_last_word(carried);
  if (!allowed.ok) return allowed;
  const sent = await say(channel, speech);
  return sent.ok ? ok(carried) : sent;
}
