// Goal: the console opens, follows its host, keeps its jobs and keys in order, and says when it may not come in.
import { expect, test, vi } from 'vitest';
import { Appearance, type Theme } from '../../src-renderer/shared/appearance.svelte.ts';
import { Commands, keyCap, type KeyStroke } from '../../src-renderer/shared/commands.svelte.ts';
import { Elements, ageBadge } from '../../src-renderer/features/elements/elements.svelte.ts';
import { Flight, onFlight } from '../../src-renderer/features/flight/flight.svelte.ts';
import { NO_DESKTOP } from '../../src-renderer/features/notices/desktop.ts';
import { JobBoard } from '../../src-renderer/shared/job-board.svelte.ts';
import { placeOf } from '../../src-renderer/views/route.svelte.ts';
import { Operator } from '../../src-renderer/shared/operator.svelte.ts';
import { Session } from '../../src-renderer/views/session.svelte.ts';
import { createFixtureHost, NOW_UTC_MS, type FixtureOptions } from './fixture-host.ts';
import { TLE } from './fixture-orbit.ts';

function memory(chosen: string | null = null) {
  const applied: Theme[] = [];
  const appearance = new Appearance({
    read: () => chosen, write: (theme) => { chosen = theme; }, apply: (theme) => applied.push(theme),
  });
  return { appearance, applied, stored: () => chosen };
}

async function openSession(options: FixtureOptions = {}) {
  const host = createFixtureHost(options);
  let steady_ms = 1000;
  const session = new Session({ client: host.client, appearance: memory().appearance,
    operator: new Operator({ read: () => null, write: () => undefined }),
    desktop: NO_DESKTOP, steadyMs: () => steady_ms });
  const close = session.open();
  host.connect('connected');
  await vi.waitFor(() => {
    if (session.workspace?.next.window === null && session.workspace.next.absence === null) throw new Error('opening');
    if (session.workspace === null) throw new Error('opening');
  });
  return { host, session, close, pass_ms: (ms: number) => { steady_ms += ms; } };
}

test('opens on the mission, with the host\'s clock and the next window', async () => {
  const { session, close } = await openSession();
  expect(session.mission.value?.name).toBe('Micius');
  expect(session.clock.simulated).toBe(true);
  expect(session.workspace?.next.window?.start_utc.slice(0, 19)).toBe('2018-09-14T18:14:01');
  close();
});

test('the clock runs between readings', async () => {
  const { session, close, pass_ms } = await openSession();
  const before = session.clock.utc_ms!;
  expect(Math.abs(before - NOW_UTC_MS)).toBeLessThan(60_000);
  pass_ms(5000);
  session.tick();
  expect(session.clock.utc_ms! - before).toBeCloseTo(5000, 0);
  close();
});

test('when a window has ended, the next one is counted down to', async () => {
  const { session, close, pass_ms } = await openSession();
  const first = session.workspace!.next.window!;
  pass_ms(first.end_utc_ms - session.clock.utc_ms! + 1000);
  session.tick();
  await vi.waitFor(() => expect(session.workspace!.next.window!.start_utc_ms).toBeGreaterThan(first.end_utc_ms));
  close();
});

test('without elements the countdown says why it is empty', async () => {
  const { session, close } = await openSession({ empty: true });
  expect(session.workspace?.next.absence).toBe('no elements to compute from');
  close();
});

test('follows the connection, and asks again when it comes back', async () => {
  const { host, session, close } = await openSession();
  host.connect('lost');
  expect(session.connection).toBe('lost');
  expect(session.lost_utc_ms).toBe(session.clock.utc_ms);
  const asked = host.asked.length;
  host.connect('connected');
  await vi.waitFor(() => expect(host.asked.slice(asked).map(([name]) => name)).toContain('jobs.listJobs'));
  expect(session.lost_utc_ms).toBeNull();
  close();
  host.connect('lost');
  expect(session.connection).toBe('connected');
});

test('jobs: progress, the end once, and none of yesterday', async () => {
  const host = createFixtureHost();
  host.job({ job_id: 'job-0001', state: 'done' });
  const board = new JobBoard(host.client);
  await board.refresh(false);
  expect(board.ended).toBeNull();
  board.accept(host.job({ job_id: 'job-0002', fraction: 0.2 }));
  board.accept(host.job({ job_id: 'job-0002', fraction: 0.7 }));
  expect(board.running.map(({ fraction }) => fraction)).toEqual([0.7]);
  board.accept(host.job({ job_id: 'job-0002', state: 'failed', failure: 'No lock.' }));
  expect(board.ended?.failure).toBe('No lock.');
  board.dismiss('job-0002');
  expect(board.ended).toBeNull();
});

