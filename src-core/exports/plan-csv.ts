import { freeText, writeCsv } from './csv.ts';
import { fixed, isoMicros } from './time-text.ts';

/** A pass of the plan with what it is expected to bring. */
export interface PlanRow {
  readonly pass_id: string;
  readonly version: number;
  readonly state: string;
  readonly night: string;
  readonly satellite: string;
  readonly stations: readonly [string, string];
  readonly start_utc_ms: number;
  readonly end_utc_ms: number;
  readonly start_sigma_s: number;
  readonly sifted_bits: number;
  readonly sifted_bits_sigma: number;
  readonly qber: number;
  readonly loss_db_min: number;
  readonly loss_db_max: number;
  /** Who changed it last, and why. */
  readonly who: string;
  readonly why: string;
}

/**
 * The plan as CSV, a line a pass.
 *
 * @units UTC, seconds, bits, dB, as the headings say
 * @shape rows as given
 * @errors none
 */
export function writePlanCsv(rows: readonly PlanRow[], notes: readonly string[]): string {
  return writeCsv({
    notes,
    heading: ['pass_id', 'version', 'state', 'night', 'satellite', 'station_a', 'station_b', 'start_utc', 'end_utc',
      'duration_s', 'start_sigma_s', 'sifted_bits', 'sifted_bits_sigma', 'qber', 'loss_db_min', 'loss_db_max',
      'who', 'why'],
    rows: rows.map((row) => [
      row.pass_id, String(row.version), row.state, row.night, freeText(row.satellite), ...row.stations.map(freeText),
      `${isoMicros(row.start_utc_ms)}Z`, `${isoMicros(row.end_utc_ms)}Z`,
      fixed((row.end_utc_ms - row.start_utc_ms) / 1000, 3), fixed(row.start_sigma_s, 3),
      fixed(row.sifted_bits, 1), fixed(row.sifted_bits_sigma, 1), fixed(row.qber, 4),
      fixed(row.loss_db_min, 2), fixed(row.loss_db_max, 2), freeText(row.who), freeText(row.why),
    ]),
  });
}
