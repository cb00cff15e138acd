// Goal: the checksum is the one that everybody else calls CRC-32.
import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc32 } from '../../src-core/crc32.ts';

test('the check value of the catalogue of CRC algorithms, and the empty text', () => {
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
  expect(crc32(new Uint8Array(0))).toBe(0);
});

test('property: equal to zlib', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
    expect(crc32(bytes)).toBe(zlibCrc32(bytes));
  }));
});
