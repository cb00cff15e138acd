// Goal: pairs fall on detectors as quantum mechanics says, for both states, in both modes, at any angle.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { predictedCorrelation } from '../../src-core/bell/recording.ts';
import { createOutcomes, jointProbability } from '../../src-main/simulator/outcomes.ts';
import { micius } from './simulated.ts';

/** Weights of the sixteen detector pairs. */
function cells(sums: Float64Array): readonly number[] {
  return [...sums].map((sum, i) => sum - (i === 0 ? 0 : sums[i - 1]!));
}
const angle = fc.double({ min: -180, max: 180, noNaN: true });

describe('two photons at two analysers', () => {
  test('E of the four outcomes is V times the textbook correlation of the state', () => {
    fc.assert(fc.property(fc.constantFrom('psi+' as const, 'phi+' as const), fc.double({ min: 0, max: 1, noNaN: true }),
      fc.tuple(angle, angle), (state, visibility, [a, b]) => {
        const p = (da: number, db: number) => jointProbability(state, visibility, [a + da, b + db]);
        const e = p(0, 0) + p(90, 90) - p(0, 90) - p(90, 0);
        expect(e).toBeCloseTo(visibility * predictedCorrelation(state, a, b), 12);
        expect(p(0, 0) + p(90, 90) + p(0, 90) + p(90, 0)).toBeCloseTo(1, 12);
        expect(Math.min(p(0, 0), p(90, 90), p(0, 90), p(90, 0))).toBeGreaterThanOrEqual(-1e-15);
      }));
  });

  test('psi+ without noise: never the same bit in Z, never different bits in X; phi+ never different ones', () => {
    expect(jointProbability('psi+', 1, [0, 0])).toBeCloseTo(0, 15);
    expect(jointProbability('psi+', 1, [45, 135])).toBeCloseTo(0, 15);
    expect(jointProbability('phi+', 1, [0, 90])).toBeCloseTo(0, 15);
    expect(jointProbability('phi+', 1, [45, 135])).toBeCloseTo(0, 15);
  });
});

describe('the mission\'s detectors', () => {
  const key = createOutcomes({ mission: micius, mode: 'qkd' });

  test('shares add up to one, Z has its share, and a basis splits by the efficiencies', () => {
    for (const [s, station] of key.detectors.entries()) {
      const z = station.filter(({ basis }) => basis === 'Z').reduce((sum, { share }) => sum + share, 0);
      expect(z).toBeCloseTo(micius.source.z_share, 12);
      expect(key.single_sums[s]!.at(-1)).toBeCloseTo(1, 12);
      const [h, v] = micius.stations[s]!.detectors;
      expect(station[0]!.share / station[1]!.share).toBeCloseTo(h!.efficiency / v!.efficiency, 12);
    }
  });

  test('the error rate of pairs is (1 - V) / 2 in both bases, within the efficiencies\' mismatch', () => {
    const p = cells(key.pair_sums);
    const of = (pick: (i: number, j: number) => boolean) =>
      p.reduce((sum, weight, cell) => sum + (pick(Math.floor(cell / 4), cell % 4) ? weight : 0), 0);
    const qber = (1 - micius.source.visibility) / 2;
    expect(of((i, j) => i < 2 && i === j) / of((i, j) => i < 2 && j < 2)).toBeCloseTo(qber, 4);
    expect(of((i, j) => i >= 2 && i !== j && j >= 2) / of((i, j) => i >= 2 && j >= 2)).toBeCloseTo(qber, 4);
    expect(of((i, j) => i < 2 && j < 2)).toBeCloseTo(micius.source.z_share ** 2, 3);
    expect(of(() => true)).toBeCloseTo(1, 3);
  });

  test('in Bell mode the four settings reach V 2 sqrt 2', () => {
    const bell = createOutcomes({ mission: micius, mode: 'bell' });
    expect(bell.detectors[1].map(({ angle_deg }) => angle_deg)).toEqual([22.5, 22.5, 67.5, 67.5]);
    const p = cells(bell.pair_sums);
    const e = [[0, 0], [0, 2], [2, 0], [2, 2]].map(([i, j]) => {
      const at = (k: number, l: number) => p[(i! + k) * 4 + j! + l]!;
      return (at(0, 0) + at(1, 1) - at(0, 1) - at(1, 0)) / (at(0, 0) + at(1, 1) + at(0, 1) + at(1, 0));
    });
    const s = Math.abs(e[0]! - e[1]! - e[2]! - e[3]!);
    expect(s).toBeCloseTo(micius.source.visibility * 2 * Math.SQRT2, 3);
  });
});
