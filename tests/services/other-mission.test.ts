// Goal: another mission is another file, no code: other stations, other satellite, other limits, same program.
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { findWindows } from '../../src-main/services/find-windows.ts';
import { parseMissionText } from '../../src-main/services/mission-file.ts';

interface Editable {
  id: string;
  satellite: { name: string; catalog_number: string };
  night: { sun_elevation_deg_max: number };
  stations: { id: string; name: string; latitude_deg: number; longitude_deg: number; altitude_m: number; min_elevation_deg: number }[];
}

const shipped = JSON.parse(await readFile('missions/micius.json', 'utf8')) as Editable;
const elements_text = await readFile('missions/micius-2018-09-15.tle', 'utf8');

/** Tenerife and La Palma, 143 km apart, with a stricter mask and night. */
function canaries(): Editable {
  const mission = structuredClone(shipped);
  mission.id = 'canaries';
  mission.night.sun_elevation_deg_max = -12;
  Object.assign(mission.stations[0]!, { id: 'tenerife', name: 'Tenerife', latitude_deg: 28.3, longitude_deg: -16.51, altitude_m: 2390 });
  Object.assign(mission.stations[1]!, { id: 'la-palma', name: 'La Palma', latitude_deg: 28.76, longitude_deg: -17.89, altitude_m: 2396 });
  for (const station of mission.stations) station.min_elevation_deg = 20;
  return mission;
}

test('a mission on the Canaries has windows of its own, at its own stations', () => {
  const parsed = parseMissionText(JSON.stringify(canaries()), 'canaries.json');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  const mission = parsed.value;
  const found = findWindows({
    mission, elements_text, elements_name: 'set', stations: [mission.stations[0], mission.stations[1]],
    from_utc_ms: Date.UTC(2018, 8, 15), days: 30, min_elevation_deg: null,
    sun_elevation_deg_max: mission.night.sun_elevation_deg_max, dark_only: true,
  });
  if (!found.ok) throw new Error(JSON.stringify(found.error));
  expect(found.value.windows.length).toBeGreaterThan(10);
  for (const { stations, duration_s } of found.value.windows) {
    expect(stations.map(({ id }) => id)).toEqual(['tenerife', 'la-palma']);
    // Near neighbours see nearly the same pass: above 20 degrees no pass of a 500 km orbit lasts seven minutes.
    expect(duration_s).toBeLessThan(420);
    for (const { sun_elevation_deg_max } of stations) expect(sun_elevation_deg_max).toBeLessThan(-12);
  }
});
