// Goal: PTU T2 files are read exactly, in pieces of any size, and every record is a row or counted by reason.
import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPtuDecoder } from '../../../src-core/formats/ptu.ts';
import { createPtuEncoder, encodePtu, type PtuEncoderOptions } from '../../../src-core/formats/ptu-encoder.ts';
import { T2_FORMATS, type T2FormatName } from '../../../src-core/formats/ptu-header.ts';
import {
  describeFormatError, SYNC_CHANNEL, type TagColumns, type TagReaderOptions,
} from '../../../src-core/formats/tag-columns.ts';

const REAL = '../shared/data/timetags/v30_t2.ptu';
const HEADER_BYTES = 400;

function read(file: Uint8Array, pieces: readonly number[] = [], options: TagReaderOptions = {}) {
  const decoder = createPtuDecoder(options);
  let at = 0;
  for (const piece of pieces) {
    const pushed = decoder.push(file.subarray(at, at + piece));
    if (!pushed.ok) return pushed;
    at += piece;
  }
  const pushed = decoder.push(file.subarray(at));
  return pushed.ok ? decoder.finish() : pushed;
}

function columns(file: Uint8Array, pieces: readonly number[] = [], options: TagReaderOptions = {}): TagColumns {
  const result = read(file, pieces, options);
  if (!result.ok) throw new Error(describeFormatError(result.error));
  return result.value;
}

function failure(file: Uint8Array, options: TagReaderOptions = {}) {
  const result = read(file, [], options);
  if (result.ok) throw new Error('this file should have been refused');
  return result.error;
}

const words = (...records: number[]) => new Uint8Array(new Uint32Array(records).buffer);
/** A file whose records are given as words, under the header of `format`. */
function fileOf(records: Uint8Array, format: T2FormatName = 'hydraharp-v2', count = Math.floor(records.length / 4)) {
  const header = createPtuEncoder({ format }).header();
  new DataView(header.buffer).setBigInt64(16 + 6 * 48 + 40, BigInt(count), true);
  return new Uint8Array([...header, ...records]);
}
const total = (dropped: TagColumns['dropped']) => Object.values(dropped).reduce((sum, n) => sum + n, 0);

describe('an outside authority', () => {
  test.skipIf(!existsSync(REAL))('a real HydraHarp 2 file (skipped without ../shared/data)', () => {
    const tags = columns(readFileSync(REAL), [1, 3, 4389, 70_001]);
    expect(tags.records).toBe(435_319);
    expect(tags.clock_records).toBe(129_754);
    expect(tags.ticks.length).toBe(305_565);
    expect(tags.tick_ps).toBe(1);
    expect([...tags.ticks.subarray(0, 3)]).toEqual([24_433_765, 42_010_976, 42_303_858]);
    expect(tags.ticks[99]).toBe(1_629_720_249);
    expect(tags.ticks.at(-1)).toBe(4_999_964_931_763);
    expect(tags.dropped).toEqual({});
  });

  test('records written by hand from the instrument manuals decode to their meaning', () => {
    const tags = columns(fileOf(words(
      0x0200_0005, // channel 1, time 5
      0xfe00_0000, // overflow, count 0 stands for 1
      0x8000_0007, // sync
      0xfe00_0003, // three wraps
      0x8400_0001, // marker 2
      0xa000_0001, // special 16: no meaning
      0x7e00_0002, // channel 63
    )));
    expect([...tags.ticks]).toEqual([5, 33_554_432 + 7, 4 * 33_554_432 + 2]);
    expect([...tags.channel]).toEqual([1, SYNC_CHANNEL, 63]);
    expect(tags).toMatchObject({ records: 7, clock_records: 2, dropped: { marker: 1, unknown_special: 1 } });
  });

  test('HydraHarp V1 ignores the count and wraps at 33,552,000', () => {
    const tags = columns(fileOf(words(0xfe00_0004, 0x0000_0001), 'hydraharp-v1'));
    expect([...tags.ticks]).toEqual([33_552_001]);
  });

  test('PicoHarp 300: four channel bits, wraps of 210,698,240, markers in the low bits, 4 ps', () => {
    const records = words(0x1000_0009, 0xf000_0010, 0xf000_0002, 0x0000_0003, 0x7000_0001);
    const tags = columns(fileOf(records, 'picoharp-300'));
    expect([...tags.ticks]).toEqual([9, 210_698_240 + 3]);
    expect([...tags.channel]).toEqual([1, 0]);
    expect(tags).toMatchObject({
      tick_ps: 4, sync_channel: 0, clock_records: 1, dropped: { marker: 1, unknown_special: 1 },
    });
  });
});

