import { z } from 'zod';
import { nightName, passId, utcMs } from './quantities.ts';
import { planState } from './schedule.ts';

const leadS = z.number().positive().max(86_400);

/** How long before a pass its people are told, in the mission file; an empty list: never. */
export const noticeSection = z.strictObject({ leads_min: z.array(z.number().positive().max(1440)).max(8) });

const USUAL_LEADS_MIN: readonly number[] = [30, 10, 2];

/** The leads of a mission, longest first, the usual ones where it names none. */
export function noticeLeadsS(mission: { readonly notices?: z.output<typeof noticeSection> | undefined }): number[] {
  return [...new Set(mission.notices?.leads_min ?? USUAL_LEADS_MIN)].map((lead_min) => lead_min * 60).toSorted((a, b) => b - a);
}

/** A pass that is near: said once a pass and lead, by the mission's clock. */
export const passNotice = z.strictObject({
  /** Pass and lead: what has been said under it is not said again. */
  notice_id: z.string().max(96),
  pass_id: passId,
  night: nightName,
  state: planState,
  lead_s: leadS,
  start_utc_ms: utcMs,
  end_utc_ms: utcMs,
  /** For whoever is told outside the window, where no countdown runs. */
  title: z.string().max(120),
  body: z.string().max(300),
});

export const noticeList = z.strictObject({ leads_s: z.array(leadS), notices: z.array(passNotice) });

export type PassNotice = z.output<typeof passNotice>;
