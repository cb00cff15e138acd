// Goal: no detection outcome, no sifted bit and no key leaves the host or lies readable on disk.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { HostEvent } from '../../src-contract/events.ts';
import type { JobView, OperationName } from '../../src-contract/operations.ts';
import { processPair } from '../../src-core/detection/process-pair.ts';
import { siftCoincidences } from '../../src-core/distillation/sift.ts';
import { composeHost, type Host } from '../../src-main/compose.ts';
import { splitStreams } from '../../src-main/pipeline/tag-streams.ts';
import { readMissionFile } from '../../src-main/services/mission-file.ts';
import { bareWrapping } from '../../src-main/store/key-wrapping.ts';
import { openKeyVault } from '../../src-main/store/outcome-keys.ts';
import { readPair } from '../../src-main/workers/process-recordings.ts';
import { filesBelow, fly, ownFolder, type Recordings } from '../cli/stranger.ts';
import { seeded } from '../support/seeded.ts';
import { bitsOf, createLeakSearch, type LeakSearch, type Secret } from './leak-search.ts';

const MISSION = 'missions/micius.json';
const KEY = 'demo.key';
const PASS = '2018-09-14-1816-qkd';

function must<T>(
  result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown },
): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

/** Everything that left the host, by where it was seen. */
const seen: { readonly where: string; readonly bytes: Uint8Array }[] = [];
const see = (where: string, what: unknown) => {
  const bytes = what instanceof Uint8Array ? what : Buffer.from(typeof what === 'string' ? what : JSON.stringify(what));
  seen.push({ where, bytes: new Uint8Array(bytes) });
};

const seeFiles = (when: string) => {
  for (const name of filesBelow(mission)) if (name !== KEY) see(`${name} (${when})`, readFileSync(join(mission, name)));
};

const mission = ownFolder();
let recordings: Recordings;
let secrets: readonly Secret[];
let leaks: LeakSearch;

/** What the two recorders wrote: which detector, click by click, and the sifted bits of both ends. */
async function outcomesOf({ a, b }: Recordings): Promise<Secret[]> {
  const read = must(
    await readPair(
      { mission: must(await readMissionFile(MISSION)), manifest_paths: [a, b], partial: false, elements: null },
      {},
    ),
  );
  const clicks = read.recordings.map(({ manifest, tags }): Secret => ({
    name: `clicks of ${manifest.station}`,
    symbols: splitStreams(manifest, tags).clicks.detector,
    bits_per_symbol: 2,
  }));
  const [roles_a, roles_b] = read.recordings.map(({ manifest }) => manifest.detectors);
  const random = seeded(5);
  const { coincidences } = must(processPair(...read.pair.inputs));
  const patterns = (['pattern_a', 'pattern_b'] as const).map((end): Secret => ({
    name: `coincidences, ${end}`,
    symbols: coincidences[end].map((pattern) => Math.floor(Math.log2(pattern))),
    bits_per_symbol: 2,
  }));
  const sifted = siftCoincidences({
    coincidences,
    roles_a: roles_a!,
    roles_b: roles_b!,
    state: read.recordings[0].manifest.state,
    randomBit: () => (random() < 0.5 ? 0 : 1),
  });
  const bits = (['bit_a', 'bit_b'] as const).flatMap((end) =>
    [null, 0, 1].map((basis): Secret => ({
      name: `${end} in ${basis === null ? 'both bases' : 'ZX'.charAt(basis)}`,
      bits_per_symbol: 1,
      symbols: sifted[end].filter((_, i) => basis === null || sifted.basis[i] === basis),
    })),
  );
  const flipped = bits.map((bit): Secret => ({
    ...bit,
    name: `${bit.name}, flipped`,
    symbols: bit.symbols.map((x) => 1 - x),
  }));
  return [...clicks, ...patterns, ...bits, ...flipped];
}

async function keysOf(): Promise<Secret[]> {
  const path = join(mission, KEY);
  const { wrapped } = JSON.parse(readFileSync(path, 'utf8')) as { wrapped: string };
  const vault = must(
    await openKeyVault({ path, mission_id: 'micius', wrapping: bareWrapping, create_if_missing: false }),
  );
  return [
    { name: 'the master key', symbols: bitsOf(Buffer.from(wrapped, 'base64')), bits_per_symbol: 1 },
    ...(['sealing', 'fingerprint'] as const).map((use): Secret => ({
      name: `the ${use} key of the key store`,
      symbols: bitsOf(vault.blockKeys()[use].export()),
      bits_per_symbol: 1,
    })),
    { name: 'the key of the pass', symbols: bitsOf(vault.keyFor(PASS).export()), bits_per_symbol: 1 },
  ];
}

