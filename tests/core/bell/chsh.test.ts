// Goal: pin CHSH between the bounds of nature and of local realism, and its p-value to the exact game.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chsh, chshGame, type FourTables, type SettingTable } from '../../../src-core/bell/chsh.ts';

/** A table with correlation e among n trials, both outcomes balanced. */
const correlated = (e: number, n: number): SettingTable => {
  const [same, different] = [Math.round((n * (1 + e)) / 4), Math.round((n * (1 - e)) / 4)];
  return [[same, different], [different, same]];
};
const four = (make: (sign: 1 | -1) => SettingTable): FourTables => [make(1), make(-1), make(1), make(1)];
const fair = { orientation: 1, setting_bias: 0 } as const;

test('quantum bound: the best correlations of two qubits give 2 sqrt 2 (Cirelson, Lett. Math. Phys. 4, 93)', () => {
  const run = chsh(four((sign) => correlated(sign * Math.SQRT1_2, 4e8)));
  expect(run).toMatchObject({ ok: true, value: { s: expect.closeTo(2 * Math.SQRT2, 7) as number } });
});

test('classical bound: the best local strategy gives S = 2 and wins three games in four', () => {
  const agree: SettingTable = [[500, 0], [0, 500]];
  const tables: FourTables = [agree, agree, agree, agree];
  expect(chsh(tables)).toMatchObject({ ok: true, value: { s: 2, s_sigma: 0 } });
  const game = chshGame(tables, fair);
  expect([game.trials, game.wins]).toEqual([4000, 3000]);
  expect(game.p_value).toBeGreaterThan(0.49);
});

test('authority: 1,021 trials at the published S = 2.56 spread by 0.096; the printed 0.07 asks for 1,900', () => {
  const e = 2.56 / 4;
  const run = chsh(four((sign) => correlated(sign * e, 1021 / 4)));
  expect(run.ok && run.value.s).toBeCloseTo(2.56, 1);
  expect(run.ok && run.value.s_sigma).toBeCloseTo(0.0962, 3);
  const larger = chsh(four((sign) => correlated(sign * e, 475)));
  expect(larger.ok && larger.value.s_sigma).toBeCloseTo(0.07, 2);
});

test('authority: the p-value is the exact binomial tail, by an arbitrary-precision program', () => {
  const rows = (JSON.parse(readFileSync(
    new URL('../../golden/mpmath/special-functions.json', import.meta.url), 'utf8')) as
    { log_binomial_upper_tail: [number, number, number, number][] }).log_binomial_upper_tail;
  const row = rows.find(([wins, trials, bound]) => wins === 837 && trials === 1021 && bound === 0.75)!;
  const game = chshGame([[[200, 40], [40, 200]], [[44, 200], [200, 44]], [[37, 10], [10, 0]], [[0, 0], [0, 0]]], fair);
  expect([game.wins, game.trials]).toEqual([837, 1025]);
  const exact = chshGame([[[200, 40], [40, 200]], [[42, 200], [200, 42]], [[37, 10], [10, 0]], [[0, 0], [0, 0]]], fair);
  expect([exact.wins, exact.trials]).toEqual([837, 1021]);
  expect(exact.log_p_value).toBeCloseTo(row[3], 11);
  expect(exact.p_value).toBeCloseTo(Math.exp(row[3]), 18);
});

test('a bias of the settings weakens the verdict, and the other orientation counts the losses', () => {
  const tables = four((sign) => correlated(sign * 0.7, 300));
  const plain = chshGame(tables, fair);
  const biased = chshGame(tables, { orientation: 1, setting_bias: 0.02 });
  expect(biased.win_bound).toBeCloseTo(0.7696, 12);
  expect(biased.p_value).toBeGreaterThan(plain.p_value);
  expect(chshGame(tables, { orientation: -1, setting_bias: 0 }).wins).toBe(plain.trials - plain.wins);
});

test('failure: a setting without coincidences is named, not divided by; no trials prove nothing', () => {
  const empty: SettingTable = [[0, 0], [0, 0]];
  const some = correlated(0.7, 100);
  expect(chsh([some, some, empty, some])).toEqual({ ok: false, error: { type: 'EmptySetting', setting_index: 2 } });
  expect(chshGame([empty, empty, empty, empty], fair).p_value).toBe(1);
  expect(() => chsh([some, some, some, [[1, 2], [-1, 0]]])).toThrow('count -1');
});

test('property: S stays in [0, 4], and ten times the counts shrink sigma by sqrt 10', () => {
  const count = fc.integer({ min: 1, max: 100_000 });
  const setting = fc.tuple(fc.tuple(count, count), fc.tuple(count, count));
  const ten = ([[a, b], [c, d]]: SettingTable): SettingTable => [[10 * a, 10 * b], [10 * c, 10 * d]];
  fc.assert(fc.property(setting, setting, setting, (x, y, z) => {
    const once = chsh([x, y, z, x]);
    const tenfold = chsh([ten(x), ten(y), ten(z), ten(x)]);
    if (!once.ok || !tenfold.ok) throw new Error('unreachable: every count is positive');
    expect(once.value.s >= 0 && once.value.s <= 4).toBe(true);
    expect(tenfold.value.s_sigma * Math.sqrt(10)).toBeCloseTo(once.value.s_sigma, 9);
    const game = chshGame([x, y, z, x], fair);
    expect(game.p_value >= 0 && game.p_value <= 1).toBe(true);
  }));
});