describe('properties', () => {
  const gap = fc.oneof(fc.nat(3000), fc.nat(80_000_000), fc.nat(500_000_000));
  const rows = fc.array(fc.tuple(gap, fc.nat(4)), { maxLength: 60 });
  const formats = fc.constantFrom(...Object.keys(T2_FORMATS) as T2FormatName[]);

  test('what was written is read, whatever the recorder and the pieces', () => {
    fc.assert(fc.property(rows, formats, fc.array(fc.nat(300), { maxLength: 12 }), (gaps, format, pieces) => {
      let now = 0;
      const ticks = Float64Array.from(gaps, ([wait]) => (now += wait));
      const channel = Uint8Array.from(gaps, ([, code]) => code);
      const options: PtuEncoderOptions = { format };
      const tags = columns(encodePtu({ ticks, channel }, options), pieces);
      expect(tags.ticks).toEqual(ticks);
      expect(tags.channel).toEqual(channel);
      expect(tags.records).toBe(tags.ticks.length + tags.clock_records);
    }), { numRuns: 300 });
  });

  test('writing in pieces gives the bytes of writing at once', () => {
    const ticks = Float64Array.from({ length: 500 }, (_, i) => i * i * 1009);
    const channel = Uint8Array.from(ticks, (_, i) => (i % 7 === 0 ? SYNC_CHANNEL : i % 5));
    const encoder = createPtuEncoder({ sync_rate_hz: 10_000 });
    const parts = [0, 1, 200, 500].slice(1).map((end, i) => {
      const from = [0, 1, 200][i]!;
      return encoder.encode({ ticks: ticks.subarray(from, end), channel: channel.subarray(from, end) });
    });
    const pieces = Buffer.concat([encoder.header(), ...parts]);
    expect(Buffer.compare(pieces, encodePtu({ ticks, channel }, { sync_rate_hz: 10_000 }))).toBe(0);
  });

  test('any disorder ends in order, and rows + clock + dropped are all records', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 0xffff_ffff }), { maxLength: 200 }), (records) => {
      const tags = columns(fileOf(words(...records)));
      for (let i = 1; i < tags.ticks.length; i += 1) expect(tags.ticks[i]).toBeGreaterThanOrEqual(tags.ticks[i - 1]!);
      expect(tags.ticks.length + tags.clock_records + total(tags.dropped)).toBe(records.length);
      expect(tags.records).toBe(records.length);
    }), { numRuns: 300 });
  });
});

describe('disorder', () => {
  test('a late event is put in its place and counted', () => {
    const tags = columns(fileOf(words(10, 30, 0x0200_0014, 40)));
    expect([...tags.ticks]).toEqual([10, 20, 30, 40]);
    expect([...tags.channel]).toEqual([0, 1, 0, 0]);
    expect(tags.reordered).toBe(1);
  });

  test('an event later than the bound is dropped and counted', () => {
    const late = words(...Array.from({ length: 5000 }, (_, i) => 1000 + i), 3);
    const tags = columns(fileOf(late));
    expect(tags.ticks.length).toBe(5000);
    expect(tags.dropped).toEqual({ out_of_order: 1 });
  });
});

