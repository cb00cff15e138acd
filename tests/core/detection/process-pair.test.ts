// Goal: every clock the mission meets is locked to a tenth of a nanosecond, and what cannot be locked is an error.
import { describe, expect, test } from 'vitest';
import type { PairOutcome } from '../../../src-core/detection/pair-outcome.ts';
import { processPair } from '../../../src-core/detection/process-pair.ts';
import { describeDetectionError, type StationInput } from '../../../src-core/detection/station-input.ts';
import { makePass, type MadePass, type SyntheticPass } from '../../support/synthetic-pass.ts';

/** Jitter of a pair, 0.35 ns a side; in a gate of 2.5 ns it leaves erf(1.25 / (0.495 sqrt 2)) of the pairs. */
const SIGMA_NS = 0.35 * Math.SQRT2;
const GATE_SHARE = 0.9885;

const quiet = { seconds: 40, pairs_hz: 150 } satisfies SyntheticPass;

function locked(pass: MadePass): PairOutcome {
  const result = processPair(pass.a, pass.b);
  if (!result.ok) throw new Error(describeDetectionError(result.error));
  return result.value;
}

const events = ({ tags }: StationInput) => tags.ticks.length;

describe('clocks that are locked', () => {
  const cases: readonly (readonly [string, SyntheticPass, number])[] = [
    ['38 % missing pulses', quiet, 0],
    ['2,000 false pulses a second', { ...quiet, a: { false_hz: 2000 }, b: { false_hz: 2000 } }, 0],
    ['rates off by 1e-6 with a step of 1e-8, satellite 1e-8', { ...quiet, satellite_rate: 1e-8,
      a: { rate: 1e-6, rate_step: { at_s: 20, by: 1e-8 } }, b: { rate: -1e-6 } }, 0],
    ['PPS glitches, false edges, and PPS off by 200 ns', { ...quiet,
      a: { pps_glitch: { every: 5, by_s: 3e-4 }, pps_false: 10 }, b: { pps_offset_s: 200e-9 } }, 0],
    ['a cable of 37.3 ns', { ...quiet, b: { delay_ns: 37.3 } }, 37.3],
  ];
  test.each(cases)('%s', (_, pass, offset_ns) => {
    const made = makePass(pass);
    const { lock, coincidences, accidentals, stations, centre_drift } = locked(made);
    expect(Math.abs(lock.offset_ns - offset_ns)).toBeLessThan(0.1);
    expect(Math.abs(lock.sigma_ns / SIGMA_NS - 1)).toBeLessThan(0.05);
    expect(lock.false_alarm_probability).toBeLessThan(1e-9);
    expect(lock.pulse_shift).toBe(0);
    const expected = made.pairs * GATE_SHARE;
    const found = coincidences.time_s.length - accidentals;
    expect(Math.abs(found - expected)).toBeLessThan(4 * Math.sqrt(made.pairs * 0.03));
    centre_drift.centre_ns.forEach((centre, i) => {
      expect(Math.abs(centre)).toBeLessThan(0.3 + 3 * centre_drift.sigma_ns[i]!);
    });
    for (const [i, station] of stations.entries()) {
      const dropped = Object.values(station.dropped).reduce((sum, n) => sum + n, 0);
      expect(station.events).toBe(events(i === 0 ? made.a : made.b));
      expect(station.used + dropped).toBe(station.events);
    }
  });

  test('a 20 s beacon gap costs the pairs inside it and nothing else', () => {
    const made = makePass({ ...quiet, a: { gap_s: [10, 30] } });
    const { lock, coincidences, seconds, stations } = locked(made);
    expect(Math.abs(lock.offset_ns)).toBeLessThan(0.1);
    expect(seconds).toBeCloseTo(20.2, 0);
    expect([...coincidences.time_s].filter((t) => t > 10.2 && t < 29.8)).toEqual([]);
    const expected = 150 * seconds * GATE_SHARE;
    expect(Math.abs(coincidences.time_s.length - expected)).toBeLessThan(4 * Math.sqrt(expected));
    expect(stations[0].dropped['beacon_gap']).toBeGreaterThan(0);
    expect(stations[1].dropped['no_common_time']).toBeGreaterThan(0);
  });

  test('a station that starts 20 s late shares the rest', () => {
    const { lock, seconds } = locked(makePass({ ...quiet, b: { starts_s: 20 } }));
    expect(Math.abs(lock.offset_ns)).toBeLessThan(0.1);
    expect(seconds).toBeCloseTo(20, 0);
  });

  test('an error of one pulse (100 us) is found and put right', () => {
    const plain = locked(makePass(quiet));
    const { lock, coincidences } = locked(makePass({ ...quiet, b: { pps_offset_s: 100e-6 } }));
    expect(Math.abs(lock.pulse_shift)).toBe(1);
    expect(Math.abs(lock.offset_ns)).toBeLessThan(0.1);
    expect(Math.abs(coincidences.time_s.length - plain.coincidences.time_s.length)).toBeLessThan(20);
  });

  test('a Micius night: two pairs a second among 2 x 8,000 clicks', () => {
    const { lock, accidentals, accidentals_modelled, accidentals_sigma } = locked(makePass({
      seed: 6, seconds: 40, pairs_hz: 2.2, a: { background_cps: 8000 }, b: { background_cps: 8000, delay_ns: 12 } }));
    expect(Math.abs(lock.offset_ns - 12)).toBeLessThan(4 * lock.offset_sigma_ns);
    expect(lock.false_alarm_probability).toBeLessThan(1e-9);
    expect(Math.abs(accidentals - accidentals_modelled)).toBeLessThan(4 * accidentals_sigma);
  });

  test('centre and width of the peak do not depend on the gate asked for', () => {
    const made = makePass({ ...quiet, seconds: 20, b: { delay_ns: 7 } });
    for (const gate_ns of [0.5, 2.5, 10]) {
      const result = processPair(made.a, made.b, { gate_ns });
      const lock = result.ok ? result.value.lock : null;
      expect(Math.abs((lock?.offset_ns ?? 0) - 7)).toBeLessThan(0.1);
      expect(Math.abs((lock?.sigma_ns ?? 0) / SIGMA_NS - 1)).toBeLessThan(0.05);
    }
  });

  test('the same input gives the same answer', () => {
    const made = makePass({ ...quiet, seconds: 10 });
    expect(locked(made)).toEqual(locked(made));
  });
});

