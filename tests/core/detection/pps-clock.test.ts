// Goal: the 1PPS line is right to nanoseconds under jitter, glitches, false edges and a kink in the rate.
import { expect, test } from 'vitest';
import { fitPpsClock } from '../../../src-core/detection/pps-clock.ts';
import { seededDraw } from '../../support/synthetic-pass.ts';

const edges = (count: number, at: (n: number) => number) =>
  Float64Array.from({ length: count }, (_, n) => at(n)).sort();

test('an exact comb gives its exact line', () => {
  const clock = fitPpsClock(edges(100, (n) => 0.25 + n * (1 + 3e-7)))!;
  expect(clock.zero_s).toBeCloseTo(0.25, 12);
  expect(clock.second_s - 1).toBeCloseTo(3e-7, 14);
  expect(clock).toMatchObject({ edges_used: 100, edges_rejected: 0 });
});

test('missing, displaced and false edges are rejected and counted; the line stays within its jitter', () => {
  const draw = seededDraw(5);
  const good = Array.from({ length: 280 }, (_, n) => 0.75 + n * (1 - 1e-6) + 30e-9 * draw.normal())
    .filter((_, n) => n % 11 !== 3);
  const displaced = good.map((edge, i) => (i % 6 === 5 ? edge + 2e-4 : edge));
  const all = Float64Array.from([...displaced, ...Array.from({ length: 60 }, () => 1 + 270 * draw.uniform())]).sort();
  const clock = fitPpsClock(all)!;
  const bad = displaced.filter((edge, i) => edge !== good[i]).length + 60;
  expect(clock.edges_rejected).toBe(bad);
  expect(Math.abs(clock.zero_s - 0.75)).toBeLessThan(15e-9);
  expect(Math.abs(clock.second_s - (1 - 1e-6))).toBeLessThan(1e-10);
});

test('a first edge that is displaced still counts as number 0', () => {
  const clock = fitPpsClock(edges(20, (n) => 5 + n + (n === 0 ? 3e-4 : 0)))!;
  expect(clock.zero_s).toBeCloseTo(5, 9);
});

test('a step of 1e-8 in the rate rejects no edge', () => {
  const clock = fitPpsClock(edges(280, (n) => n * (1 + 1e-6) + 1e-8 * Math.max(0, n - 140)))!;
  expect(clock.edges_rejected).toBe(0);
});

test('fewer than two edges are no clock', () => {
  expect(fitPpsClock(new Float64Array(0))).toBeNull();
  expect(fitPpsClock(Float64Array.of(3))).toBeNull();
});
