import type { OperationError } from '../../src-contract/errors.ts';
import { describeElementsError, type ElementSet } from '../../src-core/orbit/element-set.ts';
import { parseElements } from '../../src-core/orbit/elements.ts';
import { createPropagator, describePropagationError, type Propagator } from '../../src-core/orbit/propagate.ts';
import { formatUtc } from '../../src-core/utc.ts';
import { err, type Result } from '../../src-core/result.ts';

/** All sets of a text, or the first fault with its file and line. */
export function readElementSets(text: string, source_name: string): Result<readonly ElementSet[], OperationError> {
  const parsed = parseElements(text, source_name);
  if (parsed.ok) return parsed;
  return err({ type: 'InvalidFile', where: parsed.error.where, message: describeElementsError(parsed.error) });
}

/**
 * The propagator of a text's newest set: of the satellite asked for where the text names several, else of the
 * only satellite there is.
 */
export function readElementText(
  text: string,
  source_name: string,
  preferred: string,
): Result<Propagator, OperationError> {
  const sets = readElementSets(text, source_name);
  if (!sets.ok) return sets;
  const numbers = new Set(sets.value.map(({ catalog_number }) => catalog_number));
  const wanted = numbers.size === 1 ? [...numbers][0]! : preferred;
  const newest = sets.value
    .filter(({ catalog_number }) => catalog_number === wanted)
    .sort((a, b) => b.epoch_utc_ms - a.epoch_utc_ms)[0];
  if (newest === undefined) {
    return err({
      type: 'InvalidFile',
      where: source_name,
      message: `holds ${numbers.size} satellites and none of them is ${preferred}; keep the one you mean`,
    });
  }
  return propagatorOf(newest, source_name);
}

export function propagatorOf(elements: ElementSet, source_name: string): Result<Propagator, OperationError> {
  const propagator = createPropagator(elements);
  if (propagator.ok) return propagator;
  return err({ type: 'InvalidFile', where: source_name, message: describePropagationError(propagator.error) });
}

/**
 * One text per set, whatever file it came in, so that the same set from two sources is one set: its two lines, or an
 * OMM record with the keywords of CCSDS 502.0-B-3 where it has no lines.
 */
export function canonicalElementText(set: ElementSet): string {
  if (set.line1 !== null && set.line2 !== null) return `${set.line1}\n${set.line2}\n`;
  const record = {
    OBJECT_NAME: set.name ?? '',
    OBJECT_ID: set.international_designator ?? '',
    NORAD_CAT_ID: set.catalog_number,
    EPOCH: epochText(set.epoch_utc_ms),
    MEAN_MOTION: set.mean_motion_rev_day,
    ECCENTRICITY: set.eccentricity,
    INCLINATION: set.inclination_deg,
    RA_OF_ASC_NODE: set.raan_deg,
    ARG_OF_PERICENTER: set.argument_of_perigee_deg,
    MEAN_ANOMALY: set.mean_anomaly_deg,
    BSTAR: set.bstar_per_earth_radius,
    MEAN_MOTION_DOT: set.mean_motion_dot,
    MEAN_MOTION_DDOT: set.mean_motion_ddot,
    ...(set.revolution === null ? {} : { REV_AT_EPOCH: set.revolution }),
  };
  return `${JSON.stringify([record])}\n`;
}

/** Microseconds: an epoch of eight decimals of a day is 0.9 ms, one in ISO text usually a microsecond. */
function epochText(epoch_utc_ms: number): string {
  const whole_ms = Math.floor(epoch_utc_ms);
  const microseconds = Math.round((epoch_utc_ms - whole_ms) * 1000);
  const carry = microseconds === 1000 ? 1 : 0;
  const rest = String(carry === 1 ? 0 : microseconds).padStart(3, '0');
  return formatUtc(whole_ms + carry).replace('Z', rest);
}
