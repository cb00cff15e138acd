import { createHash } from 'node:crypto';
import { createAlice } from '../../../src-core/distillation/alice.ts';
import { createBob } from '../../../src-core/distillation/bob.ts';
import type { PartyInput } from '../../../src-core/distillation/party.ts';
import type { PartySettings } from '../../../src-core/distillation/party-settings.ts';
import { err, ok, type Result } from '../../../src-core/result.ts';
import { makeKey, type AgreedKey, type KeyLedger } from './agreed-key.ts';
import { createAuthenticatedChannel, type AuthenticatedChannel, type Sealing } from './authenticated-channel.ts';
import { carryParty, type BeforeLastWord, type CarriedParty } from './carry-party.ts';
import type { ChannelError, Role } from './channel-error.ts';
import type { FrameLink } from './frame-link.ts';
import { openExchange } from './open-exchange.ts';
import { TAG_BITS, type SecretPool } from './secret-pool.ts';
import type { SessionError } from './session-error.ts';
import { hear, say } from './topics.ts';

/** How a console comes by its own outcomes once the channel is open. */
export type ReadOutcomes = (channel: AuthenticatedChannel) => Promise<Result<PartyInput['outcomes'], SessionError>>;

export interface OperationalSession {
  readonly role: Role;
  readonly link: FrameLink;
  readonly pool: SecretPool;
  readonly ledger: KeyLedger;
  /** What both consoles must have alike: mission, pass, gate. */
  readonly subject: string;
  /** Or how they follow from what both have learnt once the coincidences are known, and a seed both drew. */
  readonly settings: PartySettings | ((seed: number) => PartySettings);
  readonly readOutcomes: ReadOutcomes;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly sealing?: Sealing;
  /** Before parities leave: from then on the outcomes of an exchange without a key may not be tried again. */
  readonly before_telling?: () => void;
}

export interface AgreedSession {
  readonly key: AgreedKey;
  readonly seals: Readonly<Record<Role, number>>;
  /** The distillation's messages, both sides', in order. */
  readonly transcript: readonly Uint8Array[];
}

/** Seals of one exchange: Alice settles, seeds and confirms, Bob finishes. Without them it cannot end well. */
const SEALS_NEEDED = { alice: 3, bob: 1 } as const;
const NONCE_BYTES = 16;
const NO_BYTES = new Uint8Array(0);

function checkPool(pool: SecretPool): Result<null, ChannelError> {
  const status = pool.status();
  for (const lane of ['alice', 'bob'] as const) {
    const [needed_bits, { left_bits }] = [SEALS_NEEDED[lane] * TAG_BITS, status[lane]];
    if (left_bits < needed_bits) return err({ type: 'PoolExhausted', lane, needed_bits, left_bits });
  }
  return ok(null);
}

/** One exchange over an open connection, from greeting to a key both consoles hold; the link is closed at its end. */
export async function runOperationalSession(session: OperationalSession): Promise<Result<AgreedSession, SessionError>> {
  const { link, pool, role, sealing = 'milestones' } = session;
  const channel = createAuthenticatedChannel({ link, role, pool, sealing });
  const exchanged = await exchange(session, channel).catch((cause: unknown) => {
    channel.close('Crashed');
    throw cause;
  });
  // A party that found no key has said so itself; whatever else goes wrong is named in leaving.
  channel.close(exchanged.ok || isPartysOwn(exchanged.error) ? undefined : exchanged.error.type);
  return exchanged;
}

const PARTYS_OWN: ReadonlySet<SessionError['type']> = new Set<SessionError['type']>([
  'SettingsDiffer', 'UnexpectedMessage', 'TooManyErrors', 'VerificationFailed', 'NoKey', 'PeerAborted']);
const isPartysOwn = ({ type }: SessionError) => PARTYS_OWN.has(type);

