import { readFileSync } from 'node:fs';
import { assert } from '../src-core/assert.ts';
import type { ElementSet } from '../src-core/orbit/element-set.ts';
import { parseElements } from '../src-core/orbit/elements.ts';
import { createStation, lookAngles, type Station } from '../src-core/orbit/look.ts';
import { createPropagator, type Propagator } from '../src-core/orbit/propagate.ts';
import { findVisibility, type VisibleInterval } from '../src-core/orbit/visibility.ts';
import type { ChoiceProblem, Opportunity } from '../src-core/schedule/choice.ts';
import { solveSchedule } from '../src-main/workers/solve-schedule.ts';
import type { BenchRow } from './bench-row.ts';

const DAYS = 30;
const SATELLITES = 30;
const MASK_RAD = 13 * Math.PI / 180;

/** Ten observatories close enough to share a satellite: every one of the 45 pairs competes with all others. */
const SITES: readonly (readonly [string, number, number, number])[] = [
  ['delingha', 37.379, 97.727, 3153], ['nanshan', 43.475, 87.177, 2028], ['xinglong', 40.394, 117.576, 890],
  ['lijiang', 26.694, 100.029, 3233], ['ngari', 32.326, 80.026, 5047], ['kunming', 25.03, 102.79, 1987],
  ['lanzhou', 36.06, 103.83, 1900], ['xian', 34.34, 108.94, 900], ['beijing', 40.03, 116.27, 60],
  ['urumqi', 43.79, 87.6, 900],
];

/** How the satellites are placed: evenly they seldom meet, as trains they compete for every station. */
interface Constellation { readonly planes: number; readonly spacing_deg: number }
const EVEN: Constellation = { planes: 10, spacing_deg: 120 };
const TRAINS: Constellation = { planes: 3, spacing_deg: 8 };

/** Copies of the shipped satellite. */
function satellitesOf(elements: ElementSet, { planes, spacing_deg }: Constellation): Propagator[] {
  return Array.from({ length: SATELLITES }, (_, i) => {
    const plane = i % planes;
    const propagator = createPropagator({
      ...elements,
      catalog_number: String(90_001 + i),
      raan_deg: (elements.raan_deg + plane * 360 / planes) % 360,
      mean_anomaly_deg: (elements.mean_anomaly_deg + Math.floor(i / planes) * spacing_deg + plane * 12) % 360,
    });
    assert(propagator.ok, 'the constellation propagates');
    return propagator.value;
  });
}

function overlap(a: VisibleInterval, b: VisibleInterval): VisibleInterval | null {
  const start_s = Math.max(a.start_s, b.start_s);
  const end_s = Math.min(a.end_s, b.end_s);
  return end_s - start_s < 30 ? null : { ...a, start_s, end_s };
}

/** Sifted bits in proportion to the two-downlink efficiency, 1.1 a second at 750 km and 1,000 km. */
function expectedBits(propagator: Propagator, stations: readonly [Station, Station], window: VisibleInterval): number {
  const state = new Float64Array(6);
  let bits = 0;
  for (let t = window.start_s; t < window.end_s; t += 5) {
    propagator.writePef(t, state);
    const [a, b] = stations.map((station) => lookAngles(state, station).range_m) as [number, number];
    bits += 5 * 1.1 * (0.75e6 * 1e6 / (a * b)) ** 2;
  }
  return bits;
}

function opportunitiesOf(elements: ElementSet, constellation: Constellation): Opportunity[] {
  const stations = SITES.map(([id, latitude_deg, longitude_deg, altitude_m]) =>
    ({ id, station: createStation({ latitude_deg, longitude_deg, altitude_m }) }));
  const found: Opportunity[] = [];
  for (const propagator of satellitesOf(elements, constellation)) {
    const { catalog_number: satellite_id, epoch_utc_ms } = propagator.elements;
    const views = stations.map(({ station }) => findVisibility(
      propagator, [{ station, min_elevation_rad: MASK_RAD }], { from_s: 0, to_s: DAYS * 86_400 }).intervals);
    for (let i = 0; i < stations.length; i++) {
      for (let j = i + 1; j < stations.length; j++) {
        const pair = [stations[i]!.station, stations[j]!.station] as const;
        for (const window of views[i]!.flatMap((a) => views[j]!.map((b) => overlap(a, b)))) {
          if (window === null) continue;
          found.push({
            window_id: `w${found.length}`, satellite_id, station_ids: [stations[i]!.id, stations[j]!.id],
            start_utc_ms: epoch_utc_ms + window.start_s * 1000, end_utc_ms: epoch_utc_ms + window.end_s * 1000,
            expected_bits: expectedBits(propagator, pair, window),
          });
        }
      }
    }
  }
  return found;
}

async function benchConstellation(elements: ElementSet, constellation: Constellation, name: string):
Promise<BenchRow[]> {
  const found_ms = performance.now();
  const opportunities = opportunitiesOf(elements, constellation);
  const begun_ms = performance.now();
  const problem: ChoiceProblem = {
    opportunities, demands: [],
    turnaround: { satellite_turnaround_s: 60, station_turnaround_s: 120, station_turnaround_s_by_id: {} },
  };
  const choice = await solveSchedule({ problem, component_seconds_max: 60 },
    { cancelled: () => false, report: () => undefined, transfer: () => undefined });
  const seconds = (performance.now() - begun_ms) / 1000;
  assert(choice.ok, 'the solver answers');
  const { value } = choice;
  return [
    { name: `schedule, ${name}: find the windows`, value: (begun_ms - found_ms) / 1000, unit: 's' },
    { name: `schedule, ${name}: choose, model included`, value: seconds, unit: 's', target: '<= 60' },
    { name: `schedule, ${name}: to choose from`, value: value.windows, unit: 'windows' },
    { name: `schedule, ${name}: chosen`, value: value.window_ids.length, unit: 'windows' },
    { name: `schedule, ${name}: independent parts`, value: value.components, unit: 'parts' },
    { name: `schedule, ${name}: of these for HiGHS`, value: value.programs, unit: 'parts' },
    { name: `schedule, ${name}: optimality gap`, value: 100 * value.optimality_gap, unit: '%', target: '0' },
    { name: `schedule, ${name}: greedy falls short by`, value: 100 * value.greedy_gap, unit: '%' },
  ];
}

/** Choosing among the windows of 30 satellites and 10 stations for 30 days. */
export default async function scheduleBench(): Promise<readonly BenchRow[]> {
  const text = readFileSync(new URL('../missions/micius-2018-09-15.tle', import.meta.url), 'utf8');
  const elements = parseElements(text, 'micius-2018-09-15.tle');
  assert(elements.ok, 'the shipped elements are sound');
  const set = elements.value[0]!;
  return [
    ...await benchConstellation(set, EVEN, '30 satellites evenly'),
    ...await benchConstellation(set, TRAINS, '30 satellites in trains'),
  ];
}
