// Goal: the gate chosen from the data is the one that is best by what is said of it, and holds the share it names.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseGate, gateHolding, gateShare, peakOf, type MeasuredPeak } from '../../../src-core/detection/auto-gate.ts';
import { processPair } from '../../../src-core/detection/process-pair.ts';
import { makePass } from '../../support/synthetic-pass.ts';

const WORTH = { f: 1.19, visibility: 0.965 };
/** The typical pass: 2.2 true pairs a second in 2.5 ns, 8,000 clicks a second a side, 281 s. */
const MICIUS: MeasuredPeak = { sigma_ns: 0.77, pairs: (2.2 * 281) / 0.8955, density_per_ns: 8000 * 8000 * 1e-9 * 281 };

test.each([
  // erf(x / sqrt 2) of 1, 2, 2.5 and 3 sigma to either side, Abramowitz and Stegun, table 26.1
  [1, 0.682_689_492], [2, 0.954_499_736], [2.5, 0.987_580_669], [3, 0.997_300_204],
])('a gate of %f sigma to either side holds %f of the peak', (sigmas, share) => {
  expect(gateShare(2 * sigmas * 0.5, 0.5)).toBeCloseTo(share, 8);
});

test('98.8 % of a peak of 0.5 ns need 2.52 ns: 2.5 ns hold 98.76 %', () => {
  expect(gateHolding(0.988, 0.5).gate_ns).toBeCloseTo(2.52, 10);
  expect(gateShare(2.5, 0.5)).toBeCloseTo(0.98758, 5);
});

test('property: a gate holds its share, and a hundredth of a nanosecond less does not', () => {
  fc.assert(fc.property(fc.double({ min: 0.1, max: 0.99999, noNaN: true }), fc.double({ min: 0.1, max: 10, noNaN: true }),
    (wanted, sigma_ns) => {
      const { gate_ns, share } = gateHolding(wanted, sigma_ns);
      expect(share).toBeGreaterThanOrEqual(wanted - 1e-7);
      if (gate_ns > 0.1) expect(gateShare(gate_ns - 0.01, sigma_ns)).toBeLessThan(wanted);
    }));
});

test('the pass of the paper asks for the gate of the paper: 2.5 ns, to a tenth', () => {
  const choice = chooseGate(MICIUS, WORTH);
  expect(choice.by).toBe('key');
  expect(Math.abs(choice.gate_ns - 2.5)).toBeLessThanOrEqual(0.1 + 1e-9);
});

const h = (p: number) => (p <= 0 || p >= 1 ? 0 : -p * Math.log2(p) - (1 - p) * Math.log2(1 - p));

/** Error function by its series, 60 terms: not the code under test. */
function erf(x: number): number {
  let [term, sum] = [x, x];
  for (let n = 1; n < 60; n += 1) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

test('property: no gate of a finer search makes more key', () => {
  const peaks = fc.record({
    sigma_ns: fc.double({ min: 0.2, max: 3, noNaN: true }), pairs: fc.double({ min: 50, max: 1e6, noNaN: true }),
    density_per_ns: fc.double({ min: 0.01, max: 20, noNaN: true }),
  });
  const keyOf = ({ sigma_ns, pairs, density_per_ns }: MeasuredPeak, gate: number) => {
    const [s, b] = [pairs * erf(gate / (2 * Math.SQRT2 * sigma_ns)), density_per_ns * gate];
    return (s + b) * (1 - (1 + WORTH.f) * h(((1 - WORTH.visibility) * s + b) / (2 * (s + b))));
  };
  fc.assert(fc.property(peaks, (peak) => {
    const { gate_ns, by } = chooseGate(peak, WORTH);
    const finer = Array.from({ length: 800 }, (_, i) => keyOf(peak, ((i + 1) * peak.sigma_ns) / 100));
    const most = Math.max(...finer);
    if (most <= 0) return;
    expect(by).toBe('key');
    // A gate is named to 0.01 ns, a twentieth of the narrowest peak here: about the best the key is flat.
    expect(keyOf(peak, gate_ns)).toBeGreaterThan(most - 1e-3 * peak.pairs);
  }));
});

test('weak and strong background: a wide gate, and the textbook one of 1.4 sigma to either side', () => {
  expect(chooseGate({ sigma_ns: 1, pairs: 1e5, density_per_ns: 1e-3 }, null).gate_ns).toBeGreaterThan(6);
  // s / sqrt(b) = erf(x / sqrt 2) / sqrt x is largest at x = 1.4006.
  const { gate_ns, by } = chooseGate({ sigma_ns: 1, pairs: 10, density_per_ns: 1e5 }, WORTH);
  expect(by).toBe('significance');
  expect(Math.abs(gate_ns - 2.801)).toBeLessThan(0.02);
});

test('the peak of a pass is measured the same with a narrow and a wide gate', () => {
  const pass = makePass({ seconds: 60, pairs_hz: 40, a: { background_cps: 8000 }, b: { background_cps: 8000 } });
  const [narrow, wide] = [1, 5].map((gate_ns) => {
    const outcome = processPair(pass.a, pass.b, { gate_ns });
    if (!outcome.ok) throw new Error(outcome.error.type);
    return peakOf(outcome.value);
  });
  expect(narrow!.sigma_ns).toBeCloseTo(wide!.sigma_ns, 1);
  expect(narrow!.pairs / wide!.pairs).toBeGreaterThan(0.94);
  expect(narrow!.pairs / wide!.pairs).toBeLessThan(1.06);
});