/** One night of a console: everything it asks, with every answer and event written down. */
async function useConsole(host: Host): Promise<void> {
  const ended = new Map<string, (job: JobView) => void>();
  host.events.subscribe((event: HostEvent) => {
    see(`event ${event.type}`, event);
    if (event.type === 'job.changed' && event.job.state !== 'running') ended.get(event.job.job_id)?.(event.job);
  });
  const ask = async (name: OperationName, input: unknown) => {
    const reply = await host.dispatch(name, input);
    see(`input of ${name}`, input);
    see(`reply of ${name}`, reply.ok && reply.value instanceof Uint8Array ? reply.value : reply);
    return reply;
  };
  const run = async (name: OperationName, input: unknown) => {
    const { job_id } = must(await ask(name, input)) as { job_id: string };
    const { jobs } = must(await ask('jobs.listJobs', {})) as { jobs: readonly JobView[] };
    const job = jobs.find((one) => one.job_id === job_id)!;
    return job.state === 'running' ? new Promise<JobView>((resolve) => ended.set(job_id, resolve)) : job;
  };
  const pair = { manifest_paths: [recordings.a, recordings.b], partial: false };
  expect(await run('archive.importPass', pair)).toMatchObject({ state: 'done', pass_id: PASS });
  for (const gate_ns of [2.5, 1])
    expect((await run('detection.processPass', { pass_id: PASS, gate_ns })).state).toBe('done');
  expect((await run('archive.importPass', pair)).state).toBe('failed'); // Known already.
  const distil = { pass_ids: [PASS], algorithm: 'auto', definition: 'paper', epsilon: null, gate_ns: 2.5 };
  expect((await run('distillation.distilPasses', distil)).state).toBe('failed'); // Far too few bits for a key.
  for (const verdict_id of [1, 2]) {
    expect(await ask('detection.readVerdictSeries', { pass_id: PASS, verdict_id })).toMatchObject({ ok: true });
  }
  for (const [name, input] of [
    ['archive.listPasses', {}],
    ['archive.readPass', { pass_id: PASS }],
    ['archive.verifyPass', { pass_id: PASS }],
    ['mission.describeMission', {}],
    ['jobs.listJobs', {}],
    ['keys.listKeys', {}],
  ] as const) {
    expect(await ask(name, input)).toMatchObject({ ok: true });
  }
  expect(await ask('detection.processPass', { pass_id: PASS, gate_ns: 'wide' })).toMatchObject({ ok: false });
}

beforeAll(async () => {
  recordings = await fly();
  for (const name of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      see(name, text);
      return true;
    });
  }
  const host = must(await composeHost({ mission_file: MISSION, mission_directory: mission, demo: true }));
  await useConsole(host);
  seeFiles('while open');
  await host.close();
  vi.restoreAllMocks();
  seeFiles('after close');
  secrets = [...(await outcomesOf(recordings)), ...(await keysOf())];
  leaks = createLeakSearch(secrets);
});
afterAll(() => vi.restoreAllMocks());

test('there is something to find, and everything was looked at', () => {
  expect(leaks.windows).toBeGreaterThan(1e6);
  for (const { name, symbols, bits_per_symbol } of secrets) {
    expect(symbols.length * bits_per_symbol, name).toBeGreaterThan(64);
  }
  const places = new Set(seen.map(({ where }) => where));
  for (const place of [
    'event job.changed',
    'event archive.changed',
    'reply of detection.readVerdictSeries',
    'reply of archive.readPass',
    'mission.db (while open)',
    'mission.db (after close)',
    `passes/${PASS}.tpass (after close)`,
  ]) {
    expect(places, place).toContain(place);
  }
});

test('nothing that left the host, or lies on its disk, holds 64 bits of an outcome, a sifted string or a key', () => {
  const found = seen.flatMap(({ where, bytes }) => leaks.search(bytes).map((what) => `${where}: ${what}`));
  expect(found).toEqual([]);
});

