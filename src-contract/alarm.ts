import { z } from 'zod';
import { count, passId, stationId, utcMs } from './quantities.ts';

// Alarms after ANSI/ISA-18.2-2016 (IEC 62682): a state machine each, judged by packet time.

export const alarmPriority = z.enum(['critical', 'serious', 'caution']);
/**
 * `unacknowledged`: active, nobody took it. `acknowledged`: active, taken. `returned`: no longer active, nobody took it.
 * `latched`: no longer active, taken, but held until somebody resets it. `shelved`: out of sight until a time.
 * `suppressed`: by the pass's phase. `normal`: none of these.
 */
export const alarmState = z.enum(['normal', 'unacknowledged', 'acknowledged', 'returned', 'latched', 'shelved',
  'suppressed']);

export const alarmId = z.string().regex(/^[a-z0-9][a-z0-9.:-]{1,95}$/);
const who = z.string().trim().min(1).max(80);
const why = z.string().trim().min(1).max(500);

/** One alarm as the operator sees it. */
export const alarmView = z.strictObject({
  alarm_id: alarmId,
  state: alarmState,
  priority: alarmPriority,
  /** Null for the console's own alarms: disk, clock, broker. */
  station: stationId.nullable(),
  pass_id: passId.nullable(),
  /** What is wrong, with value and limit: "Delingha B4973 anode 1.31 V, limit 1.20 V". */
  text: z.string(),
  /** What to do about it. */
  advice: z.string(),
  value: z.number().nullable(),
  limit: z.number().nullable(),
  unit: z.string(),
  /** Packet time of the message that broke the limit, and of the return. */
  raised_at_utc_ms: utcMs,
  returned_at_utc_ms: utcMs.nullable(),
  /** Names stand with the time of the console's clock, not of packets; shelves end by it. */
  acknowledged: z.strictObject({ who: z.string(), at_utc_ms: utcMs }).nullable(),
  shelved: z.strictObject({ who: z.string(), why: z.string(), until_utc_ms: utcMs }).nullable(),
  latching: z.boolean(),
  /** How often it went off in this pass. */
  occurrences: count,
});

export const alarmList = z.strictObject({
  /** Highest priority first, then newest; left out are those in `normal`, and suppressed ones that were never told. */
  alarms: z.array(alarmView),
  /** True while an unacknowledged alarm asks for sound; silence is the console's, the alarm stays. */
  sounding: z.boolean(),
  limits_version: z.string(),
});

export const alarmAction = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('acknowledge'), alarm_ids: z.array(alarmId).min(1).max(64), who }),
  z.strictObject({ action: z.literal('silence'), who }),
  z.strictObject({ action: z.literal('shelve'), alarm_id: alarmId, minutes: z.number().min(1).max(480), who, why }),
  z.strictObject({ action: z.literal('unshelve'), alarm_id: alarmId, who }),
  z.strictObject({ action: z.literal('reset'), alarm_id: alarmId, who, why }),
]);

export type AlarmList = z.output<typeof alarmList>;
