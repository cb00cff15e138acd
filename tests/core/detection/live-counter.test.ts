// Goal: what is counted while a pass runs equals, at its end, what the finished recordings give, however batches came.
import { describe, expect, test } from 'vitest';
import { createLiveCounter, type LiveCount, type LiveCounter } from '../../../src-core/detection/live-counter.ts';
import type { LiveBatch } from '../../../src-core/detection/live-batches.ts';
import type { PairOutcome } from '../../../src-core/detection/pair-outcome.ts';
import { processPair } from '../../../src-core/detection/process-pair.ts';
import { describeDetectionError, type StationInput } from '../../../src-core/detection/station-input.ts';
import { batchesOf } from '../../support/live-batches.ts';
import { makePass, seededDraw, type MadePass, type SyntheticPass } from '../../support/synthetic-pass.ts';

const quiet = { seconds: 40, pairs_hz: 150 } satisfies SyntheticPass;
const GATE_NS = 2.5;

const setupOf = ({ tags, ...setup }: StationInput) => ({ ...setup, tick_ps: tags.tick_ps });

function counterOf(pass: MadePass, keep_bytes?: number): LiveCounter {
  return createLiveCounter({
    stations: [setupOf(pass.a), setupOf(pass.b)], gate_ns: GATE_NS, ...(keep_bytes === undefined ? {} : { keep_bytes }),
  });
}

interface Step { readonly station: 0 | 1; readonly batch: LiveBatch }

/** Batches of both stations in the order in which they were recorded. */
function steps({ a, b }: MadePass): Step[] {
  const all = ([a, b] as const).flatMap((input, s) => batchesOf(input).map((batch) => ({ station: s as 0 | 1, batch })));
  return all.sort((x, y) => x.batch.to_tick - y.batch.to_tick || x.station - y.station);
}

/** Feeds the steps, counts after each second of them, and once more at the end. */
function fly(counter: LiveCounter, order: readonly Step[], each?: (count: LiveCount) => void): LiveCount {
  order.forEach(({ station, batch }, i) => {
    counter.add(station, batch);
    if (i % 4 === 3) {
      const count = counter.advance();
      each?.(count);
    }
  });
  return counter.advance(true);
}

function offline(pass: MadePass): PairOutcome {
  const result = processPair(pass.a, pass.b, { gate_ns: GATE_NS });
  if (!result.ok) throw new Error(describeDetectionError(result.error));
  return result.value;
}

function expectEqual(live: LiveCount, made: PairOutcome): void {
  expect(live.state).toBe('locked');
  // Pairs whose distance is within picoseconds of half a gate may fall to either side.
  expect(Math.abs(live.coincidences.time_s.length - made.coincidences.time_s.length)).toBeLessThanOrEqual(2);
  expect(Math.abs(live.shape!.centre_ns - made.lock.offset_ns)).toBeLessThan(0.01);
  expect(Math.abs(live.shape!.sigma_ns - made.lock.sigma_ns)).toBeLessThan(0.01);
  expect(Math.abs(live.accidentals - made.accidentals)).toBeLessThan(0.1 * made.accidentals_sigma + 0.01);
  expect(Math.abs(live.seconds - made.seconds)).toBeLessThan(0.11);
  expect(Math.abs(live.start_utc_ms! - made.start_utc_ms)).toBeLessThan(0.2);
  for (const s of [0, 1] as const) expect([...live.singles[s]]).toEqual(made.stations[s].singles);
}

describe('a finished pass has the figures of its recordings', () => {
  const cases: readonly (readonly [string, SyntheticPass])[] = [
    ['quiet', quiet],
    ['2,000 false pulses a second', { ...quiet, a: { false_hz: 2000 }, b: { false_hz: 2000 } }],
    ['rates off by 1e-6 with a step of 1e-8, satellite 1e-8', { ...quiet, satellite_rate: 1e-8,
      a: { rate: 1e-6, rate_step: { at_s: 20, by: 1e-8 } }, b: { rate: -1e-6 } }],
    ['PPS glitches, false edges, and PPS off by 200 ns', { ...quiet,
      a: { pps_glitch: { every: 5, by_s: 3e-4 }, pps_false: 10 }, b: { pps_offset_s: 200e-9 } }],
    ['a cable of 37.3 ns', { ...quiet, b: { delay_ns: 37.3 } }],
    ['an error of one pulse', { ...quiet, b: { pps_offset_s: 100e-6 } }],
    ['a 20 s beacon gap', { ...quiet, a: { gap_s: [10, 30] } }],
    ['a station that starts 20 s late', { ...quiet, b: { starts_s: 20 } }],
    ['a Micius night', { seed: 6, seconds: 40, pairs_hz: 2.2, a: { background_cps: 8000 },
      b: { background_cps: 8000, delay_ns: 12 } }],
  ];
  test.each(cases)('%s', (_, pass) => {
    const made = makePass(pass);
    expectEqual(fly(counterOf(made), steps(made)), offline(made));
  });
});

