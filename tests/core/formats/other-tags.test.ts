// Goal: a1, quTAG and CSV files give the same exact columns as every other recorder, and damage is named.
import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeFormatError, type TagColumns } from '../../../src-core/formats/tag-columns.ts';
import { createTagReader, type TagFileType } from '../../../src-core/formats/tag-reader.ts';

const REAL_A1 = '../shared/data/timetags/timestamp7_c1234.Aa1.ts';

interface Reading {
  readonly type: TagFileType;
  readonly bytes: Uint8Array;
  readonly pieces?: readonly number[];
  readonly partial?: boolean;
}

function read({ type, bytes, pieces = [], partial = false }: Reading) {
  const reader = createTagReader(type, { partial });
  let at = 0;
  for (const piece of [...pieces, bytes.length]) {
    const pushed = reader.push(bytes.subarray(at, at + piece));
    if (!pushed.ok) return pushed;
    at += piece;
  }
  return reader.finish();
}

function columns(reading: Reading): TagColumns {
  const result = read(reading);
  if (!result.ok) throw new Error(describeFormatError(result.error));
  return result.value;
}

function failure(reading: Reading) {
  const result = read(reading);
  if (result.ok) throw new Error('this file should have been refused');
  return result.error;
}

type Order = 'low-first' | 'high-first';
/** S-Fifteen records from time (1/256 ns) and low ten bits. */
function a1File(events: readonly (readonly [bigint, number])[], order: Order = 'low-first'): Uint8Array {
  const bytes = new Uint8Array(events.length * 8);
  const view = new DataView(bytes.buffer);
  for (const [i, [time, bits]] of events.entries()) {
    const word = (time << 10n) | BigInt(bits);
    const [low, high] = [Number(word & 0xffff_ffffn), Number(word >> 32n)];
    view.setUint32(8 * i, order === 'low-first' ? low : high, true);
    view.setUint32(8 * i + 4, order === 'low-first' ? high : low, true);
  }
  return bytes;
}

function qutagFile(events: readonly (readonly [bigint, number])[]): Uint8Array {
  const bytes = new Uint8Array(40 + events.length * 10);
  const view = new DataView(bytes.buffer);
  for (const [i, [time, channel]] of events.entries()) {
    view.setBigInt64(40 + 10 * i, time, true);
    view.setUint16(48 + 10 * i, channel, true);
  }
  return bytes;
}

const text = (value: string) => new TextEncoder().encode(value);
const absolute = (tags: TagColumns) => Array.from(tags.ticks, (tick) => tags.origin_ticks + BigInt(tick));

describe('S-Fifteen a1', () => {
  test.skipIf(!existsSync(REAL_A1))('a real file gives the published figures (skipped without ../shared/data)', () => {
    const tags = columns({ type: 'a1', bytes: readFileSync(REAL_A1), pieces: [5, 1000, 3] });
    expect(tags.records).toBe(2000);
    expect(tags.tick_ps).toBe(1000 / 256);
    const times = absolute(tags);
    expect(times[0]).toBe(17_821_472_680_578_496n);
    expect([...new Set(times)].slice(1, 3)).toEqual([17_821_472_680_624_701n, 17_821_472_680_661_789n]);
    expect(tags.reordered).toBe(0);
    const patterns = new Map<bigint, number>();
    times.forEach((time, i) => patterns.set(time, (patterns.get(time) ?? 0) | (1 << tags.channel[i]!)));
    const counts: Record<number, number> = {};
    for (const pattern of patterns.values()) counts[pattern] = (counts[pattern] ?? 0) + 1;
    expect(counts).toEqual({ 1: 614, 2: 481, 3: 2, 4: 476, 5: 2, 6: 3, 8: 417, 9: 3, 10: 2 });
    expect(tags.ticks.length - patterns.size).toBe(12);
  });

  const events = Array.from({ length: 40 }, (_, i) =>
    [17_821_472_680_578_496n + BigInt(i * i * 900_001), 1 << (i % 4)] as const);

  test('both word orders give the same columns', () => {
    const low = columns({ type: 'a1', bytes: a1File(events, 'low-first') });
    const high = columns({ type: 'a1', bytes: a1File(events, 'high-first'), pieces: [7, 100] });
    expect(absolute(low)).toEqual(events.map(([time]) => time));
    expect(high).toEqual(low);
  });

  test('rollover dummies are clock, records without a detector are dropped, several detectors are several rows', () => {
    const tags = columns({ type: 'a1', bytes: a1File([[100n, 1], [200n, 0x18], [300n, 0], [400n, 0x29], [500n, 2]]) });
    expect(absolute(tags)).toEqual([100n, 400n, 400n, 500n]);
    expect([...tags.channel]).toEqual([0, 0, 3, 1]);
    expect(tags).toMatchObject({ records: 5, clock_records: 1, dropped: { no_detector: 1 } });
  });

  test('times of the 125 ps card, whose lowest five bits are zero, are exact', () => {
    const tags = columns({ type: 'a1', bytes: a1File([[32n, 1], [64n, 1], [128n, 1]]) });
    expect(Array.from(absolute(tags), (time) => Number(time) * tags.tick_ps)).toEqual([125, 250, 500]);
  });

  test('the counter starts again after 2^54 ticks', () => {
    const end = 2n ** 54n;
    const tags = columns({ type: 'a1', bytes: a1File([[end - 1000n, 1], [end - 500n, 2], [200n, 4]]) });
    expect([...tags.ticks]).toEqual([0, 500, 1200]);
  });

  test('half a record at the end is an error, or the rest is used on request', () => {
    const cut = a1File(events).subarray(0, 85);
    expect(failure({ type: 'a1', bytes: cut }))
      .toEqual({ type: 'Truncated', record: 10, records_missing: 0, bytes_left: 5 });
    expect(columns({ type: 'a1', bytes: cut, partial: true }).ticks.length).toBe(10);
  });
});

