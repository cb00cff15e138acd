// Goal: passes pooled for a Bell test are one run: their tables add, and what does not belong together is refused.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bellVerdict } from '../../src-contract/bell.ts';
import type { BellManifest } from '../../src-contract/recording.ts';
import type { PairOutcome } from '../../src-core/detection/pair-outcome.ts';
import { judgeBell, poolBell, type JudgedPass } from '../../src-main/pipeline/judge-bell.ts';
import type { PlannedPair } from '../../src-main/pipeline/pass-recordings.ts';

const manifest = (angles: readonly [number, number]) => ({
  mode: 'bell', state: 'psi+',
  detectors: angles.flatMap((angle_deg) => [{ angle_deg, outcome: 1 }, { angle_deg, outcome: -1 }]),
}) as unknown as BellManifest;

/** Rows of (detector at A, detector at B), 0 to 3 each. */
type Rows = readonly (readonly [number, number])[];

function judge(rows: Rows, options: { b?: readonly [number, number]; z_share?: number } = {}) {
  const pair = { stations: [{ manifest: manifest([0, 45]) }, { manifest: manifest(options.b ?? [22.5, 67.5]) }] };
  const outcome = { coincidences: {
    time_s: Float64Array.from(rows, (_, i) => i), delta_ns: new Float64Array(rows.length),
    pattern_a: Uint8Array.from(rows, ([a]) => 1 << a), pattern_b: Uint8Array.from(rows, ([, b]) => 1 << b),
  } };
  return judgeBell({ pair: pair as unknown as PlannedPair, outcome: outcome as PairOutcome,
    link: { z_share: options.z_share ?? 0.5 } }, () => 0);
}

function passOf(rows: Rows, options: Parameters<typeof judge>[1] & { pass_id?: string } = {}): JudgedPass {
  const judged = judge(rows, options);
  if (!judged.ok || judged.value === null) throw new Error(JSON.stringify(judged));
  const { verdict } = judged.value;
  if (verdict.account === undefined) throw new Error('no account');
  return { pass_id: options.pass_id ?? '2018-09-14-1814-bell', verdict_id: 1, bell: { ...verdict, account: verdict.account } };
}

const EACH_SETTING: Rows = [[0, 0], [0, 2], [2, 0], [2, 2]];
const row = fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 }));
const run = fc.array(row, { maxLength: 80 }).map((rows) => [...EACH_SETTING, ...rows]);

test('property: a run cut in two and pooled is the whole run', () => {
  fc.assert(fc.property(run, run, (one, other) => {
    const whole = passOf([...one, ...other]).bell;
    const pooled = poolBell([passOf(one), passOf(other)]);
    if (!pooled.ok) throw new Error(JSON.stringify(pooled.error));
    const { passes, ...bell } = pooled.value;
    expect(bell).toEqual(whole);
    expect(bellVerdict.parse(bell)).toEqual(bell);
    expect(passes.at(-1)).toMatchObject({ s_so_far: whole.s, s_so_far_sigma: whole.s_sigma });
    expect(passes.map(({ n }) => n)).toEqual([one.length, other.length]);
  }));
});

test('a basis choice that is not even gets a second game with a larger bound and a larger p', () => {
  const winning: Rows = Array.from({ length: 400 }, (_, i) => {
    const [a, b] = [(i >> 1) & 1, i & 1] as const;
    // psi+ at these angles: equal outcomes, but for the smaller angles of both.
    return [2 * a, 2 * b + (a === 0 && b === 0 ? 1 : 0)] as const;
  });
  const even = passOf(winning).bell.account.games;
  const biased = passOf(winning, { z_share: 0.52 }).bell.account.games;
  expect(even).toHaveLength(1);
  expect(biased.map(({ setting_bias }) => setting_bias)).toEqual([0, 0.02]);
  expect(biased[1]!.win_bound).toBeCloseTo(1 - 0.48 ** 2, 12);
  expect(biased[0]).toEqual(even[0]);
  expect(biased[1]!.log10_p_value).toBeGreaterThan(biased[0]!.log10_p_value);
});

test('failure: other angles, an empty setting and a pass for key', () => {
  const other = poolBell([passOf(EACH_SETTING), passOf(EACH_SETTING, { b: [22.5, 65], pass_id: '2018-09-15-1812-bell' })]);
  expect(other).toMatchObject({ ok: false, error: { type: 'NotPossible', reason: 'OtherSettings' } });
  expect(!other.ok && other.error.type === 'NotPossible' && other.error.message).toContain('2018-09-15-1812-bell');
  expect(judge(EACH_SETTING.slice(1))).toMatchObject({ ok: false, error: { reason: 'EmptySetting' } });
  const key = { stations: [{ manifest: { mode: 'qkd' } }, { manifest: { mode: 'qkd' } }] } as unknown as PlannedPair;
  expect(judgeBell({ pair: key, outcome: {} as PairOutcome, link: { z_share: 0.5 } }, () => 0)).toEqual({ ok: true, value: null });
});
