// Goal: what is sent to the stations is all of it and the approved passes only, and every byte can be checked by another program.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { liveIn, ownFolder, twinpass, twinpassJson } from './stranger.ts';

interface Sent {
  readonly passes: readonly string[];
  readonly files: readonly { readonly file: string; readonly bytes: number; readonly sha256: string }[];
}

const folder = ownFolder();
liveIn(folder);
const ID = '2018-09-14-1814';
const DEMO = ['--demo', '--mission', join(folder, 'night')];
const path = (name: string) => join(folder, name);
const send = (to: string, ...more: string[]) => twinpass(['schedule', 'send', path(to), ...more, ...DEMO]);

beforeAll(async () => {
  await twinpassJson(['schedule', 'propose', '2018-09-14T18:14:01Z', '--who', 'anna', ...DEMO]);
  await twinpassJson(['schedule', 'propose', '2018-09-15T17:53:00Z', '--who', 'anna', ...DEMO]);
});

test('a plan that nobody has approved is not sent, and leaves no folder', async () => {
  const told = await send('early');
  expect([told.exit_code, told.stderr]).toEqual([4, expect.stringContaining('approve one first')]);
  expect(existsSync(path('early'))).toBe(false);
});

test('an approved pass is sent whole, and coreutils agrees with every digest until a byte changes', async () => {
  await twinpassJson(['schedule', 'approve', ID, '--who', 'bo', '--why', 'clear', ...DEMO]);
  const sent = await twinpassJson<Sent>(['schedule', 'send', path('out'), '--step', '0.5', ...DEMO]);
  expect(sent.passes).toEqual([ID]);
  expect(sent.files.map(({ file }) => file)).toEqual([
    'micius-plan.ics', 'micius-plan.csv', 'micius-plan.schedule.xml', `${ID}.oem`, `${ID}.oem.xml`, `${ID}.cpf`,
    `${ID}-delingha.pointing.csv`, `${ID}-delingha.hwp.csv`, `${ID}-nanshan.pointing.csv`, `${ID}-nanshan.hwp.csv`,
  ]);
  expect(readdirSync(path('out')).toSorted()).toEqual([...sent.files.map(({ file }) => file), 'SHA256SUMS'].toSorted());
  const rows = readFileSync(join(path('out'), `${ID}-nanshan.pointing.csv`), 'utf8').split('\n')
    .filter((line) => /^2018-/.test(line));
  // 281.3 s at two rows a second, both ends included.
  expect(rows.length).toBeGreaterThanOrEqual(563);
  const check = () => spawnSync('sha256sum', ['-c', '--quiet', 'SHA256SUMS'], { cwd: path('out') }).status;
  expect(check()).toBe(0);
  writeFileSync(join(path('out'), `${ID}.cpf`), 'x', { flag: 'a' });
  expect(check()).toBe(1);
});

test('a folder with something in it stays as it was; an empty one is filled', async () => {
  const told = await send('out');
  expect([told.exit_code, told.stderr]).toEqual([5, expect.stringContaining('holds 11 files already')]);
  expect(readdirSync(path('out'))).toHaveLength(11);
  mkdirSync(path('empty'));
  expect((await send('empty')).stdout).toContain('10 files of pass 2018-09-14-1814');
  expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
});

test('where nothing can be written it says so, and leaves nothing', async () => {
  writeFileSync(path('a-file'), '');
  const told = await twinpass(['schedule', 'send', join(path('a-file'), 'x'), ...DEMO]);
  expect([told.exit_code, told.stderr]).toEqual([3, expect.stringContaining('cannot be written')]);
});

test('a satellite of nine digits is sent without the one file that has no room for its number', async () => {
  const mission = JSON.parse(readFileSync('missions/micius.json', 'utf8')) as { night: object };
  const mission_file = path('nine.json');
  const satellite = { name: 'Nine', catalog_number: '799500001' };
  // Any window of the coming days will do: what is sent does not depend on the Sun.
  writeFileSync(mission_file, JSON.stringify({ ...mission, satellite, night: { sun_elevation_deg_max: 5 } }));
  const now = Date.now();
  writeFileSync(path('nine.omm'), JSON.stringify([{
    OBJECT_NAME: 'Nine', OBJECT_ID: '2026-001A', NORAD_CAT_ID: '799500001', EPOCH: new Date(now + 86_400_000).toISOString(),
    MEAN_MOTION: 15.2467383, ECCENTRICITY: 0.0014964, INCLINATION: 97.3609, RA_OF_ASC_NODE: nodeAtLocalEvening(now),
    ARG_OF_PERICENTER: 104.4528, MEAN_ANOMALY: 64.8735, BSTAR: 0.000022724, MEAN_MOTION_DOT: 0, MEAN_MOTION_DDOT: 0,
  }]));
  const own = ['--mission-file', mission_file, '--mission', path('nine')];
  await twinpass(['elements', 'import', path('nine.omm'), ...own]);
  const from = new Date(now + 3_600_000).toISOString();
  const { windows } = await twinpassJson<{ windows: { start_utc: string }[] }>(['windows', '--elements', path('nine.omm'),
    '--from', from, '--days', '12', '--night', 'dark', '--duration-min', '60', '--mission-file', mission_file]);
  const start = windows[0]!.start_utc;
  const { pass_id } = await twinpassJson<{ pass_id: string }>(['schedule', 'propose', start, '--who', 'anna', ...own]);
  await twinpassJson(['schedule', 'approve', pass_id, '--who', 'bo', '--why', 'clear', ...own]);
  const sent = await twinpassJson<Sent & { left_out: string[] }>(['schedule', 'send', path('nine-out'), ...own]);
  expect([sent.files.length, sent.left_out]).toEqual([9, [expect.stringContaining(`cpf of ${pass_id}`)]]);
  expect(readFileSync(join(path('nine-out'), `${pass_id}.oem`), 'utf8')).toMatch(/OBJECT_ID\s*= 2026-001A/);
});

/** A node half an orbit from the Sun passes over every place at midnight: its right ascension follows the date. */
function nodeAtLocalEvening(utc_ms: number): number {
  const days_after_equinox = (utc_ms - Date.UTC(2026, 2, 20)) / 86_400_000;
  return (((180 + days_after_equinox * 360 / 365.2422) % 360) + 360) % 360;
}
