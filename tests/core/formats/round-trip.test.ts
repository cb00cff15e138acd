// Goal: what our writers write, our readers give back, bit for bit, however the file comes in pieces.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodePtu } from '../../../src-core/formats/ptu-encoder.ts';
import { T2_FORMATS, type T2FormatName } from '../../../src-core/formats/ptu-header.ts';
import { describeFormatError, type TagColumns } from '../../../src-core/formats/tag-columns.ts';
import {
  encodeA1, encodeCsvTags, encodeHexTags, encodeQutag, type A1Event,
} from '../../../src-core/formats/tag-encoders.ts';
import { createTagReader, type TagFileType } from '../../../src-core/formats/tag-reader.ts';

interface Event { readonly tick: number; readonly channel: number }
interface Format {
  readonly name: string;
  readonly type: TagFileType;
  readonly encode: (events: readonly Event[]) => Uint8Array;
  /** Where the clock starts again: no event is late across such a border. */
  readonly wrap_ticks: number;
  readonly start: bigint;
}
interface Reading { readonly type: TagFileType; readonly bytes: Uint8Array; readonly pieces?: readonly number[] }

function read({ type, bytes, pieces = [] }: Reading, partial = false) {
  const reader = createTagReader(type, { partial, expected_bytes: bytes.length });
  let at = 0;
  for (const piece of [...pieces, bytes.length]) {
    const pushed = reader.push(bytes.subarray(at, at + piece));
    if (!pushed.ok) return pushed;
    at += piece;
  }
  return reader.finish();
}
function columns(reading: Reading, partial = false): TagColumns {
  const result = read(reading, partial);
  if (!result.ok) throw new Error(describeFormatError(result.error));
  return result.value;
}
function failure(reading: Reading) {
  const result = read(reading);
  if (result.ok) throw new Error('this file should have been refused');
  return result.error;
}

const A1_START = 17_821_472_680_578_496n;
const PS_START = 2n ** 60n;
const a1 = (events: readonly Event[]): A1Event[] =>
  events.map(({ tick, channel }) => ({ time: A1_START + BigInt(tick), bits: 1 << channel }));
const ps = (events: readonly Event[]) =>
  events.map(({ tick, channel }) => ({ time_ps: PS_START + BigInt(tick), channel }));
const sFifteen = { wrap_ticks: Infinity, start: A1_START };
const picosecond = { wrap_ticks: Infinity, start: PS_START };

const FORMATS: readonly Format[] = [
  ...(Object.keys(T2_FORMATS) as T2FormatName[]).map((format): Format => ({
    name: `ptu ${format}`, type: 'ptu', wrap_ticks: T2_FORMATS[format].wrap_ticks, start: 0n,
    encode: (events) => encodePtu({
      ticks: Float64Array.from(events, ({ tick }) => tick), channel: Uint8Array.from(events, ({ channel }) => channel),
    }, { format }),
  })),
  { name: 'a1', type: 'a1', encode: (events) => encodeA1(a1(events)), ...sFifteen },
  { name: 'a1, high word first', type: 'a1', encode: (events) => encodeA1(a1(events), 'high-first'), ...sFifteen },
  { name: 'a0', type: 'a0', encode: (events) => encodeHexTags(a1(events), { format: 'a0' }), ...sFifteen },
  { name: 'a0, high word first', type: 'a0', ...sFifteen,
    encode: (events) => encodeHexTags(a1(events), { format: 'a0', order: 'high-first' }) },
  { name: 'a2', type: 'a2', encode: (events) => encodeHexTags(a1(events), { format: 'a2' }), ...sFifteen },
  { name: 'a2, high word first', type: 'a2', ...sFifteen,
    encode: (events) => encodeHexTags(a1(events), { format: 'a2', order: 'high-first' }) },
  { name: 'qutag', type: 'qutag', encode: (events) => encodeQutag(ps(events)), ...picosecond },
  { name: 'csv', type: 'csv', encode: (events) => encodeCsvTags(ps(events)), ...picosecond },
];

/** Gaps of up to 4 ms of the finest clock, with ties; every so often two neighbours change places. */
const recording = fc.array(fc.record({
  gap: fc.oneof(fc.constant(0), fc.nat(1000), fc.nat(2 ** 30)), channel: fc.nat(3), swap: fc.nat(5),
}), { minLength: 8, maxLength: 60 });

function eventsOf(steps: readonly { gap: number; channel: number; swap: number }[], wrap_ticks: number): Event[] {
  let tick = 5_000_000;
  const events = steps.map(({ gap, channel }) => ({ tick: (tick += gap), channel }));
  for (let i = 1; i < events.length; i += 1) {
    const [before, after] = [events[i - 1]!, events[i]!];
    const together = Math.floor(before.tick / wrap_ticks) === Math.floor(after.tick / wrap_ticks);
    if (steps[i]!.swap === 0 && together) [events[i - 1], events[i]] = [after, before];
  }
  return events;
}

/** Events that come after a later one in the file. */
function lateEvents(events: readonly Event[]): number {
  let [last, late] = [-Infinity, 0];
  for (const { tick } of events) {
    if (tick < last) late += 1;
    last = Math.max(last, tick);
  }
  return late;
}

const rowsOf = ({ ticks, channel, origin_ticks }: TagColumns) =>
  Array.from(ticks, (tick, i) => [origin_ticks + BigInt(tick), channel[i]!] as const);

