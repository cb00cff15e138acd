// Goal: clocks off by up to 100 ms and 1e-5 lock when there are pairs enough, and noise gives no lock.
import { describe, expect, test } from 'vitest';
import type { PhotonProblem } from '../../../src-core/detection/photon-search.ts';
import { searchWide } from '../../../src-core/detection/photon-wide.ts';
import { makeColumns, type ColumnsWish } from '../../support/photon-columns.ts';

const WIDE = { offset_ns: 0, offset_ns_max: 1e8, drift: 0, drift_max: 1e-5 };
const problemOf = (wish: ColumnsWish): PhotonProblem & { readonly pairs: number } =>
  ({ ...makeColumns({ ...wish, shift_s_max: 0 }), space: WIDE, gate_ns: 2.5 });

describe('clocks of which little is known', () => {
  test.each([
    { offset_ns: 73_456_789, drift: -8.3e-6 }, { offset_ns: -99_000_000, drift: 9.9e-6 },
  ])('offset $offset_ns ns, drift $drift', ({ offset_ns, drift }) => {
    const problem = problemOf({ seed: 41, seconds: 10, pairs_hz: 2000, background_hz: 20_000,
      curve: { offset_ns, drift, along_track_s: 0 } });
    const found = searchWide(problem, WIDE, 1e-6)!;
    expect(found.false_alarm_probability).toBeLessThan(1e-30);
    expect(Math.abs(found.curve.offset_ns - offset_ns)).toBeLessThan(2);
    expect(Math.abs(found.curve.drift - drift) * 5e9).toBeLessThan(2);
    expect(found.count).toBeGreaterThan(0.75 * problem.pairs);
  }, 60_000);

  test('uncorrelated clicks: no coarse bin stands out', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const noise = problemOf({ seed: 700 + seed, seconds: 3, pairs_hz: 1e-9, background_hz: 3000 });
      const found = searchWide(noise, WIDE, 1e-6);
      expect(found === null || found.false_alarm_probability > 1e-3).toBe(true);
    }
  }, 60_000);
});
