// Goal: many satellites over many pairs have exactly the windows that each has alone, at the cost of the stations.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createConstellationSearch, type ConstellationSearch, type PairWindow } from '../../../src-core/orbit/constellation.ts';
import { createHorizonMask } from '../../../src-core/orbit/horizon-mask.ts';
import { createStation } from '../../../src-core/orbit/look.ts';
import { NO_LIMITS, type SearchLimits } from '../../../src-core/orbit/search-limits.ts';
import { sharedPasses, type StationPass } from '../../../src-core/orbit/station-passes.ts';
import { findDualWindows } from '../../../src-core/orbit/windows.ts';
import { DEG, DELINGHA, goldenElements, goldenPropagator, NANSHAN, propagatorOf } from '../../support/golden-orbit.ts';

const FROM = Date.UTC(2018, 8, 15);
const DAY_MS = 86_400_000;
/** Both marches end within a microsecond of an edge. */
const TEN_MICROSECONDS_MS = 0.01;

const at = (latitude_deg: number, longitude_deg: number, altitude_m: number) =>
  ({ station: createStation({ latitude_deg, longitude_deg, altitude_m }), min_elevation_rad: 13 * DEG });
const stations = [
  { station: DELINGHA, min_elevation_rad: 13 * DEG }, { station: NANSHAN, min_elevation_rad: 13 * DEG },
  at(32.3, 80, 5100), at(40.4, 116.6, 90),
];
const pairs = [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]] as const;

const search = (change: Partial<ConstellationSearch> = {}): ConstellationSearch => ({
  stations, pairs, from_utc_ms: FROM, to_utc_ms: FROM + 30 * DAY_MS, sun_elevation_rad_max: -6 * DEG, dark_only: false, ...change,
});

function ofPair(windows: readonly PairWindow[], [a, b]: readonly [number, number]): readonly PairWindow[] {
  return windows.filter(({ pair }) => pair[0] === a && pair[1] === b);
}

function expectSame(wanted: ConstellationSearch): number {
  const { windows } = createConstellationSearch(wanted).windowsOf(goldenPropagator());
  for (const pair of wanted.pairs) {
    const alone = findDualWindows({
      propagator: goldenPropagator(), stations: [wanted.stations[pair[0]]!, wanted.stations[pair[1]]!],
      from_utc_ms: wanted.from_utc_ms, to_utc_ms: wanted.to_utc_ms, sun_elevation_rad_max: wanted.sun_elevation_rad_max,
      ...(wanted.limits === undefined ? {} : { limits: wanted.limits }),
    }).windows.filter(({ dark }) => dark || !wanted.dark_only);
    const own = ofPair(windows, pair);
    expect(own).toHaveLength(alone.length);
    for (const [i, window] of own.entries()) {
      const same = alone[i]!;
      expect(Math.abs(window.start_utc_ms - same.start_utc_ms)).toBeLessThan(TEN_MICROSECONDS_MS);
      expect(Math.abs(window.end_utc_ms - same.end_utc_ms)).toBeLessThan(TEN_MICROSECONDS_MS);
      expect(window.dark).toBe(same.dark);
      expect(window.range_sum_m_min).toBeCloseTo(same.range_sum_m_min, -1);
      expect(window.elevation_rad_max[1]).toBeCloseTo(same.stations[1].elevation_rad_max, 5);
      expect([window.start_by, window.end_by]).toEqual([same.start_cause.by, same.end_cause.by]);
    }
  }
  return windows.length;
}

test('six pairs over a month: the windows of each pair searched alone, edges within 10 microseconds', () => {
  expect(expectSame(search())).toBeGreaterThan(190);
  expectSame(search({ dark_only: true }));
});

test('with a horizon, a range, shadow and a shortest duration, too', () => {
  const limits: SearchLimits = { ...NO_LIMITS, range_m_max: 1_400_000, sunlight: 'umbra', duration_s_min: 30 };
  const horizon = createHorizonMask([{ azimuth_rad: 0, elevation_rad: 0.1 }, { azimuth_rad: 3, elevation_rad: 0.6 }]);
  expect(expectSame(search({ limits, stations: [stations[0]!, { ...stations[1]!, horizon }, ...stations.slice(2)] }))).toBeGreaterThan(20);
});

test('a satellite that decays keeps what was found before, and says so', () => {
  const falling = propagatorOf({ ...goldenElements(), mean_motion_rev_day: 16.3, bstar_per_earth_radius: 5e-3 });
  const { windows, stopped_by } = createConstellationSearch(search()).windowsOf(falling);
  expect(stopped_by).toMatchObject({ type: 'Decayed' });
  for (const { start_utc_ms } of windows) expect(start_utc_ms).toBeLessThan(stopped_by!.utc_ms);
});

describe('intersection', () => {
  const list = fc.uniqueArray(fc.integer({ min: 0, max: 400 }), { maxLength: 24 }).map((edges): StationPass[] => {
    const sorted = edges.toSorted((a, b) => a - b);
    return Array.from({ length: Math.floor(sorted.length / 2) }, (_, i) =>
      ({ start_s: sorted[2 * i]!, end_s: sorted[2 * i + 1]!, start_by: 'min_elevation', end_by: 'range_max' }));
  });
  test('property: a moment lies in the result where it lies in both, whichever is named first', () => {
    const within = (passes: readonly StationPass[], t_s: number) =>
      passes.some(({ start_s, end_s }) => start_s < t_s && t_s < end_s);
    fc.assert(fc.property(list, list, (a, b) => {
      const [shared, turned] = [sharedPasses(a, b), sharedPasses(b, a)];
      for (let t_s = 0.5; t_s < 400; t_s += 1) expect(within(shared, t_s)).toBe(within(a, t_s) && within(b, t_s));
      expect(turned.map(({ start_s, end_s }) => [start_s, end_s])).toEqual(shared.map(({ start_s, end_s }) => [start_s, end_s]));
    }));
  });
});
