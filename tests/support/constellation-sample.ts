import { goldenElements } from './golden-orbit.ts';
import { canonicalElementText } from '../../src-main/pipeline/element-text.ts';

/** Golden angle: points and planes spread without a pattern. */
const TURN = 0.618_033_988_75;
const part = (value: number) => value - Math.floor(value);

/** Satellites at 450 to 1,400 km in planes all round, over stations spread between 60 degrees south and north. */
export function constellationSample({ satellites, stations }: { satellites: number; stations: number }) {
  const golden = goldenElements();
  const sets = Array.from({ length: satellites }, (_, i) => canonicalElementText({
    ...golden,
    catalog_number: String(50_000 + i), name: `S${i}`, line1: null, line2: null,
    raan_deg: 360 * part(i * TURN),
    mean_anomaly_deg: 360 * part(i * i * TURN),
    inclination_deg: [97.4, 53, 70, 98][i % 4]!,
    mean_motion_rev_day: 15.35 - 2 * part(i * 0.37),
    bstar_per_earth_radius: 1e-5,
  }).trim());
  return {
    elements_text: `[${sets.map((text) => text.slice(1, -1)).join(',')}]`,
    stations: Array.from({ length: stations }, (_, i) => ({
      id: `s${i}`, latitude_deg: 60 * Math.sin(2 * Math.PI * part(i * 0.245_1 + 0.1)), longitude_deg: 360 * part(i * TURN) - 180,
      altitude_m: 100 + 40 * i,
    })),
  };
}
