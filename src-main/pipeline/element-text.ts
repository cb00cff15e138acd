import type { OperationError } from '../../src-contract/errors.ts';
import { describeElementsError, type ElementSet } from '../../src-core/orbit/element-set.ts';
import { parseElements } from '../../src-core/orbit/elements.ts';
import { createPropagator, describePropagationError, type Propagator } from '../../src-core/orbit/propagate.ts';
import { formatUtc } from '../../src-core/utc.ts';
import { err, ok, type Result } from '../../src-core/result.ts';

/** All sets of a text, or the first fault with its file and line. */
export function readElementSets(text: string, source_name: string): Result<readonly ElementSet[], OperationError> {
  const parsed = parseElements(text, source_name);
  if (parsed.ok) return parsed;
  return err({ type: 'InvalidFile', where: parsed.error.where, message: describeElementsError(parsed.error) });
}

/** Element sets as a person or the archive hands them in. */
export interface ElementText {
  readonly text: string;
  /** Names the source in messages. */
  readonly name: string;
}

/** Sets of the satellite asked for where a text names several, else of the only satellite there is. */
function setsOfOne({ text, name }: ElementText, preferred: string): Result<readonly ElementSet[], OperationError> {
  const sets = readElementSets(text, name);
  if (!sets.ok) return sets;
  const numbers = new Set(sets.value.map(({ catalog_number }) => catalog_number));
  if (numbers.size === 1) return sets;
  const own = sets.value.filter(({ catalog_number }) => catalog_number === preferred);
  if (own.length > 0) return ok(own);
  const message = `holds ${numbers.size} satellites and none of them is ${preferred}; keep the one you mean`;
  return err({ type: 'InvalidFile', where: name, message });
}

const leastBy = (sets: readonly ElementSet[], cost: (set: ElementSet) => number) =>
  sets.reduce((best, set) => (cost(set) < cost(best) ? set : best));

/** The set whose epoch lies nearest to a moment: for what was recorded then. */
export function nearestElements(
  source: ElementText,
  { utc_ms, preferred }: { readonly utc_ms: number; readonly preferred: string },
): Result<ElementSet, OperationError> {
  const sets = setsOfOne(source, preferred);
  return sets.ok ? ok(leastBy(sets.value, ({ epoch_utc_ms }) => Math.abs(epoch_utc_ms - utc_ms))) : sets;
}

/** The propagator of a text's newest set. */
export function readElementText(
  text: string,
  source_name: string,
  preferred: string,
): Result<Propagator, OperationError> {
  const sets = setsOfOne({ text, name: source_name }, preferred);
  return sets.ok
    ? propagatorOf(
        leastBy(sets.value, ({ epoch_utc_ms }) => -epoch_utc_ms),
        source_name,
      )
    : sets;
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