test('a flight: started with its seed, cancelled by its id, refused with its reason', async () => {
  const { host, session, close } = await openSession();
  const flight = new Flight(host.client, session.jobs);
  flight.seed = 7;
  flight.mode = 'bell';
  await flight.fly(NOW_UTC_MS);
  expect(host.asked.at(-1)).toEqual(['simulator.flyPass', { start_utc_ms: NOW_UTC_MS, mode: 'bell', seed: 7 }]);
  expect(flight.job?.state).toBe('running');
  await flight.cancel();
  expect(onFlight(flight.job)).toBe('cancelled; nothing was archived');
  flight.seed = 1.5;
  const asked = host.asked.length;
  await flight.fly(NOW_UTC_MS);
  expect(host.asked).toHaveLength(asked);
  flight.seed = 1;
  host.fail('simulator.flyPass', { type: 'NotPossible', reason: 'no-window', message: 'No window starts then.' });
  await flight.fly(NOW_UTC_MS);
  expect([flight.job, session.jobs.problem]).toEqual([null, 'No window starts then.']);
  close();
});

test('elements: taken, or refused with file and line; age turns the badge', async () => {
  const host = createFixtureHost();
  const elements = new Elements(host.client, new JobBoard(host.client));
  expect(await elements.take('1 99999U nonsense', 'pasted')).toBe(false);
  expect(elements.refusal).toBe('pasted, line 2: checksum 7, expected 4. Copy the set again from its source.');
  expect(await elements.take(TLE, 'pasted')).toBe(true);
  expect([elements.refusal, elements.imported?.imported, elements.current?.current]).toEqual([null, 1, true]);
  expect(ageBadge(-0.6, 15)).toEqual({ status: 'normal', word: 'good, 0.6 d from epoch' });
  expect(ageBadge(9, 15).status).toBe('caution');
  expect(ageBadge(-15.1, 15)).toEqual({ status: 'serious', word: 'too old, 15.1 d from epoch' });
});

const stroke = (key: string, change: Partial<KeyStroke> = {}): KeyStroke =>
  ({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, typing: false, ...change });

test('keys: the view before the frame, none while typing but Ctrl+K, none that is off', () => {
  const ran: string[] = [];
  const commands = new Commands();
  const command = (id: string, keys: string[], enabled = true) =>
    ({ id, title: `Do ${id}`, group: 'Test', keys, enabled: () => enabled, run: () => { ran.push(id); } });
  commands.add([command('frame', ['i']), command('palette', ['Ctrl+K']), command('keys', ['?'])]);
  const remove = commands.add([command('view', ['i']), command('off', ['?'], false)]);
  expect(commands.press(stroke('i'))).toBe(true);
  expect(commands.press(stroke('?', { shiftKey: true }))).toBe(true);
  expect(commands.press(stroke('i', { typing: true }))).toBe(false);
  expect(commands.press(stroke('k', { ctrlKey: true, typing: true }))).toBe(true);
  expect(commands.press(stroke('i', { altKey: true }))).toBe(false);
  expect(commands.press(stroke('ArrowDown'))).toBe(false);
  remove();
  commands.press(stroke('i'));
  expect(ran).toEqual(['view', 'keys', 'palette', 'frame']);
  expect(commands.find('do key').map(({ id }) => id)).toEqual(['keys']);
  expect([keyCap('Ctrl+K'), keyCap('Shift+ArrowLeft')]).toEqual(['Ctrl K', 'Shift ←']);
});

test('themes are remembered; night returns to the one before, never through a bright one', () => {
  const { appearance, applied, stored } = memory();
  appearance.toggleNight();
  appearance.toggleNight();
  expect(applied).toEqual(['dark', 'night', 'dark']);
  appearance.choose('light');
  appearance.toggleNight();
  expect(stored()).toBe('night');
  appearance.toggleNight();
  expect(appearance.theme).toBe('light');
  expect(memory('night').appearance.theme).toBe('night');
  expect(memory('chartreuse').appearance.theme).toBe('dark');
});

test('the address names a view and a pass; nonsense is Plan', () => {
  expect(placeOf('#/passes/2018-09-14-qkd-1')).toEqual({ view: 'passes', pass_id: '2018-09-14-qkd-1' });
  expect(placeOf('#/passes')).toEqual({ view: 'passes', pass_id: null });
  for (const hash of ['', '#/plan', '#token=abc', '#/passes/../../etc',
    '#/key']) expect(placeOf(hash).view).toBe('plan');
});
