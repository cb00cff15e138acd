// Goal: phases become one continuous clock, both stations count the same pulses, and only followed time is live.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BeaconPhase } from '../../../src-core/detection/beacon-phase.ts';
import { emissionClock, NODE_S } from '../../../src-core/detection/emission-time.ts';
import {
  commonSpans, liveSpans, nodePulse, numberAlike, satelliteClock, toSatelliteTime,
} from '../../../src-core/detection/satellite-clock.ts';

const RATE_HZ = 10_000;
const SECONDS = 10;
const flat = { start_utc_ms: -5000, step_ms: 250, values: new Float64Array(120).fill(0) };
const emission = emissionClock({
  clock: { zero_s: 0, second_s: 1, edges_used: 2, edges_rejected: 0, residual_ns_rms: 0 },
  first_edge_s: 0, range_m: flat,
}, 0, SECONDS);
const nodes = emission.intervals + 1;
const wrap = (phase: number) => phase - Math.round(phase);
const timeOf = (n: number) => emission.start_s + n * NODE_S;

/** A track with a given phase in pulses against time, wrapped as it is measured. */
function track(phase: (t: number) => number, followed: (t: number) => boolean = () => true): BeaconPhase {
  return {
    phase: Float64Array.from({ length: nodes }, (_, n) => (followed(timeOf(n)) ? wrap(phase(timeOf(n))) : Number.NaN)),
    rms_ns: new Float64Array(nodes), pulses: new Int32Array(nodes), valid: nodes,
  };
}
const clockOf = (phase: (t: number) => number, followed?: (t: number) => boolean) =>
  satelliteClock(track(phase, followed), emission, RATE_HZ);

describe('unwrapping', () => {
  test('a phase that drifts over several pulses stays continuous', () => {
    const drift = (t: number) => 0.4 + 0.9 * t;
    const clock = clockOf(drift);
    const whole = clock.phase[0]! - drift(timeOf(0));
    for (let n = 0; n < nodes; n += 1) expect(clock.phase[n]! - whole).toBeCloseTo(drift(timeOf(n)), 9);
  });

  test('the slope carries the count over a gap', () => {
    const drift = (t: number) => 0.1 + 0.3 * t;
    const clock = clockOf(drift, (t) => t < 3 || t > 6);
    expect(clock.phase[nodes - 1]! - clock.phase[0]!).toBeCloseTo(drift(timeOf(nodes - 1)) - drift(timeOf(0)), 9);
  });

  test('a short gap is bridged, a long one is not live', () => {
    const short = clockOf(() => 0.1, (t) => t < 3 || t > 3.35);
    expect(liveSpans(short).length).toBe(1);
    const long = liveSpans(clockOf(() => 0.1, (t) => t < 3 || t > 6));
    expect(long.length).toBe(2);
    expect((long[1]![0] - long[0]![1]) / RATE_HZ).toBeGreaterThan(2.7);
  });
});

describe('numbering', () => {
  test('whatever whole pulses the stations started from, a moment has one number', () => {
    const within = (half: number) => fc.double({ min: -half, max: half, noNaN: true });
    fc.assert(fc.property(within(0.5), within(0.2), (start, apart) => {
      const [a, b] = [clockOf((t) => start + 0.02 * t), clockOf((t) => start + apart + 0.02 * t)];
      const difference = numberAlike(a, b)!;
      expect(difference.mean).toBeCloseTo(-apart, 6);
      expect(difference.residual.every((off) => Math.abs(off) < 1e-9)).toBe(true);
      for (let n = 1; n < nodes - 1; n += 1) expect(nodePulse(b, n) - nodePulse(a, n)).toBeCloseTo(-apart, 6);
    }), { numRuns: 100 });
  });

  test('a miscount of A over its own gap does not reach B: both sides count alike', () => {
    const phase = (t: number) => (t < 5 ? 0.1 : 0.75);
    const a = clockOf(phase, (t) => t < 3 || t > 6);
    const b = clockOf(phase);
    numberAlike(a, b);
    for (const n of [5, 20, 75, 95]) expect(nodePulse(b, n)).toBeCloseTo(nodePulse(a, n), 6);
  });

  test('stations that never follow the beacon together have no difference', () => {
    expect(numberAlike(clockOf(() => 0, (t) => t < 4), clockOf(() => 0, (t) => t > 6))).toBeNull();
  });
});

describe('satellite time', () => {
  test('pulses stand at whole periods, moments between in proportion', () => {
    const clock = clockOf(() => 0.25);
    const moments = Float64Array.of(timeOf(10), timeOf(10) + 1e-4, timeOf(10) + 1.5e-4);
    const [first, second, third] = toSatelliteTime(clock, moments, 7);
    expect(first!).toBeCloseTo((nodePulse(clock, 10) - 7) * 100_000, 3);
    expect(second! - first!).toBeCloseTo(100_000, 4);
    expect(third! - second!).toBeCloseTo(50_000, 4);
  });

  test('moments in a gap have no time', () => {
    const clock = clockOf(() => 0.25, (t) => t < 3 || t > 6);
    expect([...toSatelliteTime(clock, Float64Array.of(4.5, -3, 99), 0)]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });
});

test('common spans are what both lists hold', () => {
  const spans = fc.array(fc.nat(20), { minLength: 0, maxLength: 8 }).map((steps) => {
    let at = 0;
    const out: [number, number][] = [];
    for (const step of steps) out.push([at += step + 1, at += step + 2]);
    return out;
  });
  const holds = (list: readonly (readonly [number, number])[], x: number) =>
    list.some(([from, to]) => x > from && x < to);
  fc.assert(fc.property(spans, spans, (a, b) => {
    const common = commonSpans(a, b);
    for (let x = 0.5; x < 250; x += 1) expect(holds(common, x)).toBe(holds(a, x) && holds(b, x));
  }), { numRuns: 200 });
});
