// Goal: what a pass file keeps is what the recorder wrote: split and merged again, not a row differs.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RecordingManifest } from '../../src-contract/recording.ts';
import { mergeStreams, splitStreams } from '../../src-main/pipeline/tag-streams.ts';

const detector = (channel: number, bit: 0 | 1) => ({ channel, label: `d${channel}`, basis: 'Z' as const, bit });
const manifest: RecordingManifest = {
  format: 'twinpass-recording/1',
  station: 'delingha',
  mode: 'qkd',
  state: 'psi+',
  tags: { file: 'd.ptu', type: 'ptu', sha256: '0'.repeat(64) },
  detectors: [detector(3, 0), detector(1, 1)],
  beacon: { channel: 'sync', nominal_rate_hz: 10_000 },
  pps: { channel: 5, first_edge_utc: '2018-09-14T18:16:09Z' },
  dead_time_ns: 50,
};

test('property: rows survive the way through the streams, unnamed channels are counted', () => {
  // Distinct ticks: the order of rows of one tick is the recorder's accident and not kept.
  const rows = fc.uniqueArray(fc.record({ tick: fc.nat(1e9), channel: fc.constantFrom(1, 3, 5, 64, 7) }), {
    selector: (row) => row.tick,
  });
  fc.assert(
    fc.property(rows, (list) => {
      const sorted = list.sort((a, b) => a.tick - b.tick);
      const tags = {
        ticks: Float64Array.from(sorted, ({ tick }) => tick),
        channel: Uint8Array.from(sorted, ({ channel }) => channel),
        tick_ps: 1,
        dropped: { overflow: 2 },
      };
      const streams = splitStreams(manifest, tags);
      const named = sorted.filter(({ channel }) => channel !== 7);
      const unnamed = sorted.length - named.length;
      expect(streams.dropped).toEqual(unnamed === 0 ? { overflow: 2 } : { overflow: 2, unassigned_channel: unnamed });
      const merged = mergeStreams(manifest, streams, 1);
      expect([...merged.ticks]).toEqual(named.map(({ tick }) => tick));
      expect([...merged.channel]).toEqual(named.map(({ channel }) => channel));
    }),
  );
});
