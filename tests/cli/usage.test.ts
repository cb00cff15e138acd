// Goal: a wrong command line ends with 2, says which flag is wrong and why, and prints nothing on stdout.
import { describe, expect, test } from 'vitest';
import { liveIn, ownFolder, spawnTwinpass, twinpass } from './stranger.ts';

const home = ownFolder();
liveIn(home);

const KEYRATE = [
  'keyrate',
  '--nz',
  '1685',
  '--ez',
  '78',
  '--nx',
  '1415',
  '--ex',
  '62',
  '--f',
  '1.19',
  '--eps-sec',
  '1e-10',
  '--eps-cor',
  '1e-10',
  '--delta',
  '0.0147',
];
const WINDOWS = ['windows', '--from', '2018-09-14T10:00:00Z', '--days', '1'];
const SIMULATE = [
  'simulate',
  '--out',
  `${home}/out`,
  '--start',
  '2018-09-14T18:16:10Z',
  '--seconds',
  '3',
  '--seed',
  '1',
];

/** The command line with one flag's value put in place of another. */
function having(argv: readonly string[], flag: string, value: string): string[] {
  return argv.map((part, i) => (argv[i - 1] === flag ? value : part));
}
const without = (argv: readonly string[], flag: string) =>
  argv.filter((part, i) => part !== flag && argv[i - 1] !== flag);

const SITE = 'a=37.379,97.727,3153';

