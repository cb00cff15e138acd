// Goal: a frame arrives as it left, whatever its columns and names, and a damaged one is refused aloud.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { columnOf, decodeFrame, encodeFrame, type Frame } from '../../src-contract/frames.ts';

test('property: every frame survives the carrier, also from an unaligned buffer', () => {
  const column = fc.record({
    name: fc.string({ unit: 'binary' }), unit: fc.string(),
    values: fc.array(fc.double(), { maxLength: 50 }).map((list) => Float64Array.from(list)),
  });
  const facts = fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.constant(null)))
    .map((entries) => ({ ...entries }));
  fc.assert(fc.property(fc.array(column, { maxLength: 6 }), facts, (columns, entries) => {
    const frame: Frame = { columns, facts: entries };
    const bytes = encodeFrame(frame);
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(decodeFrame(shifted.subarray(3))).toEqual(frame);
  }));
});

test('a frame that is cut, renamed or empty is refused', () => {
  const bytes = encodeFrame({ columns: [{ name: 't_s', unit: 's', values: new Float64Array(4) }], facts: {} });
  for (let length = 0; length < bytes.length; length += 1) {
    expect(() => decodeFrame(bytes.subarray(0, length))).toThrow();
  }
  expect(() => decodeFrame(bytes.with(0, 0x20))).toThrow('TPF1');
  expect(() => columnOf(decodeFrame(bytes), 'range_km')).toThrow('range_km');
});
