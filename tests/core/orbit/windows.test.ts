// Goal: no window is lost and no edge depends on where a search began; numbers agree with brute force elsewhere.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lookAngles, lookAt, sampleLook } from '../../../src-core/orbit/look.ts';
import { createTrack } from '../../../src-core/orbit/track.ts';
import { findDualWindows, type DualWindow } from '../../../src-core/orbit/windows.ts';
import { DEG, DELINGHA, goldenElements, goldenPropagator, goldenStations, NANSHAN, propagatorOf, readGolden }
  from '../../support/golden-orbit.ts';

interface Reference {
  readonly windows: readonly {
    readonly start_s: number; readonly end_s: number; readonly max_el: [number, number];
    readonly min_range_km: [number, number]; readonly sum_range_km: [number, number];
  }[];
}

const reference = readGolden('python-sgp4/golden_2018.json') as Reference;
const YEAR_START = Date.UTC(2018, 8, 15);
const DAY_MS = 86_400_000;
const TWO_MS = 2;

function search(from_utc_ms: number, days: number, min_elevation_deg = 13): readonly DualWindow[] {
  const found = findDualWindows({
    propagator: goldenPropagator(), stations: goldenStations(min_elevation_deg), from_utc_ms,
    to_utc_ms: from_utc_ms + days * DAY_MS, sun_elevation_rad_max: -6 * DEG,
  });
  expect(found.stopped_by).toBeNull();
  return found.windows;
}

const year = search(YEAR_START, 365);

describe('the reference year (python-sgp4, 4 s grid and bisection)', () => {
  test('all 708 windows, and no other, with edges within 2 ms', () => {
    expect(year).toHaveLength(708);
    for (const [index, theirs] of reference.windows.entries()) {
      const ours = year[index]!;
      expect(Math.abs(ours.start_utc_ms - YEAR_START - theirs.start_s * 1000)).toBeLessThan(TWO_MS);
      expect(Math.abs(ours.end_utc_ms - YEAR_START - theirs.end_s * 1000)).toBeLessThan(TWO_MS);
    }
  });

  test('extremes agree as far as a 4 s grid can see them, and never fall short of it', () => {
    for (const [index, theirs] of reference.windows.entries()) {
      const ours = year[index]!;
      for (const which of [0, 1] as const) {
        const above_deg = ours.stations[which].elevation_rad_max / DEG - theirs.max_el[which];
        expect(above_deg).toBeGreaterThan(-1e-4);
        expect(above_deg).toBeLessThan(0.5);
        const nearer_km = theirs.min_range_km[which] - ours.stations[which].range_m_min / 1000;
        expect(nearer_km).toBeGreaterThan(-1e-3);
        expect(nearer_km).toBeLessThan(0.2); // (7.6 km/s * 2 s)^2 / (2 * 500 km), halved by the grid's luck.
      }
      expect(Math.abs(ours.range_sum_m_max / 1000 - theirs.sum_range_km[1])).toBeLessThan(0.1);
      expect(theirs.sum_range_km[0] - ours.range_sum_m_min / 1000).toBeGreaterThan(-1e-3);
    }
  });

  test('326 lie in darkness, one a night, and the shortest of all lasts 17.2 s', () => {
    const dark = year.filter((window) => window.dark);
    expect(dark).toHaveLength(326);
    expect(new Set(dark.map((window) => Math.floor((window.start_utc_ms - DAY_MS / 4) / DAY_MS))).size).toBe(326);
    expect(Math.min(...year.map((window) => window.duration_s))).toBeCloseTo(17.2, 1);
    expect(dark.map((window) => window.duration_s).sort((a, b) => a - b)[163]).toBeCloseTo(263, 0);
  });
});