test('the recording itself, which does hold them, is found out', () => {
  const tags = new Uint8Array(readFileSync(join(recordings.folder, 'delingha.ptu')));
  const detectors = tags.filter((_, i) => i >= 400 && i % 4 === 3).map((byte) => byte >> 1);
  expect(leaks.search(detectors.filter((channel) => channel < 4))).toEqual(
    expect.arrayContaining([expect.stringContaining('clicks of delingha, as bytes')]),
  );
});

describe('the search finds a planted run of 64 bits', () => {
  const noise = (length: number) => {
    const random = seeded(length);
    return Uint8Array.from({ length }, () => Math.floor(random() * 256));
  };
  const pack = (symbols: Uint8Array, bits: number, low_first: boolean) => {
    const per_byte = 8 / bits;
    return Uint8Array.from({ length: symbols.length / per_byte }, (_, byte) =>
      symbols
        .subarray(byte * per_byte, (byte + 1) * per_byte)
        .reduce((sum, symbol, i) => sum | (symbol << (bits * (low_first ? i : per_byte - 1 - i))), 0),
    );
  };
  const bytesOf = (values: ArrayBufferView) => new Uint8Array(values.buffer);
  const text = (string: string) => new Uint8Array(Buffer.from(string));

  const notations: readonly [string, (symbols: Uint8Array, bits: number) => Uint8Array][] = [
    ['packed from the high end', (symbols, bits) => pack(symbols, bits, false)],
    ['packed from the low end', (symbols, bits) => pack(symbols, bits, true)],
    ['as bytes', (symbols) => symbols],
    ['as digits', (symbols) => text([...symbols].join(''))],
    ['as a JSON array', (symbols) => text(JSON.stringify({ bits: [...symbols] }))],
    ['as a list with line ends', (symbols) => text([...symbols].join('\n'))],
    ['as labels', (symbols) => text([...symbols].map((symbol) => 'HV+-'.charAt(symbol)).join(''))],
    ['as patterns', (symbols) => symbols.map((symbol) => 1 << symbol)],
    ['as patterns in doubles', (symbols) => bytesOf(Float64Array.from(symbols, (symbol) => 1 << symbol))],
    ['as 16-bit numbers', (symbols) => bytesOf(Uint16Array.from(symbols))],
    ['as 32-bit numbers', (symbols) => bytesOf(Uint32Array.from(symbols))],
    ['as floats', (symbols) => bytesOf(Float32Array.from(symbols))],
    ['as doubles', (symbols) => bytesOf(Float64Array.from(symbols))],
    ['packed, in hexadecimal', (symbols, bits) => text(`"${Buffer.from(pack(symbols, bits, false)).toString('hex')}"`)],
    ['packed, in base64', (symbols, bits) => text(`"${Buffer.from(pack(symbols, bits, false)).toString('base64')}"`)],
    [
      'packed, in base64 for addresses',
      (symbols, bits) => text(`?${Buffer.from(pack(symbols, bits, true)).toString('base64url')}`),
    ],
  ];
  test.each(notations)('%s', (_, write) => {
    for (const { name, symbols, bits_per_symbol } of secrets) {
      const run = symbols.slice(37, 37 + 64 / bits_per_symbol);
      if (run.length < 64 / bits_per_symbol) continue;
      const planted = Buffer.concat([
        noise(1001),
        Buffer.from([250]),
        write(run, bits_per_symbol),
        Buffer.from([250]),
        noise(503),
      ]);
      expect(leaks.search(new Uint8Array(planted)), name).not.toEqual([]);
    }
  });

  test('and nothing in noise, zeros, ramps or prose', () => {
    const ramp = Uint8Array.from({ length: 4096 }, (_, i) => i % 4);
    for (const plain of [
      noise(1_000_000),
      new Uint8Array(4096),
      ramp,
      new Uint8Array(readFileSync('missions/micius.json')),
    ]) {
      expect(leaks.search(plain)).toEqual([]);
    }
  });
});

test("the key file, where the key does lie, is its owner's alone", () => {
  const path = join(mission, KEY);
  expect(leaks.search(new Uint8Array(readFileSync(path)))).toContainEqual(
    expect.stringMatching(/master key, in base64/),
  );
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(filesBelow(mission).filter((name) => /key/i.test(name))).toEqual([KEY]);
});
