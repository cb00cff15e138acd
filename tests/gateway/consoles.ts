// Two consoles in one process for tests: readings of a made-up pass, ledgers in memory, a line one can meddle with.
import { duplexPair, type Duplex } from 'node:stream';
import type { BitString } from '../../src-core/distillation/bit-string.ts';
import type { PartyInput } from '../../src-core/distillation/party.ts';
import type { PartySettings } from '../../src-core/distillation/party-settings.ts';
import { ok, type Result } from '../../src-core/result.ts';
import type { AgreedKey, KeyLedger } from '../../src-main/gateway/classical-channel/agreed-key.ts';
import type { Role } from '../../src-main/gateway/classical-channel/channel-error.ts';
import type { Frame } from '../../src-main/gateway/classical-channel/frame-codec.ts';
import {
  createFrameLink, type FrameLink, type LinkLimits,
} from '../../src-main/gateway/classical-channel/frame-link.ts';
import {
  runOperationalSession, type AgreedSession, type OperationalSession,
} from '../../src-main/gateway/classical-channel/operational-session.ts';
import {
  createSecretPool, splitSecret, type SecretPool,
} from '../../src-main/gateway/classical-channel/secret-pool.ts';
import type { SessionError } from '../../src-main/gateway/classical-channel/session-error.ts';
import { seededStream } from '../core/distillation/random-bits.ts';

export const settings: PartySettings = {
  state: 'psi+', algorithm: 'hamming', definition: 'composable', epsilon: 1e-10, delta: 0.0147, qber: 0.02,
  hashing: 'two-key', seed: 11,
};

/** Readings of `rows` psi+ pairs at both stations. */
export function readings(rows: number, qber: number, seed: number) {
  const stream = seededStream(seed);
  const a = { basis: stream.bits(rows), bit: stream.bits(rows) };
  const b = { basis: stream.bits(rows), bit: new Uint8Array(rows) };
  for (let i = 0; i < rows; i += 1) {
    const flip = (a.basis[i] === 0 ? 1 : 0) ^ (stream.fraction() < qber ? 1 : 0);
    b.bit[i] = a.basis[i] === b.basis[i] ? a.bit[i]! ^ flip : stream.bit();
  }
  return { alice: a, bob: b };
}

export const bytesFrom = (seed: number) => {
  const stream = seededStream(seed);
  return (count: number) => Uint8Array.from({ length: count }, () => stream.word() & 255);
};

export const secretOf = (seed: number, bytes = 4096) => bytesFrom(seed)(bytes);
export const poolOf = (seed: number, bytes?: number): SecretPool =>
  createSecretPool(splitSecret(secretOf(seed, bytes)));

export function memoryLedger() {
  const pended = new Map<string, AgreedKey>();
  const held = new Map<string, AgreedKey>();
  const ledger: KeyLedger = {
    pend: (key) => { pended.set(key.key_id, key); return Promise.resolve(ok(null)); },
    hold: (key) => { pended.delete(key.key_id); held.set(key.key_id, key); return Promise.resolve(ok(null)); },
    discard: (key_id) => { pended.delete(key_id); return Promise.resolve(ok(null)); },
    pending: () => Promise.resolve([...pended.values()]),
    holds: (key_id) => Promise.resolve(held.has(key_id)),
  };
  const bits = (): readonly BitString[] => [...held.values()].map(({ key }) => key);
  return { ledger, held, pended, bits };
}

/** What a meddler makes of the frames one side sends; `index` counts them. */
export type Meddle = (frame: Frame, from: Role, index: number) => readonly Frame[];

function meddled(link: FrameLink, from: Role, meddle: Meddle): FrameLink {
  let index = 0;
  return {
    ...link,
    async send(frame) {
      let sent: Awaited<ReturnType<FrameLink['send']>> = ok(null);
      for (const one of meddle(frame, from, index)) sent = await link.send(one);
      index += 1;
      return sent;
    },
  };
}

export const LIMITS: LinkLimits = { silence_ms: 5000, turn_ms: 5000, heartbeat_ms: 50 };

export interface Console {
  readonly pool: SecretPool;
  readonly memory: ReturnType<typeof memoryLedger>;
}
export const consoleOf = (seed: number, bytes?: number): Console =>
  ({ pool: poolOf(seed, bytes), memory: memoryLedger() });

export interface Exchange {
  readonly alice: Console;
  readonly bob: Console;
  readonly outcomes: Readonly<Record<Role, PartyInput['outcomes']>>;
  readonly meddle?: Meddle;
  readonly limits?: LinkLimits;
  /** Both ends of the line, Alice's first; a pair of pipes where none is given. */
  readonly line?: readonly [Duplex, Duplex];
  readonly changes?: Partial<Record<Role, Partial<OperationalSession>>>;
}

export type SessionResult = Result<AgreedSession, SessionError>;

/** One exchange over a line. */
export async function exchangeKeys(exchange: Exchange): Promise<Readonly<Record<Role, SessionResult>>> {
  const { outcomes, meddle = (frame: Frame) => [frame], limits = LIMITS, changes = {}, line = duplexPair() } = exchange;
  const [one, two] = line;
  const side = (role: Role, stream: Duplex) => runOperationalSession({
    role, link: meddled(createFrameLink(stream, limits), role, meddle), pool: exchange[role].pool,
    ledger: exchange[role].memory.ledger, subject: 'test pass', settings,
    readOutcomes: () => Promise.resolve(ok(outcomes[role])), randomBytes: bytesFrom(role === 'alice' ? 1 : 2),
    ...changes[role],
  });
  const [alice, bob] = await Promise.all([side('alice', one), side('bob', two)]);
  return { alice, bob };
}
