// Goal: a laser ranging station reads our prediction in the columns it reads everyone's, and finds the satellite.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeExportError } from '../../../src-core/exports/export-error.ts';
import { writeCpf, type ConsolidatedPrediction } from '../../../src-core/exports/cpf.ts';
import type { PefStates } from '../../../src-core/exports/states.ts';
import { lookAngles, createStation } from '../../../src-core/orbit/look.ts';
import { golden, SITES, viewOf } from './pass-view.ts';

const START = golden.start_utc_ms;
const micius: ConsolidatedPrediction = {
  source: 'TWP', created_utc_ms: Date.UTC(2018, 8, 14, 12, 30), issue: 1, target_name: 'micius',
  international_designator: '2016-051A', catalog_number: '41731', sic: null, has_retroreflector: false,
  center_of_mass_offset_m: null, states: viewOf('delingha', { start_utc_ms: START - 60_000, step_ms: 15_000, count: 28 }).states,
};
const lines = (prediction: ConsolidatedPrediction) => {
  const result = writeCpf(prediction);
  return result.ok ? result.value.split('\n') : expect.fail(describeExportError(result.error));
};
type Times = readonly [start_utc_ms: number, step_ms: number, count: number];
const standing = ([start_utc_ms, step_ms, count]: Times, xyz_m: readonly [number, number, number]): PefStates => ({
  start_utc_ms, step_ms, velocity_pef_km_s: new Float64Array(3 * count),
  position_pef_km: Float64Array.from({ length: 3 * count }, (_, i) => xyz_m[i % 3]! / 1000),
});
/** Fields, numbers as numbers: providers differ in padding with zeros or spaces. */
const fieldsOf = (line: string) => line.split(/ +/).map((field) => (/^\d+$/.test(field) ? Number(field) : field));

test('authority: lines of the predictions published for galileo101 and lageos1 on 2025-06-05 come out as they are', () => {
  const galileo = lines({ ...micius, source: 'ESA', created_utc_ms: Date.UTC(2025, 5, 5, 10), target_name: 'galileo101',
    international_designator: '2011-060A', catalog_number: '37846', sic: '7101', has_retroreflector: true,
    states: standing([Date.UTC(2025, 5, 4, 23, 59, 42), 900_000, 481],
      [-9_151_185.629, 25_534_182.361, 11_819_411.299]) });
  expect(galileo.at(-3)).toBe('10 0 60835  86382.000000  0      -9151185.629      25534182.361      11819411.299');
  expect(fieldsOf(galileo[0]!)).toEqual([...fieldsOf('H1 CPF  2 ESA 2025  6  5 10 156 01 galileo101'), 'NONE']);
  expect(fieldsOf(galileo[1]!)).toEqual(
    fieldsOf('H2  1106001 7101    37846 2025  6  4 23 59 42 2025  6  9 23 59 42   900 1 1  0 0 0  1'));
  const lageos = lines({ ...micius, source: 'DGF', created_utc_ms: Date.UTC(2025, 5, 5, 10), target_name: 'lageos1',
    international_designator: '1976-039A', catalog_number: '8820', sic: '1155', has_retroreflector: true,
    states: standing([Date.UTC(2025, 5, 5), 60_000, 7 * 1440 + 1], [1, 2, 3]) });
  expect(lageos[0]).toBe('H1 CPF  2  DGF 2025 06 05 10 156 01 lageos1    NONE');
  expect(lageos[1]!.replace(/ {2}1$/, ' 1'))
    .toBe('H2  7603901 1155     8820 2025 06 05 00 00 00 2025 06 12 00 00 00    60 1 1  0 0 0 1');
});

test('the file is H1, H2, H9, positions, 99; each field in its columns', () => {
  const all = lines(micius);
  expect(all.map((line) => line.slice(0, 2))).toEqual(['H1', 'H2', 'H9', ...Array<string>(28).fill('10'), '99', '']);
  expect(all[0]!.split(/ +/)).toHaveLength(12);
  expect(all[1]).toBe('H2  1605101 0000    41731 2018 09 14 18 13 05 2018 09 14 18 19 50    15 1 0  0 0 0  1');
  for (const line of all.slice(3, -2)) {
    expect(line).toMatch(/^10 0 \d{5} [ \d]{6}\.\d{6}  0( [ \d-]{13}\.\d{3}){3}$/);
    expect(line).toHaveLength(81);
  }
  const offset = lines({ ...micius, center_of_mass_offset_m: -0.25 });
  expect(offset[2]).toBe('H5 -0.2500');
});

/** Ten-point Lagrange interpolation, as the stations' software does it. */
function lagrange(nodes: readonly (readonly [number, number])[], at: number): number {
  return nodes.reduce((sum, [t, x]) => sum + nodes.reduce((product, [other]) =>
    (other === t ? product : product * (at - other) / (t - other)), x), 0);
}

test('property: a station that interpolates the file points where we point, to a millimetre', () => {
  const rows = lines(micius).filter((line) => line.startsWith('10 ')).map((line) => {
    const [, , day, second, , ...xyz] = line.split(/ +/).map(Number);
    return { utc_ms: (day! - 40_587) * 86_400_000 + second! * 1000, xyz };
  });
  const station = createStation(SITES.delingha);
  fc.assert(fc.property(fc.double({ min: 20, max: 270, noNaN: true }), (t_s) => {
    const first = Math.min(Math.max(Math.floor((t_s + 60) / 15) - 4, 0), rows.length - 10);
    const nodes = rows.slice(first, first + 10);
    const at = [0, 1, 2].map((axis) => lagrange(nodes.map(({ utc_ms, xyz }) =>
      [(utc_ms - START) / 1000, xyz[axis]!] as const), t_s) / 1000);
    const look = lookAngles(Float64Array.from([...at, 0, 0, 0]), station);
    const truth = viewOf('delingha', { start_utc_ms: START + t_s * 1000, step_ms: 1, count: 1 }).look;
    expect(Math.abs(look.range_m - truth.range_m[0]!)).toBeLessThan(1.5e-3);
    expect(Math.abs(look.azimuth_rad - truth.azimuth_rad[0]!)).toBeLessThan(1e-8);
  }), { numRuns: 60 });
});

test('failure: what the columns cannot hold is refused by name', () => {
  const refused = (change: Partial<ConsolidatedPrediction>) => {
    const result = writeCpf({ ...micius, ...change });
    return result.ok ? expect.fail('accepted') : result.error;
  };
  expect(refused({ catalog_number: '123456789' })).toMatchObject({ type: 'DoesNotFit', field: 'the catalogue number' });
  expect(refused({ target_name: 'micius the satellite' })).toMatchObject({ field: 'the target' });
  expect(refused({ source: 'tw' })).toMatchObject({ field: 'the source' });
  expect(refused({ international_designator: 'UNKNOWN' })).toMatchObject({ field: 'the designator' });
  expect(refused({ center_of_mass_offset_m: Number.NaN })).toMatchObject({ field: 'the offset of the reflector' });
  expect(refused({ states: { ...micius.states, step_ms: 1500 } })).toMatchObject({ type: 'NotWholeSeconds' });
  expect(refused({ states: { ...micius.states, start_utc_ms: START + 1 } })).toMatchObject({ type: 'NotWholeSeconds' });
  const few = { ...micius.states, position_pef_km: micius.states.position_pef_km.subarray(0, 27) };
  expect(refused({ states: few })).toEqual({ type: 'TooFewStates', needed: 10, found: 9 });
  expect(describeExportError(refused({ states: few }))).toContain('10 are needed to interpolate');
});
