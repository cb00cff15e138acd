// Goal: a pass that is near stands on the page until it is dismissed or begins, and on the desktop only where it is let in.
import { expect, test } from 'vitest';
import type { PassNotice } from '../../src-contract/notices.ts';
import { browserDesktop, NO_DESKTOP, type DesktopNotice } from '../../src-renderer/features/notices/desktop.ts';
import { Notices } from '../../src-renderer/features/notices/notices.svelte.ts';
import { createFixtureHost } from './fixture-host.ts';

const START_UTC_MS = Date.UTC(2018, 8, 14, 18, 14, 1, 800);
const notice = (pass_id: string): PassNotice => ({
  notice_id: `${pass_id}/600`, pass_id, night: '2018-09-14', state: 'approved', lead_s: 600,
  start_utc_ms: START_UTC_MS, end_utc_ms: START_UTC_MS + 281_300, title: 'Pass in 10 min', body: 'approved' });

function speaker(answer: NotificationPermission) {
  const said: { title: string; body: string; tag: string; onclick: unknown }[] = [];
  class Speaker {
    static permission: NotificationPermission = 'default';
    static requestPermission(): Promise<NotificationPermission> {
      Speaker.permission = answer;
      return Promise.resolve(answer);
    }
    onclick: unknown = null;
    constructor(title: string, { body, tag }: { body: string; tag: string }) {
      said.push(Object.assign(this, { title, body, tag }));
    }
  }
  return { Speaker, said };
}

test('the nearest pass stands until it is dismissed, and is gone once it has begun', async () => {
  const host = createFixtureHost({ now_utc_ms: START_UTC_MS - 590_000 });
  host.schedule.propose({ start_utc_ms: START_UTC_MS, who: 'Anna', why: '', override_why: null });
  let now = START_UTC_MS - 590_000;
  const notices = new Notices({ client: host.client, now: () => now, desktop: NO_DESKTOP });
  expect(notices.foremost).toBeNull();
  await notices.refresh();
  const { notice_id } = notices.foremost!;
  now = START_UTC_MS;
  expect(notices.foremost).toBeNull();
  now = START_UTC_MS - 500_000;
  notices.dismiss(notice_id);
  expect(notices.foremost).toBeNull();
  expect(notices.leave).toBe('elsewhere');
});

test('a browser speaks on the desktop once its user has let it, under the tag of pass and lead', async () => {
  const host = createFixtureHost();
  const { Speaker, said } = speaker('granted');
  let focused = 0;
  const notices = new Notices({
    client: host.client, now: () => START_UTC_MS, desktop: browserDesktop(Speaker, () => { focused += 1; }) });
  await notices.accept(notice('p1'));
  expect([notices.leave, said]).toEqual(['default', []]);
  await notices.askLeave();
  await notices.accept(notice('p1'));
  expect([notices.leave, said.map(({ title, body, tag }): DesktopNotice => ({ title, body, tag }))])
    .toEqual(['granted', [{ title: 'Pass in 10 min', body: 'approved', tag: 'p1/600' }]]);
  (said[0]!.onclick as () => void)();
  expect(focused).toBe(1);
});

test('a browser that was refused stays silent, and the page knows', async () => {
  const { Speaker, said } = speaker('denied');
  const notices = new Notices({
    client: createFixtureHost().client, now: () => START_UTC_MS, desktop: browserDesktop(Speaker, () => undefined) });
  await notices.askLeave();
  await notices.accept(notice('p1'));
  expect([notices.leave, said]).toEqual(['denied', []]);
});
