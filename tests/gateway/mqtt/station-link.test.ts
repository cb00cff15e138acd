// Goal: what a station says reaches the console checked and in order, over the embedded broker and over a stranger's,
// through cuts and restarts; what nobody understands is counted; an order has one answer, or an error in time.
import { connectAsync } from 'mqtt';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { StationLinkOptions } from '../../../src-main/gateway/mqtt/station-link.ts';
import { BROKERS, PASSWORD, type TestBroker } from './brokers.ts';
import { done, openConsole, openStation, PASS, tags, T_UTC_NS, telemetry, type Console } from './wire-fixture.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

const until = (condition: () => boolean) => vi.waitUntil(condition, { timeout: 40_000, interval: 10 });

function aConsole(broker: TestBroker, options: Partial<StationLinkOptions> = {}): Console {
  const opened = openConsole(broker.url, options);
  open.push(opened.link.close);
  return opened;
}

function aStation(broker: TestBroker, options: Parameters<typeof openStation>[1] = {}) {
  const station = openStation(broker.url, options);
  open.push(station.close);
  return station;
}

const isConnected = ({ states }: Console) => states.at(-1)?.state === 'connected';
const seqsOf = ({ messages }: Console, kind: string) =>
  messages.filter((message) => message.kind === kind).map(({ payload }) => (payload as { seq: number }).seq);

