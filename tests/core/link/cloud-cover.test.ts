// Goal: clouds weigh an instant by its elevation: right limits, right direction, and a dome that averages to its cover.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clearSightProbability, forecastSightProbability, unknownSightProbability } from '../../../src-core/link/cloud-cover.ts';
import { weatheredPass } from '../../../src-core/link/weathered-pass.ts';
import { expectedPass, type PassColumns } from '../../../src-core/link/expected-pass.ts';
import type { LinkParameters } from '../../../src-core/link/link-parameters.ts';
import { linkOf, linkStationOf, missionFile } from '../../../src-contract/mission.ts';
import { readFileSync } from 'node:fs';

const DEG = Math.PI / 180;
const share = fc.double({ min: 0, max: 1, noNaN: true });
const elevation = fc.double({ min: 0, max: Math.PI / 2, noNaN: true });

test('a clear sky hides nothing and an overcast one everything, wherever one looks', () => {
  for (const elevation_deg of [0, 13, 45, 90]) {
    expect(clearSightProbability(0, elevation_deg * DEG)).toBe(1);
    expect(clearSightProbability(1, elevation_deg * DEG)).toBe(0);
  }
});

test('straight above, half a sky of cloud leaves 11 lines in 16 open', () => {
  expect(clearSightProbability(0.5, 90 * DEG)).toBeCloseTo(11 / 16, 12);
});

test('property: more cloud, or a lower look, never opens the sky', () => {
  fc.assert(fc.property(fc.tuple(share, share), fc.tuple(elevation, elevation), ([s, t], [e, f]) => {
    const [less, more] = [Math.min(s, t), Math.max(s, t)];
    const [low, high] = [Math.min(e, f), Math.max(e, f)];
    expect(clearSightProbability(more, e)).toBeLessThanOrEqual(clearSightProbability(less, e) + 1e-12);
    expect(clearSightProbability(s, low)).toBeLessThanOrEqual(clearSightProbability(s, high) + 1e-12);
    expect(clearSightProbability(s, e)).toBeGreaterThanOrEqual(0);
  }));
});

/** By solid angle, as an observer who looks at the whole dome. */
function domeAverage(cloud_fraction: number): number {
  const steps = 20_000;
  let sum = 0;
  for (let i = 0; i < steps; i++) sum += clearSightProbability(cloud_fraction, Math.asin((i + 0.5) / steps));
  return sum / steps;
}

/** Sky cover is reported in eighths: no observation tells a model from the truth more finely. */
const one_okta = 1 / 8;

test.each([0.1, 0.25, 0.5, 0.75, 0.9])(
  'the dome average of a sky covered by %d is its open part, within the eighth in which covers are reported', (cloud_fraction) => {
    expect(Math.abs(domeAverage(cloud_fraction) - (1 - cloud_fraction))).toBeLessThan(one_okta);
  });

test('nothing known is every cover alike: Simpson against a sum of 10,000', () => {
  for (const elevation_deg of [13, 30, 90]) {
    let sum = 0;
    for (let i = 0; i < 10_000; i++) sum += clearSightProbability((i + 0.5) / 10_000, elevation_deg * DEG) / 10_000;
    expect(Math.abs(unknownSightProbability(elevation_deg * DEG) - sum)).toBeLessThan(1e-3);
  }
});

test('a forecast that nobody believes says nothing; one fully believed is the model alone', () => {
  const at = (confidence: number) => forecastSightProbability({ cloud_fraction: 0.8, confidence }, 30 * DEG);
  expect(at(0)).toBe(unknownSightProbability(30 * DEG));
  expect(at(1)).toBe(clearSightProbability(0.8, 30 * DEG));
  expect(at(0.5)).toBeCloseTo((at(0) + at(1)) / 2, 12);
});

const mission = missionFile.parse(JSON.parse(readFileSync('missions/micius.json', 'utf8')));
const link: LinkParameters = linkOf(mission);
function passAt(elevation_deg: number): PassColumns {
  const station = (which: 0 | 1) => ({
    station: linkStationOf(mission.stations[which]), range_m: new Float64Array(29).fill(1e6),
    elevation_rad: new Float64Array(29).fill(elevation_deg * DEG), background_cps: new Float64Array(29).fill(3000),
  });
  return { step_s: 10, stations: [station(0), station(1)] };
}

test('a clear forecast leaves the expectation as it is, an overcast one leaves nothing', () => {
  const clear = expectedPass(link, passAt(30));
  const sky = (cloud_fraction: number) => ({ cloud_fraction, confidence: 1 });
  const same = weatheredPass(link, passAt(30), [sky(0), sky(0)]);
  expect(same.sifted_bits).toBeCloseTo(clear.sifted_bits, 9);
  expect(same).toMatchObject({ share: 1, clear_probability: [1, 1] });
  expect(weatheredPass(link, passAt(30), [sky(0), sky(1)])).toMatchObject({ coincidences: 0, sifted_bits: 0, share: 0 });
});

test('both stations have to see: the share is the product, and a low pass keeps less of the same sky', () => {
  const sky = { cloud_fraction: 0.5, confidence: 1 };
  const alone = clearSightProbability(0.5, 30 * DEG);
  expect(weatheredPass(link, passAt(30), [sky, sky]).share).toBeCloseTo(alone * alone, 12);
  expect(weatheredPass(link, passAt(15), [sky, sky]).share).toBeLessThan(weatheredPass(link, passAt(60), [sky, sky]).share / 1.3);
});
