// The year of the reference file: 708 windows for one satellite and one pair, with all that a window carries.
import { readFileSync } from 'node:fs';
import { parseElements } from '../src-core/orbit/elements.ts';
import { createStation } from '../src-core/orbit/look.ts';
import { listNights } from '../src-core/orbit/nights.ts';
import { createPropagator } from '../src-core/orbit/propagate.ts';
import { findDualWindows } from '../src-core/orbit/windows.ts';
import type { BenchRow } from './bench-row.ts';

const DEG = Math.PI / 180;
const WARM_RUNS = 9;

function timed(work: () => number): { ms: number; found: number } {
  const started = performance.now();
  const found = work();
  return { ms: performance.now() - started, found };
}

/** First run in this process (the code still cold), then the median of warm ones. */
export default function benchWindows(): Promise<BenchRow[]> {
  const parsed = parseElements(readFileSync('tests/golden/python-sgp4/golden_2018.tle', 'utf8'), 'golden_2018.tle');
  if (!parsed.ok) throw new Error(parsed.error.where);
  const created = createPropagator(parsed.value[0]!);
  if (!created.ok) throw new Error(created.error.type);
  const propagator = created.value;
  const masked = (latitude_deg: number, longitude_deg: number, altitude_m: number) =>
    ({ station: createStation({ latitude_deg, longitude_deg, altitude_m }), min_elevation_rad: 13 * DEG });
  const delingha = masked(37.379_008_333_3, 97.726_947_222_2, 3153);
  const nanshan = masked(43.475_461_111_1, 87.176_686_111_1, 2028);
  const stations = [delingha, nanshan] as const;
  const from_utc_ms = Date.UTC(2018, 8, 15);
  const year = () => findDualWindows({
    propagator, stations, from_utc_ms, to_utc_ms: from_utc_ms + 365 * 86_400_000, sun_elevation_rad_max: -6 * DEG,
  }).windows.length;
  const first = timed(year);
  const warm = Array.from({ length: WARM_RUNS }, () => timed(year).ms).sort((a, b) => a - b);
  const month = timed(() => {
    const nights = listNights({
      propagator, stations, first_night: '2018-09-14', count: 30, sun_elevation_rad_max: -6 * DEG,
    });
    return nights.ok ? nights.value.length : 0;
  });
  const target = '<= 0.10';
  return Promise.resolve([
    { name: `windows: 1 pair, 365 days, ${first.found} windows, first run`, value: first.ms / 1000, unit: 's', target },
    { name: 'windows: the same, warm median', value: warm[4]! / 1000, unit: 's', target },
    { name: `nights: a month of the Plan view, ${month.found} nights`, value: month.ms / 1000, unit: 's' },
  ]);
}
