// Goal: harm to the announced times or to the list of coincidences ends without a key, even where it stays readable.
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { recordingManifest } from '../../src-contract/recording.ts';
import type { Coincidences } from '../../src-core/coincidences.ts';
import { ok } from '../../src-core/result.ts';
import { agreeOnCoincidences } from '../../src-main/gateway/classical-channel/agree-on-coincidences.ts';
import { decodeTimes, encodeTimes } from '../../src-main/gateway/classical-channel/announced-times.ts';
import type { Role } from '../../src-main/gateway/classical-channel/channel-error.ts';
import type { Frame } from '../../src-main/gateway/classical-channel/frame-codec.ts';
import type { LocateCoincidences } from '../../src-main/gateway/classical-channel/locate-coincidences.ts';
import type { RecordedStation } from '../../src-main/pipeline/pass-recordings.ts';
import { consoleOf, exchangeKeys, readings, type Meddle } from './consoles.ts';

const ROWS = 9000;
const outcomes = readings(ROWS, 0.01, 4);

/** A recording whose click i lies at 1000 i ticks, on the detector of its outcome. */
function recordingOf(role: Role): RecordedStation {
  const { basis, bit } = outcomes[role];
  const manifest = recordingManifest.parse({
    format: 'twinpass-recording/1', station: role, mode: 'qkd', state: 'psi+', dead_time_ns: 50,
    tags: { file: 'tags.csv', type: 'csv', sha256: '0'.repeat(64) },
    detectors: [0, 1, 2, 3].map((channel) => (
      { channel, label: 'HV+-'[channel], basis: channel < 2 ? 'Z' : 'X', bit: channel % 2 })),
  });
  const channel = Uint8Array.from(basis, (b, i) => 2 * b + bit[i]!);
  return { manifest, where: role, tags: {
    ticks: Float64Array.from({ length: ROWS }, (_, i) => 1000 * i + 1000), channel, tick_ps: 1, dropped: {} } };
}

/** Coincidences of equal ticks: enough of a lock for what is said about it. */
const locate: LocateCoincidences = (a, b): ReturnType<LocateCoincidences> => {
  const pattern = ({ tags, manifest }: RecordedStation) =>
    tags.channel.map((channel) => 1 << manifest.detectors.findIndex((one) => one.channel === channel));
  const coincidences: Coincidences = {
    time_s: a.tags.ticks.map((tick) => tick * 1e-12), delta_ns: b.tags.ticks.map((tick, i) => tick - a.tags.ticks[i]!),
    pattern_a: pattern(a), pattern_b: pattern(b),
  };
  return ok({ coincidences, accidentals: 0, seconds: 9 });
};

function exchange(meddle?: Meddle) {
  const side = (role: Role) => ({ readOutcomes: (channel: Parameters<typeof agreeOnCoincidences>[0]['channel']) =>
    agreeOnCoincidences({ channel, recording: recordingOf(role), locate, randomBit: () => 0 }) });
  const consoles = { alice: consoleOf(7), bob: consoleOf(7) };
  return exchangeKeys({ ...consoles, outcomes, changes: { alice: side('alice'), bob: side('bob') },
    ...(meddle === undefined ? {} : { meddle }) });
}

const TIMES = 2;
const LIST = 3;
const harming = (from: Role, topic: number, harm: (payload: Uint8Array) => Uint8Array): Meddle =>
  (frame: Frame, who) =>
    (who === from && frame.kind === 'message' && frame.payload[0] === topic
    ? [{ ...frame, payload: harm(frame.payload) }] : [frame]);
const flipped = (place: number) => (payload: Uint8Array) =>
  payload.map((byte, i) => (i === (place < 0 ? payload.length + place : place) ? byte ^ 1 : byte));

test('each console reads its own outcomes at the common rows', async () => {
  const { alice, bob } = await exchange();
  if (!alice.ok || !bob.ok) throw new Error(JSON.stringify([alice, bob]));
  expect(bob.value.key.digest).toBe(alice.value.key.digest);
  expect(alice.value.key.report.sifted.Z.n + alice.value.key.report.sifted.X.n)
    .toBe(outcomes.alice.basis.filter((basis, i) => basis === outcomes.bob.basis[i]).length);
});

test.each(['alice', 'bob'] as const)('a bit of the times of %s changed is found by their digest', async (from) => {
  const harmed = await exchange(harming(from, TIMES, flipped(-3)));
  const hearer = from === 'alice' ? harmed.bob : harmed.alice;
  expect(hearer).toMatchObject({ ok: false, error: { type: 'MalformedMessage' } });
  expect([harmed.alice.ok, harmed.bob.ok]).toEqual([false, false]);
});

test('times replaced by others with a fitting digest: the lists differ', async () => {
  const other = (payload: Uint8Array) => {
    const heard = decodeTimes(payload.subarray(1));
    if (!heard.ok) throw new Error(heard.error.type);
    const ticks = heard.value.tags.ticks.map((tick, i) => (i === 5 ? tick + 1 : tick));
    return Uint8Array.from([TIMES, ...encodeTimes({ ...heard.value, tags: { ...heard.value.tags, ticks } })]);
  };
  const harmed = await exchange(harming('bob', TIMES, other));
  expect(harmed.bob).toMatchObject({ error: { type: 'CoincidencesDiffer', mine: ROWS, theirs: ROWS } });
  expect(harmed.alice).toMatchObject({ error: { type: 'PeerLeft', reason: 'CoincidencesDiffer' } });
});

test('a change that keeps the list alike is found by the seal: the name in the announced manifest', async () => {
  const renamed = (payload: Uint8Array) => {
    const text = Buffer.from(payload).toString('latin1').replace('"label":"any"', '"label":"nay"');
    expect(text).toContain('nay');
    return new Uint8Array(Buffer.from(text, 'latin1'));
  };
  const harmed = await exchange(harming('alice', TIMES, renamed));
  expect(harmed.bob).toMatchObject({ error: { type: 'SealRefused' } });
  expect(harmed.alice).toMatchObject({ error: { type: 'PeerLeft', reason: 'SealRefused' } });
});

test('a list of coincidences that is not the one found here is refused', async () => {
  const forged = () => Uint8Array.from([LIST, ...Buffer.from(JSON.stringify(
    { rows: ROWS, sha256: createHash('sha256').update('else').digest('hex') }))]);
  const harmed = await exchange(harming('alice', LIST, forged));
  expect(harmed.bob).toMatchObject({ error: { type: 'CoincidencesDiffer' } });
  const noise = await exchange(harming('alice', LIST, () => Uint8Array.of(LIST, 0x7b)));
  expect(noise.bob).toMatchObject({ error: { type: 'MalformedMessage' } });
});
