// Goal: tampering, replay, reordering, loss and abort of any message end cleanly with a reason and without a key.
import { duplexPair } from 'node:stream';
import { expect, test } from 'vitest';
import { decodeMessage } from '../../src-core/distillation/messages.ts';
import type { Role } from '../../src-main/gateway/classical-channel/channel-error.ts';
import {
  createFrameReader, encodeFrame, type Frame,
} from '../../src-main/gateway/classical-channel/frame-codec.ts';
import { createFrameLink } from '../../src-main/gateway/classical-channel/frame-link.ts';
import { createSecretPool, splitSecret } from '../../src-main/gateway/classical-channel/secret-pool.ts';
import { consoleOf, exchangeKeys, LIMITS, readings, secretOf, type Meddle } from './consoles.ts';

const outcomes = readings(9000, 0.01, 4);
const fresh = () => ({ alice: consoleOf(7), bob: consoleOf(7), outcomes });
const SEAL_BYTES = 12;

/** What a frame says: the channel's topic, and within the distillation the type of message. */
function nameOf({ kind, payload }: Frame): string {
  const said = kind === 'sealed' ? payload.subarray(SEAL_BYTES) : payload;
  if (said[0] !== 4) return ['opening', 'settled', 'times', 'coincidences'][said[0]!] ?? 'confirmed';
  const message = decodeMessage(said.subarray(1));
  return message.ok ? message.value.type : 'unreadable';
}

interface Place { readonly from: Role; readonly index: number; readonly name: string; readonly frame: Frame }

async function placesOf(): Promise<readonly Place[]> {
  const places: Place[] = [];
  const { alice, bob } = await exchangeKeys({ ...fresh(), meddle: (frame, from, index) => {
    places.push({ from, index, name: nameOf(frame), frame });
    return [frame];
  } });
  expect([alice.ok, bob.ok]).toEqual([true, true]);
  return places;
}

const flip = (frame: Frame, at: number): Frame =>
  ({ ...frame, payload: frame.payload.map((byte, i) => (i === at ? byte ^ 1 : byte)) });
const at = (place: Place, harm: (frame: Frame) => readonly Frame[]): Meddle => (frame, from, index) =>
  (from === place.from && index === place.index ? harm(frame) : [frame]);

/** One place of each name and side. */
const oneOfEach = (places: readonly Place[]) =>
  places.filter((place, i) => places.findIndex(({ from, name }) => from === place.from && name === place.name) === i);

interface Circumstance { readonly turn_ms?: number; readonly alice_holds?: boolean; readonly bob_pends?: boolean }

/** The exchange with one message harmed: Bob never holds, and Alice only when he has the same key pending. */
async function harmed(place: Place, harm: (frame: Frame) => readonly Frame[], circumstance: Circumstance = {}) {
  const { turn_ms = LIMITS.turn_ms, alice_holds = place.name === 'confirmed',
    bob_pends = alice_holds || place.name === 'finished' } = circumstance;
  const consoles = fresh();
  const { alice, bob } = await exchangeKeys({
    ...consoles, meddle: at(place, harm), limits: { ...LIMITS, turn_ms } });
  const where = `${place.from} ${place.name}`;
  expect(bob.ok, where).toBe(false);
  expect(consoles.bob.memory.held.size, where).toBe(0);
  expect(alice.ok, where).toBe(alice_holds);
  expect(consoles.alice.memory.held.size, where).toBe(alice_holds ? 1 : 0);
  const pended = [...consoles.bob.memory.pended.keys()];
  expect(pended, where).toHaveLength(bob_pends ? 1 : 0);
  if (alice_holds) expect([...consoles.alice.memory.held.keys()], where).toEqual(pended);
  return { alice, bob };
}

const everyName = ['opening', 'hello', 'bases', 'parity-query', 'parity-reply', 'reconciled', 'verify', 'verified',
  'amplify', 'finished', 'confirmed'];

