import { assert } from '../assert.ts';
import { err, ok, type Result } from '../result.ts';
import { formatUtc } from '../utc.ts';
import type { ExportError } from './export-error.ts';
import { vectorAt, type PefStates } from './states.ts';
import { dayOfYear, fixed, mjdOf } from './time-text.ts';

export interface ConsolidatedPrediction {
  /** Three or four characters, the provider of the prediction. */
  readonly source: string;
  readonly created_utc_ms: number;
  /** Which prediction of that day, from 1. */
  readonly issue: number;
  readonly target_name: string;
  /** As 2016-051A. */
  readonly international_designator: string;
  readonly catalog_number: string;
  /** The ILRS satellite identification code; null for a satellite the ILRS does not track. */
  readonly sic: string | null;
  readonly has_retroreflector: boolean;
  /** From the centre of mass to the reflector; null leaves the record out. */
  readonly center_of_mass_offset_m: number | null;
  readonly states: PefStates;
}

/** Readers interpolate over ten positions. */
const STATES_MIN = 10;

const DESIGNATOR = /^(?:19|20)(\d{2})-(\d{3})([A-Z]{1,2})$/;

const misfit = (field: string, found: string, expected: string): ExportError =>
  ({ type: 'DoesNotFit', field, found, expected });

/** 2016-051A becomes 1605101: year, launch, and the letter's number. */
function ilrsId(designator: string): string | null {
  const match = DESIGNATOR.exec(designator);
  if (match === null) return null;
  const piece = Array.from(match[3]!).reduce((sum, letter) => 26 * sum + letter.charCodeAt(0) - 64, 0);
  return piece > 99 ? null : `${match[1]!}${match[2]!}${String(piece).padStart(2, '0')}`;
}

function checkGrid({ start_utc_ms, step_ms, position_pef_km }: PefStates): ExportError | null {
  const count = position_pef_km.length / 3;
  if (count < STATES_MIN) return { type: 'TooFewStates', needed: STATES_MIN, found: count };
  if (step_ms % 1000 !== 0) return { type: 'NotWholeSeconds', field: 'the step', found: step_ms / 1000 };
  if (start_utc_ms % 1000 !== 0) {
    return { type: 'NotWholeSeconds', field: 'the first epoch', found: (start_utc_ms / 1000) % 60 };
  }
  return step_ms / 1000 > 99_999 ? misfit('the step', String(step_ms / 1000), 'five digits of seconds') : null;
}

function checkNames(prediction: ConsolidatedPrediction): ExportError | null {
  const { source, target_name, catalog_number, sic, issue, center_of_mass_offset_m } = prediction;
  if (!/^[A-Z0-9]{3,4}$/.test(source)) return misfit('the source', source, 'three or four capital letters or digits');
  if (!/^[A-Za-z0-9_-]{1,10}$/.test(target_name)) {
    return misfit('the target', target_name, 'up to ten letters or digits without a space');
  }
  if (!/^\d{1,8}$/.test(catalog_number)) return misfit('the catalogue number', catalog_number, 'up to eight digits');
  if (sic !== null && !/^\d{1,4}$/.test(sic)) return misfit('the SIC', sic, 'up to four digits');
  if (!Number.isInteger(issue) || issue < 1 || issue > 99) return misfit('the issue', String(issue), '1 to 99');
  const offset_m = center_of_mass_offset_m ?? 0;
  return Math.abs(offset_m) < 10 ? null : misfit('the offset of the reflector', String(offset_m), 'less than 10 m');
}

const dateOf = (utc_ms: number) => formatUtc(utc_ms).slice(0, 19).split(/[-T:]/);

function headerOf(prediction: ConsolidatedPrediction, ilrs_id: string): string[] {
  const { source, created_utc_ms, issue, target_name, catalog_number, sic, states } = prediction;
  const count = states.position_pef_km.length / 3;
  const { start_utc_ms, step_ms } = states;
  const [year, month, day, hour] = dateOf(created_utc_ms);
  const sequence = String(dayOfYear(created_utc_ms)).padStart(3, '0');
  const h1 = ['H1', 'CPF', ' 2', source.padStart(4), year, month, day, hour, sequence, String(issue).padStart(2, '0'),
    target_name.padEnd(10), 'NONE'];
  const h2 = ['H2', ilrs_id.padStart(8), (sic ?? '0').padStart(4, '0'), catalog_number.padStart(8),
    ...dateOf(start_utc_ms), ...dateOf(start_utc_ms + (count - 1) * step_ms), String(step_ms / 1000).padStart(5),
    // Integrable; target class; geocentric and Earth-fixed; no rotation angle; centre of mass; Earth orbit.
    '1', prediction.has_retroreflector ? '1' : '0', ' 0', '0', '0', ' 1'];
  const { center_of_mass_offset_m } = prediction;
  const h5 = center_of_mass_offset_m === null ? [] : [`H5 ${fixed(center_of_mass_offset_m, 4).padStart(7)}`];
  return [h1.join(' '), h2.join(' '), ...h5, 'H9'];
}

/**
 * Consolidated prediction file, version 2: what laser ranging stations point by.
 *
 * Positions are of the centre of mass, geocentric and Earth-fixed at the common epoch of the row (direction flag 0).
 * Earth-fixed is PEF here, SGP4's TEME turned by GMST-82: polar motion (15 m) and UT1 - UTC (up to 400 m along the
 * equator) are far below SGP4's own kilometre. Transponder records (H4) do not apply: nothing on board answers.
 *
 * @units metres, UTC
 * @shape columns of the standard (F17.3 positions, F13.6 seconds of day), records H1, H2, H5, H9, 10 and 99
 * @errors DoesNotFit, NotWholeSeconds, TooFewStates; nine-digit catalogue numbers do not fit the format
 * @source ILRS, Consolidated Laser Ranging Prediction Format 2.01, sections 2 and 3; checks of the EUROLAS Data Center
 */
export function writeCpf(prediction: ConsolidatedPrediction): Result<string, ExportError> {
  const wrong = checkNames(prediction) ?? checkGrid(prediction.states);
  if (wrong !== null) return err(wrong);
  const ilrs_id = ilrsId(prediction.international_designator);
  if (ilrs_id === null) {
    return err(misfit('the designator', prediction.international_designator, 'a designator as 2016-051A'));
  }
  const { position_pef_km, start_utc_ms, step_ms } = prediction.states;
  const lines = headerOf(prediction, ilrs_id);
  for (let i = 0; i < position_pef_km.length / 3; i++) {
    const { day, second } = mjdOf(start_utc_ms + i * step_ms);
    const [x, y, z] = vectorAt(position_pef_km, i).map((value) => fixed(value * 1000, 3).padStart(17));
    assert(day >= 10_000 && day <= 99_999, `modified Julian day ${day}`);
    lines.push(['10', '0', String(day), fixed(second, 6).padStart(13), ' 0', x, y, z].join(' '));
  }
  lines.push('99');
  return ok(`${lines.join('\n')}\n`);
}