async function exchange(
  session: OperationalSession, channel: AuthenticatedChannel,
): Promise<Result<AgreedSession, SessionError>> {
  const { pool, ledger, role, settings, randomBytes, subject, sealing = 'milestones' } = session;
  const enough = checkPool(pool);
  if (!enough.ok) return enough;
  const nonce = Buffer.from(randomBytes(NONCE_BYTES)).toString('hex');
  const opened = await openExchange({ channel, ledger, pool, setup: { agreed: `${sealing}; ${subject}`, nonce } });
  if (!opened.ok) return opened;
  const outcomes = await session.readOutcomes(channel);
  if (!outcomes.ok) return outcomes;
  const chosen = typeof settings === 'function' ? settings(seedOf(opened.value)) : settings;
  const input = { outcomes: outcomes.value, settings: chosen, randomBytes };
  return (role === 'alice' ? finishAsAlice : finishAsBob)({ session, channel, nonces: opened.value, input });
}

/** Public, the same at both ends, and new in each exchange. */
const seedOf = (nonces: readonly string[]) =>
  createHash('sha256').update(`twinpass/seed/${nonces.join('/')}`).digest().readUInt32BE();

const nothing = () => undefined;

interface Distilling {
  readonly session: OperationalSession;
  readonly channel: AuthenticatedChannel;
  readonly nonces: readonly string[];
  readonly input: PartyInput;
}

function keyOf(
  { channel, nonces }: Distilling, { outcome, transcript }: CarriedParty, seals_to_come: Readonly<Record<Role, number>>,
): Result<AgreedKey, SessionError> {
  if (!outcome.ok) return outcome;
  const so_far = channel.seals();
  const seals = { alice: so_far.alice + seals_to_come.alice, bob: so_far.bob + seals_to_come.bob };
  return makeKey({ distilled: outcome.value.key, report: outcome.value.report, nonces, transcript, seals });
}

/** Bob's sealed last word proves that he has the key: she holds it, then tells him so. */
async function finishAsAlice(distilling: Distilling): Promise<Result<AgreedSession, SessionError>> {
  const { session: { ledger, pool, before_telling = nothing }, channel, input } = distilling;
  const carried = await carryParty<SessionError>(channel, createAlice(input), {
    before_telling, before_last_word: () => Promise.resolve(ok(null)) });
  if (!carried.ok) return carried;
  const key = keyOf(distilling, carried.value, { alice: 1, bob: 0 });
  if (!key.ok) return key;
  const kept = await ledger.hold(key.value);
  if (!kept.ok) return kept;
  pool.replenish(key.value.refill);
  // Whether this arrives she cannot know; Bob asks again in the next exchange if it did not.
  await say(channel, { topic: 'confirmed', bytes: NO_BYTES, sealed: true });
  return ok({ key: key.value, seals: channel.seals(), transcript: carried.value.transcript });
}

/** He keeps the key pending before he says that he has it, and holds it when Alice has confirmed. */
async function finishAsBob(distilling: Distilling): Promise<Result<AgreedSession, SessionError>> {
  const { session: { ledger, pool, before_telling = nothing }, channel, input } = distilling;
  let key: AgreedKey | null = null;
  const before_last_word: BeforeLastWord<SessionError> = async (leaving) => {
    if (!leaving.outcome.ok) return ok(null);
    const made = keyOf(distilling, leaving, { alice: 1, bob: 1 });
    if (!made.ok) return made;
    const pended = await ledger.pend(made.value);
    if (pended.ok) key = made.value;
    return pended;
  };
  const carried = await carryParty<SessionError>(channel, createBob(input), { before_telling, before_last_word });
  const agreed = key as AgreedKey | null;
  if (agreed === null) return carried.ok ? refusedBy(carried.value) : carried;
  const unconfirmed = (cause: ChannelError['type']) => err({ type: 'Unconfirmed', key_id: agreed.key_id, cause });
  if (!carried.ok) return unconfirmed('ConnectionLost');
  const confirmed = await hear(channel, 'confirmed', () => true);
  if (!confirmed.ok) return unconfirmed(confirmed.error.type);
  const kept = await ledger.hold(agreed);
  if (!kept.ok) return kept;
  pool.replenish(agreed.refill);
  return ok({ key: agreed, seals: channel.seals(), transcript: carried.value.transcript });
}

function refusedBy({ outcome }: CarriedParty): Result<never, SessionError> {
  return outcome.ok ? err({ type: 'LedgerFailed', why: 'no key was made of the outcome' }) : outcome;
}
