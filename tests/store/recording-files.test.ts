// Goal: a manifest and its tag file are read, hashed and checked; every fault names the file and the place.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RecordingManifest } from '../../src-contract/recording.ts';
import { encodePtu } from '../../src-core/formats/ptu-encoder.ts';
import { SYNC_CHANNEL } from '../../src-core/formats/tag-columns.ts';
import { describeRecordingFileError, readRecording, type ReadOptions } from '../../src-main/store/recording-files.ts';

let folder = '';
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'twinpass-recordings-')); });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ROWS = 50_000;
const ticks = Float64Array.from({ length: ROWS }, (_, i) => i * 1_000_003);
const channel = Uint8Array.from(ticks, (_, i) => (i % 5 === 4 ? SYNC_CHANNEL : i % 5));
const ptu = encodePtu({ ticks, channel }, { sync_rate_hz: 10_000 });
const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

const detector = (label: string, number: number) =>
  ({ channel: number, label, basis: number < 2 ? 'Z' : 'X', bit: number % 2 });

function manifestOf(bytes: Uint8Array): Record<string, unknown> {
  return {
    format: 'twinpass-recording/1', station: 'delingha', mode: 'qkd', state: 'psi+',
    tags: { file: 'delingha.ptu', type: 'ptu', sha256: hashOf(bytes) },
    detectors: ['H', 'V', '+', '-'].map(detector),
    beacon: { channel: 'sync', nominal_rate_hz: 10_000 },
    pps: { channel: 5, first_edge_utc: '2018-09-14T18:16:09Z' },
    dead_time_ns: 50,
    elements: { line1: '1 41731U', line2: '2 41731' },
  };
}

let cases = 0;
interface Lay { readonly bytes?: Uint8Array; readonly manifest?: unknown; readonly text?: string }

/** Lays a recording in a folder of its own and reads it. */
async function readLaid({ bytes = ptu, manifest = manifestOf(bytes), text }: Lay, options: ReadOptions = {}) {
  cases += 1;
  const place = mkdtempSync(join(folder, `case-${cases}-`));
  writeFileSync(join(place, 'delingha.ptu'), bytes);
  const path = join(place, 'delingha.json');
  writeFileSync(path, text ?? JSON.stringify(manifest));
  return readRecording(path, options);
}

async function faultOf(laid: Lay, options: ReadOptions = {}) {
  const result = await readLaid(laid, options);
  if (result.ok) throw new Error('this recording should have been refused');
  return { error: result.error, ...describeRecordingFileError(result.error) };
}

describe('a whole recording', () => {
  test('gives manifest, rows and hash', async () => {
    const result = await readLaid({});
    expect(result.ok).toBe(true);
    if (!result.ok) return;
    expect(result.value.tags.ticks).toEqual(ticks);
    expect(result.value.tags.channel).toEqual(channel);
    expect(result.value).toMatchObject({ bytes: ptu.length, sha256: hashOf(ptu) });
    expect(result.value.manifest).toMatchObject({ station: 'delingha', dead_time_ns: 50 });
  });

  test('beacon, pps, serial and elements may be absent', async () => {
    const optional = ['beacon', 'pps', 'elements'];
    const rest = Object.fromEntries(Object.entries(manifestOf(ptu)).filter(([key]) => !optional.includes(key)));
    expect((await readLaid({ manifest: rest })).ok).toBe(true);
  });

  test('reports progress up to the whole file', async () => {
    const seen: number[] = [];
    await readLaid({}, { onProgress: (done, total) => seen.push(done / total) });
    expect(seen.at(-1)).toBe(1);
  });

  test('a Bell manifest keeps angles and outcomes', async () => {
    const bell = {
      ...manifestOf(ptu), mode: 'bell',
      detectors: ['H', 'V'].map((label, i) => ({ ...detector(label, i), angle_deg: 22.5, outcome: i === 0 ? 1 : -1 })),
    };
    const result = await readLaid({ manifest: bell });
    const manifest: RecordingManifest | null = result.ok ? result.value.manifest : null;
    expect(manifest?.mode === 'bell' ? manifest.detectors.map(({ outcome }) => outcome) : []).toEqual([1, -1]);
  });

  test('stops when asked to', async () => {
    const stop = new AbortController();
    stop.abort();
    const result = await readLaid({}, { signal: stop.signal });
    expect(result).toEqual({ ok: false, error: { type: 'Cancelled' } });
  });
});

