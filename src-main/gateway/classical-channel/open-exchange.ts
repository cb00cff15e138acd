import { err, ok, type Result } from '../../../src-core/result.ts';
import type { KeyLedger } from './agreed-key.ts';
import type { AuthenticatedChannel } from './authenticated-channel.ts';
import type { ChannelError } from './channel-error.ts';
import type { SecretPool } from './secret-pool.ts';
import type { SessionError } from './session-error.ts';
import { hear, parseObject, sayObject } from './topics.ts';

const PROTOCOL = 'twinpass-classical/1';
const PENDING_MAX = 1000;
const NONCE = /^[0-9a-f]{32}$/;
const KEY_ID = /^[0-9a-f-]{36}$/;

export interface Setup {
  /** What both sides must have alike, as text: mission, pass, gate, way of sealing. */
  readonly agreed: string;
  readonly nonce: string;
}

interface Opening { readonly nonce: string; readonly pending: readonly string[] }

const isText = (value: unknown, pattern: RegExp): value is string => typeof value === 'string' && pattern.test(value);

function idsOf(value: unknown): readonly string[] | null {
  const isList = Array.isArray(value) && value.length <= PENDING_MAX;
  if (!isList) return null;
  const ids = value.filter((id: unknown): id is string => isText(id, KEY_ID));
  return ids.length === value.length ? ids : null;
}

function readOpening(bytes: Uint8Array, agreed: string): Result<Opening, ChannelError> {
  const read = parseObject(bytes);
  if (!read.ok) return read;
  const { protocol, agreed: theirs, nonce, pending } = read.value;
  const ids = idsOf(pending);
  if (protocol !== PROTOCOL) return err({ type: 'MalformedMessage', why: 'another protocol' });
  if (typeof theirs !== 'string' || ids === null || !isText(nonce, NONCE)) {
    return err({ type: 'MalformedMessage', why: 'an opening without its fields' });
  }
  return theirs === agreed ? ok({ nonce, pending: ids }) : err({ type: 'SetupDiffers', mine: agreed, theirs });
}

export interface ExchangeOpening {
  readonly channel: AuthenticatedChannel;
  readonly ledger: KeyLedger;
  readonly pool: SecretPool;
  readonly setup: Setup;
}

/** Greets, compares the set-up and settles what an earlier exchange left open; result: both nonces, Alice's first. */
export async function openExchange(opening: ExchangeOpening): Promise<Result<readonly string[], SessionError>> {
  const { channel, ledger, setup: { agreed, nonce } } = opening;
  const pending = channel.role === 'bob' ? (await ledger.pending()).map(({ key_id }) => key_id) : [];
  const greet = () =>
    sayObject(channel, { topic: 'opening', value: { protocol: PROTOCOL, agreed, nonce, pending } });
  if (channel.role === 'alice') {
    const greeted = await greet();
    if (!greeted.ok) return greeted;
  }
  const heard = await hear(channel, 'opening');
  if (!heard.ok) return heard;
  const theirs = readOpening(heard.value, agreed);
  if (!theirs.ok) return theirs;
  if (channel.role === 'alice') {
    const told = theirs.value.pending.length === 0 ? ok(null) : await tellSettled(opening, theirs.value.pending);
    return told.ok ? ok([nonce, theirs.value.nonce]) : told;
  }
  const greeted = await greet();
  if (!greeted.ok) return greeted;
  const settled = pending.length === 0 ? ok(null) : await settlePending(opening);
  return settled.ok ? ok([theirs.value.nonce, nonce]) : settled;
}

/** Alice: which of the keys Bob has pending she holds. */
async function tellSettled({ channel, ledger }: ExchangeOpening, pending: readonly string[]) {
  const held: string[] = [];
  for (const key_id of pending) if (await ledger.holds(key_id)) held.push(key_id);
  return sayObject(channel, { topic: 'settled', value: { held }, sealed: true });
}

/** Bob: a key that Alice holds counts, any other is given up. */
async function settlePending({ channel, ledger, pool }: ExchangeOpening): Promise<Result<null, SessionError>> {
  const heard = await hear(channel, 'settled', () => true);
  if (!heard.ok) return heard;
  const read = parseObject(heard.value);
  if (!read.ok) return read;
  const held = idsOf(read.value['held']);
  if (held === null) return err({ type: 'MalformedMessage', why: 'a settlement without its list' });
  for (const key of await ledger.pending()) {
    const counts = held.includes(key.key_id);
    const kept = counts ? await ledger.hold(key) : await ledger.discard(key.key_id);
    if (!kept.ok) return kept;
    if (counts) pool.replenish(key.refill);
  }
  return ok(null);
}
