// Goal: limits of a mission file and of flags reach the windows, every edge and every empty night names what cut it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { MissionFile } from '../../src-contract/mission.ts';
import { missionPair } from '../../src-main/pipeline/pass-prediction.ts';
import { viewNights } from '../../src-main/pipeline/night-view.ts';
import type { FoundWindows } from '../../src-main/services/find-windows.ts';
import { parseMissionText } from '../../src-main/services/mission-file.ts';
import { goldenPropagator } from '../support/golden-orbit.ts';
import { ownFolder, twinpass, twinpassJson } from './stranger.ts';

const text = readFileSync('missions/micius.json', 'utf8');
const NIGHT = ['windows', '--from', '2018-09-14T10:00:00Z', '--days', '1'];
const WEEK = ['windows', '--from', '2018-09-14T10:00:00Z', '--days', '7'];
const folder = ownFolder();

interface Edited {
  windows?: MissionFile['windows'];
  stations: { id: string; min_elevation_deg: number; horizon?: unknown; range_km_max?: number; elevation?: string }[];
}

function edited(change: (mission: Edited) => void): string {
  const mission = JSON.parse(text) as Edited;
  change(mission);
  return JSON.stringify(mission);
}

function missionOf(change: (mission: Edited) => void): MissionFile {
  const parsed = parseMissionText(edited(change), 'edited.json');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value;
}

const only = async (argv: readonly string[]) => {
  const { windows } = await twinpassJson<FoundWindows>(argv);
  expect(windows).toHaveLength(1);
  return windows[0]!;
};

