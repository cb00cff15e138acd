// Goal: a file of any size goes through its reader in bounded memory, and rows taken as they settle are those of the whole.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPtuEncoder, encodePtu } from '../../../src-core/formats/ptu-encoder.ts';
import type { TagColumns } from '../../../src-core/formats/tag-columns.ts';
import { encodeA1, encodeCsvTags, encodeHexTags, encodeQutag } from '../../../src-core/formats/tag-encoders.ts';
import { createTagReader, type TagFileType } from '../../../src-core/formats/tag-reader.ts';

interface Event { readonly tick: number; readonly channel: number }

const ENCODERS: Readonly<Record<TagFileType, (events: readonly Event[]) => Uint8Array>> = {
  ptu: (events) => encodePtu({
    ticks: Float64Array.from(events, ({ tick }) => tick), channel: Uint8Array.from(events, ({ channel }) => channel),
  }),
  a0: (events) => encodeHexTags(a1(events), { format: 'a0' }),
  a1: (events) => encodeA1(a1(events)),
  a2: (events) => encodeHexTags(a1(events), { format: 'a2' }),
  qutag: (events) => encodeQutag(ps(events)),
  csv: (events) => encodeCsvTags(ps(events)),
};
const a1 = (events: readonly Event[]) =>
  events.map(({ tick, channel }) => ({ time: BigInt(tick), bits: 1 << channel }));
const ps = (events: readonly Event[]) => events.map(({ tick, channel }) => ({ time_ps: BigInt(tick), channel }));

/** Thousands of events, some of them late by so many places that the bounded reordering takes or leaves them. */
function disordered(lateness: readonly number[]): Event[] {
  const events = Array.from({ length: 14_000 }, (_, i) => ({ tick: 1000 + 40 * i, channel: i % 4 }));
  for (const [i, late] of lateness.entries()) {
    const at = 5000 + 700 * i;
    events.splice(at, 0, { tick: Math.max(0, 1000 + 40 * (at - late) - 7), channel: 3 });
  }
  return events;
}

function whole(type: TagFileType, bytes: Uint8Array): TagColumns {
  const reader = createTagReader(type);
  const pushed = reader.push(bytes);
  const finished = pushed.ok ? reader.finish() : pushed;
  if (!finished.ok) throw new Error(finished.error.type);
  return finished.value;
}

/** Pieces are Node's buffers, views of a larger one, as a file's stream hands them out. */
function drained(type: TagFileType, file: Uint8Array, piece: number) {
  const bytes = Buffer.from(file);
  const reader = createTagReader(type);
  const ticks: number[] = [];
  const channel: number[] = [];
  let taken = 0;
  for (let at = 0; at < bytes.length; at += piece) {
    const pushed = reader.push(bytes.subarray(at, at + piece));
    if (!pushed.ok) throw new Error(pushed.error.type);
    const rows = reader.takeSettled();
    ticks.push(...rows.ticks);
    channel.push(...rows.channel);
    taken += Number(rows.ticks.length > 0);
  }
  const finished = reader.finish();
  if (!finished.ok) throw new Error(finished.error.type);
  const rest = finished.value;
  return {
    taken, tags: { ...rest, ticks: Float64Array.from([...ticks, ...rest.ticks]),
      channel: Uint8Array.from([...channel, ...rest.channel]) },
  };
}

test.each(Object.keys(ENCODERS) as TagFileType[])('%s: rows taken as they settle are the rows of the whole', (type) => {
  fc.assert(fc.property(fc.array(fc.nat(4999), { maxLength: 6 }), fc.integer({ min: 900, max: 60_000 }), (late, piece) => {
    const bytes = ENCODERS[type](disordered(late));
    const { tags, taken } = drained(type, bytes, piece);
    expect(tags).toEqual(whole(type, bytes));
    expect(taken).toBeGreaterThan(0);
  }), { numRuns: 12 });
}, 120_000);

test('an event at the very edge of the reordering is decided alike, however the rows were taken', () => {
  for (const late of [4094, 4095, 4096, 4097, 4098]) {
    const bytes = ENCODERS.ptu(disordered([late]));
    const at_once = whole('ptu', bytes);
    for (const piece of [404, 4000, 16_384]) expect(drained('ptu', bytes, piece).tags).toEqual(at_once);
    expect(at_once.dropped).toEqual(late > 4096 ? { out_of_order: 1 } : {});
  }
});

describe('bounded memory', () => {
  const MB = 2 ** 20;
  const held = () => {
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return (heapUsed + arrayBuffers) / MB;
  };

  test('2 GB of a PTU file, made as it is read', () => {
    const encoder = createPtuEncoder();
    const rows = 1 << 18;
    const wrap = 33_554_432;
    const ticks = Float64Array.from({ length: rows }, (_, i) => wrap + i * 127);
    // One overflow record, then a wrap's worth of events: the same bytes again are the next wrap.
    const piece = encoder.encode({ ticks, channel: new Uint8Array(rows).fill(1) });
    const reader = createTagReader('ptu');
    expect(reader.push(createPtuEncoder().header()).ok).toBe(true);
    const before = held();
    let [seen, last, most] = [0, -1, 0];
    const pieces = Math.ceil((2048 * MB) / piece.length);
    for (let i = 0; i < pieces; i += 1) {
      expect(reader.push(piece).ok).toBe(true);
      const settled = reader.takeSettled();
      if (settled.ticks[0]! < last) throw new Error('rows went back in time');
      last = settled.ticks.at(-1)!;
      seen += settled.ticks.length;
      if (i % 100 === 0) most = Math.max(most, held());
    }
    const end = reader.finish();
    if (!end.ok) throw new Error(end.error.type);
    expect(seen + end.value.ticks.length).toBe(pieces * rows);
    expect(end.value).toMatchObject({ clock_records: pieces, dropped: {}, reordered: 0 });
    expect(end.value.ticks.length).toBeLessThanOrEqual(4097);
    expect(most - before).toBeLessThan(128);
  }, 180_000);
});
