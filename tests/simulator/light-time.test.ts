// Goal: the time of flight between samples is that of the orbit, far below a picosecond.
import { describe, expect, test } from 'vitest';
import { SPEED_OF_LIGHT_M_S } from '../../src-core/constants.ts';
import { sampleLook } from '../../src-core/orbit/look.ts';
import { createLightTime, interpolateLinear, largestBetween } from '../../src-main/simulator/light-time.ts';
import { DELINGHA, goldenPropagator } from '../support/golden-orbit.ts';
import { CLOSEST_UTC_MS } from './simulated.ts';

function ranges(step_s: number, count: number): Float64Array {
  const times = { start_utc_ms: CLOSEST_UTC_MS - 1000, step_ms: step_s * 1000, count };
  const look = sampleLook(goldenPropagator(), DELINGHA, times);
  if (!look.ok) throw new Error(look.error.type);
  return look.value.range_m;
}

describe('light time', () => {
  test('agrees with SGP4 between the samples to 0.01 ps', () => {
    const lightTime = createLightTime({ first_s: -1, step_s: 0.25, values: ranges(0.25, 60) });
    const fine = ranges(0.03125, 440);
    const femtosecond = 1e-15;
    for (let i = 16; i < fine.length; i += 1) {
      const expected = fine[i]! / SPEED_OF_LIGHT_M_S;
      expect(Math.abs(lightTime(-1 + i * 0.03125) - expected)).toBeLessThan(10 * femtosecond);
    }
  });

  test('of a straight line is that line', () => {
    const values = Float64Array.from({ length: 8 }, (_, i) => 600_000 - 1500 * i);
    const lightTime = createLightTime({ first_s: 0, step_s: 0.25, values });
    expect(lightTime(0.6)).toBeCloseTo((600_000 - 1500 * 2.4) / SPEED_OF_LIGHT_M_S, 15);
  });

  test('outside the flight is a programmer error, not a guess', () => {
    const lightTime = createLightTime({ first_s: 0, step_s: 0.25, values: new Float64Array(8).fill(1e6) });
    expect(() => lightTime(0.1)).toThrow('during the flight');
    expect(() => lightTime(1.8)).toThrow('during the flight');
  });
});

test('a line between samples never exceeds the largest value that thinning was told', () => {
  const series = { first_s: -0.5, step_s: 0.25, values: Float64Array.from([1, 4, 2, 8, 5, 7]) };
  for (let from = -0.5; from < 0.7; from += 0.07) {
    const largest = largestBetween(series, from, from + 0.05);
    for (const part of [0, 0.02, 0.05]) expect(interpolateLinear(series, from + part)).toBeLessThanOrEqual(largest);
  }
  expect(interpolateLinear(series, -0.125)).toBeCloseTo(3, 12);
});
