// Goal: a night is planned at a shell: refusals say what would help, exports land where they should, in any time zone.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { OutputOf } from '../../src-contract/operations.ts';
import type { PassHistory, PlannedPassView, ReplannedView } from '../../src-contract/schedule.ts';
import { movedTle, SHIPPED_TLE } from '../services/planned-mission.ts';
import { liveIn, ownFolder, spawnTwinpass, twinpass, twinpassJson } from './stranger.ts';

const folder = ownFolder();
liveIn(folder);
const GOLDEN = '2018-09-14T18:14:01Z';
const ID = '2018-09-14-1814';
const ANNA = ['--who', 'anna', '--why', 'first night'];
const demoIn = (name: string) => ['--demo', '--mission', join(folder, name)];
const path = (name: string) => join(folder, name);

function schedule(...argv: readonly string[]) {
  return twinpass(['schedule', ...argv]);
}

describe('on the demo mission', () => {
  const DEMO = demoIn('night');
  beforeAll(() => twinpassJson(['schedule', 'propose', GOLDEN, ...ANNA, ...DEMO]));

  test('an empty plan says how to begin, and a pass that is not on it is named', async () => {
    expect(await schedule('list', ...demoIn('empty')))
      .toMatchObject({ exit_code: 0, stdout: expect.stringContaining('`twinpass schedule propose`') as string });
    expect(await schedule('approve', ID, ...ANNA, ...demoIn('empty')))
      .toMatchObject({ exit_code: 3, stderr: `twinpass: no planned pass ${ID}: the plan is empty\n` });
  });

  test.each<[string, string[], [number, string]]>([
    ['approve without a name', ['approve', ID, '--why', 'clear'], [5, 'Say who you are']],
    ['approve without a reason', ['approve', ID, '--who', 'bo'], [5, 'with a reason. Say why']],
    ['propose the same window again', ['propose', GOLDEN, ...ANNA], [5, `on the plan as ${ID}`]],
    ['propose where there is no window', ['propose', '2018-09-14T12:00:00Z', ...ANNA], [4, 'no common window']],
    ['propose no moment at all', ['propose', 'tonight', ...ANNA], [2, 'Expected UTC']],
    ['export in no format', ['export', 'pdf'], [2, 'Choose ics or csv']],
    ['export for no station', ['export', 'hwp', ID], [2, 'hwp needs --station']],
    ['export for another station', ['export', 'pointing', ID, '--station', 'lijiang'], [3, 'No station lijiang']],
    ['export a calendar of one pass', ['export', 'ics', ID], [2, 'leave out the pass']],
    ['export with a flag that means nothing', ['export', 'csv', '--step', '2'], [2, '--step means nothing for csv']],
    ['export a prediction in half seconds', ['export', 'cpf', ID, '--step', '0.5'], [2, 'step_s']],
    ['read the history of nothing', ['history', '2018-01-01-0000'], [3, 'No planned pass 2018-01-01-0000']],
    ['re-plan without a name', ['replan'], [5, 'Say who you are']],
  ])('%s: refused, with exit code and reason', async (_case, argv, [exit_code, words]) => {
    const told = await schedule(...argv, ...DEMO);
    expect([told.exit_code, told.stdout]).toEqual([exit_code, '']);
    expect(told.stderr).toContain(words);
  });

  test('propose, approve, history, re-plan and cancel, as pages and as JSON', async () => {
    const own = demoIn('life');
    const proposed = await schedule('propose', GOLDEN, ...ANNA, ...own);
    expect(proposed.stdout).toMatch(/2018-09-14-1814, proposed, version 1[\s\S]*sifted bits[\s\S]*approve, cancel/);
    const approved = await twinpassJson<PlannedPassView>(
      ['schedule', 'approve', ID, '--who', 'bo', '--why', 'clear', ...own]);
    expect(approved).toMatchObject({ state: 'approved', version: 2, conflicts: [] });
    expect((await schedule('list', ...own)).stdout)
      .toMatch(/^ {2}2018-09-14-1814 {2}2018-09-14T18:14:01\.799Z ± 0\.14 s {3}281\.3 s {2}approved v2 /);
    expect((await schedule('replan', '--who', 'anna', ...own)).stdout).toContain('0 moved, 1 unchanged, 0 vanished');
    expect((await schedule('cancel', ID, '--who', 'bo', '--why', 'clouds', ...own)).exit_code).toBe(0);
    const { transitions } = await twinpassJson<PassHistory>(['schedule', 'history', ID, ...own]);
    expect(transitions.map(({ to_state, who, why }) => [to_state, who, why]))
      .toEqual([['proposed', 'anna', 'first night'], ['approved', 'bo', 'clear'], ['cancelled', 'bo', 'clouds']]);
    expect((await schedule('history', ID, ...own)).stdout).toContain('approved → cancelled  bo: clouds');
  });

  test('an export goes to stdout, or to a file that it replaces only when told to', async () => {
    const { stdout } = await schedule('export', 'pointing', ID, '--station', 'nanshan', ...DEMO);
    expect(stdout).toMatch(/^# pass 2018-09-14-1814 version 1, station nanshan/);
    expect(stdout.split('\n').filter((line) => line.startsWith('2018-')).length).toBe(284);
    const json = await twinpassJson<OutputOf<'schedule.exportPlan'>>(
      ['schedule', 'export', 'pointing', ID, '--station', 'nanshan', ...DEMO]);
    expect(json.text).toBe(stdout);
    const out = ['--out', path('nanshan.csv'), ...DEMO];
    expect(await schedule('export', 'pointing', ID, '--station', 'nanshan', ...out)).toMatchObject({ exit_code: 0 });
    expect(readFileSync(path('nanshan.csv'), 'utf8')).toBe(stdout);
    const again = await schedule('export', 'csv', ...out);
    expect([again.exit_code, again.stderr]).toEqual([5, expect.stringContaining('is there already')]);
    expect(readFileSync(path('nanshan.csv'), 'utf8')).toBe(stdout);
    expect(await schedule('export', 'csv', ...out, '--force')).toMatchObject({ exit_code: 0 });
    expect(readFileSync(path('nanshan.csv'), 'utf8')).toMatch(/^# mission micius/);
    const nowhere = await schedule('export', 'csv', '--out', path('no/such/plan.csv'), ...DEMO);
    expect([nowhere.exit_code, existsSync(path('no'))]).toEqual([3, false]);
  });

  test('the plan of the demo is kept between commands, apart from the mission’s own', async () => {
    await twinpassJson(['schedule', 'propose', GOLDEN, ...ANNA, '--demo']);
    const listed = await twinpassJson<{ passes: PlannedPassView[] }>(['schedule', 'list', '--demo']);
    expect(listed.passes.map(({ pass_id }) => pass_id)).toEqual([ID]);
    expect(await twinpassJson(['schedule', 'list'])).toEqual({ passes: [] });
  });
});

test('new elements are taken in, compared and planned on', async () => {
  const DEMO = demoIn('elements');
  await twinpassJson(['schedule', 'propose', GOLDEN, ...ANNA, ...DEMO]);
  writeFileSync(path('later.tle'), movedTle({ epoch_days: 0.864 / 86_400 }));
  expect((await twinpass(['elements', 'import', path('later.tle'), ...DEMO])).stdout)
    .toBe('1 imported, 0 known already, 0 of other satellites\n');
  expect((await schedule('list', ...DEMO)).stdout).toContain('(newer elements: replan)');
  const { sets } = await twinpassJson<OutputOf<'orbit.listElements'>>(['elements', 'list', ...DEMO]);
  const [newer, older] = sets.map(({ element_set_id }) => element_set_id.slice(0, 12));
  const compared = await twinpass(['elements', 'compare', older!, newer!, '--from', '2018-09-14', '--days', '1', ...DEMO]);
  expect(compared.stdout).toMatch(/2018-09-14T18:14:01\.799Z dark {2}start \+0\.\d{3} s, end \+0\.\d{3} s/);
  const replanned = await twinpassJson<ReplannedView>(['schedule', 'replan', '--who', 'anna', ...DEMO]);
  expect(replanned.moved.map(({ pass }) => [pass.pass_id, pass.version])).toEqual([[ID, 2]]);
  expect(await twinpass(['elements', 'compare', 'zz', newer!, '--from', '2018-09-14', ...DEMO]))
    .toMatchObject({ exit_code: 3, stderr: expect.stringContaining('no element set begins with zz') as string });
});

test('a pass that lost its window is told beside the result', async () => {
  const DEMO = demoIn('vanished');
  await twinpassJson(['schedule', 'propose', GOLDEN, ...ANNA, ...DEMO]);
  writeFileSync(path('turned.tle'), movedTle({ epoch_days: 1e-7, raan_deg: 180 }));
  await twinpassJson(['elements', 'import', path('turned.tle'), ...DEMO]);
  const { exit_code, stdout, stderr } = await schedule('replan', '--who', 'anna', ...DEMO);
  expect([exit_code, stderr]).toEqual([0, expect.stringContaining('1 of the passes have no window')]);
  expect(stdout).toMatch(/no window at 2018-09-14T18:14:01\.799Z any more; the next one is \d+ min away/);
});

test('without elements nothing can be planned, and the error says what to do', async () => {
  const told = await schedule('propose', GOLDEN, ...ANNA, '--mission', path('bare'));
  expect([told.exit_code, told.stderr]).toEqual([4, expect.stringContaining('import a TLE or OMM')]);
  writeFileSync(path('shipped.tle'), SHIPPED_TLE);
  await twinpassJson(['elements', 'import', path('shipped.tle'), '--mission', path('bare')]);
  const late = await schedule('propose', GOLDEN, ...ANNA, '--mission', path('bare'));
  expect([late.exit_code, late.stderr]).toEqual([5, expect.stringContaining('is over')]);
});

test('the plan is the same wherever the clock on the wall hangs', { timeout: 60_000 }, async () => {
  const zones = ['UTC', 'Asia/Shanghai', 'America/New_York'];
  const told: string[] = [];
  for (const zone of zones) {
    const DEMO = demoIn(zone.replace('/', '-'));
    const run = (...argv: string[]) => spawnTwinpass(['schedule', ...argv, ...DEMO], { TZ: zone }).ended;
    expect((await run('propose', GOLDEN, ...ANNA)).exit_code).toBe(0);
    const list = await run('list');
    const calendar = await run('export', 'ics');
    const schedules = await run('export', 'ccsds-schedule');
    told.push([list.stdout, calendar.stdout, schedules.stdout].join('\n')
      .replaceAll(/^(DTSTAMP|LAST-MODIFIED):.*$/gm, '$1').replaceAll(/generationTime="[^"]*"/g, ''));
  }
  expect(told[0]).toContain('DTSTART:20180914T181401Z');
  expect(told[1]).toBe(told[0]);
  expect(told[2]).toBe(told[0]);
});

test.each([['schedule'], ['schedule', 'export'], ['elements']])('%s %s: help shows an example', async (...argv) => {
  const { exit_code, stdout } = await twinpass([...argv, '--help']);
  expect(exit_code).toBe(0);
  expect(stdout).toMatch(/Examples:\n {2}twinpass /);
});
