import { readFileSync } from 'node:fs';
import { parseElements, type ElementSet } from '../../src-core/orbit/elements.ts';
import { createStation } from '../../src-core/orbit/look.ts';
import { createPropagator, type Propagator } from '../../src-core/orbit/propagate.ts';
import type { MaskedStation } from '../../src-core/orbit/visibility.ts';

export const DEG = Math.PI / 180;
const GOLDEN = 'tests/golden/python-sgp4';

/** A stored result of an outside program; its test names the shape. */
export function readGolden(path: string): unknown {
  return JSON.parse(readFileSync(`tests/golden/${path}`, 'utf8'));
}

/** Elements that must be sound; a test that feeds bad ones calls parseElements itself. */
export function elementsOf(text: string): ElementSet {
  const parsed = parseElements(text, 'test.tle');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value[0]!;
}

export function propagatorOf(elements: ElementSet): Propagator {
  const propagator = createPropagator(elements);
  if (!propagator.ok) throw new Error(JSON.stringify(propagator.error));
  return propagator.value;
}

export const goldenTle = (): string => readFileSync(`${GOLDEN}/golden_2018.tle`, 'utf8');
export const goldenElements = (): ElementSet => elementsOf(goldenTle());
export const goldenPropagator = (): Propagator => propagatorOf(goldenElements());

export const DELINGHA = createStation(
  { latitude_deg: 37.379_008_333_3, longitude_deg: 97.726_947_222_2, altitude_m: 3153 });
export const NANSHAN = createStation(
  { latitude_deg: 43.475_461_111_1, longitude_deg: 87.176_686_111_1, altitude_m: 2028 });

/** The two stations of the reference mission above one mask. */
export function goldenStations(min_elevation_deg = 13): readonly [MaskedStation, MaskedStation] {
  const min_elevation_rad = min_elevation_deg * DEG;
  return [{ station: DELINGHA, min_elevation_rad }, { station: NANSHAN, min_elevation_rad }];
}
