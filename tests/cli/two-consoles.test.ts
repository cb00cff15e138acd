// Goal: two consoles as two processes make one key that neither could make alone, and each says why when there is none.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ChannelView } from '../../src-contract/channel.ts';
import type { KeyView } from '../../src-contract/key.ts';
import { splitStreams } from '../../src-main/pipeline/tag-streams.ts';
import { readRecording } from '../../src-main/store/recording-files.ts';
import { hasOpenssl, makeCertificate } from '../gateway/certificates.ts';
import { bitsOf, createLeakSearch, type Secret } from '../services/leak-search.ts';
import {
  at, consolesApart, giveSecret, jsonAt, must, portOf, startAt, type Apart, type ConsoleApart,
} from './consoles-apart.ts';
import { cutAfter, lastRun, meet, passOf, relay } from './meeting.ts';
import { filesBelow } from './stranger.ts';

const PATIENCE_MS = 180_000;

interface Distillation {
  readonly key: Pick<KeyView, 'key_id' | 'digest' | 'custody' | 'state' | 'length_bits'>;
  readonly reconciliation: KeyView['reconciliation'];
}

/** What one recorder wrote: which detector, click by click. */
async function clicksOf(manifest: string): Promise<Secret> {
  const read = await readRecording(manifest, {});
  if (!read.ok) throw new Error(read.error.type);
  const { detector } = splitStreams(read.value.manifest, read.value.tags).clicks;
  return { name: `clicks of ${read.value.manifest.station}`, symbols: detector, bits_per_symbol: 2 };
}

/** All that lies at a console, apart from the recording it was given and the master key of its own. */
const keptAt = ({ folder }: ConsoleApart) => filesBelow(folder)
  .filter((name) => !name.startsWith('recording/') && !name.startsWith('config/'))
  .map((name) => ({ where: name, bytes: new Uint8Array(readFileSync(join(folder, name))) }));

