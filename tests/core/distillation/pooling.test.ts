// Goal: passes pooled into one block are worth more than apart, and the next one's worth is known beforehand.
import { expect, test } from 'vitest';
import {
  composableKeyLength, type ComposableParameters,
} from '../../../src-core/distillation/key-length-composable.ts';
import { gainOfPass, poolCounts } from '../../../src-core/distillation/pooling.ts';

const parameters: ComposableParameters = { epsilon: 1e-10, delta: 0.0147, leakage: { f: 1.19 }, hashing: 'two-key' };
/** A good night of the published campaign: about 300 sifted bits at 4.5 %. */
const night = { Z: { n: 160, e: 7 }, X: { n: 140, e: 6 } };

test('analytic: counts add, and no pass is no bits', () => {
  expect(poolCounts([night, night, night])).toEqual({ Z: { n: 480, e: 21 }, X: { n: 420, e: 18 } });
  expect(poolCounts([])).toEqual({ Z: { n: 0, e: 0 }, X: { n: 0, e: 0 } });
});

test('authority: the published campaign had just enough passes for a key at 1e-10; ten such nights have one', () => {
  const gain = gainOfPass(poolCounts([]), night, parameters);
  expect(gain.length_with_pass_bits).toBeLessThan(0);
  expect(gain.passes_to_key).toBeGreaterThan(8);
  expect(gain.passes_to_key).toBeLessThan(12);
  const pooled = poolCounts(Array.from({ length: gain.passes_to_key! }, () => night));
  expect(composableKeyLength(pooled, parameters).length_bits).toBeGreaterThanOrEqual(1);
});

test('property: pooled beats apart, and a pass of noise costs instead of adding', () => {
  const block = poolCounts(Array.from({ length: 20 }, () => night));
  const both = composableKeyLength(poolCounts([block, block]), parameters).length_bits;
  expect(both).toBeGreaterThan(2 * composableKeyLength(block, parameters).length_bits);
  expect(gainOfPass(block, night, parameters).gain_bits).toBeGreaterThan(0);
  expect(gainOfPass(block, { Z: { n: 160, e: 40 }, X: { n: 140, e: 35 } }, parameters).gain_bits).toBeLessThan(0);
});

test('failure: hopeless passes never make a key, leakage in bits says nothing about a pass to come', () => {
  const noise = { Z: { n: 100, e: 20 }, X: { n: 100, e: 20 } };
  expect(gainOfPass(poolCounts([]), noise, parameters).passes_to_key).toBeNull();
  expect(() => gainOfPass(night, night, { ...parameters, leakage: { z_bits: 1, x_bits: 1 } })).toThrow('assumed f');
});
