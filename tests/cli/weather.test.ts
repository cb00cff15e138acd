// Goal: the expected sky is set, imported and read at a shell, and changes which windows are chosen.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ChoiceView } from '../../src-contract/choice.ts';
import type { WeatherView } from '../../src-contract/weather.ts';
import { liveIn, ownFolder, twinpass, twinpassJson } from './stranger.ts';

const folder = ownFolder();
liveIn(folder);
const place = ['--demo', '--mission', join(folder, 'mission')];
const weather = (...argv: string[]) => twinpass(['weather', ...argv, ...place]);

test('a sky is set for both stations, the window weighed, the night after it still without a forecast', async () => {
  await weather('set', '2018-09-14', 'delingha', '0.5', '--confidence', '0.8', '--source', 'sounding');
  const view = await twinpassJson<WeatherView>(['weather', 'set', '2018-09-14', 'nanshan', '0', ...place]);
  expect(view.nights[0]!.windows[0]!.share).toBeGreaterThan(0.2);
  const listed = await weather('list', '--from', '2018-09-14', '--nights', '2');
  expect(listed.stdout)
    .toMatch(/2018-09-14 {2}delingha scattered 0\.50 \(confidence 0\.80, sounding\); nanshan clear .* of the clear value\n/);
  expect(listed.stdout).toMatch(/2018-09-15 {2}delingha no forecast yet; nanshan no forecast yet\nModel: cloud-free line of sight/);
  const back = await twinpassJson<WeatherView>(['weather', 'set', '2018-09-14', 'delingha', '--withdraw', ...place]);
  expect(back.nights[0]).toMatchObject({ windows: [], stations: [{ forecast: null }, { forecast: { word: 'clear' } }] });
});

test('a forecast weighs the choice: bits of a covered night count little, unless weather is left out', async () => {
  const rows = ['2018-09-14', '2018-09-15'].flatMap((night) => ['delingha', 'nanshan'].map((station) => `${night},${station},0.9`));
  writeFileSync(join(folder, 'sky.csv'), ['night,station,cloud_fraction', ...rows].join('\n'));
  expect((await weather('import', join(folder, 'sky.csv'))).stdout).toBe('4 forecasts of 2 nights, 0 known already\n');
  const choose = (...argv: string[]) =>
    twinpassJson<ChoiceView>(['schedule', 'choose', '--from', '2018-09-14', '--nights', '3', ...argv, ...place]);
  const [weighed, clear] = [await choose(), await choose('--no-weather')];
  expect([weighed.weighed, clear.weighed]).toEqual([2, 0]);
  expect(weighed.chosen[0]!.expected_bits).toBeLessThan(clear.chosen[0]!.expected_bits / 3);
  expect(weighed.chosen[2]!.expected_bits).toBe(clear.chosen[2]!.expected_bits);
});

test.each([
  [['set', '2018-09-14', 'nanshan', '40'], 2, 'a number from 0 to 1'],
  [['set', '2018-09-14', 'nanshan'], 2, '--withdraw: one of the two'],
  [['set', 'tonight', 'nanshan', '0.4'], 2, 'Expected UTC'],
  [['set', '2018-09-14', 'xinglong', '0.4'], 3, 'station xinglong'],
  [['import', '/no/such/file'], 3, 'cannot be read'],
])('%j ends with %i', async (argv, exit_code, words) => {
  const told = await weather(...argv);
  expect([told.exit_code, told.stdout, told.stderr]).toEqual([exit_code, '', expect.stringContaining(words)]);
});
