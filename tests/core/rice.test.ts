// Goal: coded times come back exactly, cost what Shannon says they must, and damaged bytes are refused.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CHUNK_EVENTS_MAX, decodeTimes, encodeTimes, firstDisorder } from '../../src-core/rice.ts';
import { seeded } from '../support/seeded.ts';

const decoded = (bytes: Uint8Array) => {
  const result = decodeTimes(bytes);
  if (!result.ok) throw new Error(result.error.reason);
  return result.value;
};

function exponential(count: number, mean: number, seed: number): Float64Array {
  const random = seeded(seed);
  let tick = 0;
  return Float64Array.from({ length: count }, () => (tick += Math.floor(-Math.log(1 - random()) * mean)));
}

/** Entropy in bits of a geometric law of that mean: what no code can undercut. */
function geometricEntropy(mean: number): number {
  const p = 1 / (mean + 1);
  return (-(1 - p) * Math.log2(1 - p) - p * Math.log2(p)) / p;
}

test.each([20, 300, 1.5e6, 4e8, 1e11])('exponential gaps of mean %d ticks cost their entropy and 3 %%', (mean) => {
  const ticks = exponential(65_536, mean, 7);
  const bits = (encodeTimes(ticks).length * 8) / ticks.length;
  const measured_mean = ticks.at(-1)! / (ticks.length - 1);
  expect(bits / geometricEntropy(measured_mean)).toBeLessThan(1.03);
  // A sample's mean is known to 1/sqrt(n) = 0.4 %, so its entropy to 0.006 bits: nothing may lie lower.
  expect(bits).toBeGreaterThan(geometricEntropy(measured_mean) - 0.006 * 3);
  expect(Math.abs(geometricEntropy(mean) - Math.log2(Math.E * mean))).toBeLessThan(0.05);
});

test('pulses of a beacon cost their jitter, not their period, also with gaps in them', () => {
  const random = seeded(3);
  const pulses: number[] = [];
  for (let i = 0; i < 65_536; i += 1) {
    if (random() > 0.01) pulses.push(Math.round(i * 1e8 + (random() + random() + random() - 1.5) * 1000));
  }
  const ticks = Float64Array.from(pulses);
  const bytes = encodeTimes(ticks);
  expect(decoded(bytes)).toEqual(ticks);
  // A difference of two jitters, of 500 ticks each, spreads over 707: log2(sqrt(2 pi e) 707) = 11.5 bits.
  expect((bytes.length * 8) / ticks.length).toBeLessThan(11.5 + 2);
});

test('property: every ascending column of whole ticks returns, with gaps from zero to 2^53', () => {
  const gap = fc.oneof(
    fc.constant(0), fc.nat(5), fc.nat(2 ** 31 - 1), fc.maxSafeNat(),
    fc.nat(62).map((power) => Math.min(2 ** power, Number.MAX_SAFE_INTEGER)),
  );
  fc.assert(fc.property(fc.array(gap, { minLength: 1, maxLength: 200 }), fc.boolean(), (gaps, below_zero) => {
    let tick = below_zero ? -Number.MAX_SAFE_INTEGER : 0;
    const column: number[] = [];
    for (const step of gaps) {
      if (tick + step > Number.MAX_SAFE_INTEGER) break;
      column.push(tick += step);
    }
    fc.pre(column.length > 0);
    expect(decoded(encodeTimes(Float64Array.from(column)))).toEqual(Float64Array.from(column));
  }), { numRuns: 500 });
});

test('property: wide gaps of one size use remainders beyond 32 bits', () => {
  fc.assert(fc.property(fc.integer({ min: 33, max: 44 }), fc.integer(), (power, seed) => {
    const random = seeded(seed);
    let tick = 0;
    const ticks = Float64Array.from({ length: 100 }, () => (tick += Math.floor(random() * 2 ** power)));
    expect(decoded(encodeTimes(ticks))).toEqual(ticks);
  }));
});

test('one event, equal events and the largest gap', () => {
  for (const column of [[0], [-5], [7, 7, 7], [0, Number.MAX_SAFE_INTEGER], [1, 2, Number.MAX_SAFE_INTEGER]]) {
    expect(decoded(encodeTimes(Float64Array.from(column)))).toEqual(Float64Array.from(column));
  }
  expect(() => encodeTimes(new Float64Array(0))).toThrow('chunk of 0 events');
  expect(() => encodeTimes(new Float64Array(CHUNK_EVENTS_MAX + 1))).toThrow('events');
});

test('disorder is found where it is', () => {
  expect(firstDisorder(Float64Array.of(1, 1, 2))).toBe(-1);
  expect(firstDisorder(Float64Array.of(1, 3, 2))).toBe(2);
  expect(firstDisorder(Float64Array.of(1, Number.NaN))).toBe(1);
  expect(firstDisorder(Float64Array.of(0.5))).toBe(0);
  expect(firstDisorder(Float64Array.of(0, 2 ** 53))).toBe(1);
});

test('every cut of a chunk is refused', () => {
  const bytes = encodeTimes(exponential(50, 1000, 1));
  for (let length = 0; length < bytes.length; length += 1) {
    expect(decodeTimes(bytes.subarray(0, length)).ok).toBe(false);
  }
});

test('property: no damage makes the decoder throw, hang or answer with disorder', () => {
  const bytes = encodeTimes(exponential(300, 1e5, 2));
  fc.assert(fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
    const result = decodeTimes(bytes.with(at, value));
    if (result.ok) expect(firstDisorder(result.value)).toBe(-1);
  }), { numRuns: 1000 });
});
