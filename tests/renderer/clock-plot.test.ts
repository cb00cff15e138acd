// Goal: the clock's plot shows every centre with its error and every residual, each at its time, and nothing made up.
import { expect, test } from 'vitest';
import { decodeFrame } from '../../src-contract/frames.ts';
import { clockPlot } from '../../src-renderer/features/passes/clock-plot.ts';
import { seriesOf, verdictOf } from './fixture-pass.ts';

const verdict = verdictOf(1, 2.5);
const frame = decodeFrame(seriesOf(verdict));
const column = (name: string) => Array.from(frame.columns.find((one) => one.name === name)!.values);
const shown = (values: ArrayLike<number>) => Array.from(values).filter(Number.isFinite);

test('centres stand at their times, with one standard error to either side', () => {
  const { x_values, series } = clockPlot(frame, verdict.result, 281);
  const centres = series.find(({ name }) => name === 'peak centre')!;
  const at = Array.from(x_values).filter((_, i) => Number.isFinite(centres.values[i]));
  expect(at).toEqual(column('drift.t_s'));
  expect(shown(centres.values)).toEqual(column('drift.centre_ns'));
  const [centre, sigma] = [column('drift.centre_ns'), column('drift.sigma_ns')];
  for (const [i, high] of shown(centres.interval!.high).entries()) expect(high).toBeCloseTo(centre[i]! + sigma[i]!, 12);
  for (const [i, low] of shown(centres.interval!.low).entries()) expect(low).toBeCloseTo(centre[i]! - sigma[i]!, 12);
});

test('residuals are the lock\'s own, and a lock on photons is not called a beacon', () => {
  const beacon = clockPlot(frame, verdict.result, 281);
  expect(shown(beacon.series.find(({ name }) => name === 'beacon residual, rms')!.values)).toEqual(column('lock.residual_ns'));
  const lock = { ...verdict.result.lock, method: 'photons' as const };
  expect(JSON.stringify(clockPlot(frame, { ...verdict.result, lock }, 281))).not.toContain('beacon');
});

test('before there is a verdict: axes, and no value', () => {
  const { series, x, y } = clockPlot(null, null, 281);
  expect(series.every(({ values }) => values.length === 0)).toBe(true);
  expect([x.min, x.max]).toEqual([0, 281]);
  expect(y.max).toBeGreaterThan(y.min);
});
