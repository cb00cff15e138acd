import { z } from 'zod';
import { jobView } from './operations.ts';
import { passId } from './quantities.ts';

/** Everything the host says unasked. Validated before it leaves, like a reply. */
export const hostEvent = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('job.changed'), job: jobView }),
  z.strictObject({ type: z.literal('archive.changed'), pass_id: passId }),
  z.strictObject({ type: z.literal('elements.changed') }),
]);

export type HostEvent = z.output<typeof hostEvent>;