describe('a manifest that cannot be used', () => {
  test('missing', async () => {
    const result = await readRecording(join(folder, 'no-such.json'));
    expect(result).toMatchObject({ ok: false, error: { type: 'Unreadable', code: 'ENOENT' } });
  });

  test('not JSON: line and column', async () => {
    const { where } = await faultOf({ text: '{\n "format": "twinpass-recording/1",\n oops\n}' });
    expect(where).toMatch(/delingha\.json:3:2$/);
  });

  const base = manifestOf(ptu);
  const detectors = ['H', 'V', '+', '-'].map(detector);
  test.each<[string, Record<string, unknown>, string]>([
    ['an unknown key', { ...base, colour: 'red' }, 'colour'],
    ['an unknown key inside', { ...base, tags: { ...base['tags'] as object, size: 1 } }, 'tags'],
    ['another format', { ...base, format: 'twinpass-recording/2' }, 'format'],
    ['another type of file', { ...base, tags: { ...base['tags'] as object, type: 'hdf5' } }, 'tags.type'],
    ['a tag file in another folder', { ...base, tags: { ...base['tags'] as object, file: '../x.ptu' } }, 'tags.file'],
    ['a hash of the wrong length', { ...base, tags: { ...base['tags'] as object, sha256: 'ab' } }, 'tags.sha256'],
    ['a detector twice on one input', { ...base, detectors: [...detectors, detector('-', 0)] }, 'detectors.4.channel'],
    ['PPS on a detector', { ...base, pps: { channel: 2, first_edge_utc: '2018-09-14T18:16:09Z' } }, 'pps.channel'],
    ['sync without a sync input', { ...base, tags: { ...base['tags'] as object, type: 'csv' } }, 'beacon.channel'],
    ['a local time', { ...base, pps: { channel: 5, first_edge_utc: '2018-09-14T18:16:09' } }, 'pps.first_edge_utc'],
    ['Bell mode without angles', { ...base, mode: 'bell' }, 'detectors.0.angle_deg'],
    ['angles without Bell mode', { ...base, detectors: [{ ...detectors[0], angle_deg: 0, outcome: 1 }] }, 'angle_deg'],
    ['no detectors', { ...base, detectors: [] }, 'detectors'],
    ['a negative dead time', { ...base, dead_time_ns: -1 }, 'dead_time_ns'],
  ])('%s', async (_, manifest, field) => {
    const { error, message } = await faultOf({ manifest });
    expect(error.type).toBe('ManifestInvalid');
    expect(message).toContain(field);
  });
});

describe('a tag file that cannot be used', () => {
  test('missing', async () => {
    const manifest = { ...manifestOf(ptu), tags: { file: 'other.ptu', type: 'ptu', sha256: hashOf(ptu) } };
    expect((await faultOf({ manifest })).error).toMatchObject({ type: 'Unreadable', code: 'ENOENT' });
  });

  test('another hash than the manifest says', async () => {
    const changed = ptu.slice();
    changed[500]! ^= 1;
    const { error, where } = await faultOf({ bytes: changed, manifest: manifestOf(ptu) });
    expect(error).toMatchObject({ type: 'Sha256Differs', expected: hashOf(ptu), found: hashOf(changed) });
    expect(where).toMatch(/delingha\.ptu$/);
  });

  test('another magic, and T3, by name', async () => {
    expect((await faultOf({ bytes: new TextEncoder().encode('nonsense'.repeat(20)) })).message).toContain('PQTTTR');
    const t3 = ptu.slice();
    new DataView(t3.buffer).setBigInt64(16 + 3 * 48 + 40, 0x00010307n, true);
    expect((await faultOf({ bytes: t3 })).message).toContain('MultiHarp T3');
  });

  test('cut off: refused with the record, used with partial if the hash is that of the cut file', async () => {
    const cut = ptu.slice(0, 100_002);
    const { error, message } = await faultOf({ bytes: cut });
    expect(error).toMatchObject({ type: 'TagsMalformed', cause: { type: 'Truncated', bytes_left: 2 } });
    expect(message).toContain('--partial');
    const used = await readLaid({ bytes: cut }, { partial: true });
    expect(used.ok && used.value.tags.truncation).toMatchObject({ bytes_left: 2 });
    const other = await faultOf({ bytes: cut, manifest: manifestOf(ptu) }, { partial: true });
    expect(other.error.type).toBe('Sha256Differs');
  });
});
