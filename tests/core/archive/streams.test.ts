// Goal: a recorder's rows sort into clicks, beacon and PPS, and merge back into the same rows.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergeTags, splitTags } from '../../../src-core/archive/streams.ts';

const roles = { detector_channels: [0, 3, 1, 2], beacon_channel: 64, pps_channel: 5 };

test('rows go to the stream of their channel, clicks by their place in the list', () => {
  const tags = { ticks: Float64Array.of(1, 2, 3, 4, 5), channel: Uint8Array.of(3, 64, 9, 5, 2) };
  const split = splitTags(tags, roles);
  expect([...split.clicks.ticks]).toEqual([1, 5]);
  expect([...split.clicks.detector]).toEqual([1, 3]);
  expect([...split.beacon.ticks]).toEqual([2]);
  expect([...split.pps.ticks]).toEqual([4]);
  expect(split.ignored).toBe(1);
});

test('property: claimed rows of distinct times merge back as they were', () => {
  const row = fc.record({ gap: fc.integer({ min: 1, max: 1e6 }), channel: fc.constantFrom(0, 1, 2, 3, 5, 64) });
  fc.assert(fc.property(fc.array(row, { maxLength: 80 }), (rows) => {
    let tick = 0;
    const tags = {
      ticks: Float64Array.from(rows, ({ gap }) => (tick += gap)),
      channel: Uint8Array.from(rows, ({ channel }) => channel),
    };
    const split = splitTags(tags, roles);
    expect(split.ignored).toBe(0);
    expect(mergeTags(split, roles)).toEqual(tags);
  }));
});

test('of equal times pulses come first, and a recording without beacon and PPS has clicks alone', () => {
  const tags = { ticks: Float64Array.of(7, 7, 7), channel: Uint8Array.of(0, 64, 5) };
  expect([...mergeTags(splitTags(tags, roles), roles).channel]).toEqual([5, 64, 0]);
  const bare = splitTags(tags, { ...roles, beacon_channel: null, pps_channel: null });
  expect(bare.clicks.ticks.length).toBe(1);
  expect(bare.ignored).toBe(2);
});
