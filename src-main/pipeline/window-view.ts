import type { DualWindowView } from '../../src-contract/orbit.ts';
import { describePropagationError } from '../../src-core/orbit/propagate.ts';
import type { Propagator } from '../../src-core/orbit/propagate.ts';
import { edgeSigmaS } from '../../src-core/orbit/uncertainty.ts';
import type { DualWindow } from '../../src-core/orbit/windows.ts';
import { MS_PER_DAY } from '../../src-core/constants.ts';
import { formatUtc } from '../../src-core/utc.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import type { OperationError } from '../../src-contract/errors.ts';
import { viewTerms } from './loss-terms.ts';
import { viewEdges } from './mission-limits.ts';
import { predictPass, type StationPair } from './pass-prediction.ts';

const DEG = 180 / Math.PI;

/** A window as the interfaces show it: degrees, kilometres, UTC text, with what it should give. */
export function viewWindow(
  window: DualWindow,
  { pair, propagator, ids }: { pair: StationPair; propagator: Propagator; ids: readonly [string, string] },
): Result<DualWindowView, OperationError> {
  const expected = predictPass(pair, propagator, window);
  if (!expected.ok)
    return err({ type: 'NotPossible', reason: expected.error.type, message: describePropagationError(expected.error) });
  const { pass, least_loss_terms } = expected.value;
  const age_days = (window.start_utc_ms - propagator.elements.epoch_utc_ms) / MS_PER_DAY;
  return ok({
    start_utc: formatUtc(window.start_utc_ms),
    end_utc: formatUtc(window.end_utc_ms),
    start_utc_ms: window.start_utc_ms,
    end_utc_ms: window.end_utc_ms,
    duration_s: window.duration_s,
    start_sigma_s: edgeSigmaS(age_days),
    dark: window.dark,
    ...viewEdges(window, ids),
    stations: window.stations.map((station, which) => ({
      id: ids[which as 0 | 1],
      elevation_deg_max: pair.counts[which as 0 | 1].shownRad(station.elevation_rad_max) * DEG,
      elevation: pair.counts[which as 0 | 1].kind,
      range_km_min: station.range_m_min / 1000,
      range_km_max: station.range_m_max / 1000,
      azimuth_deg_start: station.azimuth_rad_start * DEG,
      azimuth_deg_end: station.azimuth_rad_end * DEG,
      sun_elevation_deg_max: station.sun_elevation_rad_max * DEG,
      loss_terms: viewTerms(least_loss_terms[which as 0 | 1]),
    })),
    range_sum_km_min: window.range_sum_m_min / 1000,
    range_sum_km_max: window.range_sum_m_max / 1000,
    loss_db_min: pass.loss_db_min,
    loss_db_max: pass.loss_db_max,
    expected: {
      coincidences: pass.coincidences,
      coincidences_sigma: pass.coincidences_sigma,
      qber: pass.qber,
      qber_sigma: pass.qber_sigma,
      sifted_bits: pass.sifted_bits,
      sifted_bits_sigma: pass.sifted_bits_sigma,
    },
  });
}
