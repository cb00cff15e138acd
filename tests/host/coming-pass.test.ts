// Goal: a console that stays says by itself that a pass is near, to every page and once; a single command says nothing.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { PassNotice } from '../../src-contract/notices.ts';
import { composeHost } from '../../src-main/compose.ts';
import { DEMO_START_UTC_MS } from '../../src-main/services/mission-clock.ts';

const START_UTC_MS = Date.UTC(2018, 8, 14, 18, 14, 1, 800);

async function openDemo(stays: boolean) {
  const mission_directory = mkdtempSync(join(tmpdir(), 'twinpass-near-'));
  const clock = { ms: 0 };
  const composed = await composeHost({
    mission_file: 'missions/micius.json', mission_directory, demo: true, stays, now_utc_ms: () => clock.ms });
  if (!composed.ok) throw new Error(JSON.stringify(composed.error));
  const host = composed.value;
  onTestFinished(async () => {
    await host.close();
    rmSync(mission_directory, { recursive: true, force: true });
  });
  const told: PassNotice[] = [];
  host.events.subscribe((event) => { if (event.type === 'notices.passNear') told.push(event.notice); });
  const proposed = await host.dispatch('schedule.proposePass',
    { start_utc_ms: START_UTC_MS, who: 'anna', why: '', override_why: null });
  expect(proposed).toMatchObject({ ok: true });
  const leave = (left_s: number) => { clock.ms = START_UTC_MS - DEMO_START_UTC_MS - left_s * 1000; };
  return { host, told, leave };
}

test('the mission clock crosses a lead, and it is said; the list stands for whoever opens a page later', async () => {
  const { host, told, leave } = await openDemo(true);
  leave(599);
  await vi.waitFor(() => expect(told.map(({ lead_s, title }) => [lead_s, title])).toEqual([[600, 'Pass in 10 min']]),
    { timeout: 30_000, interval: 50 });
  leave(100);
  await vi.waitFor(() => expect(told).toHaveLength(2), { timeout: 30_000, interval: 50 });
  expect(await host.dispatch('notices.listNotices', {})).toMatchObject({ ok: true, value: {
    leads_s: [1800, 600, 120], notices: [{ notice_id: '2018-09-14-1814/120', state: 'proposed' }] } });
  expect(new Set(told.map(({ notice_id }) => notice_id)).size).toBe(told.length);
}, 90_000);

test('a single command keeps no watch', async () => {
  const { host, told, leave } = await openDemo(false);
  leave(599);
  expect(await host.dispatch('notices.listNotices', {})).toMatchObject({ ok: true, value: { notices: [{ lead_s: 600 }] } });
  expect(told).toEqual([]);
});
