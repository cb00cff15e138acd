// Goal: the host comes back after every fall, ever more patiently, and ends when it is told to.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createHostSupervisor, type HostChild } from '../../src-main/shell-electron/host-supervisor.ts';
import type { ToHostProcess, ToShell } from '../../src-main/shell-electron/process-messages.ts';

interface StandInChild extends HostChild<string> {
  readonly heard: (readonly [ToHostProcess, readonly string[] | undefined])[];
  readonly say: (message: ToShell) => void;
  readonly die: (code: number) => void;
  killed: boolean;
}

function createChild(): StandInChild {
  let tell: (message: ToShell) => void = () => undefined;
  let exit: (code: number) => void = () => undefined;
  const child: StandInChild = {
    heard: [],
    killed: false,
    postMessage: (message, transfer) => { (child.heard as unknown[]).push([message, transfer]); },
    onMessage: (listener) => { tell = listener; },
    onExit: (listener) => { exit = listener; },
    kill: () => {
      child.killed = true;
      exit(15);
    },
    say: (message) => tell(message),
    die: (code) => exit(code),
  };
  return child;
}

function setupSupervisor() {
  const children: StandInChild[] = [];
  const lost: (readonly [number, number])[] = [];
  const messages: ToShell[] = [];
  let served = 0;
  const supervisor = createHostSupervisor<string>({
    fork: () => {
      const child = createChild();
      children.push(child);
      return child;
    },
    after: (delay_ms, act) => {
      const timer = setTimeout(act, delay_ms);
      return () => clearTimeout(timer);
    },
    elapsed_ms: () => performance.now(),
    onServing: () => { served += 1; },
    onMessage: (message) => messages.push(message),
    onLost: (code, delay_ms) => lost.push([code, delay_ms]),
  });
  return { supervisor, children, lost, messages, served: () => served, newest: () => children.at(-1)! };
}

beforeEach(() => { vi.useFakeTimers(); });
afterEach(() => { vi.useRealTimers(); });

test('it forwards only to a host that serves, and tells when it does', () => {
  const { supervisor, newest, served } = setupSupervisor();
  expect(supervisor.send({ kind: 'connect' }, ['port'])).toBe(false);
  supervisor.start();
  expect(supervisor.send({ kind: 'connect' }, ['port'])).toBe(false);
  newest().say({ kind: 'serving' });
  expect(served()).toBe(1);
  expect(supervisor.send({ kind: 'connect' }, ['port'])).toBe(true);
  expect(newest().heard).toEqual([[{ kind: 'connect' }, ['port']]]);
});

test('pauses double from 250 ms to 10 s, and are short again after a healthy minute', () => {
  const { supervisor, children, lost, newest } = setupSupervisor();
  supervisor.start();
  for (let fall = 0; fall < 8; fall += 1) {
    newest().die(139);
    const [, delay_ms] = lost.at(-1)!;
    vi.advanceTimersByTime(delay_ms - 1);
    expect(children).toHaveLength(fall + 1);
    vi.advanceTimersByTime(1);
    expect(children).toHaveLength(fall + 2);
  }
  expect(lost.map(([, delay_ms]) => delay_ms)).toEqual([250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
  vi.advanceTimersByTime(60_000);
  newest().die(1);
  expect(lost.at(-1)).toEqual([1, 250]);
});

test('a host that cannot start is not started again', () => {
  const { supervisor, children, messages, newest } = setupSupervisor();
  supervisor.start();
  newest().say({ kind: 'refused', message: 'missions/micius.json line 3: …' });
  newest().die(0);
  vi.advanceTimersByTime(60_000);
  expect(children).toHaveLength(1);
  expect(messages).toEqual([{ kind: 'refused', message: 'missions/micius.json line 3: …' }]);
});

test('stopping asks, waits, and only then ends it; nothing is restarted', async () => {
  const polite = setupSupervisor();
  polite.supervisor.start();
  const stopped = polite.supervisor.stop();
  expect(polite.newest().heard).toEqual([[{ kind: 'close' }, undefined]]);
  polite.newest().die(0);
  await stopped;
  expect(vi.getTimerCount()).toBe(0);

  const deaf = setupSupervisor();
  deaf.supervisor.start();
  const ended = deaf.supervisor.stop();
  vi.advanceTimersByTime(4999);
  expect(deaf.newest().killed).toBe(false);
  vi.advanceTimersByTime(1);
  await ended;
  expect(deaf.newest().killed).toBe(true);
  expect(deaf.lost).toEqual([]);
});

test('stopping between two falls calls the restart off', async () => {
  const { supervisor, children, newest } = setupSupervisor();
  supervisor.start();
  newest().die(1);
  await supervisor.stop();
  vi.advanceTimersByTime(60_000);
  expect(children).toHaveLength(1);
});
