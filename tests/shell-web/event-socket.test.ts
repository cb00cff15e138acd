// Goal: a silent, slow or dead page costs the host a bounded amount and never its other pages.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TAKEN, type Push } from '../../src-contract/carrier.ts';
import { createEventHub } from '../../src-main/host/events.ts';
import { serveEvents } from '../../src-main/shell-web/event-socket.ts';

class StandInSocket {
  readonly sent: Push[] = [];
  readonly closed: number[] = [];
  pings = 0;
  terminated = false;
  readonly #listeners = new Map<string, (value: unknown) => void>();

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Push);
  }
  ping(): void {
    this.pings += 1;
  }
  close(code: number): void {
    this.closed.push(code);
    this.say('close', code);
  }
  terminate(): void {
    this.terminated = true;
    this.say('close', 1006);
  }
  on(event: string, listener: (value: unknown) => void): void {
    this.#listeners.set(event, listener);
  }
  say(event: 'message' | 'pong' | 'close', value: unknown = ''): void {
    this.#listeners.get(event)?.(typeof value === 'string' ? Buffer.from(value) : value);
  }
}

function setupSocket() {
  const hub = createEventHub(() => 'none');
  const socket = new StandInSocket();
  serveEvents(socket as unknown as Parameters<typeof serveEvents>[0], { events: hub, token: 'token' });
  const publish = (i: number) => hub.publish({ type: 'archive.changed', pass_id: `pass-${i}` });
  return { publish, socket };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('a page that says nothing for five seconds is closed, and its timers with it', () => {
  const { socket } = setupSocket();
  vi.advanceTimersByTime(4999);
  expect(socket.closed).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(socket.closed).toEqual([4401]);
  expect(vi.getTimerCount()).toBe(0);
});

test('a page that takes nothing is sent 64 messages and no more; then it is told that it missed some', () => {
  const { publish, socket } = setupSocket();
  socket.say('message', 'token');
  for (let i = 0; i < 1000; i += 1) publish(i);
  expect(socket.sent).toHaveLength(64);
  expect(socket.sent[0]).toEqual({ kind: 'ready' });
  while (socket.sent.length < 66) socket.say('message', TAKEN);
  expect(socket.sent.slice(64).map(({ kind }) => kind)).toContain('dropped');
  for (let i = 0; i < 1000; i += 1) socket.say('message', TAKEN);
  expect(socket.sent.at(-1)).toEqual({ kind: 'event', event: { type: 'archive.changed', pass_id: 'pass-999' } });
  expect(socket.sent.length).toBeLessThan(64 + 1 + 256 + 1);
});

test('a page that answers no ping is cut off within two heartbeats and unsubscribed', () => {
  const { publish, socket } = setupSocket();
  socket.say('message', 'token');
  vi.advanceTimersByTime(15_000);
  socket.say('pong');
  vi.advanceTimersByTime(15_000);
  expect(socket.terminated).toBe(false);
  vi.advanceTimersByTime(15_000);
  expect(socket.terminated).toBe(true);
  const before = socket.sent.length;
  publish(1);
  expect(socket.sent).toHaveLength(before);
  expect(vi.getTimerCount()).toBe(0);
});
