// Goal: an operator searches many satellites over many pairs from a file: another program's windows, and clear refusals.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { constellationSample } from '../support/constellation-sample.ts';
import { ownFolder, twinpass, twinpassJson } from './stranger.ts';

interface Found {
  readonly facts: { readonly satellites: number; readonly pairs: number; readonly windows: number };
  readonly windows: readonly {
    readonly satellite_id: string; readonly station_ids: readonly string[];
    readonly start_utc_ms: number; readonly end_utc_ms: number; readonly dark: boolean;
    readonly elevation: readonly string[]; readonly edges: readonly string[];
  }[];
}

const GOLDEN = 'tests/golden/python-sgp4/golden_2018';
const FROM_UTC_MS = Date.UTC(2018, 8, 15);
const TWO_MS = 2;
const folder = ownFolder();
const written = (name: string, content: unknown) => {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};
const micius = JSON.parse(readFileSync('missions/micius.json', 'utf8')) as
  { stations: { id: string; latitude_deg: number; longitude_deg: number; altitude_m: number }[] };
const stations = micius.stations.map(({ id, latitude_deg, longitude_deg, altitude_m }) =>
  ({ id, latitude_deg, longitude_deg, altitude_m }));
const file = (change: object = {}) => written('stations.json', { format: 'twinpass-constellation/1', stations, ...change });
const search = (path: string, more: readonly string[] = []) =>
  ['constellation', path, '--elements', `${GOLDEN}.tle`, '--from', '2018-09-15', '--days', '365', '--workers', '1', ...more];

test('one pair and one satellite: the 708 windows of a year that python-sgp4 has, to 2 ms', async () => {
  const golden = (JSON.parse(readFileSync(`${GOLDEN}.json`, 'utf8')) as { windows: { start_s: number; end_s: number }[] }).windows;
  const { facts, windows } = await twinpassJson<Found>(search(file(), ['--night', 'any']));
  expect(facts).toMatchObject({ satellites: 1, pairs: 1, windows: 708 });
  expect(windows).toHaveLength(golden.length);
  for (const [i, window] of windows.entries()) {
    expect(Math.abs(window.start_utc_ms - FROM_UTC_MS - 1000 * golden[i]!.start_s)).toBeLessThan(TWO_MS);
    expect(Math.abs(window.end_utc_ms - FROM_UTC_MS - 1000 * golden[i]!.end_s)).toBeLessThan(TWO_MS);
  }
  expect(windows[0]).toMatchObject({
    satellite_id: '41731', station_ids: ['delingha', 'nanshan'], elevation: ['geometric', 'geometric'],
    edges: ['min_elevation', 'min_elevation'],
  });
  const dark = await twinpassJson<Found>(search(file()));
  expect(dark.windows).toEqual(windows.filter((window) => window.dark));
});

test('a page names the pairs with most time, and how far the search is goes to a terminal', async () => {
  const sample = constellationSample({ satellites: 4, stations: 12 });
  const elements = written('all.json', sample.elements_text);
  const told: string[] = [];
  const { exit_code, stdout } = await twinpass(
    ['constellation', file({ stations: sample.stations }), '--elements', elements, '--from', '2018-09-15', '--days', '3',
      '--night', 'any', '--workers', '2'],
    { onProgress: (stderr) => told.push(stderr) });
  expect(exit_code).toBe(0);
  expect(stdout).toMatch(/^s\d+ and s\d+: \d+ windows, \d+\.\d\d h$/m);
  expect(stdout).toMatch(/\d+ windows of 4 satellites over \d+ of 66 pairs; first 2018-09-1/);
  expect(told.join('')).toMatch(/search/);
});

test.each([
  ['a format of another file', { format: 'twinpass-mission/1' }, 3, /stations\.json.*format/],
  ['a station twice', { stations: [stations[0], stations[0]] }, 3, /two stations have the same id/],
  ['a pair of an unknown station', { pairs: [['delingha', 'lijiang']] }, 3, /no station is named lijiang/],
  ['a station paired with itself', { pairs: [['nanshan', 'nanshan']] }, 3, /nanshan is no pair by itself/],
  ['refracted elevation near the horizon', { stations: [stations[0], { ...stations[1], elevation: 'refracted', min_elevation_deg: 0 }] },
    3, /refracted elevation needs/],
  ['stations that never share a view', { stations: [stations[0], { ...stations[1], latitude_deg: -40, longitude_deg: -70 }] },
    4, /no window in this span/],
])('%s is refused and named', async (...[, change, exit, message]) => {
  const { exit_code, stderr } = await twinpass(search(file(change)).map((word) => (word === '365' ? '5' : word)));
  expect([exit_code, stderr]).toEqual([exit, expect.stringMatching(message)]);
});