describe('batches come as they like', () => {
  const made = makePass({ ...quiet, seconds: 30 });
  const truth = offline(made);
  const order = steps(made);
  const moved = (from: number, to: number) => {
    const changed = [...order];
    changed.splice(to, 0, ...changed.splice(from, 1));
    return changed;
  };

  test('twice: the second is left out', () => {
    const live = fly(counterOf(made), order.flatMap((step, i) => (i % 7 === 0 ? [step, step] : [step])));
    expectEqual(live, truth);
    expect(live.batches[0].duplicates + live.batches[1].duplicates).toBe(Math.ceil(order.length / 7));
  });

  test('shuffled within a second and a half', () => {
    const draw = seededDraw(3);
    const shuffled = order.map((step, i) => ({ step, at: i + 5 * draw.uniform() })).sort((x, y) => x.at - y.at);
    expectEqual(fly(counterOf(made), shuffled.map(({ step }) => step)), truth);
  });

  test('ten seconds late: put in its place, and all counted again', () => {
    const live = fly(counterOf(made), moved(60, 100));
    expectEqual(live, truth);
    expect(live.batches[0].late + live.batches[1].late).toBe(1);
  });

  test('one station cut for 12 s, its batches after the end of the others', () => {
    const cut = (step: Step) => step.station === 1 && step.batch.seq > 20 && step.batch.seq <= 44;
    expectEqual(fly(counterOf(made), [...order.filter((step) => !cut(step)), ...order.filter(cut)]), truth);
  });

  test('late where nothing is kept any more: counted without it, and said', () => {
    const live = fly(counterOf(made, 1000), moved(60, 100));
    expect(live.state).toBe('locked');
    expect(live.batches[0].late + live.batches[1].late).toBe(1);
    expect(truth.coincidences.time_s.length - live.coincidences.time_s.length).toBeGreaterThan(30);
  });

  test('never: the pass without it', () => {
    const live = fly(counterOf(made), order.filter((_, i) => i !== 60));
    const { station, batch } = order[60]!;
    const side = station === 0 ? 'a' : 'b';
    const { ticks, channel } = made[side].tags;
    const keep = [...ticks.keys()].filter((i) => ticks[i]! < batch.from_tick || ticks[i]! >= batch.to_tick);
    const tags = {
      ...made[side].tags, ticks: Float64Array.from(keep, (i) => ticks[i]!), channel: Uint8Array.from(keep, (i) => channel[i]!),
    };
    expectEqual(live, offline({ ...made, [side]: { ...made[side], tags } }));
  });

  test('damaged: of detectors nobody has, or out of order', () => {
    const counter = counterOf(made);
    const { batch } = order.find(({ station, batch: { seq } }) => station === 0 && seq === 20)!;
    const clicks = { ticks: batch.clicks.ticks, detector: batch.clicks.detector.map(() => 7) };
    expect(counter.add(0, { ...batch, clicks })).toBe('damaged');
    expect(counter.add(0, { ...batch, beacon: batch.beacon.slice().reverse() })).toBe('damaged');
    expect(counter.add(0, batch)).toBe('waiting');
  });
});

describe('while the pass runs', () => {
  test('counted to within 2 s of the newest batch, the offset refining, rows adding up to the totals', () => {
    const made = makePass({ ...quiet, b: { delay_ns: 12 } });
    const sigmas: number[] = [];
    let lag_s_max = 0;
    const live = fly(counterOf(made), steps(made), (count) => {
      if (count.shape !== null) sigmas.push(count.shape.centre_sigma_ns);
      const newest_utc_ms = made.a.first_pps_utc_ms! + 1000 * (count.batches[0].taken * 0.5 - 0.75);
      if (count.counted_through_utc_ms !== null) lag_s_max = Math.max(lag_s_max, (newest_utc_ms - count.counted_through_utc_ms) / 1000);
    });
    expect(lag_s_max).toBeLessThan(2);
    expect(sigmas.length).toBeGreaterThan(35);
    expect(sigmas.at(-1)).toBeLessThan(sigmas[0]! / 3);
    const { rows, singles, accidentals, seconds } = live;
    expect(rows.displaced.reduce((sum, n) => sum + n, 0) / 800).toBeCloseTo(accidentals, 6);
    for (const s of [0, 1] as const) {
      const sums = [0, 1, 2, 3].map((d) => rows.singles.reduce((sum, row) => sum + row[s][d]!, 0));
      expect(sums).toEqual([...singles[s]]);
    }
    expect(Math.abs(rows.utc_s.length - seconds)).toBeLessThan(2);
    // Dead time by its definition: single clicks of 4,100 a second, 50 ns each.
    const dead_s = rows.dead_s.reduce((sum, [first]) => sum + first, 0);
    expect(dead_s / seconds / (4150 * 50e-9)).toBeCloseTo(1, 1);
  });

  test('clicks of two different nights are searched and never locked', () => {
    const mixed = { ...makePass({ ...quiet, seconds: 20 }), b: makePass({ ...quiet, seconds: 20, seed: 99 }).b };
    const states = new Set<string>();
    const live = fly(counterOf(mixed), steps(mixed), (count) => states.add(count.state));
    expect(live.state).toBe('searching');
    expect([...states]).toEqual(['searching']);
    expect(live.coincidences.time_s).toHaveLength(0);
  });

  test('a beacon that goes away is a lock that is lost, and found again', () => {
    const made = makePass({ ...quiet, a: { gap_s: [12, 26] } });
    const states: string[] = [];
    fly(counterOf(made), steps(made), ({ state }) => {
      if (states.at(-1) !== state) states.push(state);
    });
    expect(states.slice(-3)).toEqual(['locked', 'lost', 'locked']);
  });
});
