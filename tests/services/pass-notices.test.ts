// Goal: a console that stays tells of each planned pass once a lead, by the mission's clock, through re-planning and restarts.
import { expect, test } from 'vitest';
import { noticeList } from '../../src-contract/notices.ts';
import type { MissionFile } from '../../src-contract/mission.ts';
import { createPassNotices } from '../../src-main/services/pass-notices.ts';
import { createScheduleStore } from '../../src-main/store/schedule-store.ts';
import { GOLDEN_UTC_MS, movedTle, plannedMission, proposal, SHIPPED_TLE } from './planned-mission.ts';

const START = Date.UTC(2018, 8, 14, 18, 14, 1, 802);
const ID = '2018-09-14-1814';

async function watched(notices?: MissionFile['notices']) {
  const planned = plannedMission(notices === undefined ? {} : { notices });
  await planned.load(SHIPPED_TLE);
  await planned.get('schedule.proposePass', proposal(GOLDEN_UTC_MS));
  const open = () => createPassNotices({
    mission: planned.mission_file, schedule: createScheduleStore(planned.db), now_utc_ms: () => planned.clock.utc_ms,
    publish: (event) => void planned.events.push(event),
  });
  const told = () => planned.events.flatMap((event) => (event.type === 'notices.passNear' ? [event.notice] : []));
  const service = open();
  const at = async (left_s: number, watching = service) => {
    planned.clock.utc_ms = START - left_s * 1000;
    await watching.watch();
  };
  const list = () => {
    const reply = service.listNotices({});
    if (!('ok' in reply) || !reply.ok) throw new Error('no list');
    return noticeList.parse(reply.value);
  };
  return { ...planned, told, at, open, list };
}

test('half an hour, ten and two minutes before, once each, with what is left to do', async () => {
  const { at, told, get, list } = await watched();
  for (const left_s of [1900, 1799, 1700, 601]) await at(left_s);
  expect(told().map(({ notice_id, title, body }) => [notice_id, title, body])).toEqual([
    [`${ID}/1800`, 'Pass in 30 min', '2018-09-14 18:14:01.8 Z, 281.3 s: proposed only: nobody has approved it.']]);
  await get('schedule.changePass', { pass_id: ID, version: 1, action: 'approve', who: 'bo', why: 'clear', override_why: null });
  for (const left_s of [599, 400, 119, 30]) await at(left_s);
  expect(told().slice(1).map(({ lead_s, state, title }) => [lead_s, state, title]))
    .toEqual([[600, 'approved', 'Pass in 10 min'], [120, 'approved', 'Pass in 2 min']]);
  expect(list()).toMatchObject({ leads_s: [1800, 600, 120], notices: [{ notice_id: `${ID}/120`, title: 'Pass in 30 s' }] });
  await at(-1);
  expect([told().length, list().notices]).toEqual([3, []]);
});

test('a pass that new elements move over a lead is not told of twice, nor after a restart', async () => {
  const { at, told, get, load, open } = await watched();
  await at(1801);
  await at(1799);
  await load(movedTle({ epoch_days: 5e-5 }));
  const { moved } = await get('schedule.replanPasses', { who: 'bo', why: 'newer' });
  expect(moved[0]!.start_moved_s).toBeGreaterThan(2);
  await at(1801);
  await at(1790);
  expect(told()).toHaveLength(1);
  const again = open();
  await at(1780, again);
  expect(told()).toHaveLength(1);
  await at(500, again);
  expect(told()).toHaveLength(2);
});

test('a pass that was called off is told of no more; a mission says when, and may say never', async () => {
  const { at, told, get, list } = await watched({ leads_min: [5, 60] });
  await at(3601);
  await at(3599);
  expect(told().map(({ lead_s, title }) => [lead_s, title])).toEqual([[3600, 'Pass in 60 min']]);
  await get('schedule.changePass', { pass_id: ID, version: 1, action: 'cancel', who: 'bo', why: 'cloud', override_why: null });
  await at(200);
  expect([told().length, list().notices]).toEqual([1, []]);
  const never = await watched({ leads_min: [] });
  await never.at(3000);
  await never.at(10);
  expect([never.told(), never.list()]).toEqual([[], { leads_s: [], notices: [] }]);
});
