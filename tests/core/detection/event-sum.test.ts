// Goal: whatever the recorder, every event of its file is used once or dropped once, for a reason, up to the verdict.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { processPair } from '../../../src-core/detection/process-pair.ts';
import { describeDetectionError, type StationInput } from '../../../src-core/detection/station-input.ts';
import { encodePtu } from '../../../src-core/formats/ptu-encoder.ts';
import { T2_FORMATS, type T2FormatName } from '../../../src-core/formats/ptu-header.ts';
import { encodeA1, encodeCsvTags, encodeHexTags, encodeQutag } from '../../../src-core/formats/tag-encoders.ts';
import { createTagReader, type TagFileType } from '../../../src-core/formats/tag-reader.ts';
import { makePass, seededDraw } from '../../support/synthetic-pass.ts';

interface Event { readonly tick: number; readonly channel: number }
interface Wiring {
  readonly detectors: readonly number[];
  readonly beacon: number;
  readonly pps: number;
  readonly other: number;
}
interface Recorder {
  readonly name: string;
  readonly type: TagFileType;
  /** Channels of the detectors, the beacon, the 1PPS, and of an input that means nothing. */
  readonly wiring: Wiring;
  readonly tick_ps: number;
  /** Where the clock starts again: no event comes late across such a border. */
  readonly wrap_ticks: number;
  readonly encode: (events: readonly Event[]) => Uint8Array;
}

const wide = { detectors: [0, 1, 2, 3], beacon: 4, pps: 5, other: 7 };
/** Four inputs are all that these recorders have. */
const four = { detectors: [0], beacon: 1, pps: 2, other: 3 };
const A1_START = 17_821_472_680_578_496n;
const a1 = (events: readonly Event[]) =>
  events.map(({ tick, channel }) => ({ time: A1_START + BigInt(tick), bits: 1 << channel }));
const ps = (events: readonly Event[]) => events.map(({ tick, channel }) => ({ time_ps: BigInt(tick), channel }));
const ptu = (format: T2FormatName) => (events: readonly Event[]) => encodePtu({
  ticks: Float64Array.from(events, ({ tick }) => tick), channel: Uint8Array.from(events, ({ channel }) => channel),
}, { format });
const S_FIFTEEN = { wiring: four, wrap_ticks: Infinity, tick_ps: 1000 / 256 };

const RECORDERS: readonly Recorder[] = [
  ...(Object.keys(T2_FORMATS) as T2FormatName[]).map((format): Recorder => ({
    name: `ptu ${format}`, type: 'ptu', wrap_ticks: T2_FORMATS[format].wrap_ticks, encode: ptu(format),
    wiring: format === 'picoharp-300' ? four : wide, tick_ps: format === 'picoharp-300' ? 4 : 1,
  })),
  { name: 'a0', type: 'a0', ...S_FIFTEEN, encode: (events) => encodeHexTags(a1(events), { format: 'a0' }) },
  { name: 'a1', type: 'a1', ...S_FIFTEEN, encode: (events) => encodeA1(a1(events)) },
  { name: 'a2', type: 'a2', ...S_FIFTEEN, encode: (events) => encodeHexTags(a1(events), { format: 'a2' }) },
  { name: 'qutag', type: 'qutag', wiring: wide, wrap_ticks: Infinity, tick_ps: 1,
    encode: (events) => encodeQutag(ps(events)) },
  { name: 'csv', type: 'csv', wiring: wide, wrap_ticks: Infinity, tick_ps: 1,
    encode: (events) => encodeCsvTags(ps(events)) },
];

/** Of every fault some: lost and false pulses, glitches of the 1PPS, clicks in dead time, a strange input, disorder. */
const FAULTS = { missing: 0.5, false_hz: 1500, pps_glitch: { every: 3, by_s: 2e-4 }, pps_false: 4 };
const AGAIN_AFTER_PS = 20_000;

/** What the recorder of this wiring writes of a station's rows, with strange and late events among them. */
function eventsOf({ tags, beacon_channel }: StationInput, { wiring, tick_ps, wrap_ticks }: Recorder, seed: number): Event[] {
  const draw = seededDraw(seed);
  const events = [...tags.channel].flatMap((code, i): Event[] => {
    const tick = Math.round(tags.ticks[i]! / tick_ps);
    if (code === beacon_channel) return [{ tick, channel: wiring.beacon }];
    if (code === 5) return [{ tick, channel: wiring.pps }];
    const channel = wiring.detectors[code % wiring.detectors.length]!;
    const again = { tick: tick + Math.round(AGAIN_AFTER_PS / tick_ps), channel };
    const strange = { tick, channel: wiring.other };
    const kind = draw.uniform();
    return [{ tick, channel }, ...(kind < 0.05 ? [again] : []), ...(kind > 0.97 ? [strange] : [])];
  }).sort((p, q) => p.tick - q.tick);
  for (let i = 1; i < events.length; i += 1) {
    const [before, after] = [events[i - 1]!, events[i]!];
    const together = Math.floor(before.tick / wrap_ticks) === Math.floor(after.tick / wrap_ticks);
    if (draw.uniform() < 0.02 && together) [events[i - 1], events[i]] = [after, before];
  }
  // Later than any reordering reaches; a clock that goes round would take it for the next turn.
  if (wrap_ticks === Infinity) events.push({ tick: events[10]!.tick, channel: wiring.other });
  return events;
}

function recorded(input: StationInput, recorder: Recorder, events: readonly Event[]): StationInput {
  const reader = createTagReader(recorder.type);
  const pushed = reader.push(recorder.encode(events));
  const tags = pushed.ok ? reader.finish() : pushed;
  if (!tags.ok) throw new Error(JSON.stringify(tags.error));
  const { detectors, beacon, pps } = recorder.wiring;
  return { ...input, tags: tags.value, detector_channels: detectors, beacon_channel: beacon, pps_channel: pps };
}

const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((total, n) => total + n, 0);

describe.each(RECORDERS)('$name', (recorder) => {
  test('property: events of the file = used + dropped, at both stations', () => {
    const seen = new Set<string>();
    fc.assert(fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
      const made = makePass({ seed, seconds: 4, pairs_hz: 300, a: FAULTS, b: FAULTS });
      const events = [eventsOf(made.a, recorder, seed), eventsOf(made.b, recorder, seed + 1)] as const;
      const outcome = processPair(recorded(made.a, recorder, events[0]), recorded(made.b, recorder, events[1]));
      if (!outcome.ok) throw new Error(describeDetectionError(outcome.error));
      for (const [s, station] of outcome.value.stations.entries()) {
        expect(station.events).toBe(events[s as 0 | 1].length);
        expect(station.used + sum(station.dropped)).toBe(station.events);
        expect(sum(station.used_by)).toBe(station.used);
        expect(Object.values(station.dropped).every((n) => Number.isInteger(n) && n > 0)).toBe(true);
        for (const reason of Object.keys(station.dropped)) seen.add(reason);
      }
    }), { numRuns: 3 });
    const late = recorder.wrap_ticks === Infinity ? ['out_of_order'] : [];
    for (const reason of ['dead_time', 'beacon_outlier', 'pps_outlier', 'unassigned_channel', ...late]) {
      expect(seen).toContain(reason);
    }
  }, 120_000);
});