describe.skipIf(!hasOpenssl)('two consoles (needs the openssl program)', () => {
  let apart: Apart;
  beforeAll(async () => { apart = await consolesApart(); }, PATIENCE_MS);

  test('one key at both, and nothing of the other, of the key or of the secret anywhere', async () => {
    const { alice, bob, manifest_paths, secret } = apart;
    expect(await passOf(alice)).toMatchObject({ custody: 'operational', verdicts: 0 });
    const traffic: Buffer[][] = [];
    const told = await meet(apart, async (port) => {
      const line = await relay(port);
      traffic.push(line.heard);
      return line.port;
    });
    const [one, two] = [must(told.alice), must(told.bob)].map(({ stdout }) => JSON.parse(stdout) as Distillation);
    expect(one!.key).toMatchObject({ custody: 'operational', state: 'held' });
    expect(one!.key.length_bits).toBeGreaterThan(500);
    expect(two!.key).toEqual(one!.key); // Name, length and digest: the digest is keyed with what they share.
    expect(two!.reconciliation).toEqual(one!.reconciliation);

    const paths = [alice, bob].map(({ folder }) => join(folder, 'out.key'));
    for (const [i, console] of [alice, bob].entries()) {
      must(await at(console, ['key', 'export', one!.key.key_id, paths[i]!, '--yes']));
    }
    const bits = paths.map((path) => Buffer.from(
      (JSON.parse(readFileSync(path, 'utf8')) as { base64: string }).base64, 'base64'));
    expect(bits[1]!.equals(bits[0]!)).toBe(true);
    for (const console of [alice, bob]) { // In a file now: not for applications as well.
      const { keys } = await jsonAt<{ keys: KeyView[] }>(console, ['key', 'list']);
      expect(keys[0]!.transitions.map(({ to_state }) => to_state)).toEqual(['held', 'reserved', 'delivered']);
    }

    const [clicks_a, clicks_b] = await Promise.all(manifest_paths.map(clicksOf));
    const shared: Secret[] = [
      { name: 'the key', symbols: bitsOf(bits[0]!), bits_per_symbol: 1 },
      { name: 'the pre-shared secret', symbols: bitsOf(secret), bits_per_symbol: 1 },
    ];
    const everything = createLeakSearch([...shared, clicks_a!, clicks_b!]);
    expect(everything.search(new Uint8Array(readFileSync(paths[0]!)))).not.toEqual([]); // It finds what is there.
    const seen = [
      ...keptAt(alice), ...keptAt(bob),
      ...[told.alice, told.bob].flatMap(({ stdout, stderr }, i) => [stdout, stderr].map((text) =>
        ({ where: `what console ${i} printed`, bytes: new Uint8Array(Buffer.from(text)) }))),
      { where: 'the line', bytes: new Uint8Array(Buffer.concat(traffic[0]!)) },
    ].filter(({ where }) => where !== 'out.key');
    expect(seen.map(({ where }) => where)).toEqual(expect.arrayContaining(['mission/mission.db']));
    expect(seen.flatMap(({ where, bytes }) => everything.search(bytes).map((what) => `${where}: ${what}`))).toEqual([]);

    const left = await jsonAt<ChannelView>(alice, ['channel', 'show']);
    const { imported_at_utc_ms, ...theirs } = (await jsonAt<ChannelView>(bob, ['channel', 'show'])).secret!;
    expect(left.secret).toMatchObject(theirs);
    expect(imported_at_utc_ms).toBeGreaterThan(0);
    // 192 bits were used and 192 of the new key put behind them.
    const halves = { alice: 8 * ((secret.length - 40) / 2), bob: 8 * ((secret.length - 40) / 2) };
    expect(left.secret).toMatchObject({ used_bits: { alice: 128, bob: 64 }, left_bits: halves });
    expect(left.runs).toMatchObject([{ role: 'alice', key_id: one!.key.key_id, spoke: true }]);
  }, PATIENCE_MS);

  test('one pass gives one key: a second exchange is refused before the other console is called', async () => {
    const { pass_id } = await passOf(apart.alice);
    const again = await at(apart.alice, ['distill', '--pass', pass_id, '--peer', '127.0.0.1:1']);
    expect(again).toMatchObject({ exit_code: 5 });
    expect(again.stderr).toMatch(/is in key .* already: one pass gives one key/);
    const alone = await at(apart.alice, ['distill', '--pass', pass_id]);
    expect(alone).toMatchObject({ exit_code: 5 });
    const process = await at(apart.alice, ['archive', 'import', apart.alice.manifest, apart.alice.manifest]);
    expect(process.stderr).toMatch(/own station's recording alone/);
  }, PATIENCE_MS);
});

describe.skipIf(!hasOpenssl)('without a key, both say why (needs the openssl program)', () => {
  test('a line that is cut, before and after parities were told', async () => {
    const apart = await consolesApart();
    const broke_off = { key_id: null, spoke: false, reason: expect.stringMatching(/broke off/) as string };
    const early = await meet(apart, async (port) => (await relay(port, cutAfter({ bytes: 20_000 }))).port);
    expect([early.alice.exit_code, early.bob.exit_code]).toEqual([4, 4]);
    for (const console of [apart.alice, apart.bob]) expect(await lastRun(console)).toMatchObject(broke_off);

    const late = await meet(apart, async (port) => (await relay(port, cutAfter({ turns: 60 }))).port);
    expect([late.alice.exit_code, late.bob.exit_code]).toEqual([4, 4]);
    for (const console of [apart.alice, apart.bob]) {
      expect(await lastRun(console)).toMatchObject({ ...broke_off, spoke: true });
      const again = await at(console, ['distill', '--pass', (await passOf(console)).pass_id, '--peer', '127.0.0.1:1']);
      expect(again).toMatchObject({ exit_code: 5 });
      expect(again.stderr).toMatch(/parities of its bits are known, so they may not be tried again/);
      const { keys } = await jsonAt<{ keys: unknown[] }>(console, ['key', 'list']);
      expect(keys).toEqual([]);
    }
  }, PATIENCE_MS);

  test('a stranger with a certificate of its own, and a person who stops waiting', async () => {
    const apart = await consolesApart(4);
    const { certificate, private_key } = makeCertificate('stranger');
    must(await at(apart.alice, ['channel', 'set', '--peer', '127.0.0.1:1', '--certificate', certificate,
      '--private-key', private_key, '--peer-certificate', apart.bob.certificate.certificate]));
    const { pass_id } = await passOf(apart.alice);
    const alone = startAt(apart.bob, ['distill', '--pass', pass_id, '--listen', '127.0.0.1:0']);
    const port = await portOf(alone);
    const called = await at(apart.alice, ['distill', '--pass', pass_id, '--peer', `127.0.0.1:${port}`]);
    expect(called.exit_code).toBeGreaterThanOrEqual(4);
    alone.child.kill('SIGINT'); // Strangers do not end the waiting; whoever sits there does.
    expect(await alone.ended).toMatchObject({ exit_code: 130 });
    expect(await lastRun(apart.bob)).toMatchObject({ key_id: null, spoke: false, reason: expect.stringMatching(/Cancelled/) as string });
  }, PATIENCE_MS);

  test('secrets that differ are found out by the first seal, a pass too short by both', async () => {
    const apart = await consolesApart();
    await giveSecret(apart.bob, randomBytes(4096));
    const quarrel = await meet(apart);
    expect(quarrel.bob).toMatchObject({ exit_code: 5, stderr: expect.stringMatching(/seal over \d+ messages does not fit/) as string });
    expect(quarrel.alice).toMatchObject({ exit_code: 4, stderr: expect.stringMatching(/ended the exchange .SealRefused/) as string });

    const short = await consolesApart(4);
    const none = await meet(short);
    for (const told of [none.alice, none.bob]) {
      expect(told).toMatchObject({ exit_code: 4, stderr: expect.stringMatching(/gives no key at epsilon 1e-10/) as string });
    }
  }, PATIENCE_MS);
});
