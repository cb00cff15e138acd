// Goal: the plan a live pass is compared with is the prediction of its window, second by second, and what it promised at its end.
import { expect, test } from 'vitest';
import { liveSeries } from '../../src-main/pipeline/live-series.ts';
import { livePlan } from '../../src-main/pipeline/live-plan.ts';
import { missionPair, predictPass } from '../../src-main/pipeline/pass-prediction.ts';
import { viewWindowAt } from '../../src-main/pipeline/night-view.ts';
import { propagatorOf } from '../../src-main/pipeline/element-text.ts';
import { goldenElements } from '../support/golden-orbit.ts';
import { GOLDEN_START_UTC_MS, micius } from '../simulator/simulated.ts';

function must<T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown }): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

const propagator = must(propagatorOf(goldenElements(), 'golden'));
const window = viewWindowAt(micius, propagator, GOLDEN_START_UTC_MS + 100_000)!;
const plan = must(livePlan(micius, propagator, window));
const seconds = (window.end_utc_ms - window.start_utc_ms) / 1000;
const column = (name: string) => plan.frame.columns.find((one) => one.name === name)!.values;

test('at its end the plan has the bits, errors and scatter that the window promised', () => {
  const promised = must(predictPass(missionPair(micius), propagator, window)).pass;
  // Two quadratures of one curve, a second and ten seconds apart.
  const two_per_cent = 0.02;
  expect(Math.abs(plan.end.sifted_bits / promised.sifted_bits - 1)).toBeLessThan(two_per_cent);
  expect(Math.abs(plan.end.sifted_bits_sigma / promised.sifted_bits_sigma - 1)).toBeLessThan(two_per_cent);
  expect(Math.abs(plan.end.snr! / promised.snr - 1)).toBeLessThan(two_per_cent);
  expect(Math.abs(plan.end.qber - promised.qber)).toBeLessThan(1e-3);
});

test('bits grow inside the window only, and every column is as long as its times', () => {
  const [t_s, bits] = [column('plan.t_s'), column('pair.sifted_bits')];
  for (const { name, values } of plan.frame.columns) expect(values.length, name).toBe(t_s.length);
  for (let i = 1; i < t_s.length; i += 1) {
    const inside = t_s[i]! > 0 && t_s[i - 1]! < seconds;
    expect(bits[i]! > bits[i - 1]!, `at ${t_s[i]} s`).toBe(inside);
  }
  expect(plan.pair(-60).sifted_bits).toBe(0);
  expect(plan.pair(seconds + 300).sifted_bits).toBe(plan.end.sifted_bits);
});

test('a station sees the satellite before the window or at its start, and not ten minutes away', () => {
  for (const { start_utc_ms, end_utc_ms } of plan.visible) {
    expect(start_utc_ms).toBeLessThanOrEqual(window.start_utc_ms + 1000);
    expect(end_utc_ms).toBeGreaterThanOrEqual(window.end_utc_ms - 1000);
  }
  const mid = plan.station(0, seconds / 2)!;
  expect(mid.range_km).toBeGreaterThan(480);
  expect(mid.efficiency_db).toBeLessThan(-25);
  expect(Math.abs(mid.hwp_angle_deg!)).toBeLessThanOrEqual(90);
  expect(plan.station(0, -5000)).toBeNull();
});

test('series give what is later than was asked for, and rates in whole bins with intervals around them', () => {
  const rows = [0, 1, 2, 3].map((t) => ({ at_utc_ms: t * 1000, tracking_urad: t, efficiency_db: -30, singles_cps: 7000, hwp_deg: 1 }));
  const utc_s = Float64Array.from({ length: 12 }, (_, i) => i);
  const ones = utc_s.map(() => 1);
  const figures = {
    rows: { utc_s, coincidences: ones, accidentals: ones, sifted_bits: utc_s, offset_ns: ones, singles: [ones, ones] },
    histogram: null, bell_series: null,
  } as unknown as Parameters<typeof liveSeries>[1];
  const frame = liveSeries([{ id: 'delingha', rows }], figures, { start_utc_ms: 0, since_t_s: 1 });
  const of = (name: string) => Array.from(frame.columns.find((one) => one.name === name)!.values);
  expect(of('delingha.t_s')).toEqual([2, 3]);
  expect(of('pair.t_s')).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  expect(of('rate.t_s')).toEqual([2.5, 7.5]);
  expect(of('rate.hz')).toEqual([1, 1]);
  expect(of('rate.low')[0]).toBeLessThan(1);
  expect(of('rate.high')[0]).toBeGreaterThan(1);
});
