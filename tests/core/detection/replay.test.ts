// Goal: clicks that come in pieces of any size lead to the very outcome of the columns at once, bit for bit.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findPeak } from '../../../src-core/detection/peak.ts';
import { pairsAround } from '../../../src-core/detection/gate-pairs.ts';
import { createPairTally, pairsToHold, pairsWithin } from '../../../src-core/detection/pair-tally.ts';
import {
  pairSteps, processPair, type PairOptions, type SurveyedPair,
} from '../../../src-core/detection/process-pair.ts';
import { createFronts } from '../../../src-core/detection/side-by-side.ts';
import { splitChannels } from '../../../src-core/detection/split-channels.ts';
import { createClickStream, type ClickPiece } from '../../../src-core/detection/station-clicks.ts';
import { surveyOf } from '../../../src-core/detection/station-survey.ts';
import { makePass, poissonTimes, seededDraw, type MadePass } from '../../support/synthetic-pass.ts';

/** The pair processed by a driver that cuts each station's clicks into pieces of these sizes, in turn. */
function inPieces({ a, b }: MadePass, sizes: readonly [readonly number[], readonly number[]], options: PairOptions = {}) {
  const events = [splitChannels(a), splitChannels(b)] as const;
  const surveyed = [
    { setup: a, survey: surveyOf(events[0], a.tags.dropped) }, { setup: b, survey: surveyOf(events[1], b.tags.dropped) },
  ] satisfies SurveyedPair;
  const steps = pairSteps(surveyed, options);
  let replays = 0;
  for (let step = steps.next(); ; replays += 1) {
    if (step.done === true) return { result: step.value, replays };
    const { clocks, rules, consume } = step.value;
    const streams = [createClickStream(clocks[0], rules[0]), createClickStream(clocks[1], rules[1])] as const;
    const fronts = createFronts(consume);
    const at = [0, 0];
    const turns = [0, 0];
    for (let which = fronts.next(); which !== null; which = fronts.next()) {
      const side = which === 'a' ? 0 : 1;
      const from = at[side]!;
      const { clicks_s, detector } = events[side];
      at[side] = from + 1 + sizes[side][turns[side]! % sizes[side].length]!;
      turns[side]! += 1;
      fronts.give(which, from >= clicks_s.length ? null : streams[side].take({
        clicks_s: clicks_s.subarray(from, at[side]), detector: detector.subarray(from, at[side]),
      }));
    }
    step = steps.next([streams[0].account(), streams[1].account()]);
  }
}

const cuts = fc.array(fc.oneof(fc.nat(40), fc.nat(6000)), { minLength: 1, maxLength: 8 });

describe('any pieces against the whole', () => {
  const noisy = makePass({ seed: 41, seconds: 8, pairs_hz: 40, a: { gap_s: [3, 4], background_cps: 3000 },
    b: { delay_ns: 14.2, background_cps: 2000, starts_s: 1 } });
  const whole = processPair(noisy.a, noisy.b);

  test('the pass used here locks, and has every kind of row', () => {
    if (!whole.ok) throw new Error(whole.error.type);
    expect(whole.value.coincidences.time_s.length).toBeGreaterThan(150);
    expect(Object.keys(whole.value.stations[0].dropped)).toEqual(
      expect.arrayContaining(['beacon_gap', 'beacon_outlier', 'no_common_time']));
    expect(whole.value.stations[0].clicks_by_second.length).toBeGreaterThan(4);
  });

  test('outcome, histograms, counts by the second and every reason are the same', () => {
    fc.assert(fc.property(cuts, cuts, (a, b) => {
      const { result, replays } = inPieces(noisy, [a, b]);
      expect(replays).toBe(2);
      expect(result).toEqual(whole);
    }), { numRuns: 25 });
  });

  test('a PPS off by a pulse asks for one way more, and comes out the same', () => {
    const off = makePass({ seed: 42, seconds: 6, pairs_hz: 60, b: { pps_offset_s: 100e-6 } });
    const { result, replays } = inPieces(off, [[777], [1000, 5]]);
    expect(replays).toBe(3);
    expect(result).toEqual(processPair(off.a, off.b));
    expect(result.ok && Math.abs(result.value.lock.pulse_shift)).toBe(1);
  });

  test('no lock is the same no lock', () => {
    const none = makePass({ seed: 43, seconds: 5, pairs_hz: 1e-9 });
    const { result } = inPieces(none, [[500], [900]]);
    expect(result).toMatchObject({ ok: false, error: { type: 'NoLock' } });
    expect(result).toEqual(processPair(none.a, none.b));
  });
});

describe('a tally', () => {
  const draw = seededDraw(44);
  const column = (times_s: readonly number[]): ClickPiece => {
    const time_ns = Float64Array.from(times_s, (t) => t * 1e9).sort();
    return { time_ns, detector: Uint8Array.from(time_ns, (_, i) => i % 4), event: Int32Array.from(time_ns, (_, i) => i) };
  };
  const sent = poissonTimes(draw, 800, [0, 3]);
  const a = column([...sent, ...poissonTimes(draw, 9000, [0, 3])]);
  const b = column([...sent.map((t) => t + (31 + 0.5 * draw.normal()) * 1e-9), ...poissonTimes(draw, 9000, [0, 3])]);
  const times = { a: a.time_ns, b: b.time_ns };
  const found = findPeak(times, { around_ns: [0], half_range_ns: 1000, gate_ns: 2.5 });

  test('its pairs around a centre are those of the kernel', () => {
    const builder = createPairTally({ found, gate_ns: 2.5, detectors: [4, 4] });
    builder.take(a, b);
    const { near, singles } = builder.finish();
    expect([...singles[0]].reduce((sum, n) => sum + n, 0)).toBe(a.time_ns.length);
    for (const [shift_ns, half_width] of [[0, 1.25], [0.4, 2.5], [-0.7, 5]] as const) {
      const ours = pairsWithin(near, shift_ns, half_width);
      const theirs = pairsAround(times.a, times.b, { centre: found.offset_ns + shift_ns, half_width });
      expect(Array.from(ours.a, (row) => near.a.time_ns[row])).toEqual(Array.from(theirs.a, (row) => times.a[row]));
      expect(Array.from(ours.b, (row) => near.b.time_ns[row])).toEqual(Array.from(theirs.b, (row) => times.b[row]));
      ours.delta_ns.forEach((delta, i) => { expect(delta).toBeCloseTo(theirs.delta_ns[i]!, 6); });
    }
  });

  test('says beforehand how many pairs it will hold', () => {
    const builder = createPairTally({ found, gate_ns: 2.5, detectors: [4, 4] });
    builder.take(a, b);
    const held = builder.finish().near.pairs.delta_ns.length;
    expect(Math.abs(pairsToHold(found, 2.5) - held)).toBeLessThan(5 * Math.sqrt(held) + 0.1 * held);
  });
});

