// Goal: a station that follows the pointing table looks where light comes from and sends where the satellite will be.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { azimuthText, pointingTable, writePointingCsv } from '../../../src-core/exports/pointing.ts';
import type { StationView } from '../../../src-core/exports/states.ts';
import { golden, readCsv, SITES, viewOf } from './pass-view.ts';

const title = { satellite: 'QSS (MICIUS)', station: 'delingha', pass_id: 'p-2018-09-14', elements: '2018-09-15' };
const times = { start_utc_ms: golden.start_utc_ms, step_ms: 10_000, count: 28 };
/** A hundredth of the tracking error of the satellite, 2 microradians. */
const hundredth_of_tracking_rad = 2e-8;

test.each(Object.keys(SITES) as (keyof typeof SITES)[])('authority: light-time both ways from %s gives the same angle', (site) => {
  const table = pointingTable(viewOf(site, times));
  for (const [i, row] of golden.rows[`${site} orbit_normal`]!.entries()) {
    expect(Math.abs(table.point_ahead_rad[i]! - row.point_ahead_rad)).toBeLessThan(hundredth_of_tracking_rad);
    expect(Math.abs(table.point_ahead_azimuth_rad[i]! - row.point_ahead_azimuth_rad))
      .toBeLessThan(hundredth_of_tracking_rad);
    expect(Math.abs(table.point_ahead_elevation_rad[i]! - row.point_ahead_elevation_rad))
      .toBeLessThan(hundredth_of_tracking_rad);
    expect(table.azimuth_rad[i]! * 180 / Math.PI).toBeCloseTo(row.azimuth_deg, 5);
    expect(table.range_m[i]).toBeCloseTo(row.range_km * 1000, 1);
  }
});

test('bound: straight overhead the angle is twice v/c, and along the line of sight it is nothing', () => {
  const at = (velocity: [number, number, number]): StationView => ({
    look: { start_utc_ms: 0, step_ms: 1000, azimuth_rad: new Float64Array(1), range_m: new Float64Array([5e5]),
      elevation_rad: new Float64Array([Math.PI / 2]), range_rate_m_s: new Float64Array(1) },
    states: { start_utc_ms: 0, step_ms: 1000, position_pef_km: new Float64Array([0, 0, 6856.752]),
      velocity_pef_km_s: new Float64Array(velocity) },
    station: { position_pef_km: [0, 0, 6356.752], east: [0, 1, 0], north: [-1, 0, 0], up: [0, 0, 1] },
  });
  expect(pointingTable(at([0, 7.6, 0])).point_ahead_rad[0]).toBeCloseTo(2 * 7600 / 299_792_458, 15);
  expect(pointingTable(at([0, 7.6, 0])).point_ahead_azimuth_rad[0]).toBeCloseTo(2 * 7600 / 299_792_458, 15);
  expect(pointingTable(at([0, 0, 7.6])).point_ahead_rad[0]).toBe(0);
});

test('property: the two parts make the whole, and the angle stays below that of an orbit at the surface', () => {
  fc.assert(fc.property(fc.constantFrom('delingha', 'nanshan'), fc.integer({ min: -400, max: 700 }), (site, shift_s) => {
    const table = pointingTable(viewOf(site, { start_utc_ms: golden.start_utc_ms + shift_s * 1000, step_ms: 1000, count: 1 }));
    const [whole, across, up] = [table.point_ahead_rad[0]!, table.point_ahead_azimuth_rad[0]!,
      table.point_ahead_elevation_rad[0]!];
    expect(Math.hypot(across, up)).toBeCloseTo(whole, 14);
    expect(whole).toBeLessThan(2 * 8000 / 299_792_458);
  }), { numRuns: 30 });
});

test('round trip: the CSV reads back to the table within the digits it prints, 1 Hz and finer', () => {
  const table = pointingTable(viewOf('delingha', { start_utc_ms: golden.start_utc_ms + 0.25, step_ms: 100.5, count: 40 }));
  const { notes, rows } = readCsv(writePointingCsv(table, title));
  expect(rows).toHaveLength(40);
  expect(notes.join('\n')).toMatch(/pass p-2018-09-14.*delingha[\s\S]*geometric[\s\S]*recedes[\s\S]*half of it ahead/);
  expect(rows[0]!['utc']).toBe('2018-09-14T18:14:05.000250Z');
  expect(rows[39]!['utc']).toBe('2018-09-14T18:14:08.919750Z');
  for (const [i, row] of rows.entries()) {
    expect(Number(row['azimuth_deg']) * Math.PI / 180).toBeCloseTo(table.azimuth_rad[i]!, 7);
    expect(Number(row['elevation_deg']) * Math.PI / 180).toBeCloseTo(table.elevation_rad[i]!, 7);
    expect(Number(row['range_m'])).toBeCloseTo(table.range_m[i]!, 2);
    expect(Number(row['range_rate_m_s'])).toBeCloseTo(table.range_rate_m_s[i]!, 3);
    expect(Number(row['point_ahead_urad']) * 1e-6).toBeCloseTo(table.point_ahead_rad[i]!, 8);
  }
});

test('failure: tables of different instants are refused, and no azimuth is printed as 360 degrees', () => {
  const view = viewOf('delingha', times);
  expect(() => pointingTable({ ...view, states: { ...view.states, step_ms: 1 } })).toThrow('same instants');
  expect(azimuthText(2 * Math.PI - 1e-12, 6)).toBe('0.000000');
  expect(azimuthText(-1e-12, 6)).toBe('0.000000');
});