describe('quTAG', () => {
  const late = 2n ** 60n;

  test('times beyond a double stay exact, in pieces of any size', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(2 ** 30), fc.nat(63)), { minLength: 1, maxLength: 40 }),
      fc.array(fc.nat(60), { maxLength: 8 }), (gaps, pieces) => {
        let now = late;
        const events = gaps.map(([gap, channel]) => [(now += BigInt(gap)), channel] as const);
        const tags = columns({ type: 'qutag', bytes: qutagFile(events), pieces });
        expect(absolute(tags)).toEqual(events.map(([time]) => time));
        expect([...tags.channel]).toEqual(events.map(([, channel]) => channel));
      }), { numRuns: 200 });
  });

  test('a channel that is no input is counted, disorder is put right', () => {
    const tags = columns({ type: 'qutag', bytes: qutagFile([[50n, 1], [40n, 2], [60n, 104]]) });
    expect(absolute(tags)).toEqual([40n, 50n]);
    expect(tags).toMatchObject({ records: 3, reordered: 1, dropped: { channel_out_of_range: 1 } });
  });

  test('a short header, half a record and a wild time are named', () => {
    expect(failure({ type: 'qutag', bytes: new Uint8Array(39) })).toEqual({ type: 'TruncatedHeader', byte: 39 });
    const [half, wild] = [qutagFile([[1n, 1]]).subarray(0, 45), qutagFile([[1n, 1], [2n ** 62n, 1]])];
    expect(failure({ type: 'qutag', bytes: half })).toMatchObject({ type: 'Truncated', record: 0 });
    expect(failure({ type: 'qutag', bytes: wild })).toMatchObject({ type: 'BadRecord', record: 1, byte: 50 });
  });
});

describe('CSV', () => {
  test('header, rows, either line end, with or without the last one', () => {
    for (const file of ['time_ps,channel\n5,1\n9,0\n', 'time_ps,channel\r\n5,1\r\n9,0']) {
      const tags = columns({ type: 'csv', bytes: text(file), pieces: [3, 14, 1] });
      expect([...tags.ticks]).toEqual([5, 9]);
      expect([...tags.channel]).toEqual([1, 0]);
    }
  });

  test('a header alone is an empty recording', () => {
    expect(columns({ type: 'csv', bytes: text('time_ps,channel\n') }).ticks.length).toBe(0);
  });

  test('nineteen digits stay exact', () => {
    const bytes = text('time_ps,channel\n9000000000000000001,1\n9000000000000000004,2\n');
    const tags = columns({ type: 'csv', bytes });
    expect(absolute(tags)).toEqual([9_000_000_000_000_000_001n, 9_000_000_000_000_000_004n]);
  });

  test.each([
    ['', 1], ['time,channel\n1,2\n', 1], ['time_ps,channel\n1,2\n3.5,1\n', 3], ['time_ps,channel\n1,2\n\n3,1\n', 3],
    ['time_ps,channel\n1;2\n', 2], ['time_ps,channel\n1,-2\n', 2], [`time_ps,channel\n${'9'.repeat(80)}`, 2],
    ['time_ps,channel\n1,2\nx', 3], ['time_ps,channel\n0,1\n9000000000000000000,1\n', 3],
  ])('%j is refused at line %i', (file, line) => {
    expect(failure({ type: 'csv', bytes: text(file) })).toMatchObject({ type: 'BadLine', line });
  });

  test('a binary file under the name of a CSV file ends at its first line', () => {
    const bytes = new Uint8Array(5_000_000).fill(7);
    expect(failure({ type: 'csv', bytes })).toMatchObject({ type: 'BadLine', line: 1 });
  });
});

test('any bytes end in ordered rows or in an error with a place', () => {
  const type = fc.constantFrom<TagFileType>('a1', 'qutag', 'csv');
  const header = text('time_ps,channel\n');
  fc.assert(fc.property(type, fc.uint8Array({ maxLength: 300 }), fc.boolean(), (kind, random, partial) => {
    const bytes = kind === 'csv' ? new Uint8Array([...header, ...random]) : random;
    const result = read({ type: kind, bytes, partial });
    if (!result.ok) {
      expect(describeFormatError(result.error)).not.toMatch(/NaN|undefined/);
      return;
    }
    const { ticks, channel } = result.value;
    expect(channel.length).toBe(ticks.length);
    for (let i = 1; i < ticks.length; i += 1) expect(ticks[i]).toBeGreaterThanOrEqual(ticks[i - 1]!);
  }), { numRuns: 3000 });
});
