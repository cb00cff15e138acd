import type { HostEvent } from '../../src-contract/events.ts';
import type { MissionFile } from '../../src-contract/mission.ts';
import { noticeLeadsS, type PassNotice } from '../../src-contract/notices.ts';
import { ok } from '../../src-core/result.ts';
import { crossedLead, standingLead } from '../../src-core/schedule/notices.ts';
import { formatUtc } from '../../src-core/utc.ts';
import type { PlannedPass, ScheduleReader } from '../store/schedule-store.ts';
import type { NoticesPort } from './ports.ts';

export interface PassNoticesDeps {
  readonly mission: MissionFile;
  readonly schedule: Pick<ScheduleReader, 'listBetween'>;
  /** The mission's clock: what is replayed from an archive has times of its own, and no notice. */
  readonly now_utc_ms: () => number;
  readonly publish: (event: HostEvent) => void;
}

export interface PassNotices extends NoticesPort {
  /** To be called about once a second by a console that stays. */
  readonly watch: () => Promise<void>;
}

const NEXT_STEP: Readonly<Partial<Record<PlannedPass['state'], string>>> = {
  proposed: 'proposed only: nobody has approved it',
  approved: 'approved, not armed yet',
  armed: 'armed',
};

/** Tells the people of a pass that it is near, once a pass and lead, however often it is re-planned. */
export function createPassNotices({ mission, schedule, now_utc_ms, publish }: PassNoticesDeps): PassNotices {
  const leads_s = noticeLeadsS(mission);
  const told = new Set<string>();
  let looked_utc_ms = now_utc_ms();

  /** The passes that begin within the longest lead; one that began a moment ago is not among them. */
  const coming = (now: number) => schedule.listBetween(now, now + (leads_s[0] ?? 0) * 1000);

  async function watch(): Promise<void> {
    const look = { before_utc_ms: looked_utc_ms, now_utc_ms: now_utc_ms() };
    looked_utc_ms = look.now_utc_ms;
    for (const pass of coming(look.now_utc_ms)) {
      const lead_s = crossedLead(pass, leads_s, look);
      if (lead_s === null) continue;
      const notice = noticeOf(pass, lead_s, look.now_utc_ms);
      if (told.has(notice.notice_id)) continue;
      told.add(notice.notice_id);
      publish({ type: 'notices.passNear', notice });
    }
    return Promise.resolve();
  }

  return {
    watch,
    listNotices: () => {
      const now = now_utc_ms();
      const notices = coming(now).flatMap((pass) => {
        const lead_s = standingLead(pass, leads_s, now);
        return lead_s === null ? [] : [noticeOf(pass, lead_s, now)];
      });
      return ok({ leads_s: [...leads_s], notices });
    },
  };
}

function noticeOf(pass: PlannedPass, lead_s: number, now_utc_ms: number): PassNotice {
  const { pass_id, night, state, start_utc_ms, end_utc_ms } = pass;
  const length_s = ((end_utc_ms - start_utc_ms) / 1000).toFixed(1);
  const day = formatUtc(Math.round(start_utc_ms / TENTH_MS) * TENTH_MS);
  return {
    notice_id: `${pass_id}/${lead_s}`,
    pass_id,
    night,
    state,
    lead_s,
    start_utc_ms,
    end_utc_ms,
    title: `Pass in ${spoken((start_utc_ms - now_utc_ms) / 1000)}`,
    body: `${day.slice(0, 10)} ${day.slice(11, 21)} Z, ${length_s} s: ${NEXT_STEP[state] ?? state}.`,
  };
}

const TENTH_MS = 100;

/** As one would call it out: whole minutes from one minute on. */
function spoken(left_s: number): string {
  return left_s < 60 ? `${Math.round(left_s)} s` : `${Math.round(left_s / 60)} min`;
}
