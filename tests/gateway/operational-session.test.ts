// Goal: over a line the parties say byte for byte what they say in one process, and a half-agreed key is never held.
import { readFileSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { createAlice } from '../../src-core/distillation/alice.ts';
import { unpackBits } from '../../src-core/distillation/bit-string.ts';
import { createBob } from '../../src-core/distillation/bob.ts';
import { converse } from '../../src-core/distillation/dialogue.ts';
import { encodeMessage } from '../../src-core/distillation/messages.ts';
import { TAG_BITS } from '../../src-main/gateway/classical-channel/secret-pool.ts';
import { connectToPeer, listenForPeer } from '../../src-main/gateway/classical-channel/tls-transport.ts';
import { err } from '../../src-core/result.ts';
import { describeSessionError } from '../../src-main/gateway/classical-channel/session-error.ts';
import { hasOpenssl, makeCertificate } from './certificates.ts';
import { bytesFrom, consoleOf, exchangeKeys, memoryLedger, readings, settings, type Meddle } from './consoles.ts';

const LINES = (['hamming', 'cascade', 'ldpc'] as const).flatMap((algorithm) =>
  (hasOpenssl ? ['pipes', 'TLS'] as const : ['pipes'] as const).map((over) => [algorithm, over] as const));
const outcomes = readings(9000, 0.01, 4);
const fresh = (bytes?: number) => ({ alice: consoleOf(7, bytes), bob: consoleOf(7, bytes), outcomes });

/** Alice calls Bob over TLS, each with the other's certificate pinned. */
async function tlsLine(): Promise<readonly [Duplex, Duplex]> {
  const pem = (name: string) => {
    const { certificate, private_key } = makeCertificate(name);
    return { certificate: readFileSync(certificate, 'utf8'), private_key: readFileSync(private_key, 'utf8') };
  };
  const [a, b] = [pem('alice'), pem('bob')];
  const at = { host: '127.0.0.1', port: 0 };
  const listener = await listenForPeer({ ...at, credentials: { ...b, peer_certificate: a.certificate } });
  if (!listener.ok) throw new Error(listener.error.type);
  const { port } = listener.value;
  onTestFinished(() => { listener.value.close(); });
  const [called, caller] = await Promise.all([
    listener.value.accept(), connectToPeer({ ...at, port, credentials: { ...a, peer_certificate: b.certificate } })]);
  if (!called.ok || !caller.ok) throw new Error('no line');
  return [caller.value, called.value];
}

test.each(LINES)('transcript, leakage, key as in one process: %s over %s', async (algorithm, over) => {
  const chosen = { ...settings, algorithm };
  const consoles = fresh();
  const line = over === 'TLS' ? { line: await tlsLine() } : {};
  const { alice, bob } = await exchangeKeys({ ...consoles, ...line, changes: {
    alice: { settings: chosen }, bob: { settings: chosen } } });
  if (!alice.ok || !bob.ok) throw new Error(JSON.stringify([alice, bob]));
  // Alice's source has given the 16 bytes of her nonce before.
  const source = bytesFrom(1);
  source(16);
  const local = converse(
    createAlice({ outcomes: outcomes.alice, settings: chosen, randomBytes: source }),
    createBob({ outcomes: outcomes.bob, settings: chosen, randomBytes: source }));
  if (!local.alice.ok) throw new Error(local.alice.error.type);
  const bytes = local.transcript.map(({ message }) => encodeMessage(message));
  expect(alice.value.transcript).toEqual(bytes);
  expect(bob.value.transcript).toEqual(bytes);
  expect(alice.value.key.report).toEqual(local.alice.value.report);
  const seals = alice.value.seals.alice + alice.value.seals.bob;
  expect(unpackBits(alice.value.key.key)).toEqual(unpackBits(local.alice.value.key).subarray(TAG_BITS * seals));
});

test('both hold one key under one name, and the pool is as full as before', async () => {
  const consoles = fresh();
  const before = consoles.alice.pool.status();
  const { alice, bob } = await exchangeKeys(consoles);
  if (!alice.ok || !bob.ok) throw new Error(JSON.stringify([alice, bob]));
  expect(bob.value.key.key_id).toBe(alice.value.key.key_id);
  expect(alice.value.key.key_id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(bob.value.key.digest).toBe(alice.value.key.digest);
  expect(alice.value.key.key.length).toBeGreaterThan(500);
  expect(alice.value.seals).toEqual({ alice: 2, bob: 1 });
  expect(bob.value.seals).toEqual(alice.value.seals);
  const after = consoles.alice.pool.status();
  expect(after).toEqual(consoles.bob.pool.status());
  expect(after.alice).toEqual({ used_bits: 2 * TAG_BITS, left_bits: before.alice.left_bits });
  expect(after.bob).toEqual({ used_bits: TAG_BITS, left_bits: before.bob.left_bits });
  expect([consoles.alice.memory.held.size, consoles.bob.memory.held.size, consoles.bob.memory.pended.size])
    .toEqual([1, 1, 0]);
});

test('sealing every message costs 64 bits each, agrees as well, and finds a change at the message', async () => {
  const changes = { alice: { sealing: 'every-message' }, bob: { sealing: 'every-message' } } as const;
  const long = { ...fresh(65_536), outcomes: readings(60_000, 0.01, 5), changes };
  const { alice, bob } = await exchangeKeys(long);
  if (!alice.ok || !bob.ok) throw new Error(JSON.stringify([alice, bob]));
  const { seals, transcript, key } = alice.value;
  // Two openings and the confirmation besides the distillation's own messages.
  expect(seals.alice + seals.bob).toBe(transcript.length + 3);
  expect(bob.value.key.digest).toBe(key.digest);
  let changed = 0;
  const meddle: Meddle = (frame, from, index) => {
    if (from !== 'alice' || index !== 3) return [frame];
    changed += 1;
    return [{ ...frame, payload: frame.payload.map((byte, i) => (i === frame.payload.length - 1 ? byte ^ 1 : byte)) }];
  };
  const harmed = await exchangeKeys({ ...fresh(65_536), outcomes: long.outcomes, changes, meddle });
  expect(changed).toBe(1);
  expect(harmed.bob).toMatchObject({ ok: false, error: { type: 'SealRefused', covers_messages: 1 } });
  expect(harmed.alice).toMatchObject({ ok: false, error: { type: 'PeerLeft', reason: 'SealRefused' } });
});

/** Loses the last frame one side sends of an exchange: Bob's finish is his, Alice's confirmation hers. */
const losing = (from: 'alice' | 'bob', last: number): Meddle => (frame, who, index) =>
  (who === from && index >= last ? [] : [frame]);

async function framesOf(from: 'alice' | 'bob') {
  let count = 0;
  const { alice } = await exchangeKeys({ ...fresh(), meddle: (frame, who) => {
    if (who === from) count += 1;
    return [frame];
  } });
  expect(alice.ok).toBe(true);
  return count;
}

const IMPATIENT = { silence_ms: 5000, turn_ms: 1000, heartbeat_ms: 50 };

test('a lost confirmation leaves the key pending at Bob, and the next exchange settles it', async () => {
  const consoles = fresh();
  const cut = await exchangeKeys({
    ...consoles, limits: IMPATIENT, meddle: losing('alice', await framesOf('alice') - 1) });
  expect(cut.alice.ok).toBe(true);
  expect(cut.bob).toMatchObject({ ok: false, error: { type: 'Unconfirmed' } });
  expect([consoles.bob.memory.held.size, consoles.bob.memory.pended.size]).toEqual([0, 1]);
  const next = await exchangeKeys({ ...consoles, changes: {
    alice: { randomBytes: bytesFrom(31) }, bob: { randomBytes: bytesFrom(32) } } });
  if (!next.alice.ok || !next.bob.ok) throw new Error(JSON.stringify(next));
  expect(next.alice.value.seals).toEqual({ alice: 3, bob: 1 });
  expect(consoles.bob.memory.bits()).toEqual(consoles.alice.memory.bits());
  expect(consoles.bob.memory.bits()).toHaveLength(2);
  expect([...consoles.bob.memory.held.keys()]).toEqual([...consoles.alice.memory.held.keys()]);
  expect(consoles.bob.pool.status()).toEqual(consoles.alice.pool.status());
});

test('a lost finish is a key on neither side: Bob has it pending and gives it up in the next exchange', async () => {
  const consoles = fresh();
  const cut = await exchangeKeys({ ...consoles, limits: IMPATIENT, meddle: losing('bob', await framesOf('bob') - 1) });
  expect([cut.alice.ok, cut.bob.ok]).toEqual([false, false]);
  expect([consoles.alice.memory.held.size, consoles.bob.memory.held.size, consoles.bob.memory.pended.size])
    .toEqual([0, 0, 1]);
  const next = await exchangeKeys(consoles);
  expect([next.alice.ok, next.bob.ok]).toEqual([true, true]);
  expect(consoles.bob.memory.bits()).toEqual(consoles.alice.memory.bits());
  expect([consoles.bob.memory.held.size, consoles.bob.memory.pended.size]).toEqual([1, 0]);
});

test('failure: what distillation refuses is refused on both sides, each with a sentence', async () => {
  const short = await exchangeKeys({ ...fresh(), outcomes: readings(500, 0.03, 3) });
  expect(short).toMatchObject({ alice: { error: { type: 'NoKey' } }, bob: { error: { type: 'NoKey' } } });
  const quarrel = await exchangeKeys({ ...fresh(), changes: { bob: { settings: { ...settings, epsilon: 1e-6 } } } });
  expect(quarrel).toMatchObject({
    alice: { error: { type: 'PeerAborted', reason: 'SettingsDiffer' } }, bob: { error: { type: 'SettingsDiffer' } } });
  const other = await exchangeKeys({ ...fresh(), changes: { bob: { subject: 'another pass' } } });
  expect(other.bob).toMatchObject({ error: { type: 'SetupDiffers' } });
  const tiny = await exchangeKeys({
    ...fresh(65_536), changes: { alice: { sealing: 'every-message' }, bob: { sealing: 'every-message' } } });
  expect(tiny.bob).toMatchObject({ error: { type: 'KeyBelowRefill' } });
  for (const { alice, bob } of [short, quarrel, other, tiny]) {
    for (const side of [alice, bob]) {
      if (side.ok) throw new Error('a key from nothing');
      expect(describeSessionError(side.error)).toMatch(/^[A-Z"].{20,}[.]$/);
    }
  }
});

test('failure: a ledger that cannot keep the key makes none on either side', async () => {
  const broken = { ...memoryLedger().ledger, pend: () =>
    Promise.resolve(err({ type: 'LedgerFailed', why: 'disk full' } as const)) };
  const consoles = fresh();
  const { alice, bob } = await exchangeKeys({ ...consoles, changes: { bob: { ledger: broken } } });
  expect(bob).toMatchObject({ error: { type: 'LedgerFailed' } });
  expect(alice).toMatchObject({ error: { type: 'PeerLeft', reason: 'LedgerFailed' } });
  expect(consoles.alice.memory.held.size).toBe(0);
});
