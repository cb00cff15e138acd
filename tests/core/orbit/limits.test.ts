// Goal: limits cut windows exactly where they bind, for any horizon, and tightening one never adds a second.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutTrack } from '../../../src-core/orbit/cut.ts';
import { createHorizonMask, type HorizonPoint } from '../../../src-core/orbit/horizon-mask.ts';
import { createStation, lookAngles, lookAt } from '../../../src-core/orbit/look.ts';
import { moonPefKm } from '../../../src-core/orbit/moon.ts';
import { limitsOf, NO_LIMITS, type SearchLimits } from '../../../src-core/orbit/search-limits.ts';
import { shadowMargins } from '../../../src-core/orbit/shadow.ts';
import { createSkyTrack } from '../../../src-core/orbit/sky-track.ts';
import { bodyElevationRad, sunPefKm } from '../../../src-core/orbit/sun.ts';
import { createTrack } from '../../../src-core/orbit/track.ts';
import { findVisibility, type MaskedStation } from '../../../src-core/orbit/visibility.ts';
import { findDualWindows, type DualWindow, type WindowsFound } from '../../../src-core/orbit/windows.ts';
import { DEG, goldenPropagator, goldenStations } from '../../support/golden-orbit.ts';

const YEAR_START = Date.UTC(2018, 8, 15);
const DAY_MS = 86_400_000;
/** What a march may leave of a microsecond, and what a float of milliseconds since 1970 can say. */
const ROUNDING_MS = 0.01;

interface Search { readonly from_days?: number; readonly days?: number; readonly limits?: Partial<SearchLimits>;
  readonly horizons?: readonly [readonly HorizonPoint[], readonly HorizonPoint[]] | null; readonly min_deg?: number }

const stationsOf = ({ horizons = null, min_deg = 13 }: Search): readonly [MaskedStation, MaskedStation] => {
  const [a, b] = goldenStations(min_deg);
  return horizons === null ? [a, b]
    : [{ ...a, horizon: createHorizonMask(horizons[0]) }, { ...b, horizon: createHorizonMask(horizons[1]) }];
};

function search(wanted: Search): WindowsFound {
  const from_utc_ms = YEAR_START + (wanted.from_days ?? 0) * DAY_MS;
  const found = findDualWindows({
    propagator: goldenPropagator(), stations: stationsOf(wanted), from_utc_ms,
    to_utc_ms: from_utc_ms + (wanted.days ?? 20) * DAY_MS, sun_elevation_rad_max: -6 * DEG,
    limits: { ...NO_LIMITS, ...wanted.limits },
  });
  expect(found.stopped_by).toBeNull();
  return found;
}

const real = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const horizon: fc.Arbitrary<HorizonPoint[]> = fc.uniqueArray(fc.integer({ min: 0, max: 35 }), { minLength: 1, maxLength: 9 })
  .chain((tens) => fc.tuple(fc.constant(tens.sort((a, b) => a - b)), fc.array(real(0, 45), { minLength: 9, maxLength: 9 })))
  .map(([tens, heights]) => tens.map((ten, i) => ({ azimuth_rad: ten * 10 * DEG, elevation_rad: heights[i]! * DEG })));
const limits: fc.Arbitrary<Omit<SearchLimits, 'duration_s_min'>> = fc.record({
  range_m_max: fc.option(real(700_000, 1_800_000)),
  sunlight: fc.constantFrom(null, null, 'lit' as const, 'umbra' as const),
  moon: fc.option(fc.record({ separation_rad_min: real(0, 2), illumination_min: real(0, 1) })),
});