test('tampering: one bit of any message of any type, of its seal and of its pad number', async () => {
  const places = oneOfEach(await placesOf());
  expect([...new Set(places.map(({ name }) => name))].sort()).toEqual([...everyName].sort());
  for (const place of places) {
    await harmed(place, (frame) => [flip(frame, frame.payload.length - 1)]);
    if (place.frame.kind !== 'sealed') continue;
    const { alice, bob } = await harmed(place, (frame) => [flip(frame, 5)]);
    const hearer = place.from === 'alice' ? bob : alice;
    const type = 'SealRefused';
    const refused = place.name === 'confirmed' ? { type: 'Unconfirmed', cause: type } : { type };
    expect(hearer).toMatchObject({ error: refused });
    await harmed(place, (frame) => [flip(frame, 1)]);
  }
});

test('tampering that no party can notice is found by the seal: bases, counts of errors, seeds', async () => {
  const places = oneOfEach(await placesOf());
  const amplify = places.find(({ name }) => name === 'amplify')!;
  const seeds = await harmed(amplify, (frame) => [flip(frame, frame.payload.length - 20)]);
  expect(seeds.bob).toMatchObject({ error: { type: 'SealRefused' } });
  expect(seeds.alice).toMatchObject({ error: { type: 'PeerLeft', reason: 'SealRefused' } });
});

test('replay, loss and reordering: the number of the message tells, or the wait for it', async () => {
  const places = await placesOf();
  for (const place of oneOfEach(places)) {
    // Whoever hears the finish twice has the key already and is done.
    if (place.name === 'finished' || place.name === 'confirmed') continue;
    // Who is told twice reads the second after its own next step: Bob has finished by then, or Alice has.
    const twice = await harmed(place, (frame) => [frame, frame],
      { alice_holds: place.name === 'amplify', bob_pends: ['verified', 'amplify'].includes(place.name) });
    const hearer = place.from === 'alice' ? twice.bob : twice.alice;
    const error = place.name === 'amplify' ? { type: 'Unconfirmed', cause: 'OutOfSequence' }
      : { type: 'OutOfSequence', heard: place.frame.sequence };
    expect(hearer, place.name).toMatchObject({ error });
  }
  for (const place of oneOfEach(places).filter(({ index }) => index > 0)) {
    const earlier = places.find(({ from, index }) => from === place.from && index === place.index - 1)!;
    const moved = await harmed(place, () => [earlier.frame]);
    const hearer = place.from === 'alice' ? moved.bob : moved.alice;
    const due = { type: 'OutOfSequence', expected: place.frame.sequence };
    expect(hearer).toMatchObject({ error: place.name === 'confirmed' ? { cause: due.type } : due });
  }
  for (const name of ['hello', 'parity-reply', 'amplify']) {
    const place = places.find((one) => one.name === name)!;
    const lost = await harmed(place, () => [], { turn_ms: 800 });
    expect(lost.bob).toMatchObject({ error: { type: 'PeerSlow', waited_ms: 800 } });
  }
});

test('a message moved to another number, and a seal taken off, are found', async () => {
  const places = oneOfEach(await placesOf());
  const amplify = places.find(({ name }) => name === 'amplify')!;
  const bare = await harmed(amplify, (frame) =>
    [{ ...frame, kind: 'message', payload: frame.payload.subarray(SEAL_BYTES) }]);
  expect(bare.bob).toMatchObject({ error: { type: 'SealMissing' } });
  const finished = places.find(({ name }) => name === 'finished')!;
  const borrowed = amplify.frame.payload.subarray(0, SEAL_BYTES);
  const forged = await harmed(finished, (frame) =>
    [{ ...frame, payload: Uint8Array.from([...borrowed, ...frame.payload.subarray(SEAL_BYTES)]) }]);
  expect(forged.alice).toMatchObject({ error: { type: 'SealRefused' } });
});

test('abort: a side that leaves half-way is named on the other, and a broken line too', async () => {
  const places = await placesOf();
  const half = places[Math.floor(places.length / 2)]!;
  const leave = await harmed(half, () => [{ kind: 'leave', sequence: 0, payload: Buffer.from('Stopped', 'latin1') }]);
  const hearer = half.from === 'alice' ? leave.bob : leave.alice;
  expect(hearer).toMatchObject({ error: { type: 'PeerLeft', reason: 'Stopped' } });
});