describe('flags', () => {
  test('without any, both edges are set by the elevation of a station, and nothing is cut', async () => {
    const window = await only(NIGHT);
    expect(window.cut_by).toEqual([]);
    expect(window.edges.start).toEqual({ by: 'min_elevation', station: 'delingha', taken_s: 0 });
    expect(window.edges.end).toEqual({ by: 'min_elevation', station: 'nanshan', taken_s: 0 });
    expect(window.stations.map(({ elevation }) => elevation)).toEqual(['geometric', 'geometric']);
  });

  test('a range takes from an edge what the edge says it took', async () => {
    const [whole, cut] = [await only(NIGHT), await only([...NIGHT, '--max-range', '1300'])];
    expect(cut.cut_by).toEqual(['range_max']);
    const { start, end } = cut.edges;
    expect([start.by, end.by]).toContain('range_max');
    expect(whole.duration_s - cut.duration_s).toBeCloseTo(start.taken_s + end.taken_s, 3);
    for (const station of cut.stations) expect(station.range_km_max).toBeLessThan(1300.001);
  });

  test('a horizon at one station names that station; the sight there stays above it', async () => {
    const cut = await only([...NIGHT, '--mask', 'nanshan=0:22']);
    const edges = [cut.edges.start, cut.edges.end].filter(({ by }) => by === 'horizon_mask');
    expect(edges.length).toBeGreaterThan(0);
    for (const { station, taken_s } of edges) expect([station, taken_s > 0]).toEqual(['nanshan', true]);
    // The same as a higher least elevation there, but for whom the edge is blamed on.
    const path = join(folder, 'higher.json');
    writeFileSync(path, edited(({ stations }) => { stations[1]!.min_elevation_deg = 22; }));
    const higher = await only([...NIGHT, '--mission-file', path]);
    expect(cut.start_utc_ms).toBeCloseTo(higher.start_utc_ms, 1);
    expect(cut.end_utc_ms).toBeCloseTo(higher.end_utc_ms, 1);
  });

  test('refraction lengthens the window by about 0.6 s an edge, and is labelled', async () => {
    const [geometric, refracted] = [await only(NIGHT), await only([...NIGHT, '--refracted'])];
    for (const edge of ['start', 'end'] as const) {
      const moved_s = Math.abs(refracted[`${edge}_utc_ms`] - geometric[`${edge}_utc_ms`]) / 1000;
      expect(moved_s).toBeGreaterThan(0.3); // 0.6 s at sea level; the stations stand at 2 and 3 km, in thinner air.
      expect(moved_s).toBeLessThan(0.7);
    }
    expect(refracted.duration_s).toBeGreaterThan(geometric.duration_s);
    for (const [i, station] of refracted.stations.entries()) {
      expect(station.elevation).toBe('refracted');
      expect(station.elevation_deg_max).toBeGreaterThan(geometric.stations[i]!.elevation_deg_max);
    }
    expect((await twinpass([...NIGHT, '--refracted'])).stdout).toMatch(/elevation refracted/);
    expect((await twinpass(NIGHT)).stdout).toMatch(/elevation geometric/);
  });

  test('what a limit takes whole is listed with the limit and the station', async () => {
    const { exit_code, stdout, stderr } = await twinpass([...NIGHT, '--mask', 'delingha=0:80', '--json']);
    expect(exit_code).toBe(4);
    const { removed } = JSON.parse(stdout) as FoundWindows;
    expect(removed.filter(({ cut_by }) => cut_by !== 'night'))
      .toMatchObject([{ cut_by: 'horizon_mask', station: 'delingha', duration_s: expect.closeTo(281.34, 1) as number }]);
    expect(stderr).toMatch(/1 by a horizon \(--mask\)/);
  });

  test('light and Moon bind as they should: a lit satellite by night is rare, a far Moon takes nothing', async () => {
    const lit = await twinpass([...WEEK, '--light', 'lit', '--json']);
    const umbra = await twinpassJson<FoundWindows>([...WEEK, '--light', 'umbra']);
    const any = await twinpassJson<FoundWindows>(WEEK);
    const seconds = (found: FoundWindows) => found.windows.reduce((sum, { duration_s }) => sum + duration_s, 0);
    expect(seconds(JSON.parse(lit.stdout) as FoundWindows) + seconds(umbra)).toBeLessThanOrEqual(seconds(any) + 1e-6);
    expect(seconds(umbra)).toBeGreaterThan(0);
    const moonless = await twinpassJson<FoundWindows>([...WEEK, '--moon-separation', '0']);
    expect(moonless.windows).toEqual(any.windows);
  });

  test.each<[string, string[], RegExp]>([
    ['a mask for a stranger', ['--mask', 'ali=0:10'], /--mask names ali; the stations are delingha and nanshan/],
    ['a mask without a number', ['--mask', 'nanshan=0:x'], /Expected a number/],
    ['azimuths that do not grow', ['--mask', 'nanshan=90:5,20:5'], /grow/],
    ['two masks for one', ['--mask', 'nanshan=0:5', '--mask', 'nanshan=0:6'], /two masks/],
    ['two lengths', ['--min-duration', '10', '--duration-min', '20'], /mean the same/],
  ])('%s is a usage error', async (_, flags, message) => {
    const { exit_code, stdout, stderr } = await twinpass([...NIGHT, ...flags]);
    expect({ exit_code, stdout }).toEqual({ exit_code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  test('refracted elevation below one degree is refused', async () => {
    const { exit_code, stderr } = await twinpass([...NIGHT, '--refracted', '--min-elevation', '0.5']);
    expect([exit_code, stderr]).toEqual([2, expect.stringMatching(/refracted elevation needs .* 1 degree/)]);
  });
});

describe('the mission file', () => {
  test.each<[string, (mission: Edited) => void, RegExp]>([
    ['a refracted elevation too low', ({ stations: [a] }) => { Object.assign(a!, { elevation: 'refracted', min_elevation_deg: 0.5 }); },
      /stations\.0\.min_elevation_deg: .*refracted/],
    ['a horizon out of order', ({ stations: [a] }) => {
      a!.horizon = [{ azimuth_deg: 20, elevation_deg: 5 }, { azimuth_deg: 10, elevation_deg: 5 }];
    }, /stations\.0\.horizon: .*grow/],
    ['a light that is none', (mission) => { mission.windows = { sunlight: 'dusk' as 'lit' }; }, /windows\.sunlight/],
  ])('%s is named by its field', (_, change, message) => {
    const said = expect.stringMatching(message) as string;
    expect(parseMissionText(edited(change), 'x.json')).toMatchObject({ ok: false, error: { message: said } });
  });

  test('a station far from the mission borrows no horizon', async () => {
    const path = join(folder, 'walled.json');
    writeFileSync(path, edited(({ stations }) => { for (const one of stations) one.horizon = [{ azimuth_deg: 0, elevation_deg: 75 }]; }));
    const sites = ['--station', 'ali=32.3,80.0,5100', '--station', 'lhasa=29.6,91.1,3650'];
    const [walled, plain] = await Promise.all([[...WEEK, '--mission-file', path, ...sites], [...WEEK, ...sites]]
      .map((argv) => twinpassJson<FoundWindows>(argv)));
    expect(walled!.windows).toEqual(plain!.windows);
  });

  test.each<[string, (mission: Edited) => void, RegExp]>([
    ['horizon', ({ stations: [, b] }) => { b!.horizon = [{ azimuth_deg: 0, elevation_deg: 80 }]; },
      /^Cut away: both see it at 18:14:01 Z for 281 s, but the horizon of Nanshan hides it\.$/],
    ['range', ({ stations: [a] }) => { a!.range_km_max = 500; }, /but it stays beyond 500 km from Delingha/],
    ['length', (mission) => { mission.windows = { duration_s_min: 300 }; }, /for 281 s, less than the 300 s asked for/],
    ['light', (mission) => { mission.windows = { sunlight: 'lit' }; }, /but the satellite is not in full sunlight/],
  ])('a night that a limit emptied says so: %s', (_, change, reason) => {
    const nights = viewNights(missionOf(change), goldenPropagator(), { first_night: '2018-09-14', nights: 1 });
    if (!nights.ok) throw new Error(JSON.stringify(nights.error));
    expect(nights.value[0]!.windows).toEqual([]);
    expect(nights.value[0]!.reason).toMatch(reason);
  });

  test('a horizon counted refracted stands a little lower geometrically', () => {
    const pair = missionPair(missionOf(({ stations: [a] }) => {
      Object.assign(a!, { elevation: 'refracted', horizon: [{ azimuth_deg: 0, elevation_deg: 20 }] });
    }));
    const lowered_arcmin = (20 - (pair.masked[0].horizon!.elevation_rad_max * 180) / Math.PI) * 60;
    // Bennett: 2.6 arcminutes at 20 degrees at sea level, 0.68 of it in the air of 3,153 m.
    expect(lowered_arcmin).toBeCloseTo(1.85, 0);
    expect(pair.masked[1].horizon).toBeUndefined();
  });
});