describe('files that are not recordings', () => {
  const good = fileOf(words(1, 2, 3));

  test('another magic', () => {
    expect(failure(new TextEncoder().encode('time_ps,channel\n1,2\n'))).toMatchObject({ type: 'WrongMagic' });
  });

  test.each(['HydraHarp\0\0\0\0\0\0\x002.0', 'PicoHarp 300\0\0\0\x002.0', 'TimeHarp 200\0\0\0\x006.0'])(
    'a legacy file (%j) is refused by name, with what to do', (start) => {
      const error = failure(new TextEncoder().encode(start.padEnd(800, '\0')));
      expect(error).toMatchObject({ type: 'RefusedRecordType' });
      expect(describeFormatError(error)).toMatch(/legacy PicoQuant file .*\.ptu/);
    });

  test('T3 is refused by name', () => {
    const t3 = good.slice();
    new DataView(t3.buffer).setBigInt64(16 + 3 * 48 + 40, 0x01010304n, true);
    expect(describeFormatError(failure(t3))).toContain('HydraHarp V2 T3');
  });

  test('an unknown record type is refused by its number', () => {
    const odd = good.slice();
    new DataView(odd.buffer).setBigInt64(16 + 3 * 48 + 40, 0x01010299n, true);
    expect(failure(odd)).toEqual({ type: 'RefusedRecordType', name: '0x01010299', reason: 'unknown' });
  });

  test('an end inside the header', () => {
    expect(failure(good.subarray(0, 100))).toEqual({ type: 'TruncatedHeader', byte: 100 });
    expect(failure(new Uint8Array(0))).toEqual({ type: 'TruncatedHeader', byte: 0 });
  });

  test('an end inside a record, and an end between records, are reported and used only on request', () => {
    expect(failure(good.subarray(0, HEADER_BYTES + 10))).toEqual(
      { type: 'Truncated', record: 2, records_missing: 1, bytes_left: 2 });
    expect(failure(good.subarray(0, HEADER_BYTES + 4))).toMatchObject({ record: 1, records_missing: 2, bytes_left: 0 });
    const rest = columns(good.subarray(0, HEADER_BYTES + 10), [], { partial: true });
    expect([...rest.ticks]).toEqual([1, 2]);
    expect(rest.truncation).toEqual({ records_missing: 1, bytes_left: 2 });
  });

  test('records behind the promised number are counted, not used', () => {
    const tags = columns(fileOf(words(1, 2, 3, 4), 'hydraharp-v2', 3));
    expect(tags).toMatchObject({ records: 4, dropped: { beyond_record_count: 1 } });
    expect(tags.ticks.length).toBe(3);
  });

  test('an unfinished measurement (count 0) is read to its end', () => {
    expect(columns(fileOf(words(1, 2, 3), 'hydraharp-v2', 0)).ticks.length).toBe(3);
  });

  test('a clock beyond 2^53 names the record', () => {
    const runaway = words(7, ...new Array<number>(9).fill(0xffff_ffff), 1);
    expect(failure(fileOf(runaway))).toMatchObject({ type: 'BadRecord', record: 8, byte: HEADER_BYTES + 32 });
  });

  test.each([
    ['a length behind the end of any header', 0x7fff_ffff_ffffn, 0x4001_ffff],
    ['a negative length', -1n, 0x4001_ffff],
    ['an unknown tag type', 0n, 0x1234_5678],
  ])('%s', (_, value, type) => {
    const bad = good.slice();
    new DataView(bad.buffer).setUint32(16 + 36, type, true);
    new DataView(bad.buffer).setBigInt64(16 + 40, value, true);
    expect(failure(bad)).toMatchObject({ type: 'BadHeader', byte: 16, tag: 'Measurement_Mode' });
  });

  test('a tick that is not a time', () => {
    for (const tick of [0, Number.NaN, -1e-12, 1]) {
      const bad = good.slice();
      new DataView(bad.buffer).setFloat64(16 + 48 + 40, tick, true);
      expect(failure(bad)).toMatchObject({ type: 'BadHeader', tag: 'MeasDesc_GlobalResolution' });
    }
  });

  test('mutated files end in rows or an error, never in a crash or unordered rows', () => {
    const file = fileOf(words(...Array.from({ length: 40 }, (_, i) => (i % 3 === 0 ? 0xfe00_0001 : i * 1000))));
    const edits = fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
    fc.assert(fc.property(edits, fc.nat(file.length), fc.boolean(), (changes, length, partial) => {
      const broken = file.slice(0, length);
      for (const [at, byte] of changes) if (at < length) broken[at] = byte;
      const result = read(broken, [17, 211], { partial });
      if (!result.ok) expect(describeFormatError(result.error)).not.toMatch(/NaN|undefined/);
      else expect(result.value.ticks.every((tick) => Number.isSafeInteger(tick))).toBe(true);
    }), { numRuns: 2000 });
  });
});
