import { z } from 'zod';
import { count, utcMs } from './quantities.ts';

export const sourceId = z.string().regex(/^source-[0-9a-f]{8}$/, 'a source id as `listSources` gives it');

/** Where elements come from by themselves: an address that is asked politely, or a folder that is looked into. */
export const elementSource = z.strictObject({
  source_id: sourceId,
  kind: z.enum(['url', 'folder']),
  /** The address, or the folder's path. */
  address: z.string(),
  added_by: z.string(),
  added_at_utc_ms: utcMs,
  /** What came of the last look: new sets, nothing new, or a failure; the sets of before stay in use then. */
  outcome: z.enum(['never', 'asking', 'new', 'unchanged', 'failed']),
  tried_at_utc_ms: utcMs.nullable(),
  /** The last look that ended well. */
  good_at_utc_ms: utcMs.nullable(),
  /** Sets that the last look brought and that were not known before. */
  imported: count,
  /** One sentence about the last look; after a failure also when it is tried again. */
  message: z.string(),
  /** When it is looked at next by itself; null where no console watches. */
  next_at_utc_ms: utcMs.nullable(),
  /** Before this nobody may ask, so that an address is asked four times a day at most. */
  allowed_at_utc_ms: utcMs,
  /** How often it was asked in the last 24 hours. */
  asked_today: count,
});

/** http or https without a password in it, or an absolute path of a folder. */
export const sourceAddress = z.string().trim().min(1).max(2000);

export type ElementSourceView = z.output<typeof elementSource>;