test('a wrong pre-shared secret and an empty pool give no key, and say so', async () => {
  const strangers = { alice: consoleOf(7), bob: consoleOf(8), outcomes };
  const wrong = await exchangeKeys(strangers);
  expect(wrong).toMatchObject({
    alice: { error: { type: 'PeerLeft', reason: 'SealRefused' } }, bob: { error: { type: 'SealRefused' } } });
  const poor = { alice: consoleOf(7, 40 + 2 * 16), bob: consoleOf(7, 40 + 2 * 16), outcomes };
  const empty = await exchangeKeys(poor);
  for (const side of [empty.alice, empty.bob]) {
    expect(side).toMatchObject({ error: { type: 'PoolExhausted', lane: 'alice', needed_bits: 192, left_bits: 128 } });
  }
  const running = { alice: consoleOf(7, 40 + 2 * 32), bob: consoleOf(7, 40 + 2 * 32), outcomes,
    changes: { alice: { sealing: 'every-message' }, bob: { sealing: 'every-message' } } } as const;
  const dry = await exchangeKeys(running);
  expect([dry.alice.ok, dry.bob.ok]).toEqual([false, false]);
  expect([dry.alice, dry.bob].map((side) => (side.ok ? '' : side.error.type))).toContain('PoolExhausted');
});

test('a restored old pool is caught before a pad serves twice', async () => {
  const consoles = fresh();
  const first = await exchangeKeys(consoles);
  expect(first.alice.ok).toBe(true);
  const again = await exchangeKeys({ ...consoles, alice: { ...consoles.alice, pool: consoleOf(7).pool } });
  expect(again.bob).toMatchObject({ error: { type: 'PadReused', lane: 'alice', offset_bits: 0 } });
});

test('a peer without a heartbeat is silent, one that only beats is slow', async () => {
  const [one, two] = duplexPair();
  const silent = createFrameLink(one, { silence_ms: 200, turn_ms: 5000, heartbeat_ms: 50 });
  expect(await silent.receive()).toMatchObject({ error: { type: 'PeerSilent', waited_ms: 200 } });
  two.destroy();
  const [three, four] = duplexPair();
  const slow = createFrameLink(three, { silence_ms: 5000, turn_ms: 300, heartbeat_ms: 20 });
  const beating = createFrameLink(four, { silence_ms: 5000, turn_ms: 5000, heartbeat_ms: 20 });
  expect(await slow.receive()).toMatchObject({ error: { type: 'PeerSlow', waited_ms: 300 } });
  expect(await beating.receive()).toMatchObject({ error: { type: 'ConnectionLost' } });
});

test('frames: cut anywhere they come whole, and a header that promises too much is refused at once', () => {
  const frames: Frame[] = [
    { kind: 'message', sequence: 0, payload: Uint8Array.of(1, 2, 3) },
    { kind: 'heartbeat', sequence: 0, payload: new Uint8Array(0) },
    { kind: 'sealed', sequence: 1, payload: new Uint8Array(1000).fill(7) },
  ];
  const bytes = Buffer.concat(frames.map(encodeFrame));
  for (const step of [1, 2, 7, 500, bytes.length]) {
    const reader = createFrameReader();
    const heard: Frame[] = [];
    for (let i = 0; i < bytes.length; i += step) {
      const read = reader.push(bytes.subarray(i, i + step));
      if (!read.ok) throw new Error(read.error.why);
      heard.push(...read.value);
    }
    expect(heard.map(({ kind, sequence, payload }) => ({ kind, sequence, payload: Uint8Array.from(payload) })))
      .toEqual(frames);
  }
  const header = (length: number, kind: number) => {
    const head = new Uint8Array(9);
    new DataView(head.buffer).setUint32(0, length, true);
    head[4] = kind;
    return head;
  };
  expect(createFrameReader().push(header(0xffff_ffff, 1))).toMatchObject({ error: { type: 'MalformedFrame' } });
  expect(createFrameReader().push(header(1, 0))).toMatchObject({ error: { type: 'MalformedFrame' } });
  expect(createFrameReader().push(header(1, 9))).toMatchObject({ error: { why: 'kind 9' } });
});

test('a secret read into a Buffer serves too, and stays as it was', async () => {
  const secret = Buffer.from(secretOf(7));
  const before = Buffer.from(secret);
  const pool = () => createSecretPool(splitSecret(secret));
  const { alice, bob } = await exchangeKeys({
    ...fresh(), changes: { alice: { pool: pool() }, bob: { pool: pool() } } });
  expect([alice.ok, bob.ok]).toEqual([true, true]);
  expect(secret.equals(before)).toBe(true);
});
