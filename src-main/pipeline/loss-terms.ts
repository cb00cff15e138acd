import { linkTerms, type LinkTerms } from '../../src-core/link/downlink.ts';
import type { PassGeometry, StationPair } from './pass-prediction.ts';

/** Every term of one station's downlink, sample by sample; below the horizon there is none. */
export function lossTerms(pair: StationPair, { columns }: PassGeometry, which: 0 | 1): (LinkTerms | null)[] {
  const { range_m, elevation_rad, station } = columns.stations[which];
  return Array.from(range_m, (metres, i) =>
    elevation_rad[i]! > 0
      ? linkTerms(pair.link, station, { range_m: metres, elevation_rad: elevation_rad[i]! })
      : null,
  );
}

/** The terms as the interfaces show them: their sum is what lies between the source and a click. */
export function viewTerms({ diffraction_db, atmosphere_db, pointing_db, optics_db, detector_db }: LinkTerms) {
  return { diffraction_db, atmosphere_db, pointing_db, optics_db, detector_db };
}
