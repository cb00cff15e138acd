// Goal: what a window adds to the campaign's key is told under both definitions, as intervals, and never for daylight.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { missionFile } from '../../src-contract/mission.ts';
import { keyOutlook } from '../../src-contract/outlook.ts';
import { composableKeyLength } from '../../src-core/distillation/key-length-composable.ts';
import { paperKeyLength } from '../../src-core/distillation/key-length-paper.ts';
import { poolCounts } from '../../src-core/distillation/pooling.ts';
import { NO_CAMPAIGN, viewKeyOutlook, type CampaignCounts } from '../../src-main/pipeline/key-outlook.ts';

const mission = missionFile.parse(JSON.parse(readFileSync('missions/micius.json', 'utf8')));
/** The published counts: 379 bits by the paper's formula, 20 with two composable keys. */
const published = { passes: null, sifted: { Z: { n: 1685, e: 78 }, X: { n: 1415, e: 62 } } };
const night = { coincidences: 578, coincidences_sigma: 127, qber: 0.048, qber_sigma: 0.014, sifted_bits: 289, sifted_bits_sigma: 65 };

function outlook(campaign: CampaignCounts = published, expected: Partial<typeof night> = {}) {
  const view = viewKeyOutlook(mission, campaign, { ...night, ...expected });
  if (view === null) throw new Error('no outlook');
  return keyOutlook.parse(view);
}

test('authority: the published campaign has 379 and 20 bits, and the two lengths with the window are the formulas own', () => {
  const { campaign, window, definitions: [paper, composable] } = outlook();
  expect(paper!.campaign_bits).toBeCloseTo(378.7, 1);
  expect(composable!.campaign_bits).toBeCloseTo(20.08, 1);
  const counts = poolCounts([campaign.sifted, window]);
  expect(paper!.with_window_bits.value).toBeCloseTo(
    paperKeyLength(counts, { f: 1.19, eps_sec: 1e-10, eps_cor: 1e-10, delta: 0.0147 }).length_bits, 9);
  expect(composable!.with_window_bits.value).toBeCloseTo(
    composableKeyLength(counts, { epsilon: 1e-10, delta: 0.0147, leakage: { f: 1.19 }, hashing: 'two-key' }).length_bits, 9);
  for (const { adds_bits, campaign_bits, with_window_bits } of [paper!, composable!]) {
    expect(adds_bits.value).toBeCloseTo(with_window_bits.value - campaign_bits, 9);
    expect(adds_bits.low).toBeLessThan(adds_bits.value);
    expect(adds_bits.high).toBeGreaterThan(adds_bits.value);
  }
});

test('a first window alone is below zero, and worth something in a season', () => {
  for (const { with_window_bits, share_bits } of outlook(NO_CAMPAIGN).definitions) {
    expect(with_window_bits.high).toBeLessThan(0);
    expect(share_bits.low).toBeGreaterThan(0);
    expect(share_bits.low).toBeLessThan(share_bits.value);
    expect(share_bits.high).toBeGreaterThan(share_bits.value);
  }
});

test('property: intervals hold their value, and every number is finite', () => {
  fc.assert(fc.property(
    fc.double({ min: 1, max: 3e4, noNaN: true }), fc.double({ min: 0.01, max: 0.5, noNaN: true }), (sifted_bits, qber) => {
      const { definitions: [paper, composable] } = outlook(published, { sifted_bits, sifted_bits_sigma: sifted_bits / 4, qber });
      for (const { with_window_bits, adds_bits, share_bits } of [paper!, composable!]) {
        for (const { low, value, high } of [with_window_bits, adds_bits, share_bits]) {
          expect(low).toBeLessThanOrEqual(value);
          expect(high).toBeGreaterThanOrEqual(value);
          expect(Number.isFinite(high - low)).toBe(true);
        }
      }
    }), { numRuns: 40 });
});

test('a window of daylight, with a hundred million clicks in the gate, has no outlook', () => {
  expect(viewKeyOutlook(mission, NO_CAMPAIGN, { ...night, sifted_bits: 1.2e8, sifted_bits_sigma: 1.1e4, qber: 0.5 })).toBeNull();
});
