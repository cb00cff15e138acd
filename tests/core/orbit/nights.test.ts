// Goal: every night is listed with its darkness, and one without a window says truly why.
import { describe, expect, test } from 'vitest';
import { createStation, sampleLook } from '../../../src-core/orbit/look.ts';
import { listNights, type Night } from '../../../src-core/orbit/nights.ts';
import { sunElevationRad } from '../../../src-core/orbit/sun.ts';
import { DEG, DELINGHA, goldenElements, goldenPropagator, goldenStations, NANSHAN, propagatorOf }
  from '../../support/golden-orbit.ts';

const DAY_MS = 86_400_000;

function nights(first_night: string, count: number, sun_deg = -6): readonly Night[] {
  const listed = listNights({
    propagator: goldenPropagator(), stations: goldenStations(), first_night, count,
    sun_elevation_rad_max: sun_deg * DEG,
  });
  if (!listed.ok) throw new Error(listed.error.text);
  return listed.value;
}

const year = nights('2018-09-15', 365);

describe('the reference year with night below -6 degrees', () => {
  test('326 nights have one window, 39 have none, none has two', () => {
    const windows = year.map((night) => night.windows.length);
    expect(windows.filter((n) => n === 1)).toHaveLength(326);
    expect(windows.filter((n) => n === 0)).toHaveLength(39);
    expect(year.every((night) => (night.reason === null) === (night.windows.length > 0))).toBe(true);
  });

  test('nights without a window: at the best moment one station is short, as looking there shows', () => {
    const empty = year.filter((night) => night.reason !== null);
    for (const { reason, dark } of empty) {
      if (reason?.type !== 'BelowMask') throw new Error(`unexpected reason ${reason!.type}`);
      expect(Math.min(...reason.elevation_rad)).toBeLessThan(13 * DEG);
      expect(reason.elevation_rad[reason.short_station]).toBe(Math.min(...reason.elevation_rad));
      expect(reason.utc_ms >= dark!.start_utc_ms && reason.utc_ms <= dark!.end_utc_ms).toBe(true);
      // No second of this darkness does better.
      const times = { start_utc_ms: dark!.start_utc_ms, step_ms: 5000,
        count: Math.floor((dark!.end_utc_ms - dark!.start_utc_ms) / 5000) };
      const a = sampleLook(goldenPropagator(), DELINGHA, times);
      const b = sampleLook(goldenPropagator(), NANSHAN, times);
      if (!a.ok || !b.ok) throw new Error('no state');
      const [at_a, at_b] = [a.value.elevation_rad, b.value.elevation_rad];
      const best = at_a.reduce((most, elevation, i) => Math.max(most, Math.min(elevation, at_b[i]!)), -1);
      expect(Math.min(...reason.elevation_rad)).toBeGreaterThan(best - 1e-6);
    }
  });

  test('2018-09-21: at 18:48:20 Z Delingha has it at 12.3 degrees, Nanshan at 42', () => {
    const night = year.find(({ night: name }) => name === '2018-09-21')!;
    expect(night.reason).toMatchObject({ type: 'BelowMask', short_station: 0 });
    if (night.reason?.type !== 'BelowMask') return;
    expect(new Date(night.reason.utc_ms).toISOString().slice(0, 19)).toBe('2018-09-21T18:48:20');
    expect(night.reason.elevation_rad.map((elevation) => Math.round(elevation / DEG * 10) / 10)).toEqual([12.3, 42.5]);
  });

  test('darkness begins and ends with the Sun at the limit at the station it sets last for', () => {
    for (const { dark, sun_down } of year.filter((_, index) => index % 20 === 0)) {
      for (const utc_ms of [dark!.start_utc_ms, dark!.end_utc_ms]) {
        const highest = Math.max(sunElevationRad(DELINGHA, utc_ms), sunElevationRad(NANSHAN, utc_ms));
        expect(Math.abs(highest / DEG + 6)).toBeLessThan(1e-4); // 15 degrees an hour for 10 ms.
      }
      expect(sun_down!.start_utc_ms < dark!.start_utc_ms && sun_down!.end_utc_ms > dark!.end_utc_ms).toBe(true);
    }
  });
});