describe.each(BROKERS)('over $name', (kind) => {
  async function aBroker() {
    const broker = await kind.start();
    open.push(broker.stop);
    return broker;
  }

  test('all four kinds of message arrive, checked, from both stations', async () => {
    const broker = await aBroker();
    const heard = aConsole(broker);
    await until(() => isConnected(heard));
    for (const id of ['delingha', 'nanshan']) {
      const station = aStation(broker, { station: id });
      await until(station.connected);
      await station.publish('status', JSON.stringify({ state: 'online', t_utc_ns: T_UTC_NS, software: 'test' }));
      await station.publish('telemetry', JSON.stringify(telemetry(1)));
      await station.publish('tags', tags(1));
      await station.publish('event', JSON.stringify({
        seq: 1, t_utc_ns: T_UTC_NS, pass_id: PASS, code: 'beacon-locked', severity: 'routine', text: 'Beacon locked',
      }));
    }
    await until(() => heard.messages.length === 8);
    expect(heard.messages.map(({ station, kind: what }) => `${station} ${what}`).sort()).toEqual([
      'delingha event', 'delingha status', 'delingha tags', 'delingha telemetry',
      'nanshan event', 'nanshan status', 'nanshan tags', 'nanshan telemetry',
    ]);
    expect(heard.messages.find(({ kind: what }) => what === 'telemetry')?.payload).toEqual(telemetry(1));
    expect([...heard.messages.find(({ kind: what }) => what === 'tags')!.bytes]).toEqual([...tags(1)]);
    expect(heard.refused).toEqual([]);
  });

  test('what cannot be read is counted by its reason, and the next message is heard', async () => {
    const broker = await aBroker();
    const heard = aConsole(broker, { stations: ['delingha'] });
    await until(() => isConnected(heard));
    const station = aStation(broker);
    const other = aStation(broker, { station: 'nanshan' });
    await until(() => station.connected() && other.connected());
    const damaged = tags(1);
    damaged[40]! ^= 1;
    await station.publish('telemetry', 'good morning');
    await station.publish('telemetry', JSON.stringify({ ...telemetry(1), seq: 0 }));
    await station.publish('telemetry', JSON.stringify({ text: 'x'.repeat(70_000) }));
    await station.publish('tags', damaged);
    await other.publish('telemetry', JSON.stringify(telemetry(1)));
    await station.publish('telemetry', JSON.stringify(telemetry(2)));
    await until(() => heard.messages.length === 1 && heard.refused.length === 5);
    expect(seqsOf(heard, 'telemetry')).toEqual([2]);
    expect(heard.refused.map(({ type }) => type).sort())
      .toEqual(['BadMessage', 'DamagedBatch', 'NotJson', 'TooLarge', 'UnknownStation']);
    expect(heard.refused.find(({ type }) => type === 'BadMessage')?.detail).toMatch(/delingha\/telemetry: seq: /);
  });

  test('a console that comes back hears what was said meanwhile, in order', async () => {
    const broker = await aBroker();
    const first = openConsole(broker.url);
    await until(() => isConnected(first));
    const station = aStation(broker);
    await until(station.connected);
    await station.publish('tags', tags(1));
    await until(() => first.messages.length === 1);
    await first.link.close();
    for (let seq = 2; seq <= 60; seq += 1) expect(await station.publish('tags', tags(seq))).toBe(true);
    const second = aConsole(broker);
    await until(() => second.messages.length >= 59);
    expect(seqsOf(second, 'tags')).toEqual(Array.from({ length: 59 }, (_, i) => i + 2));
  });

  test('a broker that is started again is found again by both ends', async () => {
    const broker = await kind.start();
    const heard = aConsole(broker);
    const station = aStation(broker);
    await until(() => isConnected(heard) && station.connections() === 1);
    await broker.stop();
    await until(() => heard.states.at(-1)?.state === 'down' && !station.connected());
    expect((await heard.link.command('delingha', { command: 'ping' }))).toEqual({ ok: false, error: { type: 'NotConnected' } });
    const again = await kind.start({ port: broker.port });
    open.push(again.stop);
    await until(() => isConnected(heard) && station.connections() === 2);
    await station.publish('tags', tags(7));
    await until(() => seqsOf(heard, 'tags').includes(7));
    expect(await heard.link.command('delingha', { command: 'ping' })).toEqual({ ok: true, value: done });
  });

  test('the last will of a station whose line is cut says so, also to a console that comes later', async () => {
    const broker = await aBroker();
    const heard = aConsole(broker);
    const station = aStation(broker);
    await until(() => isConnected(heard) && station.connected());
    await station.publish('status', JSON.stringify({ state: 'online', t_utc_ns: T_UTC_NS }));
    station.cut();
    const isOffline = ({ messages }: Console) => messages.some((said) => said.kind === 'status' && said.payload.state === 'offline');
    await until(() => isOffline(heard));
    const late = aConsole(broker, { client_id: 'console-2' });
    await until(() => isOffline(late));
    station.mend();
    await until(() => station.connections() === 2);
  });

  test('orders: one answer each, refusals, silence and strangers', async () => {
    const broker = await aBroker();
    const heard = aConsole(broker);
    await until(() => isConnected(heard));
    const asked: string[] = [];
    const station = aStation(broker, {
      onCommand: (order) => {
        asked.push(order.command);
        if (order.command === 'abort') return new Promise(() => undefined);
        return order.command === 'ping' ? done : { reply: 'refused', t_utc_ns: T_UTC_NS, why: 'no such pass here' };
      },
    });
    await until(() => station.connections() === 1);
    const prepare = { command: 'prepare', pass_id: PASS, start_utc_ms: 1, end_utc_ms: 2 } as const;
    const [ping, refused] = await Promise.all([
      heard.link.command('delingha', { command: 'ping' }), heard.link.command('delingha', prepare),
    ]);
    expect(ping).toEqual({ ok: true, value: done });
    expect(refused).toMatchObject({ ok: true, value: { reply: 'refused', why: 'no such pass here' } });
    expect(await heard.link.command('delingha', { command: 'abort', pass_id: PASS, why: 'cloud' }, 300))
      .toEqual({ ok: false, error: { type: 'NoReply', station: 'delingha', after_ms: 300 } });
    const nobody = await heard.link.command('nanshan', { command: 'ping' }, 300);
    expect(nobody).toMatchObject({ ok: false, error: { type: 'NoReply', station: 'nanshan' } });
    expect(asked).toEqual(['ping', 'prepare', 'abort']);
  });

  test('two consoles hear the same, and each its own answers', async () => {
    const broker = await aBroker();
    const consoles = [aConsole(broker), aConsole(broker, { client_id: 'console-2' })];
    const station = aStation(broker);
    await until(() => consoles.every(isConnected) && station.connections() === 1);
    const replies = await Promise.all(consoles.map(({ link }) => link.command('delingha', { command: 'ping' })));
    expect(replies).toEqual([{ ok: true, value: done }, { ok: true, value: done }]);
    await station.publish('tags', tags(1));
    await until(() => consoles.every(({ messages }) => messages.length === 1));
    expect(consoles.flatMap(({ refused }) => refused)).toEqual([]);
  });

  test('with 64 MiB under way nothing more is taken until some is done', async () => {
    const broker = await aBroker();
    const held: (() => void)[] = [];
    const heard = aConsole(broker, { onMessage: (_message, free) => void held.push(free) });
    const station = aStation(broker);
    await until(() => isConnected(heard) && station.connections() === 1);
    const large = JSON.stringify(telemetry(1)).padEnd(65_000);
    const all = 1200; // 74 MiB
    const sent = Array.from({ length: all }, () => station.publish('telemetry', large));
    await until(() => held.length > (64 * 1024 * 1024) / 65_000);
    const taken = held.length;
    expect((await heard.link.command('delingha', { command: 'ping' }, 500)).ok).toBe(false); // Answers wait behind it.
    expect(held.length).toBe(taken);
    for (const free of held.splice(0)) free();
    await until(() => {
      for (const free of held) free();
      return held.length === all - taken;
    });
    expect((await Promise.all(sent)).every((took) => took)).toBe(true);
  });

  test('a station may speak for itself alone, and hears only its own orders', async () => {
    const broker = await aBroker();
    const heard = aConsole(broker);
    await until(() => isConnected(heard));
    const thief = await connectAsync(broker.url, { protocolVersion: 5, clientId: 'thief', username: 'delingha', password: PASSWORD });
    open.push(() => thief.endAsync(true));
    const refusals = await Promise.allSettled([
      thief.publishAsync('twinpass/v1/micius/nanshan/telemetry', JSON.stringify(telemetry(1)), { qos: 1 }),
      thief.publishAsync('twinpass/v1/micius/nanshan/command', '{"command":"ping"}', { qos: 1 }),
      thief.publishAsync('twinpass/v1/micius/delingha/command', '{"command":"ping"}', { qos: 1 }),
    ]);
    expect(refusals.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    const overheard: string[] = [];
    thief.on('message', (topic) => overheard.push(topic));
    await thief.subscribeAsync('twinpass/#', { qos: 1 }).catch(() => undefined);
    const other = aStation(broker, { station: 'nanshan' });
    await until(() => other.connections() === 1);
    await other.publish('telemetry', JSON.stringify(telemetry(5)));
    expect((await heard.link.command('nanshan', { command: 'ping' })).ok).toBe(true);
    await thief.publishAsync('twinpass/v1/micius/delingha/telemetry', JSON.stringify(telemetry(6)), { qos: 1 });
    await until(() => seqsOf(heard, 'telemetry').includes(6));
    expect(seqsOf(heard, 'telemetry')).toEqual([5, 6]);
    expect(overheard).toEqual([]);
  });

  test('a wrong password is turned away, and the console says so', async () => {
    const broker = await aBroker();
    const heard = aConsole(broker, { credentials: { user: 'console', password: 'guess' } });
    await until(() => heard.states.some(({ state }) => state === 'down'));
    expect(heard.states.find(({ state }) => state === 'down')?.why).toMatch(/not authorized/i);
  });
});
