// Goal: the Bell plot draws S with its sigma as it settled, stands empty before, and the worst check is named.
import { expect, test } from 'vitest';
import { decodeFrame } from '../../src-contract/frames.ts';
import { bellPlot, worstCheck } from '../../src-renderer/features/passes/bell-plot.ts';
import { SECONDS, seriesOf, verdictOf } from './fixture-pass.ts';

const verdict = verdictOf(1, 2.5, 'bell');
const bell = verdict.result.bell!;

test('S with its band, and bounds that stand whether or not there is a series', () => {
  const drawn = bellPlot(decodeFrame(seriesOf(verdict)), bell, SECONDS);
  const [s] = drawn.series;
  const [band] = drawn.bands!;
  expect(s!.values.length).toBeGreaterThan(20);
  expect(band!.high[0]! - s!.values[0]!).toBeCloseTo(s!.values[0]! - band!.low[0]!, 12);
  const empty = bellPlot(null, null, SECONDS);
  expect(empty.series).toEqual([]);
  expect(empty.rules).toEqual(drawn.rules);
  expect(drawn.rules!.map(({ y }) => y)).toEqual([2, 2 * Math.SQRT2]);
});

test('a pass for key has no such columns: nothing is drawn', () => {
  expect(bellPlot(decodeFrame(seriesOf(verdictOf(1, 2.5))), null, SECONDS).x_values).toHaveLength(0);
});

test('the least likely check is named, and one below a hundredth over seven is notable', () => {
  const account = bell.account!;
  expect(worstCheck(account)).toEqual({ text: 'B at b′: p = 0.15', notable: false });
  const odd = account.checks.map((check) => (check.name === 'independence' ? { ...check, p_value: 0.0014 } : check));
  expect(worstCheck({ ...account, checks: odd })).toEqual({ text: 'settings independent: p = 0.0014', notable: true });
});
