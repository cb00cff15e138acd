import type { OperationError } from '../../src-contract/errors.ts';
import { describeElementsError, type ElementSet } from '../../src-core/orbit/element-set.ts';
import { parseElements } from '../../src-core/orbit/elements.ts';
import { createPropagator, describePropagationError, type Propagator } from '../../src-core/orbit/propagate.ts';
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
export function readElementText(text: string, source_name: string, preferred: string): Result<Propagator, OperationError> {
  const sets = readElementSets(text, source_name);
  if (!sets.ok) return sets;
  const numbers = new Set(sets.value.map(({ catalog_number }) => catalog_number));
  const wanted = numbers.size === 1 ? [...numbers][0]! : preferred;
  const newest = sets.value.filter(({ catalog_number }) => catalog_number === wanted)
    .sort((a, b) => b.epoch_utc_ms - a.epoch_utc_ms)[0];
  if (newest === undefined) {
    return err({ type: 'InvalidFile', where: source_name,
      message: `holds ${numbers.size} satellites and none of them is ${preferred}; keep the one you mean` });
  }
  return propagatorOf(newest, source_name);
}

export function propagatorOf(elements: ElementSet, source_name: string): Result<Propagator, OperationError> {
  const propagator = createPropagator(elements);
  if (propagator.ok) return propagator;
  return err({ type: 'InvalidFile', where: source_name, message: describePropagationError(propagator.error) });
}

