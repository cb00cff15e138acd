// Goal: the curve that the pairs lie on is found wherever it is, and chance is never taken for one more than stated.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bendAt, pairsAlong, type Bend, type Curve } from '../../../src-core/detection/photon-bend.ts';
import { fitCurve } from '../../../src-core/detection/photon-fit.ts';
import { scanDrifts } from '../../../src-core/detection/photon-scan.ts';
import { searchCurve, type PhotonProblem } from '../../../src-core/detection/photon-search.ts';
import { flightBend, makeColumns, type ColumnsWish } from '../../support/photon-columns.ts';

const GATE_NS = 2.5;
/** Offset to 10 us and drift to 1e-6, and what the bend's line adds of either. */
const WIDE = { offset_ns: 0, offset_ns_max: 16_000, drift: 0, drift_max: 1.1e-6 };
const problemOf = (wish: ColumnsWish, space = WIDE): PhotonProblem & { readonly pairs: number } =>
  ({ ...makeColumns(wish), space, gate_ns: GATE_NS });

const at = (bend: Bend, { offset_ns, drift, along_track_s }: Curve, t: number) =>
  offset_ns + drift * 1e9 * t + bendAt(bend, along_track_s, t);

function farthest(bend: Bend, found: Curve, truth: Curve): number {
  const times = Array.from({ length: 101 }, (_, i) => bend.half_s * (i / 50 - 1));
  return Math.max(...times.map((t) => Math.abs(at(bend, found, t) - at(bend, truth, t))));
}

describe('a curve that is there', () => {
  const night = { seconds: 285, pairs_hz: 2.2, background_hz: 8000 };
  const cases: readonly (readonly [string, ColumnsWish])[] = [
    ['a Micius pass, all three unknowns', { ...night, seed: 21,
      curve: { offset_ns: 4321.7, drift: 9.1e-7, along_track_s: 0.21 } }],
    ['at the ends of the space', { ...night, seed: 22, curve: { offset_ns: -9998, drift: -1e-6, along_track_s: -0.3 } }],
    ['nothing off at all', { ...night, seed: 23 }],
    ['200 pairs a second among 2 x 1e5, 20 s', { seed: 24, seconds: 20, pairs_hz: 200, background_hz: 1e5,
      curve: { offset_ns: 7777.3, drift: -6.6e-7, along_track_s: 0.13 } }],
  ];
  test.each(cases)('%s', (_, wish) => {
    const problem = problemOf(wish);
    const started = process.cpuUsage();
    const found = searchCurve(problem, 1e-6);
    const { user } = process.cpuUsage(started);
    expect(found.false_alarm_probability).toBeLessThan(1e-30);
    expect(found.count).toBeGreaterThan(0.75 * problem.pairs);
    const curve = fitCurve(problem, { curve: found.curve, density_per_ns: found.expected / GATE_NS });
    const truth = wish.curve ?? { offset_ns: 0, drift: 0, along_track_s: 0 };
    // Three parameters from 600 pairs of 0.77 ns: 0.03 ns in the middle, a few times that at the ends.
    expect(farthest(problem.bend, curve, truth)).toBeLessThan(0.4);
    expect(user / 1e6).toBeLessThan(30);
  }, 60_000);
});