describe('what cannot be locked', () => {
  const made = makePass({ ...quiet, seconds: 10 });
  const fault = (a: StationInput, b: StationInput) => {
    const result = processPair(a, b);
    if (result.ok) throw new Error('this pair should not have locked');
    expect(describeDetectionError(result.error)).not.toMatch(/NaN|undefined|\[object/);
    return result.error;
  };
  const without = (input: StationInput, channel: number): StationInput => {
    const keep = [...input.tags.channel.keys()].filter((i) => input.tags.channel[i] !== channel);
    const { ticks, channel: channels } = input.tags;
    const rows = (i: number) => [ticks[i]!, channels[i]!] as const;
    return { ...input, tags: { ...input.tags,
      ticks: Float64Array.from(keep, (i) => rows(i)[0]), channel: Uint8Array.from(keep, (i) => rows(i)[1]),
    } };
  };

  test('clicks of two different nights are no lock, with its probability', () => {
    const other = makePass({ ...quiet, seed: 99, seconds: 10 });
    const error = fault(made.a, other.b);
    expect(error.type === 'NoLock' && error.false_alarm_probability > 1e-6).toBe(true);
  });

  test('no beacon, named or recorded', () => {
    expect(fault({ ...made.a, beacon_channel: null }, made.b)).toEqual({ type: 'NoBeacon', station: 'a' });
    expect(fault(made.a, without(made.b, 64))).toEqual({ type: 'NoBeacon', station: 'b' });
  });

  test('no PPS, named or recorded', () => {
    expect(fault({ ...made.a, pps_channel: null }, made.b)).toMatchObject({ type: 'NoPps', station: 'a' });
    expect(fault(made.a, without(made.b, 5))).toMatchObject({ type: 'NoPps', station: 'b', edges: 0 });
  });

  test('no clicks', () => {
    const deaf = [0, 1, 2, 3].reduce(without, made.b);
    expect(fault(made.a, deaf)).toEqual({ type: 'NoClicks', station: 'b' });
  });

  test('a beacon of another rate, or of none', () => {
    expect(fault(made.a, { ...made.b, beacon_rate_hz: 9000 })).toMatchObject({ type: 'BeaconRatesDiffer' });
    const wrong = { beacon_rate_hz: 9876.5 };
    const error = fault({ ...made.a, ...wrong }, { ...made.b, ...wrong });
    expect(error).toMatchObject({ type: 'TooFewPulses', station: 'a' });
  });

  test('recordings of different minutes, and a prediction of another time', () => {
    const hour = 3_600_000;
    const later = { ...made.b, first_pps_utc_ms: made.b.first_pps_utc_ms! + hour,
      range_m: { ...made.b.range_m, start_utc_ms: made.b.range_m.start_utc_ms + hour } };
    expect(fault(made.a, later)).toEqual({ type: 'NoOverlap', common_s: 0 });
    expect(fault(made.a, { ...made.b, range_m: later.range_m })).toEqual({ type: 'NoPrediction', station: 'b' });
  });

  test('tags that span days', () => {
    const ticks = made.a.tags.ticks.slice();
    ticks[ticks.length - 1] = 9e15;
    const channel = made.a.tags.channel.slice();
    channel[channel.length - 1] = 64;
    expect(fault({ ...made.a, tags: { ...made.a.tags, ticks, channel } }, made.b))
      .toMatchObject({ type: 'RecordingTooLong', station: 'a' });
  });
});
