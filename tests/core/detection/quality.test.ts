// Goal: the operator's figures: background equals what the rates predict, histograms hold every pair, drift is seen.
import { describe, expect, test } from 'vitest';
import { pairsAround } from '../../../src-core/detection/gate-pairs.ts';
import { createPairTally } from '../../../src-core/detection/pair-tally.ts';
import { arrivalHistograms, centreDrift, coincidenceHistogram } from '../../../src-core/detection/quality.ts';
import { poissonTimes, seededDraw } from '../../support/synthetic-pass.ts';

const GATE_NS = 2.5;
const nanoseconds = (times_s: readonly number[]) => Float64Array.from(times_s, (t) => t * 1e9).sort();

function clicks(time_ns: Float64Array, detector: (i: number) => number) {
  return {
    time_ns, detector: Uint8Array.from(time_ns, (_, i) => detector(i)), event: Int32Array.from(time_ns, (_, i) => i),
    dead_s: 0, dropped: { dead_time: 0, beacon_gap: 0, no_common_time: 0 },
  };
}

function accidentalsAbout(offset_ns: number, { a, b }: { a: Float64Array; b: Float64Array }) {
  const found = { offset_ns, count: 0, expected: 0 };
  const tally = createPairTally({ found, gate_ns: GATE_NS, detectors: [1, 1] });
  tally.take(clicks(a, () => 0), clicks(b, () => 0));
  return tally.finish().accidentals;
}

test('accidentals of independent clicks are S_A S_B gate T', () => {
  const draw = seededDraw(8);
  const [rate_a, rate_b, seconds] = [30_000, 20_000, 20];
  const side = (rate_hz: number) => nanoseconds(poissonTimes(draw, rate_hz, [0, seconds]));
  const times = { a: side(rate_a), b: side(rate_b) };
  const { count, sigma } = accidentalsAbout(12.3, times);
  expect(Math.abs(count - rate_a * rate_b * GATE_NS * 1e-9 * seconds)).toBeLessThan(4 * sigma);
  expect(sigma / count).toBeLessThan(0.01);
});

test('true pairs do not enter the accidentals, and fill the histogram', () => {
  const draw = seededDraw(9);
  const a = nanoseconds(poissonTimes(draw, 100, [0, 50]));
  const b = a.map((t) => t + 40 + 0.5 * draw.normal()).sort();
  expect(accidentalsAbout(40, { a, b }).count).toBeLessThan(0.1);
  const { counts, start_ns, bin_ns } = coincidenceHistogram(pairsAround(a, b, { centre: 40, half_width: 10 }).delta_ns, GATE_NS);
  expect(counts.reduce((sum, n) => sum + n, 0)).toBe(a.length);
  expect(start_ns + bin_ns * counts.length).toBeCloseTo(-start_ns, 9);
});

describe('detectors', () => {
  test('a late detector shows in its own histogram, at its own station only', () => {
    const draw = seededDraw(10);
    const a = clicks(nanoseconds(poissonTimes(draw, 200, [0, 20])), (i) => i % 2);
    const b = clicks(a.time_ns.map((t, i) => t + (i % 2 === 1 ? 0.9 : 0) + 0.2 * draw.normal()), (i) => i % 2);
    const pairs = pairsAround(a.time_ns, b.time_ns, { centre: 0, half_width: GATE_NS });
    const mean = (side: 1 | -1, detector: number) => {
      const view = { side, gate_ns: GATE_NS, detectors: 2 };
      const { counts, start_ns, bin_ns } = arrivalHistograms(pairs, side === 1 ? b : a, view)[detector]!;
      const total = counts.reduce((sum, n) => sum + n, 0);
      return counts.reduce((sum, n, i) => sum + n * (start_ns + (i + 0.5) * bin_ns), 0) / total;
    };
    expect(mean(1, 1) - mean(1, 0)).toBeCloseTo(0.9, 1);
    expect(mean(-1, 1) - mean(-1, 0)).toBeCloseTo(-0.9, 1);
  });
});

test('a centre that wanders by 1 ns over the pass is seen to wander', () => {
  const draw = seededDraw(12);
  const a = clicks(nanoseconds(poissonTimes(draw, 10, [0, 200])), () => 0);
  const b = a.time_ns.map((t) => t + t / 200e9 - 0.5 + 0.3 * draw.normal());
  const pairs = pairsAround(a.time_ns, b.slice().sort(), { centre: 0, half_width: GATE_NS });
  const drift = centreDrift({ pairs, a, peak_sigma_ns: 0.5, density_per_ns: 0.1 });
  expect(drift.centre_ns.length).toBeGreaterThan(20);
  for (let i = 0; i < drift.time_s.length; i += 1) {
    expect(Math.abs(drift.centre_ns[i]! - (drift.time_s[i]! / 200 - 0.5))).toBeLessThan(4.5 * drift.sigma_ns[i]!);
  }
});
