// Goal: from clicks and angles to four tables in the right order, for both states, no choice left to the counts.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  dealSettings, evaluateBell, predictedCorrelation, readTrials, tabulate, type BellDetector, type BellInput,
} from '../../../src-core/bell/recording.ts';
import type { Coincidences, EntangledState } from '../../../src-core/coincidences.ts';

const station = (first: number, second: number): readonly BellDetector[] => [
  { angle_deg: first, outcome: 1 }, { angle_deg: first, outcome: -1 },
  { angle_deg: second, outcome: 1 }, { angle_deg: second, outcome: -1 },
];
const alice = station(0, 45);
const bob = station(22.5, 67.5);
const never = (): 0 | 1 => { throw new Error('no bit was needed'); };

/** What truth.json of the Bell sample recordings states per setting, in ascending angles: E and N. */
const SAMPLE_TRUTH = { e: [0.7051282051282052, -0.68, 0.6363636363636364, 0.7295373665480427],
  n: [312, 300, 286, 281], s: 2.7510292080398844 } as const;

/** Coincidences with given correlation per pair of angles (index 2 * angle at A + angle at B). */
function coincidences(e: readonly number[], n: readonly number[]): Coincidences {
  const rows: [number, number][] = [];
  for (const [setting, trials] of n.entries()) {
    const agree = Math.round((trials * (1 + e[setting]!)) / 2);
    const [a, b] = [2 * (setting >> 1), 2 * (setting & 1)];
    for (let i = 0; i < trials; i += 1) {
      const minusA = i % 2;
      const minusB = i < agree ? minusA : 1 - minusA;
      rows.push([1 << (a + minusA), 1 << (b + minusB)]);
    }
  }
  return {
    time_s: Float64Array.from(rows, (_, i) => i), delta_ns: new Float64Array(rows.length),
    pattern_a: Uint8Array.from(rows, ([a]) => a), pattern_b: Uint8Array.from(rows, ([, b]) => b),
  };
}

const input = (state: EntangledState, found: Coincidences, randomBit = never): BellInput =>
  ({ coincidences: found, detectors_a: alice, detectors_b: bob, state, randomBit });

test('authority: the tables of the sample recording give its true E, N and S in the order of the formula', () => {
  const run = evaluateBell(input('phi+', coincidences(SAMPLE_TRUTH.e, SAMPLE_TRUTH.n)));
  if (!run.ok) throw new Error(run.error.type);
  expect(run.value.settings).toMatchObject({ a_deg: [0, 45], b_deg: [22.5, 67.5], orientation: 1 });
  expect(run.value.n).toEqual(SAMPLE_TRUTH.n);
  run.value.e.forEach((e, i) => expect(e).toBeCloseTo(SAMPLE_TRUTH.e[i]!, 12));
  expect(run.value.s).toBeCloseTo(SAMPLE_TRUTH.s, 12);
  expect(run.value.s_sigma).toBeCloseTo(0.08455, 4);
  expect(run.value.game.p_value).toBeLessThan(1e-5);
});

test('analytic: both states reach 2 sqrt 2 at the published angles, with the same formula', () => {
  for (const state of ['phi+', 'psi+'] as const) {
    const e = [[0, 22.5], [0, 67.5], [45, 22.5], [45, 67.5]].map(([a, b]) => predictedCorrelation(state, a!, b!));
    const run = evaluateBell(input(state, coincidences(e, [40_000, 40_000, 40_000, 40_000])));
    if (!run.ok) throw new Error(run.error.type);
    expect(run.value.settings.s_predicted).toBeCloseTo(2 * Math.SQRT2, 12);
    expect(run.value.s).toBeCloseTo(2 * Math.SQRT2, 3);
    const [ab, ab2, a2b, a2b2] = run.value.e;
    expect(Math.abs(ab - ab2 + a2b + a2b2)).toBeCloseTo(run.value.s, 12);
    expect(run.value.game.wins / run.value.game.trials).toBeCloseTo((2 + Math.SQRT2) / 4, 3);
  }
});

test('the state and the angles alone deal the labels: psi+ mirrors station B', () => {
  const psi = dealSettings({ detectors_a: alice, detectors_b: bob, state: 'psi+' });
  expect(psi).toMatchObject({ ok: true, value: { a_deg: [0, 45], b_deg: [67.5, 22.5] } });
  const shifted = dealSettings({ detectors_a: alice, detectors_b: station(-22.5, 22.5), state: 'phi+' });
  expect(shifted.ok && shifted.value.s_predicted).toBeCloseTo(2 * Math.SQRT2, 12);
});

test('a double click keeps its trial: random outcome in one setting, random setting and outcome across both', () => {
  const bits = [1, 0, 1] as (0 | 1)[];
  const found: Coincidences = { time_s: new Float64Array(2), delta_ns: new Float64Array(2),
    pattern_a: Uint8Array.from([0b0011, 0b0101]), pattern_b: Uint8Array.from([0b0001, 0b0001]) };
  const trials = readTrials(input('phi+', found, () => bits.shift()!));
  if (!trials.ok) throw new Error(trials.error.type);
  expect([...trials.value.setting]).toEqual([0, 0]);
  expect([...trials.value.outcome]).toEqual([2, 2]);
  expect(trials.value.double_clicks).toEqual({ a: 2, b: 0 });
  expect(bits).toEqual([]);
});

test('failure: an empty setting, a station with one angle, and angles that test nothing are told apart', () => {
  const short = coincidences([0.7, -0.7, 0.7, 0.7], [30, 30, 0, 30]);
  expect(evaluateBell(input('phi+', short))).toEqual({ ok: false, error: { type: 'EmptySetting', setting_index: 2 } });
  const oneAngle = dealSettings({ detectors_a: alice.slice(0, 2), detectors_b: bob, state: 'phi+' });
  expect(oneAngle).toEqual({ ok: false, error: { type: 'NotTwoSettings', station: 'a', angles_deg: [0] } });
  const useless = dealSettings({ detectors_a: alice, detectors_b: station(0, 45), state: 'phi+' });
  expect(useless).toMatchObject({ ok: false, error: { type: 'NoViolationPredicted' } });
});

test('property: every coincidence is one trial in one cell, and the first rows make the first tables', () => {
  const row = fc.tuple(fc.integer({ min: 1, max: 15 }), fc.integer({ min: 1, max: 15 }));
  fc.assert(fc.property(fc.array(row, { maxLength: 100 }), (rows) => {
    const found: Coincidences = {
      time_s: new Float64Array(rows.length), delta_ns: new Float64Array(rows.length),
      pattern_a: Uint8Array.from(rows, ([a]) => a), pattern_b: Uint8Array.from(rows, ([, b]) => b) };
    const trials = readTrials(input('psi+', found, () => 0));
    if (!trials.ok) throw new Error(trials.error.type);
    const cells = (count: number) => tabulate(trials.value, count).flat(2).reduce((a, b) => a + b, 0);
    expect(cells(rows.length)).toBe(rows.length);
    expect(cells(Math.floor(rows.length / 2))).toBe(Math.floor(rows.length / 2));
  }));
});
