// Goal: a tag batch arrives as it was sent, also from other hands, and whatever is no batch is refused with a reason.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc32 } from '../../../src-core/crc32.ts';
import {
  BATCH_EVENTS_MAX, decodeTagBatch, describeTagBatchError, encodeTagBatch, type TagBatch,
} from '../../../src-core/formats/tag-batch.ts';
import { seeded } from '../../support/seeded.ts';

const EMPTY: TagBatch = {
  seq: 1, t_utc_ns: '1536948842000000000', pass_id: '2018-09-14-micius', from_tick: 0, to_tick: 1e11,
  clicks: { ticks: new Float64Array(0), detector: new Uint8Array(0) }, beacon: new Float64Array(0), pps: new Float64Array(0),
};

const decoded = (bytes: Uint8Array) => {
  const result = decodeTagBatch(bytes);
  if (!result.ok) throw new Error(describeTagBatchError(result.error));
  return result.value;
};
const refusal = (bytes: Uint8Array) => {
  const result = decodeTagBatch(bytes);
  return result.ok ? 'accepted' : describeTagBatchError(result.error);
};

/** Puts the right checksum under changed bytes, so that what lies behind it is reached. */
function sealed(bytes: Uint8Array): Uint8Array {
  const own = bytes.slice();
  new DataView(own.buffer).setUint32(own.length - 4, crc32(own.subarray(0, -4)), true);
  return own;
}

const ticksWithin = (max: number) => fc.array(fc.nat(max - 1), { maxLength: 60 })
  .map((ticks) => Float64Array.from(ticks).sort());

const batches = fc.record({ from: fc.nat(2 ** 31 - 1), span: fc.integer({ min: 1, max: 2 ** 31 - 1 }), scale: fc.nat(20) })
  .chain(({ from, span, scale }) => {
    const [from_tick, length] = [from * 2 ** scale, span * 2 ** scale];
    const stream = ticksWithin(length).map((ticks) => ticks.map((tick) => from_tick + tick));
    return fc.record({
      seq: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
      t_utc_ns: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String),
      pass_id: fc.stringMatching(/^[a-z0-9][a-z0-9-]{3,63}$/),
      from_tick: fc.constant(from_tick), to_tick: fc.constant(from_tick + length),
      clicks: fc.tuple(stream, fc.nat(255), fc.infiniteStream(fc.nat(255))).map(([ticks, mask, places]) => ({
        ticks, detector: Uint8Array.from(ticks, () => Number(places.next().value) & mask),
      })),
      beacon: stream, pps: stream,
    });
  });

test('property: every batch returns as it was sent', () => {
  fc.assert(fc.property(batches, (batch) => {
    expect(decoded(encodeTagBatch(batch))).toEqual(batch);
  }), { numRuns: 300 });
});

test('batches written by another program, in another language, are read', () => {
  const url = new URL('../../golden/python-tag-batch/batches.json', import.meta.url);
  interface Written extends Omit<TagBatch, 'clicks' | 'beacon' | 'pps' | 't_utc_ns'> {
    t_utc_ns: number; clicks: number[]; detector: number[]; beacon: number[]; pps: number[]; hex: string;
  }
  const written = JSON.parse(readFileSync(url, 'utf8')) as Written[];
  expect(written).toHaveLength(2);
  for (const { hex, clicks, detector, beacon, pps, t_utc_ns, ...rest } of written) {
    expect(decoded(new Uint8Array(Buffer.from(hex, 'hex')))).toEqual({
      ...rest, t_utc_ns: BigInt(t_utc_ns).toString(), beacon: Float64Array.from(beacon), pps: Float64Array.from(pps),
      clicks: { ticks: Float64Array.from(clicks), detector: Uint8Array.from(detector) },
    });
  }
});

test('a tenth of a second of the next source costs its entropy: log2(e x mean gap) + 2 bits for four detectors', () => {
  const [random, rate_cps, seconds] = [seeded(11), 650_000, 0.1];
  const ticks: number[] = [];
  for (let tick = 0; tick < seconds * 1e12;) {
    ticks.push(tick);
    tick += Math.floor((-Math.log(1 - random()) / rate_cps) * 1e12);
  }
  const clicks = { ticks: Float64Array.from(ticks), detector: Uint8Array.from(ticks, () => Math.floor(random() * 4)) };
  const bits = (encodeTagBatch({ ...EMPTY, clicks }).length * 8) / ticks.length;
  expect(bits).toBeLessThan((Math.log2(Math.E * (1e12 / rate_cps)) + 2) * 1.05);
});