test('the golden night is 2018-09-14, with its Moon 29 % lit and set at the pass', () => {
  const [night] = nights('2018-09-14', 1);
  expect(night).toMatchObject({ night: '2018-09-14', reason: null });
  expect(new Date(night!.windows[0]!.start_utc_ms).toISOString().slice(0, 21)).toBe('2018-09-14T18:14:01.7');
  expect(night!.moon_illumination).toBeCloseTo(0.286, 2);
  const up = night!.moon_up.some((moon) => moon.start_utc_ms < night!.windows[0]!.start_utc_ms
    && moon.end_utc_ms > night!.windows[0]!.start_utc_ms);
  expect(up).toBe(false);
  // Mean solar noon at 92.7 degrees east, the stations' middle, is 12 h - 92.7 / 15 h.
  expect(new Date(night!.from_utc_ms).toISOString().slice(0, 16)).toBe('2018-09-14T05:49');
});

test('each window lies inside a visibility of each station, and in darkness', () => {
  for (const night of nights('2018-09-14', 60)) {
    for (const window of night.windows) {
      for (const which of [0, 1] as const) {
        expect(night.visible[which].some((seen) => seen.start_utc_ms <= window.start_utc_ms + 0.01
          && seen.end_utc_ms >= window.end_utc_ms - 0.01)).toBe(true);
      }
      expect(window.start_utc_ms >= night.dark!.start_utc_ms && window.end_utc_ms <= night.dark!.end_utc_ms).toBe(true);
    }
  }
});

test('property: a list of nights is its nights listed one by one, and they adjoin', () => {
  const together = nights('2018-09-14', 8);
  for (const [index, night] of together.entries()) {
    expect(nights(night.night, 1)[0]!.windows).toEqual(night.windows);
    if (index > 0) expect(night.from_utc_ms - together[index - 1]!.to_utc_ms).toBeCloseTo(0, 2);
    expect(night.to_utc_ms - night.from_utc_ms).toBe(DAY_MS);
  }
});

test('a lower limit of the Sun takes windows away, and says that it was too light', () => {
  const strict = nights('2019-06-10', 20, -24);
  expect(strict.some(({ reason }) => reason?.type === 'NoDarkness' || reason?.type === 'TooLight')).toBe(true);
});

test('a polar summer has no darkness, and says so', () => {
  const stations = [78.2, 79].map((latitude_deg) => ({
    station: createStation({ latitude_deg, longitude_deg: 15, altitude_m: 0 }), min_elevation_rad: 13 * DEG,
  })) as unknown as ReturnType<typeof goldenStations>;
  const listed = listNights({
    propagator: goldenPropagator(), stations, first_night: '2018-06-20', count: 2, sun_elevation_rad_max: -6 * DEG,
  });
  expect(listed).toMatchObject({ ok: true, value: [{ dark: null, reason: { type: 'NoDarkness' } }, {}] });
});

test('after the decay a night has no state, not a wrong reason', () => {
  const falling = { ...goldenElements(), mean_motion_rev_day: 16, bstar_per_earth_radius: 2e-4 };
  const listed = listNights({
    propagator: propagatorOf(falling), stations: goldenStations(), first_night: '2019-09-14', count: 1,
    sun_elevation_rad_max: -6 * DEG,
  });
  expect(listed).toMatchObject({ ok: true, value: [{ windows: [], reason: { type: 'NoState' } }] });
});

test.each(['2018-02-30', '14 September', '2018-09-14T00:00:00Z'])('%s is no night', (first_night) => {
  const listed = listNights({
    propagator: goldenPropagator(), stations: goldenStations(), first_night, count: 1, sun_elevation_rad_max: 0,
  });
  expect(listed).toEqual({ ok: false, error: { type: 'InvalidUtc', text: first_night } });
});
