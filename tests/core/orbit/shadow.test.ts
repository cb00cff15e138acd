// Goal: a satellite goes in and out of sunlight, penumbra and umbra when an outside program says so.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseElements } from '../../../src-core/orbit/elements.ts';
import { shadowMargins, sunlightOf } from '../../../src-core/orbit/shadow.ts';
import { createSkyTrack } from '../../../src-core/orbit/sky-track.ts';
import { sunlightAt, sunPefKm } from '../../../src-core/orbit/sun.ts';
import { createTrack } from '../../../src-core/orbit/track.ts';
import { propagatorOf, readGolden } from '../../support/golden-orbit.ts';

interface Golden { readonly start_utc_ms: number; readonly spooqy_light_changes: readonly [number, string][] }

const golden = readGolden('skyfield/windows-2021.json') as Golden;
/** The Sun is good to 0.003 degree, and the satellite goes round 0.066 degree a second. */
const SUN_S = 0.05;

function day() {
  const parsed = parseElements(readFileSync('tests/golden/skyfield/elements-2021.tle', 'utf8'), 'elements-2021.tle');
  if (!parsed.ok) throw new Error(parsed.error.where);
  const propagator = propagatorOf(parsed.value.find(({ catalog_number }) => catalog_number === '44332')!);
  const start_s = (golden.start_utc_ms - propagator.elements.epoch_utc_ms) / 1000;
  const track = createTrack(propagator, { start_s, end_s: start_s + 86_400 })!;
  return { start_s, track, light: sunlightOf(track, createSkyTrack(sunPefKm), propagator.elements.epoch_utc_ms) };
}

test('64 changes of the light in a day, each within 0.05 s of Skyfield with the Sun of astropy', () => {
  const { start_s, light } = day();
  const theirs = golden.spooqy_light_changes.map(([t_s, what]) => {
    const name = { 'into lit': 'lit', 'out of lit': 'penumbra', 'into umbra': 'umbra', 'out of umbra': 'penumbra' }[what];
    return { t_s, to: name };
  });
  expect(light.changes.map(({ to }) => to)).toEqual(theirs.map(({ to }) => to));
  for (const [i, { t_s }] of theirs.entries()) expect(Math.abs(light.changes[i]!.t_s - start_s - t_s)).toBeLessThan(SUN_S);
});

test('the three lights fill the day, and more than a third is umbra', () => {
  const { light: { lit_s, penumbra_s, umbra_s } } = day();
  expect(lit_s + penumbra_s + umbra_s).toBeCloseTo(86_400, 2);
  // asin(R_E / a) of half a turn, the Sun in the orbital plane; the day holds 16 shadows in 15.8 orbits.
  expect(umbra_s / 86_400).toBeLessThan(Math.asin(6378.1 / 6707) / Math.PI * 16 / 15.8);
  expect(umbra_s / 86_400).toBeGreaterThan(0.35);
});

test('analytic: on the line from the Sun the margins are the sizes of the discs', () => {
  const sun = [149_597_870.7, 0, 0];
  const behind = shadowMargins([-7000, 0, 0], sun);
  expect(behind.umbra_rad).toBeCloseTo(Math.asin(6378.137 / 7000) - Math.asin(695_700 / 149_604_870.7), 12);
  expect(behind.lit_rad).toBeLessThan(0);
  expect(shadowMargins([7000, 0, 0], sun).lit_rad).toBeGreaterThan(1.9);
});

test('the margins agree with the words', () => {
  for (let degrees = 0; degrees < 360; degrees += 1) {
    const angle = degrees * Math.PI / 180;
    const [at, sun] = [[6900 * Math.cos(angle), 6900 * Math.sin(angle), 0], [149_597_870.7, 0, 0]] as
      [[number, number, number], [number, number, number]];
    const { lit_rad, umbra_rad } = shadowMargins(at, sun);
    expect(sunlightAt(at, sun)).toBe(lit_rad >= 0 ? 'lit' : umbra_rad >= 0 ? 'umbra' : 'penumbra');
  }
});
