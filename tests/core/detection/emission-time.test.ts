// Goal: emission time solves t_e + R(t_e)/c = t_r, exactly where R is a straight line, and says NaN where R is unknown.
import { expect, test } from 'vitest';
import { emissionClock, NODE_S } from '../../../src-core/detection/emission-time.ts';

const C = 299_792_458;
const clock = { zero_s: 2, second_s: 1 + 1e-6, edges_used: 10, edges_rejected: 0, residual_ns_rms: 0 };
const series = (range: (t: number) => number, seconds = 30) => ({
  start_utc_ms: 0, step_ms: 250, values: Float64Array.from({ length: seconds * 4 + 1 }, (_, i) => range(i / 4)),
});

function at(result: ReturnType<typeof emissionClock>, station_s: number): number {
  const x = (station_s - result.start_s) / NODE_S;
  const [n, s] = [Math.floor(x), x - Math.floor(x)];
  const [a, b, c, d] = result.coefficients.subarray(4 * n, 4 * n + 4);
  return a! + s * (b! + s * (c! + s * d!));
}

test('a satellite that recedes at constant speed: the closed form, to a femtosecond', () => {
  const [r0, v] = [800_000, 6000];
  const result = emissionClock({ clock, first_edge_s: 5, range_m: series((t) => r0 + v * t) }, 4, 20);
  for (const station_s of [4, 4.05, 7.3333, 12.9, 19.99]) {
    const received = 5 + (station_s - 2) / (1 + 1e-6);
    expect(Math.abs(at(result, station_s) - (received - r0 / C) / (1 + v / C))).toBeLessThan(5e-15);
  }
});

test('a curved path: the light-time equation holds between nodes to below a picosecond', () => {
  const range = (t: number) => Math.hypot(620_000, 7400 * (t - 12));
  const result = emissionClock({ clock, first_edge_s: 5, range_m: series(range) }, 4, 20);
  for (let station_s = 4; station_s < 20; station_s += 0.0371) {
    const sent = at(result, station_s);
    const received = 5 + (station_s - 2) / (1 + 1e-6);
    expect(Math.abs(sent + range(sent) / C - received)).toBeLessThan(2e-13);
  }
});

test('outside the prediction there is no time', () => {
  const result = emissionClock({ clock, first_edge_s: 5, range_m: series(() => 700_000, 10) }, 4, 20);
  expect(at(result, 5)).not.toBeNaN();
  expect(at(result, 19)).toBeNaN();
});
