// Goal: what is shown is the answer to the last question, and a failure never takes away what was known.
import { expect, test } from 'vitest';
import type { CallReply } from '../../src-renderer/transport/client.ts';
import { Loadable } from '../../src-renderer/shared/loadable.svelte.ts';

const later = () => Promise.withResolvers<CallReply<string>>();
const good = (value: string): CallReply<string> => ({ ok: true, value });
const failed: CallReply<string> = { ok: false, error: { type: 'Internal', incident_id: 'a1b2' } };

test('an answer that comes after a later question is void, and was told so', async () => {
  const loadable = new Loadable<string>();
  const [first, second] = [later(), later()];
  let first_signal: AbortSignal | null = null;
  const one = loadable.load((signal) => { first_signal = signal; return first.promise; });
  const two = loadable.load(() => second.promise);
  expect(first_signal!.aborted).toBe(true);
  second.resolve(good('second'));
  await two;
  first.resolve(good('first'));
  await one;
  expect([loadable.value, loadable.loading]).toEqual(['second', false]);
});

test('a failure keeps the last good value beside what went wrong; the next success clears it', async () => {
  const loadable = new Loadable<string>();
  await loadable.load(() => Promise.resolve(good('known')));
  await loadable.load(() => Promise.resolve(failed));
  expect([loadable.value, loadable.problem]).toEqual(
    ['known', 'Internal error, incident a1b2. The log has the details under this number.']);
  await loadable.load(() => Promise.resolve(good('new')));
  expect([loadable.value, loadable.problem]).toEqual(['new', null]);
});

test('once cleared, an answer still on its way changes nothing', async () => {
  const loadable = new Loadable<string>();
  const slow = later();
  const loading = loadable.load(() => slow.promise);
  expect(loadable.loading).toBe(true);
  loadable.clear();
  slow.resolve(good('too late'));
  await loading;
  expect([loadable.value, loadable.loading]).toEqual([null, false]);
});
