// Goal: the settings of a Bell run are examined, and S is shown as it settles.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkSettings, convergence } from '../../../src-core/bell/checks.ts';
import type { FourTables, SettingTable } from '../../../src-core/bell/chsh.ts';
import type { BellTrials } from '../../../src-core/bell/recording.ts';

const even: SettingTable = [[40, 10], [10, 40]];
const check = (tables: FourTables, name: string) => checkSettings(tables).find((one) => one.name === name)!;

test('analytic: equal settings and outcomes pass every check with nothing to spare', () => {
  for (const one of checkSettings([even, even, even, even])) {
    expect(one).toMatchObject({ chi_square: 0, p_value: 1 });
  }
});

test('authority: chi-square of 1.96 squared is the five-percent point', () => {
  const [more, less] = [10_098, 9_902];
  const tables: FourTables = [[[more, 0], [0, 0]], [[more, 0], [0, 0]], [[less, 0], [0, 0]], [[less, 0], [0, 0]]];
  const { chi_square, p_value } = check(tables, 'balance_a');
  expect(chi_square).toBeCloseTo((2 * 196) ** 2 / 40_000, 12);
  expect(p_value).toBeCloseTo(0.05, 3);
});

test('failure: a source that knows the settings, or outcomes that know the other side, are seen', () => {
  const rare: SettingTable = [[4, 1], [1, 4]];
  expect(check([even, rare, rare, even], 'independence').p_value).toBeLessThan(1e-6);
  const swayed: SettingTable = [[70, 20], [5, 5]];
  expect(check([even, swayed, even, even], 'signal_a').p_value).toBeLessThan(1e-6);
  expect(check([even, swayed, even, even], 'signal_a_prime').p_value).toBe(1);
  expect(() => convergence(trialsOf([]), 0)).toThrow('0 points');
});

function trialsOf(rows: readonly (readonly [number, number])[]): BellTrials {
  return {
    settings: { a_deg: [0, 45], b_deg: [22.5, 67.5], orientation: 1, s_predicted: 2.83 },
    time_s: Float64Array.from(rows, (_, i) => i), setting: Uint8Array.from(rows, ([setting]) => setting),
    outcome: Uint8Array.from(rows, ([, outcome]) => outcome), double_clicks: { a: 0, b: 0 },
  };
}

test('property: points appear once every setting has a coincidence, in order, with falling sigma at fixed odds', () => {
  const row = fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 }));
  fc.assert(fc.property(fc.array(row, { maxLength: 120 }), fc.integer({ min: 1, max: 20 }), (rows, points) => {
    const curve = convergence(trialsOf(rows), points);
    expect(curve.n.length).toBeLessThanOrEqual(points);
    expect([...curve.n]).toEqual([...curve.n].sort((a, b) => a - b));
    expect([...curve.s, ...curve.s_sigma].every(Number.isFinite)).toBe(true);
    const complete = new Set(rows.map(([setting]) => setting)).size === 4;
    if (complete) expect(curve.n.at(-1)).toBe(rows.length);
    else expect(curve.n.length).toBe(0);
  }));
});