/** Says at an instant whether every limit holds: straight from the definitions, without any proof. */
function createJudge(wanted: Search) {
  const propagator = goldenPropagator();
  const stations = stationsOf(wanted);
  const state = new Float64Array(6);
  return (utc_ms: number): boolean => {
    propagator.writePef((utc_ms - propagator.elements.epoch_utc_ms) / 1000, state);
    const { range_m_max = null, sunlight = null, moon = null } = wanted.limits ?? {};
    const [sun_km, moon_km] = [sunPefKm(utc_ms), moonPefKm(utc_ms)];
    const { lit_rad, umbra_rad } = shadowMargins(state, sun_km);
    if (sunlight === 'lit' && lit_rad < 0) return false;
    if (sunlight === 'umbra' && umbra_rad < 0) return false;
    return stations.every(({ station, min_elevation_rad, horizon: mask }) => {
      const look = lookAngles(state, station);
      if (look.elevation_rad < Math.max(min_elevation_rad, mask?.elevationRad(look.azimuth_rad) ?? -1)) return false;
      if (range_m_max !== null && look.range_m > range_m_max) return false;
      if (moon === null || bodyElevationRad(moon_km, station) < 0) return true;
      const [x, y, z] = [0, 1, 2].map((axis) => moon_km[axis]! - station.position_pef_km[axis]!) as [number, number, number];
      const to_satellite = [0, 1, 2].map((axis) => state[axis]! - station.position_pef_km[axis]!) as [number, number, number];
      const cosine = (x * to_satellite[0] + y * to_satellite[1] + z * to_satellite[2]) / Math.hypot(x, y, z) / Math.hypot(...to_satellite);
      return Math.acos(cosine) >= moon.separation_rad_min;
    });
  };
}

test('property: against a plain grid, no stretch is lost and none invented, for any horizons and limits', () => {
  fc.assert(fc.property(fc.tuple(horizon, horizon), limits, fc.integer({ min: 0, max: 340 }), (horizons, cut, from_days) => {
    const lit_min = cut.moon?.illumination_min ?? 0;
    // The grid judges without the Moon's phase: full or nothing.
    const moon = cut.moon == null ? null : { ...cut.moon, illumination_min: lit_min > 0.5 ? 1.1 : 0 };
    const wanted = { horizons, limits: { ...cut, moon }, from_days, days: 2 };
    const judge = createJudge({ ...wanted, limits: { ...cut, moon: moon?.illumination_min === 0 ? moon : null } });
    const { windows } = search(wanted);
    const plain = search({ from_days, days: 2 }).windows;
    for (const view of plain) {
      for (let t = view.start_utc_ms + 1; t < view.end_utc_ms; t += 997) {
        const inside = windows.some((window) => window.start_utc_ms <= t && t <= window.end_utc_ms);
        if (inside === judge(t)) continue;
        // Within a millisecond of an edge both answers are right: track and ephemeris are good to that.
        const nearest = Math.min(...windows.flatMap(({ start_utc_ms, end_utc_ms }) =>
          [Math.abs(start_utc_ms - t), Math.abs(end_utc_ms - t)]));
        expect(nearest).toBeLessThan(1);
      }
    }
  }), { numRuns: 40 });
});

/** Every window of `narrow` lies inside one of `wide`. */
function expectInside(narrow: readonly DualWindow[], wide: readonly DualWindow[]): void {
  for (const window of narrow) {
    const around = wide.filter(({ start_utc_ms, end_utc_ms }) =>
      start_utc_ms <= window.start_utc_ms + ROUNDING_MS && end_utc_ms >= window.end_utc_ms - ROUNDING_MS);
    expect(around).toHaveLength(1);
  }
}

describe('property: tightening a limit never adds a second outside the windows before', () => {
  const raised = (points: readonly HorizonPoint[], by_rad: number) =>
    points.map(({ azimuth_rad, elevation_rad }) => ({ azimuth_rad, elevation_rad: elevation_rad + by_rad }));
  test.each<[string, fc.Arbitrary<[Search, Search]>]>([
    ['elevation', fc.tuple(real(0, 25), real(0, 15)).map(([low, more]) => [{ min_deg: low }, { min_deg: low + more }])],
    ['horizon', fc.tuple(horizon, horizon, real(0, 0.5)).map(([a, b, by]) =>
      [{ horizons: [a, b] }, { horizons: [raised(a, by), raised(b, by / 2)] }])],
    ['range', fc.tuple(real(7e5, 2e6), real(0, 5e5)).map(([range, less]) =>
      [{ limits: { range_m_max: range } }, { limits: { range_m_max: range - less } }])],
    ['Moon', fc.tuple(real(0, 2), real(0, 1), real(0, 1)).map(([apart, more, lit]) => [
      { limits: { moon: { separation_rad_min: apart, illumination_min: lit } } },
      { limits: { moon: { separation_rad_min: apart + more, illumination_min: lit * 0.7 } } }])],
    ['light', fc.constantFrom<[Search, Search]>(
      [{}, { limits: { sunlight: 'lit' } }], [{}, { limits: { sunlight: 'umbra' } }])],
    ['length', fc.tuple(real(0, 280), real(0, 100)).map(([seconds, more]) =>
      [{ limits: { duration_s_min: seconds } }, { limits: { duration_s_min: seconds + more } }])],
  ])('%s', (_, pairs) => {
    fc.assert(fc.property(pairs, fc.integer({ min: 0, max: 300 }), ([loose, tight], from_days) => {
      expectInside(search({ ...tight, from_days, days: 8 }).windows, search({ ...loose, from_days, days: 8 }).windows);
    }), { numRuns: 25 });
  });
});

