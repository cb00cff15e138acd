// Goal: the beacon's phase is followed to its standard error through missing and false pulses, and never in noise.
import { describe, expect, test } from 'vitest';
import { followBeacon } from '../../../src-core/detection/beacon-phase.ts';
import { emissionClock, NODE_S } from '../../../src-core/detection/emission-time.ts';
import { poissonTimes, seededDraw } from '../../support/synthetic-pass.ts';

const SECONDS = 6;
const RATE_HZ = 10_000;
const flat = { start_utc_ms: -5000, step_ms: 250, values: new Float64Array(80).fill(0) };
const clock = emissionClock({
  clock: { zero_s: 0, second_s: 1, edges_used: 2, edges_rejected: 0, residual_ns_rms: 0 },
  first_edge_s: 0, range_m: flat,
}, 0, SECONDS);

interface Beacon {
  readonly phase_s: number;
  readonly rate: number;
  readonly present: number;
  readonly false_hz: number;
  readonly sigma_s: number;
}

const plain: Beacon = { phase_s: 3.3e-5, rate: 1e-8, present: 0.62, false_hz: 2000, sigma_s: 0.5e-9 };

function pulses({ phase_s, rate, present, false_hz, sigma_s }: Beacon): Float64Array {
  const draw = seededDraw(11);
  const times = poissonTimes(draw, false_hz, [0, SECONDS]);
  for (let t = phase_s; t < SECONDS; t += 1e-4 * (1 + rate)) {
    if (draw.uniform() < present) times.push(t + sigma_s * draw.normal());
  }
  return Float64Array.from(times).sort();
}

/** Error of the phase at each node against the pulses as they were made, nanoseconds. */
function errors(beacon: Beacon): number[] {
  const track = followBeacon({ beacon_s: pulses(beacon), rate_hz: RATE_HZ, clock });
  return [...track.phase].flatMap((phase, n) => {
    if (Number.isNaN(phase)) return [];
    const t = clock.start_s + n * NODE_S;
    // Pulse k stands at phase_s + k T (1 + rate), so f t - k at time t is this, whatever k.
    const truth = RATE_HZ * t - (t - beacon.phase_s) / (1e-4 * (1 + beacon.rate));
    const off = phase - truth;
    return [((off - Math.round(off)) / RATE_HZ) * 1e9];
  });
}
const rms = (values: readonly number[]) => Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length);

describe('phase at the nodes', () => {
  test.each([
    ['a clean beacon', { ...plain, rate: 0, present: 1, false_hz: 1e-9 }, 0.02],
    ['38 % missing, 2,000 false a second', plain, 0.03],
    ['95 % missing, 2,000 false a second', { ...plain, phase_s: 9.999e-5, present: 0.05 }, 0.12],
    ['a rate error of 5e-6', { ...plain, phase_s: 5e-5, rate: 5e-6, false_hz: 200 }, 0.03],
    ['pulses across the turn of the phase', { ...plain, phase_s: 1e-9, rate: -3e-9, sigma_s: 2e-9 }, 0.12],
  ])('%s', (_, beacon, limit_ns) => {
    const found = errors(beacon);
    expect(found.length).toBeGreaterThanOrEqual(SECONDS / NODE_S - 1);
    expect(rms(found)).toBeLessThan(limit_ns);
  });

  test('noise alone is not followed', () => {
    const noise = Float64Array.from(poissonTimes(seededDraw(3), 8000, [0, SECONDS]));
    expect(followBeacon({ beacon_s: noise, rate_hz: RATE_HZ, clock }).valid).toBe(0);
  });

  test('a gap has no phase, and its edges are as good as the rest', () => {
    const all = pulses({ ...plain, rate: 0, false_hz: 200 });
    const track = followBeacon({ beacon_s: all.filter((t) => t < 2 || t > 4), rate_hz: RATE_HZ, clock });
    const held = [...track.phase].map((phase, n) => [clock.start_s + n * NODE_S, phase] as const);
    expect(held.filter(([t, phase]) => t > 2.15 && t < 3.85 && !Number.isNaN(phase))).toEqual([]);
    expect(held.filter(([t, phase]) => t > 0.15 && t < 1.85 && Number.isNaN(phase))).toEqual([]);
  });
});
