import { z } from 'zod';
import type { OperationError } from '../../src-contract/errors.ts';

const text = z.string();

/** The closed union of `errors.ts` as a check: a reply that carries anything else does not leave the host. */
export const operationError: z.ZodType<OperationError> = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('UnknownOperation'), name: text }),
  z.strictObject({ type: z.literal('InvalidInput'), issues: z.array(text).readonly() }),
  z.strictObject({ type: z.literal('InvalidFile'), where: text, message: text }),
  z.strictObject({ type: z.literal('NotFound'), what: text, id: text }),
  z.strictObject({ type: z.literal('NotPossible'), reason: text, message: text }),
  z.strictObject({ type: z.literal('Refused'), message: text }),
  z.strictObject({ type: z.literal('Cancelled') }),
  z.strictObject({ type: z.literal('Internal'), incident_id: text }),
]);