describe('usage is refused with 2', () => {
  test.each<[string, readonly string[], RegExp]>([
    ['no command', [], /Usage: twinpass/],
    ['an unknown command', ['windows2'], /unknown command 'windows2'/],
    ['an unknown subcommand', ['archive', 'destroy'], /unknown command 'destroy'/],
    ['help on nothing we have', ['help', 'nosuch'], /Usage: twinpass/],
    ['an unknown flag', [...WINDOWS, '--colour'], /unknown option '--colour'/],
    ['an argument too many', [...WINDOWS, 'extra'], /too many arguments/],
    ['one recording', ['process', 'a.json'], /missing required argument 'b.json'/],
    ['one recording to import for analysis', ['archive', 'import', 'a.json'],
      /needs both recordings: give two manifests, or say custody operational\.$/m],
    ['no pass to show', ['archive', 'show'], /missing required argument 'pass'/],
    ['a pass id that cannot be one', ['archive', 'show', 'A B'], /pass_id/],
    ['no start', without(WINDOWS, '--from'), /--from/],
    ['no length', without(WINDOWS, '--days'), /--days/],
    ['a start that is no UTC', having(WINDOWS, '--from', '14.9.2018'), /--from.*2018-09-14T18:14:01/],
    ['a 13th month', having(WINDOWS, '--from', '2018-13-01'), /--from/],
    ['a start before satellites', having(WINDOWS, '--from', '1900-01-01'), /1970 to 2099/],
    ['a length that is no number', having(WINDOWS, '--days', 'many'), /--days.*0\.001 to 3660 days/],
    ['a length of NaN', having(WINDOWS, '--days', 'NaN'), /--days/],
    ['a length without end', having(WINDOWS, '--days', 'Infinity'), /--days/],
    ['a flag without its value', [...WINDOWS, '--min-elevation'], /--min-elevation.*argument missing/],
    ['an elevation beyond the zenith', [...WINDOWS, '--min-elevation', '95'], /--min-elevation.*0 to 89/],
    ['a night that is neither', [...WINDOWS, '--night', 'day'], /--night.*dark or any/],
    ['an empty file name', [...WINDOWS, '--elements', ''], /--elements.*empty/],
    ['one station', [...WINDOWS, '--station', SITE], /--station stands once.*takes two/],
    [
      'three stations',
      [...WINDOWS, ...[SITE, SITE.replace('a', 'b'), SITE.replace('a', 'c')].flatMap((s) => ['--station', s])],
      /--station stands 3 times/,
    ],
    ['two stations of one name', [...WINDOWS, '--station', SITE, '--station', SITE], /named a/],
    ['a station without altitude', [...WINDOWS, '--station', 'a=37.379,97.727'], /NAME=LAT,LON,ALT_M/],
    ['a latitude of 100', [...WINDOWS, '--station', 'a=100,97.7,1', '--station', SITE], /-90 to 90/],
    ['more errors than bits in Z', having(KEYRATE, '--ez', '1686'), /--ez 1686 is more than --nz 1685/],
    ['more errors than bits in X', having(KEYRATE, '--ex', '1416'), /--ex 1416 is more than --nx 1415/],
    ['half a bit', having(KEYRATE, '--nz', '1685.5'), /--nz.*whole number/],
    ['a negative count', having(KEYRATE, '--nx', '-1'), /--nx/],
    ['f below Shannon', having(KEYRATE, '--f', '0.9'), /--f.*1 to 10/],
    ['an epsilon of zero', having(KEYRATE, '--eps-sec', '0'), /--eps-sec/],
    ['an epsilon above a half', having(KEYRATE, '--eps-cor', '0.7'), /--eps-cor/],
    ['no delta', without(KEYRATE, '--delta'), /--delta/],
    ['an unnamed definition', [...KEYRATE, '--definition', 'best'], /paper or composable/],
    ['a gate of nothing', ['process', 'a.json', 'b.json', '--gate', '0'], /--gate.*0\.1 to 100 ns/],
    ['a gate that is no number', ['bell', 'a.json', 'b.json', '--gate', 'wide'], /--gate/],
    ['no place for recordings', without(SIMULATE, '--out'), /--out/],
    ['a pass of an hour', having(SIMULATE, '--seconds', '3600'), /--seconds.*2 to 900 s/],
    ['a seed of 33 bits', having(SIMULATE, '--seed', '4294967296'), /--seed/],
    ['an unknown mode', [...SIMULATE, '--mode', 'e91'], /qkd or bell/],
    ['an unknown attack', [...SIMULATE, '--attack', 'laser=0,1'], /"laser".*blinding/],
    ['an attack after the end', [...SIMULATE, '--attack', 'blinding=8,9'], /blinding.*window of 3 s/],
    ['an attack without times', [...SIMULATE, '--attack', 'blinding'], /NAME=T0,T1/],
    ['a port beyond the last', ['serve', '--port', '65536'], /--port.*0 to 65535/],
    ['a negative seed', ['demo', '--seed', '-1'], /--seed/],
  ])('%s', async (_, argv, reason) => {
    const { exit_code, stdout, stderr } = await twinpass(argv);
    expect(stderr).toMatch(reason);
    expect({ exit_code, stdout }).toEqual({ exit_code: 2, stdout: '' });
  });

  test.each<[readonly string[], string, string]>([
    [WINDOWS, '--days', '2'],
    [WINDOWS, '--from', '2018-09-15'],
    [KEYRATE, '--f', '1.2'],
    [KEYRATE, '--nz', '1686'],
    [SIMULATE, '--seed', '2'],
    [SIMULATE, '--out', 'elsewhere'],
    [[...WINDOWS, '--night', 'any'], '--night', 'dark'],
    [['archive', 'list', '--mission', 'x'], '--mission', 'y'],
    [['serve', '--port', '1'], '--port', '2'],
  ])('%j with %s given again as %s', async (argv, flag, other) => {
    const { exit_code, stdout, stderr } = await twinpass([...argv, flag, other]);
    expect(stderr).toMatch(new RegExp(`${flag}.*stands twice, as .+ and as ${other}`));
    expect({ exit_code, stdout }).toEqual({ exit_code: 2, stdout: '' });
  });
});

test('the same value given twice is no mistake', async () => {
  const { exit_code } = await twinpass([...KEYRATE, '--nz', '1685', '--definition', 'paper', '--definition', 'paper']);
  expect(exit_code).toBe(0);
});

test('a whole process says the same: 2, empty stdout, the flag and the way to the help', async () => {
  const { exit_code, stdout, stderr } = await spawnTwinpass(['windows', '--days', '1']).ended;
  expect({ exit_code, stdout }).toEqual({ exit_code: 2, stdout: '' });
  expect(stderr).toMatch(/--from <iso>.*not specified[\s\S]*--help/);
});
