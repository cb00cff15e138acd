// Goal: hold sifting to the rules of the state, and double clicks to chance rather than choice.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Coincidences, DetectorRole, EntangledState } from '../../../src-core/coincidences.ts';
import { resolveOutcomes, siftCoincidences, sliceCounts } from '../../../src-core/distillation/sift.ts';

const roles: readonly DetectorRole[] = [
  { basis: 'Z', bit: 0 }, { basis: 'Z', bit: 1 }, { basis: 'X', bit: 0 }, { basis: 'X', bit: 1 },
];
const [H, V, P, M] = [1, 2, 4, 8] as const;

const pairs = (rows: readonly (readonly [number, number])[]): Coincidences => ({
  time_s: Float64Array.from(rows, (_, i) => i),
  delta_ns: new Float64Array(rows.length),
  pattern_a: Uint8Array.from(rows, ([a]) => a),
  pattern_b: Uint8Array.from(rows, ([, b]) => b),
});

const never = (): 0 | 1 => { throw new Error('no bit was needed'); };
const sift = (rows: readonly (readonly [number, number])[], state: EntangledState, randomBit: () => 0 | 1 = never) =>
  siftCoincidences({ coincidences: pairs(rows), roles_a: roles, roles_b: roles, state, randomBit });

const allSixteen = [H, V, P, M].flatMap((a) => [H, V, P, M].map((b) => [a, b] as const));

test('analytic: psi+ is opposite in Z and equal in X, phi+ equal in both, bases that differ make nothing', () => {
  expect(sift([[H, V], [V, H], [P, P], [M, M]], 'psi+').counts).toEqual({ Z: { n: 2, e: 0 }, X: { n: 2, e: 0 } });
  expect(sift([[H, V], [V, H], [P, P], [M, M]], 'phi+').counts).toEqual({ Z: { n: 2, e: 2 }, X: { n: 2, e: 0 } });
  expect(sift([[H, H], [P, M]], 'phi+').counts).toEqual({ Z: { n: 1, e: 0 }, X: { n: 1, e: 1 } });
  for (const state of ['psi+', 'phi+'] as const) {
    const sifted = sift(allSixteen, state);
    expect(sifted.counts).toEqual({ Z: { n: 4, e: 2 }, X: { n: 4, e: 2 } });
    expect(sifted.basis_mismatches).toBe(8);
  }
});

test('bits are Alice\'s own and Bob\'s turned to agree with them', () => {
  const sifted = sift([[H, V], [P, H], [V, H], [M, M], [V, V]], 'psi+');
  expect([...sifted.bit_a]).toEqual([0, 1, 1, 1]);
  expect([...sifted.bit_b]).toEqual([0, 1, 1, 0]);
  expect([...sifted.basis]).toEqual([0, 0, 1, 0]);
  expect([...sifted.time_s]).toEqual([0, 2, 3, 4]);
});

test('a double click draws one bit, one across bases draws a basis and a bit, in that order', () => {
  const drawn = [1, 1, 0] as (0 | 1)[];
  const found = resolveOutcomes(Uint8Array.from([H | V, V, V | P]), roles, () => drawn.shift()!);
  expect([...found.basis]).toEqual([0, 0, 1]);
  expect([...found.bit]).toEqual([1, 1, 0]);
  expect([found.double_clicks, found.cross_basis_clicks]).toEqual([1, 1]);
  expect(drawn).toEqual([]);
});

test('failure: a pattern no detector can make is a programmer error', () => {
  expect(() => resolveOutcomes(Uint8Array.from([0]), roles, never)).toThrow('click pattern 0');
  expect(() => resolveOutcomes(Uint8Array.from([16]), roles, never)).toThrow('click pattern 16');
  expect(() => sliceCounts(sift([[H, V]], 'psi+'), { origin_s: 0, width_s: 0, slices: 3 })).toThrow('slices');
});

test('property: every coincidence is sifted or mismatched, and slices add up to the total', () => {
  const row = fc.tuple(fc.integer({ min: 1, max: 15 }), fc.integer({ min: 1, max: 15 }));
  fc.assert(fc.property(fc.array(row, { maxLength: 200 }), fc.integer({ min: 1, max: 50 }), (rows, width_s) => {
    let turn = 0;
    const sifted = sift(rows, 'psi+', () => ((turn += 1) % 2 === 0 ? 0 : 1));
    const { Z, X } = sifted.counts;
    expect(Z.n + X.n + sifted.basis_mismatches).toBe(rows.length);
    expect(Z.e <= Z.n && X.e <= X.n).toBe(true);
    const slices = sliceCounts(sifted, { origin_s: 0, width_s, slices: Math.ceil(200 / width_s) });
    const sum = (column: Uint32Array) => column.reduce((a, b) => a + b, 0);
    expect([slices.n_z, slices.e_z, slices.n_x, slices.e_x].map(sum)).toEqual([Z.n, Z.e, X.n, X.e]);
  }));
});
