// Goal: at a shell, the best windows are chosen from the mission's nights or from lists of any constellation's.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ChoiceView } from '../../src-contract/choice.ts';
import { liveIn, ownFolder, twinpass, twinpassJson } from './stranger.ts';

type Choice = ChoiceView & { readonly proposed?: readonly string[] };
const folder = ownFolder();
liveIn(folder);
const path = (name: string) => join(folder, name);
const choose = (...argv: string[]) => twinpass(['schedule', 'choose', ...argv, '--mission', path('mission')]);
const chosen = (...argv: string[]) => twinpassJson<Choice>(['schedule', 'choose', ...argv, '--mission', path('mission')]);
const LIST = [
  { satellite_id: '1', station_ids: ['a', 'b'], start_utc: '2026-11-25T18:00:00Z', end_utc: '2026-11-25T18:01:40Z', expected_bits: 60 },
  { satellite_id: '2', station_ids: ['b', 'c'], start_utc: '2026-11-25T18:00:50Z', end_utc: '2026-11-25T18:05:00Z', expected_bits: 100 },
  { satellite_id: '3', station_ids: ['a', 'c'], start_utc: '2026-11-25T18:04:00Z', end_utc: '2026-11-25T18:06:00Z', expected_bits: 70 },
];
function listed(name: string, windows: unknown): string {
  writeFileSync(path(name), JSON.stringify(windows, null, 2));
  return path(name);
}

test('a list of windows: the pair that greedy would not take is worth more', async () => {
  const list = listed('list.json', LIST);
  expect(await chosen(list)).toMatchObject({ value: 130, greedy_value: 100, optimality_gap: 0, windows: 3 });
  expect(await chosen(list, '--weight', 'b,c=2')).toMatchObject({ value: 200, chosen: [{ satellite_id: '2' }] });
  expect(await chosen(list, '--demand', 'a,b=10')).toMatchObject({ value: 100 });
  const page = await choose(list);
  expect(page.stdout).toMatch(/2 of 3 windows, 130 bits, worth 130: proven best\.\nThe greedy choice is worth 100, 23\.077 % below/);
});

test('what `windows --json` prints is a list, and two of them are two satellites', async () => {
  const found = await twinpass(['windows', '--from', '2018-09-15', '--days', '30', '--json']);
  writeFileSync(path('micius.json'), found.stdout);
  const { windows } = JSON.parse(found.stdout) as { windows: unknown[] };
  expect((await chosen(path('micius.json'))).chosen).toHaveLength(windows.length);
  writeFileSync(path('twin.json'), found.stdout.replaceAll('"41731"', '"90001"'));
  const both = await chosen(path('micius.json'), path('twin.json'));
  // The same windows twice: the stations can serve one satellite only.
  expect(both).toMatchObject({ windows: 2 * windows.length, optimality_gap: 0 });
  expect(both.chosen).toHaveLength(windows.length);
});

test('the nights of the mission: chosen, proposed, and then taken', async () => {
  const nights = ['--from', '2018-09-14', '--nights', '3', '--demo'];
  const choice = await chosen(...nights, '--propose', '--who', 'anna', '--why', 'best');
  expect(choice.chosen).toHaveLength(3);
  expect(choice.proposed).toEqual(['2018-09-14-1814', '2018-09-15-1751', '2018-09-16-1729']);
  const again = await choose(...nights);
  expect([again.exit_code, again.stderr]).toEqual([4, expect.stringContaining('Nothing to choose from')]);
});

test.each<[string, () => string[], readonly [number, RegExp]]>([
  ['a window that ends before it starts', () => [listed('a.json', [{ ...LIST[0], end_utc: '2026-11-25T17:00:00Z' }])],
    [3, /a\.json window 1: line \d+, 0\.end_utc_ms: a window ends after it starts/]],
  ['a station twice', () => [listed('b.json', { windows: [LIST[0], { ...LIST[1], station_ids: ['b', 'b'] }] })],
    [3, /b\.json window 2: line 15, windows\.1\.station_ids: a pair has two stations/]],
  ['bits as text', () => [listed('c.json', [{ ...LIST[0], expected_bits: 'many' }])], [3, /window 1: line \d+, 0\.expected_bits/]],
  ['an unknown key', () => [listed('d.json', [{ ...LIST[0], elevation: 3 }])], [3, /elevation/]],
  ['no list at all', () => [listed('e.json', { hello: 1 })], [3, /expected a list of windows/]],
  ['two windows of one name', () => [listed('f.json', [{ ...LIST[0], window_id: 'x' }, { ...LIST[1], window_id: 'x' }])],
    [2, /two windows have one window_id/]],
  ['an empty list', () => [listed('g.json', [])], [2, /windows/]],
  ['half a demand', () => [listed('h.json', LIST), '--demand', 'a=3'], [2, /Expected two stations and a number/]],
  ['a demand twice', () => [listed('i.json', LIST), '--demand', 'a,b=3', '--demand', 'b,a=4'], [2, /stand twice/]],
  ['a demand without a list', () => ['--from', '2018-09-14', '--demand', 'a,b=3'], [2, /for lists of windows/]],
  ['no night', () => [], [2, /--from names the first night/]],
])('%s is refused with what is wrong', async (_case, argv, [exit_code, words]) => {
  const told = await choose(...argv());
  expect([told.exit_code, told.stdout]).toEqual([exit_code, '']);
  expect(told.stderr).toMatch(words);
});
