// Goal: an announcement carries every time and no outcome, and damaged ones are refused.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { recordingManifest } from '../../src-contract/recording.ts';
import { assignedRows, decodeTimes, encodeTimes } from '../../src-main/gateway/classical-channel/announced-times.ts';

const manifest = recordingManifest.parse({
  format: 'twinpass-recording/1', station: 'delingha', mode: 'qkd', state: 'psi+', dead_time_ns: 50,
  tags: { file: 'delingha.ptu', type: 'ptu', sha256: '0'.repeat(64) },
  detectors: [0, 1, 2, 3].map((channel) => (
    { channel, label: 'HV+-'[channel], basis: channel < 2 ? 'Z' : 'X', bit: channel % 2 })),
  beacon: { channel: 'sync', nominal_rate_hz: 10_000 }, pps: { channel: 5, first_edge_utc: '2018-09-14T18:16:10Z' },
});
const SYNC = 64;

const rows = fc.array(fc.record({
  step: fc.oneof(fc.nat(1000), fc.integer({ min: 0, max: 2 ** 45 })), channel: fc.constantFrom(0, 1, 2, 3, SYNC, 5, 9),
}), { maxLength: 200 });

function recordingOf(events: readonly { readonly step: number; readonly channel: number }[]) {
  let tick = 0;
  const ticks = Float64Array.from(events, ({ step }) => { tick += step; return tick; });
  const channel = Uint8Array.from(events, (event) => event.channel);
  return { manifest, where: 'here', tags: { ticks, channel, tick_ps: 4, dropped: { unreadable: 1 } } };
}

test('what is announced comes back: each named row with its time, as click, beacon or PPS', () => {
  fc.assert(fc.property(rows, (events) => {
    const own = assignedRows(recordingOf(events));
    const heard = decodeTimes(encodeTimes(own));
    if (!heard.ok) throw new Error(JSON.stringify(heard.error));
    const { tags, manifest: told } = heard.value;
    expect(tags.ticks).toEqual(own.tags.ticks);
    expect(tags.tick_ps).toBe(4);
    const kinds: Readonly<Record<number, number>> = { [SYNC]: 1, 5: 2 };
    expect(tags.channel).toEqual(own.tags.channel.map((channel) => kinds[channel] ?? 0));
    expect(own.tags.channel.includes(9)).toBe(false);
    expect(told).toMatchObject({ station: 'delingha', state: 'psi+', dead_time_ns: 50, pps: manifest.pps && {
      first_edge_utc: manifest.pps.first_edge_utc } });
    expect(told.detectors).toHaveLength(1);
  }));
});

test('recordings that differ in the detectors only are announced with the same bytes', () => {
  fc.assert(fc.property(rows, fc.array(fc.nat(3), { minLength: 200, maxLength: 200 }), (events, turns) => {
    const turned = events.map((event, i) =>
      (event.channel < 4 ? { ...event, channel: (event.channel + turns[i]!) % 4 } : event));
    const bytes = (which: Parameters<typeof recordingOf>[0]) => encodeTimes(assignedRows(recordingOf(which)));
    expect(bytes(turned)).toEqual(bytes(events));
  }));
});

test('failure: cut, changed, lengthened or invented announcements are refused, never read half', () => {
  const events = Array.from({ length: 50 }, (_, i) => ({ step: 1000 * i + 7, channel: i % 4 }));
  const bytes = encodeTimes(assignedRows(recordingOf(events)));
  for (let length = 0; length < bytes.length; length += 1) {
    expect(decodeTimes(bytes.subarray(0, length))).toMatchObject({ error: { type: 'MalformedMessage' } });
  }
  expect(decodeTimes(Uint8Array.from([...bytes, 0]))).toMatchObject({ error: { type: 'MalformedMessage' } });
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
    expect(decodeTimes(noise)).toMatchObject({ error: { type: 'MalformedMessage' } });
  }));
  const many = bytes.slice();
  new DataView(many.buffer).setUint32(4, 0xffff_ffff, true);
  expect(decodeTimes(many)).toMatchObject({ error: { type: 'MalformedMessage' } });
});
