// Goal: an indicator that stands out is marked, one that does not is not, and an old verdict shows none.
import { expect, test } from 'vitest';
import type { PassQuality } from '../../src-contract/pass.ts';
import { qualityRows } from '../../src-renderer/features/passes/quality-rows.ts';

const detector = (label: string, arrival_shift_ns: number | null) =>
  ({ label, singles: 100, share_of_basis: 0.5, arrival_shift_ns, arrival_shift_sigma_ns: arrival_shift_ns === null ? null : 0.05 });
const quality = (shift_ns: number | null): PassQuality => ({
  stations: [
    { id: 'a', detectors: [detector('H', 0.01), detector('V', shift_ns)], z_x_ratio: 1.1, dead_time_fraction: 0.001 },
    { id: 'b', detectors: [detector('H', 0), detector('V', 0)], z_x_ratio: null, dead_time_fraction: 0 },
  ],
  centre_drift_ns: null,
});
const shiftOf = (shift_ns: number | null) => qualityRows(quality(shift_ns), ['Del', 'Nan'])[0]!;

test('a shift of six standard errors is a caution that names its detector', () => {
  const row = shiftOf(-0.3);
  expect(row).toMatchObject({ status: 'caution', about: expect.stringContaining('Del V') as string });
  expect(row.value).toMatch(/^−0\.30\s±\s0\.05$/);
});

test('a shift within the scatter is normal, and missing figures are dashes', () => {
  expect(shiftOf(0.1).status).toBe('normal');
  const rows = qualityRows(quality(null), ['Del', 'Nan']);
  expect(rows.map(({ value }) => value)).toContain('1.10 / –');
  expect(rows.at(-1)!.value).toBe('–');
});

test('time without key is a row of its own where the verdict counts it', () => {
  const rows = qualityRows(quality(0.1), ['Del', 'Nan'], { seconds: 12.5, coincidences: 30 });
  expect(rows.at(-1)).toMatchObject({ label: 'No key, s', value: '12.5', status: 'caution' });
  expect(qualityRows(quality(0.1), ['Del', 'Nan'], { seconds: 0, coincidences: 0 }).at(-1)!.status).toBe('normal');
});

test('a verdict from before the figures were kept shows none', () => {
  expect(qualityRows(undefined, ['Del', 'Nan'])).toEqual([]);
});