test('property: limited windows do not depend on where a search begins, and chunks join to the whole', () => {
  fc.assert(fc.property(fc.tuple(horizon, horizon), limits, fc.array(real(0, 12), { maxLength: 5 }), (horizons, cut, days) => {
    const whole = search({ horizons, limits: cut, days: 12 });
    const edges = [0, ...days.sort((a, b) => a - b), 12];
    const joined = new Map<number, DualWindow>();
    for (const [i, from] of edges.slice(0, -1).entries()) {
      const part = search({ horizons, limits: cut, from_days: from, days: edges[i + 1]! - from });
      for (const window of part.windows) joined.set(window.start_utc_ms, window);
    }
    expect([...joined.values()]).toEqual(whole.windows);
  }), { numRuns: 25 });
});

test("property: a pair's windows are what its two stations see alone, met together", () => {
  fc.assert(fc.property(fc.tuple(horizon, horizon), fc.option(real(8e5, 1.8e6)), (horizons, range_m_max) => {
    const wanted = { horizons, limits: { range_m_max }, days: 6 };
    const propagator = goldenPropagator();
    const { epoch_utc_ms } = propagator.elements;
    const from_s = (YEAR_START - epoch_utc_ms) / 1000;
    const alone = stationsOf(wanted).map((station) => {
      const limitsAt = limitsOf([station], { ...NO_LIMITS, range_m_max });
      return findVisibility(propagator, [station], { from_s, to_s: from_s + 6 * 86_400 }).intervals.flatMap((view) =>
        cutTrack(createTrack(propagator, view)!, limitsAt(0), epoch_utc_ms).pieces);
    }) as unknown as [{ start_s: number; end_s: number }[], { start_s: number; end_s: number }[]];
    const met = alone[0].flatMap((a) => alone[1].map((b) => [Math.max(a.start_s, b.start_s), Math.min(a.end_s, b.end_s)] as const))
      .filter(([start, end]) => start < end && end > from_s && start < from_s + 6 * 86_400)
      .sort(([a], [b]) => a - b);
    const { windows } = search(wanted);
    expect(windows).toHaveLength(met.length);
    for (const [i, [start_s, end_s]] of met.entries()) {
      // The track of a whole pass and that of a window have their knots elsewhere: 0.2 m, which is 0.03 ms at 7 km/s, and
      // more where the satellite goes nearly along a ridge: 1 ms down to 0.2 km/s across it.
      expect(Math.abs(windows[i]!.start_utc_ms - epoch_utc_ms - start_s * 1000)).toBeLessThan(1);
      expect(Math.abs(windows[i]!.end_utc_ms - epoch_utc_ms - end_s * 1000)).toBeLessThan(1);
    }
  }), { numRuns: 20 });
});

