// Goal: the offset is found where it is, its false-alarm probability is never too small, and the centre is exact.
import { describe, expect, test } from 'vitest';
import { findPeak, fitPeak } from '../../../src-core/detection/peak.ts';
import { poissonTimes, seededDraw } from '../../support/synthetic-pass.ts';

const search = { around_ns: [0, -100_000, 100_000], half_range_ns: 1000, gate_ns: 2.5 };
const nanoseconds = (times_s: readonly number[]) => Float64Array.from(times_s, (t) => t * 1e9).sort();

interface Made {
  readonly seed: number;
  readonly offset_ns: number;
  readonly pairs_hz: number;
  readonly background_hz: number;
  readonly seconds: number;
}

function made({ seed, offset_ns, pairs_hz, background_hz, seconds }: Made) {
  const draw = seededDraw(seed);
  const pairs = poissonTimes(draw, pairs_hz, [0, seconds]);
  const side = (shift_ns: number) => nanoseconds([
    ...pairs.map((t) => t + (shift_ns + 0.5 * draw.normal()) * 1e-9),
    ...poissonTimes(draw, background_hz, [0, seconds]),
  ]);
  return { a: side(0), b: side(offset_ns) };
}

describe('findPeak', () => {
  test.each([0, 37.2, -812.4, 100_250, -99_990])('an offset of %d ns is found within the gate', (offset_ns) => {
    const found = findPeak(made({ seed: 4, offset_ns, pairs_hz: 3, background_hz: 8000, seconds: 60 }), search);
    expect(Math.abs(found.offset_ns - offset_ns)).toBeLessThan(0.7);
    expect(found.false_alarm_probability).toBeLessThan(1e-9);
    expect(search.around_ns[found.candidate]).toBe(Math.round(offset_ns / 100_000) * 100_000 + 0);
  });

  test('uncorrelated clicks: no more false alarms than stated', () => {
    const trials = 300;
    const stated = Array.from({ length: trials }, (_, seed) =>
      findPeak(made({ seed: 1000 + seed, offset_ns: 0, pairs_hz: 1e-9, background_hz: 3000, seconds: 4 }), search)
        .false_alarm_probability);
    for (const level of [0.01, 0.05, 0.2]) {
      const alarms = stated.filter((p) => p <= level).length;
      expect(alarms).toBeLessThanOrEqual(level * trials + 3 * Math.sqrt(level * trials));
    }
  });

  test('no clicks at all is no peak', () => {
    const none = { a: new Float64Array(0), b: new Float64Array(0) };
    expect(findPeak(none, search).false_alarm_probability).toBe(1);
  });
});

describe('fitPeak', () => {
  test('centre and width come back within their standard errors, background or not', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const draw = seededDraw(seed);
      const peak = Array.from({ length: 1500 }, () => 0.31 + 0.77 * draw.normal());
      const even = Array.from({ length: 600 }, () => 12.5 * (draw.uniform() - 0.5));
      const shape = fitPeak(Float64Array.from([...peak, ...even]), 600 / 12.5, { centre_ns: 0, sigma_ns: 0.6 })!;
      expect(Math.abs(shape.centre_ns - 0.31)).toBeLessThan(4 * shape.centre_sigma_ns);
      expect(shape.centre_sigma_ns).toBeLessThan(0.03);
      expect(Math.abs(shape.sigma_ns / 0.77 - 1)).toBeLessThan(0.1);
      expect(Math.abs(shape.pairs - 1500)).toBeLessThan(150);
    }
  });

  test('nothing to fit is null', () => {
    expect(fitPeak(new Float64Array(0), 1, { centre_ns: 0, sigma_ns: 1 })).toBeNull();
  });
});
