import { readFileSync } from 'node:fs';
import type { StationView } from '../../../src-core/exports/states.ts';
import { parseElements } from '../../../src-core/orbit/elements.ts';
import { createStation, sampleLook } from '../../../src-core/orbit/look.ts';
import { createPropagator, type Propagator } from '../../../src-core/orbit/propagate.ts';

/** The published pass of 2018-09-14 on the shipped elements. */
export const SITES = {
  delingha: { latitude_deg: 37.37900833333333, longitude_deg: 97.72694722222222, altitude_m: 3153 },
  nanshan: { latitude_deg: 43.47546111111111, longitude_deg: 87.17668611111111, altitude_m: 2028 },
} as const;

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

interface Row {
  readonly t_s: number; readonly azimuth_deg: number; readonly elevation_deg: number; readonly range_km: number;
  readonly point_ahead_rad: number; readonly point_ahead_azimuth_rad: number;
  readonly point_ahead_elevation_rad: number; readonly frame_angle_rad: number;
}
export const golden = JSON.parse(read('../../golden/light-rays/pass-tables.json')) as {
  readonly start_utc_ms: number; readonly rows: Readonly<Record<string, readonly Row[]>>;
  readonly teme_km: readonly (readonly [number, number, number, number, number, number, number])[];
};

export function propagator(): Propagator {
  const sets = parseElements(read('../../../missions/micius-2018-09-15.tle'), 'micius-2018-09-15.tle');
  if (!sets.ok) throw new Error(sets.error.type);
  const made = createPropagator(sets.value[0]!);
  if (!made.ok) throw new Error(made.error.type);
  return made.value;
}

/** PEF states and look angles of a station, as a service will sample them. */
export function viewOf(site: keyof typeof SITES, times: { start_utc_ms: number; step_ms: number; count: number }):
StationView {
  const orbit = propagator();
  const station = createStation(SITES[site]);
  const look = sampleLook(orbit, station, times);
  if (!look.ok) throw new Error(look.error.type);
  const position_pef_km = new Float64Array(3 * times.count);
  const velocity_pef_km_s = new Float64Array(3 * times.count);
  const state = new Float64Array(6);
  for (let i = 0; i < times.count; i++) {
    orbit.writePef((times.start_utc_ms + i * times.step_ms - orbit.elements.epoch_utc_ms) / 1000, state);
    position_pef_km.set(state.subarray(0, 3), 3 * i);
    velocity_pef_km_s.set(state.subarray(3, 6), 3 * i);
  }
  const { start_utc_ms, step_ms } = times;
  return { look: look.value, states: { start_utc_ms, step_ms, position_pef_km, velocity_pef_km_s }, station };
}

/** Strict reader of our tables: notes, heading, cells; a ragged line is an error. */
export function readCsv(text: string): { notes: string[]; rows: Record<string, string>[] } {
  if (!text.endsWith('\n') || text.includes('\r')) throw new Error('lines end in LF');
  const lines = text.slice(0, -1).split('\n');
  const notes = lines.filter((line) => line.startsWith('# ')).map((line) => line.slice(2));
  const [heading, ...rest] = lines.slice(notes.length).map((line) => {
    const cells = line.match(/(?<=^|,)(?:"(?:[^"]|"")*"|[^",]*)(?=,|$)/g) ?? [];
    return cells.map((cell) => (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell));
  });
  return { notes, rows: rest.map((cells, i) => {
    if (cells.length !== heading!.length) throw new Error(`row ${i + 1} has ${cells.length} cells`);
    return Object.fromEntries(heading!.map((name, column) => [name, cells[column]!]));
  }) };
}
