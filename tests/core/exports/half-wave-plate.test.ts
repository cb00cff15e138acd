// Goal: with the plate at the tabulated angle the satellite's H arrives as the station's H through the whole pass.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeExportError } from '../../../src-core/exports/export-error.ts';
import { halfWavePlateTable, writeHalfWavePlateCsv, type TransmitterReference }
  from '../../../src-core/exports/half-wave-plate.ts';
import type { StationView, Vector } from '../../../src-core/exports/states.ts';
import { golden, readCsv, SITES, viewOf } from './pass-view.ts';

const times = { start_utc_ms: golden.start_utc_ms, step_ms: 10_000, count: 28 };
const cases = (Object.keys(SITES) as (keyof typeof SITES)[]).flatMap((site) =>
  (['orbit_normal', 'flight_direction'] as TransmitterReference[]).map((reference) => [site, reference] as const));
/** A hundredth of a degree turns 3e-8 of the light into the wrong detector. */
const hundredth_of_a_degree_rad = 1.7e-4;

const tableOf = (view: StationView, reference: TransmitterReference, offset_rad = 0) => {
  const table = halfWavePlateTable({ view, reference, offset_rad });
  return table.ok ? table.value : expect.fail(describeExportError(table.error));
};

test.each(cases)('authority: a polarizer turned for most light finds the same angle, %s, %s', (site, reference) => {
  const table = tableOf(viewOf(site, times), reference);
  for (const [i, row] of golden.rows[`${site} ${reference}`]!.entries()) {
    const difference = table.frame_angle_rad[i]! - row.frame_angle_rad;
    expect(Math.abs(difference - Math.PI * Math.round(difference / Math.PI))).toBeLessThan(hundredth_of_a_degree_rad);
  }
});

/** Jones matrix of a half-wave plate with its fast axis at an angle, real up to a phase. */
const plate = (angle: number) => [[Math.cos(2 * angle), Math.sin(2 * angle)], [Math.sin(2 * angle), -Math.cos(2 * angle)]];
const passed = (angle: number, polarization: number, analyser: number) => {
  const [[a, b], [c, d]] = plate(angle) as [[number, number], [number, number]];
  const [x, y] = [Math.cos(polarization), Math.sin(polarization)];
  return ((a * x + b * y) * Math.cos(analyser) + (c * x + d * y) * Math.sin(analyser)) ** 2;
};

test('bound: by Jones calculus H stays H, V stays V, and the diagonals exchange at every row alike', () => {
  const table = tableOf(viewOf('delingha', { ...times, step_ms: 1000, count: 280 }), 'orbit_normal');
  for (const [i, psi] of table.frame_angle_rad.entries()) {
    const angle = table.plate_angle_rad[i]!;
    expect(passed(angle, psi, 0)).toBeCloseTo(1, 12);
    expect(passed(angle, psi + Math.PI / 2, Math.PI / 2)).toBeCloseTo(1, 12);
    expect(passed(angle, psi + Math.PI / 4, -Math.PI / 4)).toBeCloseTo(1, 12);
  }
});

test('without the plate the frames turn by tens of degrees in a pass, and no row jumps', () => {
  const table = tableOf(viewOf('nanshan', { ...times, step_ms: 1000, count: 280 }), 'orbit_normal', 0.3);
  const turns = Array.from(table.frame_angle_rad.subarray(1), (angle, i) => angle - table.frame_angle_rad[i]!);
  expect(Math.max(...turns.map(Math.abs))).toBeLessThan(0.05);
  expect(Math.abs(table.frame_angle_rad.at(-1)! - table.frame_angle_rad[0]!)).toBeGreaterThan(0.5);
  expect(table.plate_angle_rad[7]).toBeCloseTo(table.frame_angle_rad[7]! / 2 + 0.3, 12);
});

