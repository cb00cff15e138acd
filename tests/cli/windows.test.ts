// Goal: windows finds what an outside program found, in the promised shape, and refuses every malformed set by line.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FoundWindows } from '../../src-main/services/find-windows.ts';
import { goldenTle, readGolden } from '../support/golden-orbit.ts';
import { ownFolder, spawnTwinpass, twinpass, twinpassJson } from './stranger.ts';

interface Reference {
  readonly start: string;
  readonly windows: readonly { readonly start_s: number; readonly end_s: number }[];
}

const folder = ownFolder();
const TLE = 'tests/golden/python-sgp4/golden_2018.tle';
const YEAR = ['windows', '--elements', TLE, '--from', '2018-09-15', '--days', '365', '--min-elevation', '13'];
const NIGHT = ['windows', '--from', '2018-09-14T10:00:00Z', '--days', '1'];
const TWO_MS = 2;

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('the golden year', () => {
  const reference = readGolden('python-sgp4/golden_2018.json') as Reference;
  const zero_utc_ms = Date.parse(reference.start);

  test('a process of its own finds all 708 windows, edges within 2 ms, one document on stdout', async () => {
    const { exit_code, stdout, stderr } = await spawnTwinpass([...YEAR, '--night', 'any', '--json']).ended;
    expect(exit_code).toBe(0);
    const found = JSON.parse(stdout) as FoundWindows;
    expect(found.windows).toHaveLength(708);
    const off_ms = reference.windows.flatMap(({ start_s, end_s }, i) => {
      const { start_utc_ms, end_utc_ms } = found.windows[i]!;
      return [start_utc_ms - zero_utc_ms - start_s * 1000, end_utc_ms - zero_utc_ms - end_s * 1000];
    });
    expect(Math.max(...off_ms.map(Math.abs))).toBeLessThan(TWO_MS);
    expect(stderr).toMatch(/up to 36\d d from the elements' epoch \(limit 15 d\)/);
  });

  test('326 of them lie in the dark, which is the default; the page counts them too', async () => {
    expect((await twinpassJson<FoundWindows>(YEAR)).windows).toHaveLength(326);
    const { stdout } = await twinpass([...YEAR, '--night', 'dark']);
    expect(stdout).toMatch(/326 windows\n$/);
  });

  test('another start of the search finds the same windows', async () => {
    const from = having('--from', '2018-10-01T03:07:11.123Z', having('--days', '20', YEAR));
    const { windows } = await twinpassJson<FoundWindows>(from);
    const whole = (await twinpassJson<FoundWindows>(having('--days', '40', YEAR))).windows;
    for (const window of windows) {
      const same = whole.find(({ start_utc_ms }) => Math.abs(start_utc_ms - window.start_utc_ms) < 1);
      expect(same?.end_utc_ms).toBeCloseTo(window.end_utc_ms, 2);
    }
    expect(windows.length).toBeGreaterThan(15);
  });
});

function having(flag: string, value: string, argv: readonly string[]): string[] {
  return argv.map((part, i) => (argv[i - 1] === flag ? value : part));
}

test('JSON holds at least what FORMATS lists', async () => {
  const found = await twinpassJson<FoundWindows>(NIGHT);
  expect(found.elements).toEqual({
    epoch_utc: expect.stringMatching(/^2018-09-15T05:25:46\.9\d+Z$/) as string,
    age_days: expect.closeTo(-0.81, 2) as number,
    catalog_number: '41731',
  });
  const [window] = found.windows;
  const numbers = (...names: string[]) => Object.fromEntries(names.map((name) => [name, expect.any(Number) as number]));
  expect(window).toMatchObject({
    start_utc: '2018-09-14T18:14:01.799Z',
    end_utc: '2018-09-14T18:18:43.138Z',
    dark: true,
    ...numbers(
      'start_utc_ms',
      'end_utc_ms',
      'duration_s',
      'start_sigma_s',
      'range_sum_km_min',
      'range_sum_km_max',
      'loss_db_min',
      'loss_db_max',
    ),
    expected: numbers('coincidences', 'qber', 'sifted_bits'),
  });
  expect(window!.stations.map(({ id }) => id)).toEqual(['delingha', 'nanshan']);
  for (const station of window!.stations) {
    expect(station).toMatchObject(
      numbers(
        'elevation_deg_max',
        'range_km_min',
        'range_km_max',
        'azimuth_deg_start',
        'azimuth_deg_end',
        'sun_elevation_deg_max',
      ),
    );
  }
});

describe('stations on the command line', () => {
  const { stations } = JSON.parse(readFileSync('missions/micius.json', 'utf8')) as {
    readonly stations: readonly { id: string; latitude_deg: number; longitude_deg: number; altitude_m: number }[];
  };
  const flags = stations.map(
    (site) => ['--station', `${site.id}=${site.latitude_deg},${site.longitude_deg},${site.altitude_m}`] as const,
  );

  test("equal to the mission's, they give the mission's windows", async () => {
    expect(await twinpassJson([...NIGHT, ...flags.flat()])).toEqual(await twinpassJson(NIGHT));
  });

  test('in the other order, each keeps its own equipment: the same expectation', async () => {
    const [own] = (await twinpassJson<FoundWindows>(NIGHT)).windows;
    const [turned] = (await twinpassJson<FoundWindows>([...NIGHT, ...flags.toReversed().flat()])).windows;
    expect(turned!.stations.map(({ id }) => id)).toEqual(['nanshan', 'delingha']);
    for (const [name, value] of Object.entries(own!.expected)) {
      expect(turned!.expected[name as keyof FoundWindows['windows'][number]['expected']], name).toBeCloseTo(value, 9);
    }
    expect(turned!.loss_db_min).toBeCloseTo(own!.loss_db_min, 9);
  });
});

test('OMM in JSON gives the windows of the same TLE', async () => {
  const omm = write(
    'set.json',
    JSON.stringify([
      {
        OBJECT_NAME: 'QSS (MICIUS)',
        OBJECT_ID: '2016-051A',
        NORAD_CAT_ID: 41731,
        EPOCH: '2018-09-15T05:25:46.926432',
        MEAN_MOTION: 15.2467383,
        ECCENTRICITY: 0.0014964,
        INCLINATION: 97.3609,
        RA_OF_ASC_NODE: 172.0392,
        ARG_OF_PERICENTER: 104.4528,
        MEAN_ANOMALY: 64.8735,
        BSTAR: 2.2724e-5,
        MEAN_MOTION_DOT: 4.92e-6,
        MEAN_MOTION_DDOT: 0,
        REV_AT_EPOCH: 11584,
      },
    ]),
  );
  const [from_tle] = (await twinpassJson<FoundWindows>(NIGHT)).windows;
  const [from_omm] = (await twinpassJson<FoundWindows>([...NIGHT, '--elements', omm])).windows;
  expect(Math.abs(from_omm!.start_utc_ms - from_tle!.start_utc_ms)).toBeLessThan(TWO_MS);
});

test('a byte-order mark before the text is no part of it', async () => {
  const marked = write('marked.tle', `\uFEFF${goldenTle()}`);
  expect((await twinpassJson<FoundWindows>([...NIGHT, '--elements', marked])).windows).toHaveLength(1);
});

test('a span without a window ends with 4 and says what to widen', async () => {
  const { exit_code, stdout, stderr } = await twinpass([...having('--days', '0.01', NIGHT), '--json']);
  expect(exit_code).toBe(4);
  expect((JSON.parse(stdout) as FoundWindows).windows).toEqual([]);
  expect(stderr).toMatch(/no window.*--days.*--min-elevation.*--night any/);
});

describe('malformed elements end with 3, name file and line, and leave stdout empty', () => {
  const [name, line1, line2] = goldenTle().trimEnd().split('\n') as [string, string, string];
  // The kinds of fault that published tables of this satellite have been seen with.
  test.each<[string, string, RegExp]>([
    ['two first lines run together', `${line1}${line1}\n${line2}`, /line 1\b/],
    ['a digit too many at the end', `${line1}\n${line2}0`, /line 2\b/],
    ['a shifted column', `${line1}\n${line2.replace('97.3609', '097.3609')}`, /line 2\b/],
    ['a wrong checksum', `${line1}\n${line2.slice(0, 68)}9`, /line 2\b.*checksum/],
    ['a digit changed', `${line1.replace('18258', '18259')}\n${line2}`, /line 1\b.*checksum/],
    [
      'cut columns',
      `${line1}\n${line2.replace('104.4528  64.8735 15.24673830115845', '104.4528 64.8735 15.24673830')}`,
      /line 2\b/,
    ],
    ['two satellites', `${line1}\n2 44332  51.6386 172.4798 0005656  48.9347 311.2132 15.54514188 28354`, /line 2\b/],
    ['half a set', `${name}\n${line1}\n`, /line \d/],
    ['no set at all', 'nothing here\n', /line|no element set/],
    ['JSON that ends early', '[{"EPOCH": "2018-09-15T05:25:46"', /JSON|bracket|end/i],
    ['an OMM without inclination', '[{"NORAD_CAT_ID": 41731, "EPOCH": "2018-09-15T05:25:46"}]', /record 1/],
    ['an empty file', '', /no element set found/],
    ['a binary file', 'PQTTTR\0\0', /binary file/],
  ])('%s', async (kind, text, reason) => {
    const path = write(`${kind.replaceAll(' ', '-')}.tle`, text);
    const { exit_code, stdout, stderr } = await twinpass([...NIGHT, '--elements', path]);
    expect({ exit_code, stdout }).toEqual({ exit_code: 3, stdout: '' });
    expect(stderr.startsWith(`twinpass: ${path}`), stderr).toBe(true);
    expect(stderr.slice(`twinpass: ${path}`.length)).toMatch(reason);
  });

  test('a file that is not there, and a folder', async () => {
    for (const path of [join(folder, 'no-such.tle'), folder]) {
      const { exit_code, stdout, stderr } = await twinpass([...NIGHT, '--elements', path]);
      expect({ exit_code, stdout }).toEqual({ exit_code: 3, stdout: '' });
      expect(stderr).toMatch(/cannot be read \((ENOENT|EISDIR)\); check the path/);
    }
  });

  const TABLE = '../shared/data/tle/qkd_sats.tle.tsv';
  test.skipIf(!existsSync(TABLE))(
    'every BAD and SUSPECT row of the reference table (third-party, read where it lies)',
    async () => {
      const rows = readFileSync(TABLE, 'utf8')
        .split('\n')
        .map((row) => row.split('\t'))
        .filter((row) => /^(BAD|SUSPECT)/.test(row[3] ?? '') || /^(BAD|SUSPECT)/.test(row[4] ?? ''));
      expect(rows.length).toBeGreaterThan(3);
      for (const [i, row] of rows.entries()) {
        const path = write(`row-${i}.tle`, `${row[5] ?? ''}\n${row[6] ?? ''}\n`);
        const { exit_code, stdout, stderr } = await twinpass([...NIGHT, '--elements', path]);
        expect({ row, exit_code, stdout }).toEqual({ row, exit_code: 3, stdout: '' });
        expect(stderr).toMatch(/row-\d+\.tle line \d/);
      }
    },
  );
});

describe('a mission file with a fault ends with 3 and names line and field', () => {
  const text = readFileSync('missions/micius.json', 'utf8');
  const lineOf = (needle: string) => text.slice(0, text.indexOf(needle)).split('\n').length;
  test.each<[string, string, RegExp]>([
    [
      'a misspelt key',
      text.replace('"min_elevation_deg"', '"min_elevaton_deg"'),
      new RegExp(`line ${lineOf('"min_elevation_deg"')}, stations\\.0: .*min_elevaton_deg`),
    ],
    [
      'a number as text',
      text.replace('"altitude_m": 3153', '"altitude_m": "3153"'),
      new RegExp(`line ${lineOf('"altitude_m": 3153')}, stations\\.0\\.altitude_m`),
    ],
    ['an unknown custody', text.replace('"analysis"', '"anyone"'), new RegExp(`line ${lineOf('"custody"')}, custody`)],
    ['no JSON', text.replace('"night": {', '"night": ['), /\.json:\d+:\d+: not JSON/],
    ['nothing', '', /\.json:1:1: not JSON/],
  ])('%s', async (kind, broken, reason) => {
    const path = write(`${kind.replaceAll(' ', '-')}.json`, broken);
    const { exit_code, stdout, stderr } = await twinpass([...NIGHT, '--mission-file', path]);
    expect({ exit_code, stdout }).toEqual({ exit_code: 3, stdout: '' });
    expect(stderr).toMatch(reason);
    expect(stderr).toContain(path);
  });

  test('every command reads it alike', async () => {
    const path = write('typo.json', text.replace('"custody"', '"custodian"'));
    for (const argv of [
      ['process', 'a.json', 'b.json'],
      ['bell', 'a.json', 'b.json'],
      ['archive', 'list'],
      ['serve'],
      ['simulate', '--out', folder, '--start', '2018-09-14T18:16:10Z', '--seconds', '3', '--seed', '1'],
    ]) {
      const { exit_code, stderr } = await twinpass([...argv, '--mission-file', path]);
      expect({ argv, exit_code }).toEqual({ argv, exit_code: 3 });
      expect(stderr).toContain('custodian');
    }
  });
});

test('a window that a constraint takes off the list names the constraint, and tightening one never adds a window', async () => {
  const week = ['windows', '--from', '2018-09-14T10:00:00Z', '--days', '7', '--night'];
  const all = await twinpassJson<FoundWindows>([...week, 'any']);
  expect(all.removed).toEqual([]);
  for (const [night, seconds] of [['any', 200], ['dark', 0], ['dark', 275]] as const) {
    const kept = await twinpassJson<FoundWindows>([...week, night, '--duration-min', String(seconds)]);
    const fits = all.windows.filter(({ dark, duration_s }) => (night === 'any' || dark) && duration_s >= seconds);
    expect(kept.windows).toEqual(fits);
    expect(kept.removed.map(({ start_utc, cut_by }) => [start_utc, cut_by]))
      .toEqual(all.windows.filter((window) => !fits.includes(window))
        .map(({ start_utc, dark }) => [start_utc, night === 'any' || dark ? 'duration_min' : 'night']));
    expect(kept.removed.length).toBeGreaterThan(0);
  }
  const none = await twinpass([...week, 'dark', '--duration-min', '3600']);
  expect([none.exit_code, none.stderr]).toEqual([4, expect.stringMatching(/taken off: \d+ by daylight, \d+ by --duration-min/)]);
});