describe.each(FORMATS)('$name', ({ type, encode, wrap_ticks, start }) => {
  test('property: every event comes back in order, and pieces of any size change nothing', () => {
    fc.assert(fc.property(recording, fc.array(fc.nat(500), { maxLength: 12 }), (steps, pieces) => {
      const events = eventsOf(steps, wrap_ticks);
      const bytes = encode(events);
      const tags = columns({ type, bytes, pieces });
      const sorted = events.toSorted((a, b) => a.tick - b.tick);
      expect(rowsOf(tags)).toEqual(sorted.map(({ tick, channel }) => [start + BigInt(tick), channel]));
      expect(tags.records - tags.clock_records).toBe(events.length);
      expect([tags.reordered, tags.dropped, tags.truncation]).toEqual([lateEvents(events), {}, null]);
      expect(columns({ type, bytes })).toEqual(tags);
    }), { numRuns: 150 });
  });

  test('an event farther back than the reordering reaches is dropped and counted, one within it is not', () => {
    const inOrder = Array.from({ length: 5000 }, (_, i) => ({ tick: 1000 + i * 100, channel: i % 4 }));
    const disordered = [...inOrder, { tick: 1050, channel: 1 }, { tick: 1050 + 4000 * 100, channel: 2 }];
    const tags = columns({ type, bytes: encode(disordered), pieces: [777] });
    expect(tags.ticks.length).toBe(5001);
    expect(tags).toMatchObject({ reordered: 1, dropped: { out_of_order: 1 } });
    expect(tags.records - tags.clock_records).toBe(tags.ticks.length + 1);
  });
});

describe('S-Fifteen text', () => {
  const events: readonly A1Event[] = Array.from({ length: 30 }, (_, i) =>
    ({ time: A1_START + BigInt(i * i * 900_001), bits: [1, 2, 4, 8, 0x18, 0, 9, 15][i % 8]! }));
  const text = (value: string) => new TextEncoder().encode(value);
  const decoded = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

  test('a0, a1 and a2 of the same events give the same columns: dummies, multi-clicks and nobody included', () => {
    const tags = columns({ type: 'a1', bytes: encodeA1(events) });
    expect(tags).toMatchObject({ records: 30, clock_records: 4, dropped: { no_detector: 4 } });
    for (const format of ['a0', 'a2'] as const) {
      for (const order of ['low-first', 'high-first'] as const) {
        const bytes = encodeHexTags(events, { format, order });
        expect(columns({ type: format, bytes, pieces: [1, 2, 30] })).toEqual(tags);
      }
    }
  });

  test('the layout is that of the maker: words low first, a line each; records as one number', () => {
    const one = [{ time: 0x12_3456_789a_bcden, bits: 5 }];
    const record = (0x12_3456_789a_bcden << 10n) | 5n;
    const hex = record.toString(16).padStart(16, '0');
    expect(decoded(encodeHexTags(one, { format: 'a2' }))).toBe(`${hex}\n`);
    expect(decoded(encodeHexTags(one, { format: 'a0' }))).toBe(`${hex.slice(8)}\n${hex.slice(0, 8)}\n`);
  });

  test('either line end, either case, with or without the last end', () => {
    const bytes = encodeHexTags(events, { format: 'a2' });
    const tags = columns({ type: 'a2', bytes });
    const dos = decoded(bytes).replaceAll('\n', '\r\n').toUpperCase();
    expect(columns({ type: 'a2', bytes: text(dos) })).toEqual(tags);
    expect(columns({ type: 'a2', bytes: text(dos.trimEnd()) })).toEqual(tags);
  });

  test('the 125 ps card, whose lowest five time bits are zero, is exact', () => {
    const bytes = encodeHexTags([32n, 64n, 128n].map((time) => ({ time, bits: 1 })), { format: 'a2' });
    const tags = columns({ type: 'a2', bytes });
    expect(rowsOf(tags).map(([time]) => Number(time) * tags.tick_ps)).toEqual([125, 250, 500]);
  });

  test.each([
    ['a2', '0123456789abcdef\n0123456789abcde\n', 2], ['a2', '0123456789abcdef0\n', 1], ['a2', '\n', 1],
    ['a2', '0123456789abcdeg\n', 1], ['a2', '0123456789abcdef\r\r\n', 1], ['a0', '01234567\n0123456z\n', 2],
    ['a0', '0123456789abcdef\n', 1], ['a0', '01234567 01234567\n', 1],
    ['a2', '0000000000000401\n000000007fffff01\n0000000100000401\n000000017fffff01\n8000000100000401\n', 5],
  ] as const)('%s of %j is refused at line %i', (type, file, line) => {
    expect(failure({ type, bytes: text(file) })).toMatchObject({ type: 'BadLine', line });
    expect(failure({ type, bytes: text(file), pieces: [1, 3, 9] })).toMatchObject({ type: 'BadLine', line });
  });

  test.each([
    ['a0', '00000401\n00000000\n00000801\n', 9], ['a0', '00000401\n00000000\n00000801\n0000', 13],
    ['a2', '0000000000000401\n00000', 5],
  ] as const)('%s that ends inside a record: an error, or the rest is used on request', (type, file, left) => {
    const bytes = text(file);
    expect(failure({ type, bytes })).toEqual({ type: 'Truncated', record: 1, records_missing: 0, bytes_left: left });
    const tags = columns({ type, bytes }, true);
    expect(tags).toMatchObject({ records: 1, truncation: { records_missing: 0, bytes_left: left } });
  });
});

test('the size of a file is a hint: a wild one reserves no wild memory', () => {
  const reader = createTagReader('csv', { expected_bytes: 2 ** 52 });
  reader.push(new TextEncoder().encode('time_ps,channel\n5,1\n'));
  expect(reader.finish()).toMatchObject({ ok: true, value: { records: 1 } });
});