describe('each edge names what sets it', () => {
  const golden = { from_days: -0.4, days: 0.3 };
  const [plain] = search(golden).windows;

  test('elevation alone: the station that stands at its least elevation there', () => {
    const propagator = goldenPropagator();
    for (const [cause, utc_ms] of [[plain!.start_cause, plain!.start_utc_ms], [plain!.end_cause, plain!.end_utc_ms]] as const) {
      expect(cause).toMatchObject({ by: 'min_elevation', taken_s: 0 });
      const look = lookAt(propagator, goldenStations()[cause.station as 0 | 1].station, utc_ms);
      expect(look.ok && look.value.elevation_rad / DEG).toBeCloseTo(13, 5);
    }
  });

  test('a ridge before Delingha takes both ends, and says how much', () => {
    const ridge = [0, 355].map((azimuth) => ({ azimuth_rad: azimuth * DEG, elevation_rad: 25 * DEG }));
    const flat = [{ azimuth_rad: 0, elevation_rad: 0 }];
    const [cut] = search({ ...golden, horizons: [ridge, flat] }).windows;
    expect(cut!.start_cause).toMatchObject({ by: 'horizon_mask', station: 0 });
    expect(cut!.start_cause.taken_s).toBeCloseTo((cut!.start_utc_ms - plain!.start_utc_ms) / 1000, 3);
    expect(cut!.start_cause.taken_s).toBeGreaterThan(20);
    expect(cut!.end_cause.taken_s).toBeCloseTo((plain!.end_utc_ms - cut!.end_utc_ms) / 1000, 3);
  });

  test('a largest range takes both ends: at each the station it names stands that far', () => {
    const [cut] = search({ ...golden, limits: { range_m_max: 1_200_000 } }).windows;
    for (const [cause, utc_ms] of [[cut!.start_cause, cut!.start_utc_ms], [cut!.end_cause, cut!.end_utc_ms]] as const) {
      expect(cause.by).toBe('range_max');
      const look = lookAt(goldenPropagator(), goldenStations()[cause.station as 0 | 1].station, utc_ms);
      expect(look.ok && look.value.range_m / 1000).toBeCloseTo(1200, 2);
    }
    const lost_s = plain!.duration_s - cut!.duration_s;
    expect(cut!.start_cause.taken_s + cut!.end_cause.taken_s).toBeCloseTo(lost_s, 3);
  });

  test('what is left of nothing is listed, with the limit that hides the most', () => {
    expect(search({ ...golden, limits: { range_m_max: 600_000 } })).toMatchObject({
      windows: [], removed: [{ by: 'range_max', dark: true, start_utc_ms: plain!.start_utc_ms }],
    });
    expect(search({ ...golden, limits: { sunlight: 'lit' } })).toMatchObject({ windows: [], removed: [{ by: 'sunlight', station: null }] });
    expect(search({ ...golden, limits: { duration_s_min: 300 } })).toMatchObject({
      windows: [], removed: [{ by: 'duration_min', duration_s: plain!.duration_s }],
    });
  });
});

test('the sky track follows the ephemeris of Sun and Moon to a microradian', () => {
  const out = new Float64Array(3);
  for (const body of [sunPefKm, moonPefKm]) {
    const track = createSkyTrack(body);
    for (let i = 0; i < 50; i++) {
      const utc_ms = YEAR_START + i * 6_543_217;
      track(utc_ms, out);
      const exact = body(utc_ms);
      expect(Math.hypot(...exact.map((value, axis) => value - out[axis]!)) / Math.hypot(...exact)).toBeLessThan(1e-6);
    }
  }
});

test('failure: a horizon over the zenith, or with its points out of order, is a programmer error', () => {
  const point = (azimuth: number, elevation: number) => ({ azimuth_rad: azimuth * DEG, elevation_rad: elevation * DEG });
  expect(() => createHorizonMask([point(0, 85)])).toThrow('horizon at');
  expect(() => createHorizonMask([point(90, 5), point(10, 5)])).toThrow('azimuth');
  expect(() => createHorizonMask([])).toThrow('point');
});

test('a horizon is straight between its points, over north too', () => {
  const mask = createHorizonMask([{ azimuth_rad: 10 * DEG, elevation_rad: 4 * DEG }, { azimuth_rad: 350 * DEG, elevation_rad: 8 * DEG }]);
  expect(mask.elevationRad(0) / DEG).toBeCloseTo(6, 9);
  expect(mask.elevationRad(355 * DEG) / DEG).toBeCloseTo(7, 9);
  expect(mask.elevationRad(180 * DEG) / DEG).toBeCloseTo(6, 9);
  expect(createStation({ latitude_deg: 0, longitude_deg: 0, altitude_m: 0 }).up[0]).toBe(1);
});