test('the golden pass: 18:14:01.80 to 18:18:43.1, 281.34 s', () => {
  const [pass, ...others] = search(Date.UTC(2018, 8, 14, 16), 0.25);
  expect(others).toEqual([]);
  expect(new Date(Math.round(pass!.start_utc_ms / 10) * 10).toISOString()).toBe('2018-09-14T18:14:01.800Z');
  expect(new Date(Math.round(pass!.end_utc_ms / 100) * 100).toISOString()).toBe('2018-09-14T18:18:43.100Z');
  expect(pass!.duration_s).toBeCloseTo(281.34, 2);
  expect(Math.round(pass!.range_sum_m_min / 1000)).toBe(1546);
  expect(pass!.dark).toBe(true);
});

test('both stations stand at or above the mask inside, one of them at it on each edge', () => {
  const propagator = goldenPropagator();
  for (const window of year.slice(0, 60)) {
    for (const [at, edge] of [[window.start_utc_ms, 1], [window.end_utc_ms, -1]] as const) {
      const elevationOf = (station: typeof DELINGHA, utc_ms: number) => {
        const look = lookAt(propagator, station, utc_ms);
        if (!look.ok) throw new Error(look.error.type);
        return look.value.elevation_rad / DEG;
      };
      const least = (utc_ms: number) => Math.min(elevationOf(DELINGHA, utc_ms), elevationOf(NANSHAN, utc_ms));
      expect(Math.abs(least(at) - 13)).toBeLessThan(1e-6);
      expect(least(at + edge * 1)).toBeGreaterThan(13);
      expect(least(at - edge * 1)).toBeLessThan(13);
    }
  }
});

test('the track follows SGP4 to three centimetres and its azimuths are those of the edges', () => {
  const propagator = goldenPropagator();
  const [exact, path] = [new Float64Array(6), new Float64Array(6)];
  const track = createTrack(propagator, { start_s: 1000, end_s: 1281 })!;
  for (let t_s = 1000; t_s <= 1281; t_s += 0.7) {
    propagator.writePef(t_s, exact);
    track.write(t_s, path);
    const off_m = 1000 * Math.hypot(exact[0]! - path[0]!, exact[1]! - path[1]!, exact[2]! - path[2]!);
    expect(off_m).toBeLessThan(0.2); // SGP4's own velocity is off by 3 cm/s, over half a knot step.
  }
  const window = year[1]!;
  const edge = new Float64Array(6);
  propagator.writePef((window.start_utc_ms - propagator.elements.epoch_utc_ms) / 1000, edge);
  expect(window.stations[0].azimuth_rad_start).toBeCloseTo(lookAngles(edge, DELINGHA).azimuth_rad, 6);
});

test('extremes are those of a fine sampling', () => {
  const propagator = goldenPropagator();
  for (const window of year.slice(0, 40)) {
    const times = { start_utc_ms: window.start_utc_ms, step_ms: 50, count: Math.floor(window.duration_s * 20) };
    const looks = [DELINGHA, NANSHAN].map((station) => sampleLook(propagator, station, times));
    for (const which of [0, 1] as const) {
      const look = looks[which]!;
      if (!look.ok) throw new Error(look.error.type);
      const fine_rad = Math.max(...look.value.elevation_rad);
      expect(window.stations[which].elevation_rad_max - fine_rad).toBeGreaterThan(-1e-6);
      // Straight overhead the line of sight turns by 15 mrad/s: 0.38 mrad in half a sample.
      expect(window.stations[which].elevation_rad_max - fine_rad).toBeLessThan(0.015 * 0.025);
      // The last sample stands up to 50 ms before the edge, at 7.6 km/s.
      const nearer_m = Math.min(...look.value.range_m) - window.stations[which].range_m_min;
      expect(nearer_m).toBeGreaterThan(-0.3);
      expect(nearer_m).toBeLessThan(7600 * 0.05);
    }
  }
});