/** A satellite that passes north over a station at the pole's side, `aside_km` off the zenith. */
function overhead(aside_km: number, step_s: number, count: number): StationView {
  const [speed, height, radius] = [7.6, 500, 6378];
  const rows = Array.from({ length: count }, (_, i): Vector => [aside_km, speed * (i - (count - 1) / 2) * step_s, height]);
  const column = (of: (row: Vector) => number) => Float64Array.from(rows, of);
  return {
    look: { start_utc_ms: 0, step_ms: step_s * 1000,
      azimuth_rad: column(([e, n]) => (Math.atan2(e, n) + 2 * Math.PI) % (2 * Math.PI)),
      elevation_rad: column(([e, n, u]) => Math.atan2(u, Math.hypot(e, n))),
      range_m: column((row) => 1000 * Math.hypot(...row)), range_rate_m_s: new Float64Array(count) },
    states: { start_utc_ms: 0, step_ms: step_s * 1000,
      position_pef_km: Float64Array.from(rows.flatMap(([e, n, u]) => [radius + u, e, n])),
      // Inertial velocity due north: the Earth's turn is taken out of it.
      velocity_pef_km_s: Float64Array.from(rows.flatMap(([e, , u]) =>
        [7.292115855306589e-5 * e, -7.292115855306589e-5 * (radius + u), speed])) },
    station: { position_pef_km: [radius, 0, 0], east: [0, 1, 0], north: [0, 0, 1], up: [1, 0, 0] },
  };
}

test('bound: exactly overhead the azimuth swings round at once and the polarization does not turn at all', () => {
  const { frame_angle_rad } = tableOf(overhead(0, 1, 40), 'orbit_normal');
  for (const angle of frame_angle_rad) expect(angle).toBeCloseTo(0, 9);
});

test('failure: near the zenith one row a second is too few, a finer step is accepted', () => {
  const coarse = halfWavePlateTable({ view: overhead(2, 1, 40), reference: 'orbit_normal', offset_rad: 0 });
  expect(coarse).toMatchObject({ ok: false, error: { type: 'SampledTooCoarsely' } });
  if (!coarse.ok) expect(describeExportError(coarse.error)).toContain('Take a finer step');
  const fine = tableOf(overhead(2, 0.05, 800), 'orbit_normal');
  expect(Math.abs(fine.frame_angle_rad.at(-1)! - fine.frame_angle_rad[0]!)).toBeCloseTo(Math.PI, 1);
  const along: StationView = { ...overhead(0, 1, 1), states: { ...overhead(0, 1, 1).states,
    velocity_pef_km_s: new Float64Array([7.6, -7.292115855306589e-5 * 6878, 0]) } };
  expect(halfWavePlateTable({ view: along, reference: 'flight_direction', offset_rad: 0 }))
    .toMatchObject({ ok: false, error: { type: 'AxisAlongBeam' } });
});

test('property: the same pass sampled twice as finely passes through the same angles', () => {
  fc.assert(fc.property(fc.constantFrom(...cases), fc.integer({ min: 0, max: 100 }), ([site, reference], shift_s) => {
    const start_utc_ms = golden.start_utc_ms + shift_s * 1000;
    const once = tableOf(viewOf(site, { start_utc_ms, step_ms: 2000, count: 80 }), reference).frame_angle_rad;
    const twice = tableOf(viewOf(site, { start_utc_ms, step_ms: 1000, count: 160 }), reference).frame_angle_rad;
    for (const [i, angle] of once.entries()) expect(twice[2 * i]).toBeCloseTo(angle, 12);
  }), { numRuns: 20 });
});

test('round trip: the CSV says its frames and offset and reads back', () => {
  const table = tableOf(viewOf('delingha', times), 'flight_direction', -0.0125);
  const { notes, rows } = readCsv(writeHalfWavePlateCsv(table,
    { satellite: 'MICIUS', station: 'delingha', pass_id: 'p1', elements: '2018-09-15' }));
  expect(notes[2]).toContain('receiver frame: H along growing azimuth');
  expect(notes[3]).toContain('transmitter frame: H is the flight direction');
  expect(notes[5]).toContain('offset -0.7162 degrees');
  expect(rows.map((row) => Number(row['plate_angle_deg']))).toEqual(
    Array.from(table.plate_angle_rad, (angle) => expect.closeTo(angle * 180 / Math.PI, 4) as number));
});