describe('chance', () => {
  const narrow = { offset_ns: 0, offset_ns_max: 250, drift: 0, drift_max: 1e-9 };
  test('uncorrelated clicks: no more false locks than stated, and the statement is not idle', () => {
    const trials = 200;
    const stated = Array.from({ length: trials }, (_, i) => searchCurve(
      problemOf({ seed: 5000 + i, seconds: 2, pairs_hz: 1e-9, background_hz: 20_000, shift_s_max: 0 }, narrow), 0)
      .false_alarm_probability);
    for (const level of [0.02, 0.05, 0.2, 0.5]) {
      const alarms = stated.filter((p) => p <= level).length;
      expect(alarms).toBeLessThanOrEqual(level * trials + 3 * Math.sqrt(level * trials));
    }
    expect(stated.filter((p) => p <= 0.5).length).toBeGreaterThan(trials / 40);
  }, 240_000);

  test('the whole space over uncorrelated clicks never locks', () => {
    for (let seed = 1; seed <= 120; seed += 1) {
      const found = searchCurve(problemOf({ seed: 9000 + seed, seconds: 2, pairs_hz: 1e-9, background_hz: 3000 }), 0.05);
      expect(found.false_alarm_probability).toBeGreaterThan(0.05);
    }
  }, 120_000);

  test('too few pairs to be told from chance are not locked; no clicks neither', () => {
    const weak = problemOf({ seed: 3, seconds: 20, pairs_hz: 0.3, background_hz: 8000 });
    expect(searchCurve(weak, 1e-6).false_alarm_probability).toBeGreaterThan(1e-3);
    const none = { ...weak, times: { a: new Float64Array(0), b: new Float64Array(0), middle_ns: 1e10 } };
    expect(searchCurve(none, 1e-6).false_alarm_probability).toBe(1);
  }, 60_000);
});

describe('hot loops against plain ones', () => {
  const bend = flightBend(4, 0.3);
  const column = fc.array(fc.double({ min: 0, max: 8e9, noNaN: true }), { maxLength: 60 })
    .map((values) => Float64Array.from(values).sort());
  const curves = fc.record({
    offset_ns: fc.double({ min: -1e4, max: 1e4, noNaN: true }), drift: fc.double({ min: -1e-6, max: 1e-6, noNaN: true }),
    along_track_s: fc.double({ min: -0.3, max: 0.3, noNaN: true }),
  });

  test('pairs along a curve', () => {
    fc.assert(fc.property(column, column, curves, (a, b, curve) => {
      const half_width_ns = 3e8;
      const found = pairsAlong({ a, b, middle_ns: 4e9 }, bend, { curve, half_width_ns, span: [-4, 4] });
      const plain: number[] = [];
      for (const x of a) {
        if (x >= 8e9) continue;
        for (const y of b) {
          const off = y - x - at(bend, curve, (x - 4e9) * 1e-9);
          if (Math.abs(off) <= half_width_ns) plain.push(off);
        }
      }
      expect(found.off_ns.length).toBe(plain.length);
      plain.forEach((off, i) => { expect(Math.abs(off - found.off_ns[i]!)).toBeLessThan(0.02); });
    }), { numRuns: 200 });
  });

  test('bins by drift', () => {
    fc.assert(fc.property(
      fc.array(fc.tuple(fc.double({ min: 0, max: 40, noNaN: true }), fc.double({ min: -2, max: 2, noNaN: true })),
        { maxLength: 60 }), (rows) => {
        const grid = { first: -3, step: 0.5, count: 13 };
        const out = { drift_index: new Int32Array(999), bin: new Int32Array(999), count: new Int32Array(999), found: 0 };
        scanDrifts({ bins_at: Float64Array.from(rows, ([x]) => x), t_s: Float64Array.from(rows, ([, t]) => t) },
          { grid, bins: new Uint16Array(41), threshold: 2 }, out);
        const plain = new Map<string, number>();
        for (let d = 0; d < grid.count; d += 1) {
          for (const [x, t] of rows) {
            const bin = Math.trunc(x + (d % 2) / 2 - (grid.first + d * grid.step) * t);
            if (bin >= 0 && bin < 41) plain.set(`${d} ${bin}`, (plain.get(`${d} ${bin}`) ?? 0) + 1);
          }
        }
        const noted = Array.from({ length: out.found }, (_, i) =>
          [`${out.drift_index[i]!} ${out.bin[i]!}`, out.count[i]!] as const);
        expect(new Map(noted)).toEqual(new Map([...plain].filter(([, n]) => n >= 2)));
      }), { numRuns: 200 });
  });
});