const sameWindows = (found: readonly DualWindow[], expected: readonly DualWindow[]) => {
  expect(found.map(({ start_utc_ms, end_utc_ms }) => [start_utc_ms, end_utc_ms]))
    .toEqual(expected.map(({ start_utc_ms, end_utc_ms }) => [start_utc_ms, end_utc_ms]));
};

test('property: the same windows, number for number, whatever the search start', () => {
  fc.assert(fc.property(fc.double({ min: 0, max: 300, noNaN: true }), fc.double({ min: 0, max: 20, noNaN: true }),
    (start_days, days) => {
      const [from, to] = [YEAR_START + start_days * DAY_MS, YEAR_START + (start_days + days) * DAY_MS];
      const inside = year.filter((window) => window.end_utc_ms > from && window.start_utc_ms < to);
      sameWindows(search(from, days), inside);
    }), { numRuns: 60 });
});

test('property: the union of the windows of chunks is the windows of the union', () => {
  const cuts = fc.array(fc.double({ min: 0, max: 30, noNaN: true }), { maxLength: 8 });
  // One cut always falls inside a window: it must come out whole, once from each side.
  const inside = (year[3]!.start_utc_ms + year[3]!.end_utc_ms) / 2;
  fc.assert(fc.property(cuts, (days) => {
    const edges = [YEAR_START, inside, ...days.map((day) => YEAR_START + day * DAY_MS), YEAR_START + 30 * DAY_MS]
      .sort((a, b) => a - b);
    const joined = new Map<number, DualWindow>();
    for (const [index, from] of edges.slice(0, -1).entries()) {
      for (const window of search(from, (edges[index + 1]! - from) / DAY_MS)) joined.set(window.start_utc_ms, window);
    }
    sameWindows([...joined.values()], search(YEAR_START, 30));
  }), { numRuns: 20 });
});

test('property: a higher mask never adds a window nor widens one', () => {
  fc.assert(fc.property(fc.double({ min: 0, max: 25, noNaN: true }), fc.double({ min: 0, max: 15, noNaN: true }),
    (low_deg, more_deg) => {
      const wide = search(YEAR_START, 20, low_deg);
      for (const narrow of search(YEAR_START, 20, low_deg + more_deg)) {
        const around = wide.filter((window) => window.start_utc_ms <= narrow.start_utc_ms + 1e-2
          && window.end_utc_ms >= narrow.end_utc_ms - 1e-2);
        expect(around).toHaveLength(1);
      }
    }), { numRuns: 40 });
});

test('a satellite always in view of both is one window, called clipped', () => {
  const elements = {
    ...goldenElements(), mean_motion_rev_day: 1.002_738, eccentricity: 0, inclination_deg: 0.01,
    bstar_per_earth_radius: 0, raan_deg: 0, argument_of_perigee_deg: 0, mean_anomaly_deg: 170,
  };
  const found = findDualWindows({
    propagator: propagatorOf(elements), stations: goldenStations(13), from_utc_ms: YEAR_START,
    to_utc_ms: YEAR_START + 3 * DAY_MS, sun_elevation_rad_max: 0,
  });
  expect(found.windows).toHaveLength(1);
  expect(found.windows[0]).toMatchObject({ clipped_start: true, clipped_end: true, dark: false });
});

test('a decaying satellite: what was found is kept, and why the search stopped is said', () => {
  const falling = { ...goldenElements(), mean_motion_rev_day: 16, bstar_per_earth_radius: 2e-4 };
  const found = findDualWindows({
    propagator: propagatorOf(falling), stations: goldenStations(13), from_utc_ms: falling.epoch_utc_ms,
    to_utc_ms: falling.epoch_utc_ms + 365 * DAY_MS, sun_elevation_rad_max: -6 * DEG,
  });
  expect(found.stopped_by).toMatchObject({ type: 'Decayed', catalog_number: '41731' });
  expect(found.windows.length).toBeGreaterThan(2);
  for (const window of found.windows) expect(Number.isFinite(window.range_sum_m_max)).toBe(true);
});
