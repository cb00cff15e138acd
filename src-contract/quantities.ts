import { z } from 'zod';

// Bounded building blocks: what physics or the calendar guarantees is said once, here.
export const utcMs = z.number().min(0).max(4_102_444_800_000); // 1970 to 2100.
export const nightName = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'a night is its evening date, YYYY-MM-DD');
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'sha256 is 64 lower-case hexadecimal digits');
export const stationId = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'lower-case letters, digits and dashes');
export const elevationDeg = z.number().min(-90).max(90);
export const azimuthDeg = z.number().min(0).max(360);
export const nonNegative = z.number().nonnegative();
export const count = z.int().nonnegative();
export const probability = z.number().min(0).max(1);
export const frame = z.instanceof(Uint8Array);
/** Full width of a coincidence gate; `auto` and a share of the peak, `99%`, let the data choose it. */
export const gateWish = z.union([
  z.number().min(0.1).max(100), z.literal('auto'),
  z.string().max(8).regex(/^[1-9]\d(\.\d{1,3})?%$/, 'a width in ns, auto, or a share of the peak from 10% to 99.999%'),
]);
export type GateWish = z.output<typeof gateWish>;
export const passId = z.string().regex(/^[a-z0-9][a-z0-9-]{3,63}$/);
export const jobId = z.string().regex(/^job-[0-9a-f-]{4,40}$/);

/** A closed interval of UTC. */
export const utcInterval = z.strictObject({ start_utc_ms: utcMs, end_utc_ms: utcMs });

/** An estimate with its interval; which level is named by the field that holds it. */
export const interval = z.strictObject({ value: z.number(), low: z.number(), high: z.number() });