test('what is no batch, another version and damage are told apart', () => {
  const bytes = encodeTagBatch({ ...EMPTY, beacon: Float64Array.of(1, 2, 5) });
  expect(refusal(new Uint8Array(0))).toMatch(/no tag batch/);
  expect(refusal(new TextEncoder().encode('{"seq":1}'))).toMatch(/no tag batch/);
  expect(refusal(sealed(bytes.with(3, 0x32)))).toBe('tag batch of version "2"; this console reads version 1');
  expect(refusal(bytes.with(3, 7))).toMatch(/version "\?"/);
  expect(refusal(bytes.with(40, bytes[40]! ^ 1))).toMatch(/checksum/);
  for (let length = 4; length < bytes.length; length += 1) expect(refusal(bytes.subarray(0, length))).toMatch(/damaged/);
  expect(refusal(sealed(Uint8Array.of(...bytes, 0, 0, 0, 0)))).toMatch(/4 bytes too many/);
});

test('a batch that holds events outside its interval, or none that could be, is refused', () => {
  const bytes = encodeTagBatch({ ...EMPTY, from_tick: 10, to_tick: 20, pps: Float64Array.of(10, 19) });
  const changed = (at: number, value: number) => sealed(bytes.with(at, value));
  expect(refusal(changed(16, 11))).toMatch(/pps: the first event lies before from_tick/);
  expect(refusal(changed(24, 19))).toMatch(/pps: the last event does not lie before to_tick/);
  expect(refusal(changed(24, 9))).toMatch(/from_tick lies after to_tick/);
  expect(refusal(changed(23, 0x80))).toMatch(/outside 0 to 2\^53/);
  expect(refusal(sealed(bytes.fill(0, 4, 8)))).toMatch(/seq 0 outside/);
  expect(refusal(sealed(encodeTagBatch(EMPTY).with(33, 0x2f)))).toMatch(/pass_id/);
});

test('a sender that forgets its duties fails at once, before anything travels', () => {
  const wrong: Partial<TagBatch>[] = [
    { seq: 0 }, { t_utc_ns: '-1' }, { t_utc_ns: String(2n ** 64n) }, { pass_id: 'no' }, { to_tick: 0.5 },
    { from_tick: 2e11 }, { pps: Float64Array.of(2, 1) }, { pps: Float64Array.of(1e11) },
    { clicks: { ticks: Float64Array.of(1), detector: new Uint8Array(0) } },
    { beacon: new Float64Array(BATCH_EVENTS_MAX + 1) },
  ];
  for (const change of wrong) expect(() => encodeTagBatch({ ...EMPTY, ...change })).toThrow('tag batch');
});

test('property: damage under a right checksum is refused or read, never more', () => {
  const bytes = encodeTagBatch({
    ...EMPTY, beacon: Float64Array.of(1, 2, 5), pps: Float64Array.of(7),
    clicks: { ticks: Float64Array.of(3, 3, 90), detector: Uint8Array.of(0, 3, 1) },
  });
  fc.assert(fc.property(fc.nat(bytes.length - 5), fc.nat(255), (at, value) => {
    const result = decodeTagBatch(sealed(bytes.with(at, value)));
    if (!result.ok) expect(describeTagBatchError(result.error)).toMatch(/^[\x20-\x7e]{10,200}$/);
    else expect(encodeTagBatch(result.value).length).toBeGreaterThan(0);
  }), { numRuns: 2000 });
});

test('a batch in the middle of a Node buffer, as a socket brings it, is read like any other', () => {
  const clicks = { ticks: Float64Array.from({ length: 900 }, (_, i) => i * 1e7), detector: new Uint8Array(900).fill(2) };
  const batch: TagBatch = { ...EMPTY, clicks, beacon: Float64Array.of(5, 6), pps: Float64Array.of(7) };
  for (const offset of [1, 3, 64]) {
    const carrier = Buffer.concat([Buffer.alloc(offset), encodeTagBatch(batch)]);
    expect(decoded(carrier.subarray(offset))).toEqual(batch);
  }
});
