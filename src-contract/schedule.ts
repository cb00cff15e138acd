import { z } from 'zod';
import { count, nightName, nonNegative, passId, probability, stationId, utcInterval, utcMs } from './quantities.ts';

export const planState = z.enum(['proposed', 'approved', 'armed', 'live', 'recorded', 'processed', 'archived',
  'aborted', 'cancelled']);
export const planAction = z.enum(['approve', 'arm', 'start', 'record', 'process', 'archive', 'abort', 'cancel']);

const elementSetId = z.string().min(8).max(64);
/** Empty text is let through to the schedule, whose refusal says what is missing. */
const who = z.string().max(80);
const why = z.string().max(500);

/** A pass of the plan, with what its window promised and what can be done with it. */
export const plannedPass = z.strictObject({
  pass_id: passId,
  night: nightName,
  state: planState,
  /** Counts every change from 1; a change names the version it was decided on. */
  version: z.int().positive(),
  start_utc_ms: utcMs,
  end_utc_ms: utcMs,
  element_set_id: elementSetId,
  /** From the element epoch to the start of the pass; negative when the epoch lies behind it. */
  elements_age_days: z.number(),
  /** False where newer elements are there: re-planning moves the edges. */
  on_current_elements: z.boolean(),
  start_sigma_s: nonNegative,
  loss_db_min: z.number(),
  loss_db_max: z.number(),
  expected: z.strictObject({
    coincidences: nonNegative, coincidences_sigma: nonNegative, qber: probability,
    sifted_bits: nonNegative, sifted_bits_sigma: nonNegative,
  }),
  /** The last change. */
  changed: z.strictObject({ who: z.string(), why: z.string(), at_utc_ms: utcMs }),
  actions: z.array(planAction),
  /** One sentence a conflict with a pass that holds its stations or satellite. */
  conflicts: z.array(z.string()),
  /** Archived passes that this one became. */
  recordings: z.array(passId),
});

export const plan = z.strictObject({ passes: z.array(plannedPass) });

export const proposal = z.strictObject({
  /** A moment in the window, or within a minute of it. */
  start_utc_ms: utcMs,
  who,
  why,
  /** Why elements older than the mission allows will do; null where they are not. */
  override_why: why.nullable(),
});

export const passChange = z.strictObject({
  pass_id: passId,
  version: z.int().positive(),
  action: planAction,
  who,
  why,
  /** As in a proposal; counts for an approval only. */
  override_why: why.nullable(),
});

export const passHistory = z.strictObject({
  pass_id: passId,
  /** Oldest first; the first is the proposal, from no state. */
  transitions: z.array(z.strictObject({
    version: z.int().positive(), from_state: planState.nullable(), to_state: planState,
    who: z.string(), why: z.string(), at_utc_ms: utcMs,
    /** By how much new elements moved the edges, positive is later; null for a change that moved nothing. */
    start_moved_s: z.number().nullable(), end_moved_s: z.number().nullable(),
  })),
});

export const replanned = z.strictObject({
  element_set_id: elementSetId,
  span: utcInterval,
  /** The same passes on new edges; a positive move is later. */
  moved: z.array(z.strictObject({ pass: plannedPass, start_moved_s: z.number(), end_moved_s: z.number() })),
  unchanged: z.array(passId),
  /** Passes without a window on these elements, with the distance to the next one; whether to cancel is yours. */
  vanished: z.array(z.strictObject({ pass_id: passId, start_utc_ms: utcMs, nearest_s: nonNegative.nullable() })),
  /** Live, past, ended or begun: new elements do not move these. */
  left_alone: z.array(passId),
  /** Dark windows in the span that no pass claims. */
  unclaimed: count,
});

const step_s = z.number().min(0.1).max(60);
const forStation = { pass_id: passId, station_id: stationId, step_s };

/** What to write; the elements are those that each pass was planned on. */
export const planExport = z.discriminatedUnion('format', [
  z.strictObject({ format: z.enum(['ics', 'csv', 'ccsds-schedule']) }),
  /** All passes ahead where no pass is named, a segment each. */
  z.strictObject({ format: z.enum(['oem', 'oem-xml']), pass_id: passId.nullable(), step_s }),
  z.strictObject({ format: z.literal('cpf'), pass_id: passId, step_s: z.int().min(1).max(60) }),
  z.strictObject({ format: z.literal('pointing'), ...forStation }),
  z.strictObject({
    format: z.literal('hwp'), ...forStation,
    transmitter_reference: z.enum(['orbit_normal', 'flight_direction']), offset_deg: z.number().min(-180).max(180),
  }),
]);

export const exportedText = z.strictObject({
  file_name: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,127}$/), media_type: z.string(), text: z.string(),
});

export type PlannedPassView = z.output<typeof plannedPass>;
export type PassChange = z.output<typeof passChange>;
export type Proposal = z.output<typeof proposal>;
export type PassHistory = z.output<typeof passHistory>;
export type ReplannedView = z.output<typeof replanned>;
export type PlanExport = z.output<typeof planExport>;
export type ExportedText = z.output<typeof exportedText>;
