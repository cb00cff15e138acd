// Goal: the direction a telescope is sent to, against two outside programs and against geometry itself.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createStation, lookAngles, lookAt, rangeSeries, sampleLook } from '../../../src-core/orbit/look.ts';
import { DEG, DELINGHA, goldenElements, goldenPropagator, NANSHAN, propagatorOf, readGolden }
  from '../../support/golden-orbit.ts';

interface Look { readonly elevation_deg: number; readonly azimuth_deg: number; readonly range_m: number }
interface Looks {
  readonly rows: readonly { readonly utc_ms: number; readonly ut1_minus_utc_s: number; readonly delingha: Look;
    readonly nanshan: Look }[];
}

const { rows } = readGolden('skyfield/golden-pass-looks.json') as Looks;

test('Skyfield: ranges within the way the ground moves in UT1 - UTC, angles likewise', () => {
  const propagator = goldenPropagator();
  for (const row of rows) {
    for (const [station, theirs] of [[DELINGHA, row.delingha], [NANSHAN, row.nanshan]] as const) {
      const ours = lookAt(propagator, station, row.utc_ms);
      if (!ours.ok) throw new Error(ours.error.type);
      const ground_m = 370 * row.ut1_minus_utc_s + 5; // 370 m/s at 37 degrees north.
      expect(Math.abs(ours.value.range_m - theirs.range_m)).toBeLessThan(ground_m);
      const risen = ours.value.elevation_rad / DEG - theirs.elevation_deg;
      expect(Math.abs(risen)).toBeLessThan(ground_m / theirs.range_m / DEG);
      const across = Math.cos(theirs.elevation_deg * DEG);
      const turned = (ours.value.azimuth_rad / DEG - theirs.azimuth_deg) * across;
      expect(Math.abs(turned)).toBeLessThan(ground_m / theirs.range_m / DEG);
    }
  }
});

test('stations 1,120 km apart (the paper), and the ellipsoid radii at equator and pole', () => {
  const [a, b] = [DELINGHA.position_pef_km, NANSHAN.position_pef_km];
  expect(Math.round(Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]) / 10) * 10).toBe(1120);
  const place = (latitude_deg: number) =>
    createStation({ latitude_deg, longitude_deg: 0, altitude_m: 0 }).position_pef_km;
  expect(place(0)[0]).toBeCloseTo(6378.137, 9);
  expect(place(90)[2]).toBeCloseTo(6356.752_314_245, 6);
});

test('analytic: a satellite overhead stands at 90 degrees at its altitude, one to the east at azimuth 90', () => {
  const station = createStation({ latitude_deg: 40, longitude_deg: 90, altitude_m: 1000 });
  const [s, u, e] = [station.position_pef_km, station.up, station.east];
  const above = Float64Array.from([s[0] + 500 * u[0], s[1] + 500 * u[1], s[2] + 500 * u[2], u[0], u[1], u[2]]);
  expect(lookAngles(above, station)).toMatchObject({
    elevation_rad: expect.closeTo(Math.PI / 2, 6) as number, range_m: expect.closeTo(500_000, 5) as number,
    range_rate_m_s: expect.closeTo(1000, 8) as number,
  });
  const east = Float64Array.from([s[0] + 500 * e[0], s[1] + 500 * e[1], s[2] + 500 * e[2], 0, 0, 0]);
  expect(lookAngles(east, station).azimuth_rad).toBeCloseTo(Math.PI / 2, 10);
  expect(lookAngles(east, station).elevation_rad).toBeCloseTo(0, 10);
});

test('range rate is the derivative of range to a centimetre a second', () => {
  const times = { start_utc_ms: rows[0]!.utc_ms, step_ms: 250, count: 1000 };
  const columns = sampleLook(goldenPropagator(), DELINGHA, times);
  const series = rangeSeries(goldenPropagator(), DELINGHA, times);
  if (!columns.ok || !series.ok) throw new Error('golden pass');
  expect(series.value.values).toEqual(columns.value.range_m);
  for (let i = 1; i < 999; i++) {
    const derivative = (series.value.values[i + 1]! - series.value.values[i - 1]!) / 0.5;
    // Third derivative times h^2 / 6 is below 1 mm/s; SGP4's own velocity is off by up to 3 cm/s.
    expect(Math.abs(derivative - columns.value.range_rate_m_s[i]!)).toBeLessThan(0.05);
  }
});

test('a span past the decay is an error, not NaN', () => {
  const falling = { ...goldenElements(), mean_motion_rev_day: 16.3, bstar_per_earth_radius: 5e-3 };
  const late = { start_utc_ms: falling.epoch_utc_ms + 40 * 86_400_000, step_ms: 86_400_000, count: 30 };
  expect(rangeSeries(propagatorOf(falling), DELINGHA, late)).toMatchObject({ ok: false, error: { type: 'Decayed' } });
});

test('property: elevation and azimuth lie in their intervals and reproduce the direction', () => {
  const coordinate = fc.double({ min: -42_000, max: 42_000, noNaN: true });
  const place = fc.record({
    latitude_deg: fc.double({ min: -90, max: 90, noNaN: true }),
    longitude_deg: fc.double({ min: -180, max: 180, noNaN: true }),
    altitude_m: fc.double({ min: -400, max: 9000, noNaN: true }),
  });
  fc.assert(fc.property(fc.tuple(coordinate, coordinate, coordinate), place, ([x, y, z], site) => {
    const station = createStation(site);
    const look = lookAngles(Float64Array.from([x, y, z, 0, 0, 0]), station);
    expect(look.azimuth_rad).toBeGreaterThanOrEqual(0);
    expect(look.azimuth_rad).toBeLessThan(2 * Math.PI + 1e-12);
    const [c, s] = [Math.cos(look.elevation_rad), Math.sin(look.elevation_rad)];
    const km = look.range_m / 1000;
    for (const axis of [0, 1, 2] as const) {
      const back = station.position_pef_km[axis] + km * (c * Math.sin(look.azimuth_rad) * station.east[axis]
        + c * Math.cos(look.azimuth_rad) * station.north[axis] + s * station.up[axis]);
      expect(Math.abs(back - [x, y, z][axis]!)).toBeLessThan(1e-3);
    }
  }));
});
