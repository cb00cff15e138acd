// Goal: the broker inside the console lets in whom it knows, gives each the rights of its role, and fails in words.
import fc from 'fast-check';
import { connectAsync } from 'mqtt';
import { afterEach, describe, expect, test } from 'vitest';
import { digestOfPassword, isPassword } from '../../../src-main/gateway/mqtt/accounts.ts';
import { readBrokerUrl } from '../../../src-main/gateway/mqtt/broker-address.ts';
import { openBroker, type BrokerOptions } from '../../../src-main/gateway/mqtt/embedded-broker.ts';
import { mayPublish, maySubscribe } from '../../../src-main/gateway/mqtt/topic-rights.ts';

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

const LOOPBACK: BrokerOptions = {
  host: '127.0.0.1', port: 0, mission_id: 'micius', stations: ['delingha', 'nanshan'], access: { type: 'loopback' }, tls: null,
};

async function opened(options: Partial<BrokerOptions> = {}) {
  const broker = await openBroker({ ...LOOPBACK, ...options });
  if (!broker.ok) throw new Error(JSON.stringify(broker.error));
  open.push(broker.value.close);
  return broker.value;
}

describe('opening', () => {
  test('without accounts it listens on the loopback alone', async () => {
    expect(await openBroker({ ...LOOPBACK, host: '0.0.0.0' })).toEqual({ ok: false, error: { type: 'NotLoopback', host: '0.0.0.0' } });
  });

  test('a port that is taken is said', async () => {
    const { port } = await opened();
    expect(await openBroker({ ...LOOPBACK, port })).toEqual({ ok: false, error: { type: 'PortTaken', port } });
  });

  test('a certificate that is none is said', async () => {
    const tls = { certificate: 'no', private_key: 'no', client_authority: null };
    expect(await openBroker({ ...LOOPBACK, tls })).toMatchObject({ ok: false, error: { type: 'BadCertificate' } });
  });
});

describe('letting in', () => {
  const dial = async (url: string, options: object) => {
    const client = await connectAsync(url, { protocolVersion: 5, reconnectPeriod: 0, ...options }, false);
    open.push(() => client.endAsync(true));
    return client;
  };

  test('on the loopback a name is enough, if it is one of the mission', async () => {
    const refused: string[] = [];
    const { url } = await opened({ onRefused: (why) => void refused.push(why) });
    await dial(url, { username: 'console', clientId: 'a' });
    await dial(url, { username: 'nanshan', clientId: 'b' });
    await expect(dial(url, { username: 'elsewhere', clientId: 'c' })).rejects.toThrow(/not authorized/i);
    await expect(dial(url, { clientId: 'd' })).rejects.toThrow(/not authorized/i);
    expect(refused.slice(0, 2)).toEqual([
      '"c" is no account of this broker, or its proof is wrong', '"d" is no account of this broker, or its proof is wrong',
    ]);
  });

  test('an older protocol is turned away', async () => {
    const refused: string[] = [];
    const { url } = await opened({ onRefused: (why) => void refused.push(why) });
    await expect(dial(url, { protocolVersion: 4, username: 'console', clientId: 'old' })).rejects.toThrow();
    expect(refused[0]).toBe('"old" does not speak MQTT 5');
  });

  test('a subscription beyond its rights is refused, its connection stays', async () => {
    const { url } = await opened();
    const station = await dial(url, { username: 'delingha', clientId: 's' });
    await expect(station.subscribeAsync('twinpass/v1/micius/nanshan/tags', { qos: 1 })).rejects.toThrow();
    await station.subscribeAsync('twinpass/v1/micius/delingha/command', { qos: 1 });
    expect(station.connected).toBe(true);
  });
});

describe('rights', () => {
  const station = { role: 'station', station: 'delingha' } as const;
  const console_ = { role: 'console' } as const;

  test.each([
    ['its telemetry', station, 'twinpass/v1/micius/delingha/telemetry', false, true],
    ['its status, retained', station, 'twinpass/v1/micius/delingha/status', true, true],
    ['its telemetry, retained', station, 'twinpass/v1/micius/delingha/telemetry', true, false],
    ['its answer', station, 'twinpass/v1/micius/delingha/reply/console-1', false, true],
    ['an answer of another', station, 'twinpass/v1/micius/nanshan/reply/console-1', false, false],
    ['an order to itself', station, 'twinpass/v1/micius/delingha/command', false, false],
    ['telemetry of another mission', station, 'twinpass/v1/other/delingha/telemetry', false, false],
    ['the order of a console', console_, 'twinpass/v1/micius/delingha/command', false, true],
    ['an order that is retained', console_, 'twinpass/v1/micius/delingha/command', true, false],
    ['telemetry by a console', console_, 'twinpass/v1/micius/delingha/telemetry', false, false],
    ['something of the broker', console_, '$SYS/broker', false, false],
  ])('publishing %s', (...[, role, topic, retain, may]) => {
    expect(mayPublish(role, 'micius', { topic, retain })).toBe(may);
  });

  test('property: whatever the topic, a station publishes under its own name only', () => {
    const segment = fc.constantFrom('twinpass', 'v1', 'v2', 'micius', 'delingha', 'nanshan', 'reply', 'status', 'tags', '+', '#', '');
    fc.assert(fc.property(fc.array(segment, { maxLength: 7 }), (segments) => {
      const may = mayPublish(station, 'micius', { topic: segments.join('/'), retain: false });
      expect(may && segments.slice(0, 4).join('/') !== 'twinpass/v1/micius/delingha').toBe(false);
    }));
  });

  test.each([
    [station, 'twinpass/v1/micius/delingha/command', true],
    [station, 'twinpass/v1/micius/+/command', false],
    [station, '#', false],
    [console_, 'twinpass/+/micius/#', true],
    [console_, 'twinpass/v1/micius/+/tags', true],
    [console_, 'twinpass/#', false],
    [console_, 'twinpass/v1/other/#', false],
    [console_, '#', false],
  ])('%o subscribing to %s: %s', (role, filter, may) => {
    expect(maySubscribe(role, 'micius', filter)).toBe(may);
  });
});

describe('passwords', () => {
  test('the right one, a wrong one, a damaged digest', async () => {
    const digest = await digestOfPassword('secret of the night');
    expect(digest).not.toContain('secret');
    expect(await isPassword('secret of the night', digest)).toBe(true);
    expect(await isPassword('secret of the day', digest)).toBe(false);
    expect(await isPassword('secret of the night', digest.slice(0, -8))).toBe(false);
    expect(await isPassword('', 'md5:x:y')).toBe(false);
  });
});

describe('addresses', () => {
  test.each([
    ['mqtt://127.0.0.1:1884', 'mqtt://127.0.0.1:1884'],
    ['mqtts://broker.example', 'mqtts://broker.example:8883'],
    ['mqtt://[::1]', 'mqtt://[::1]:1883'],
  ])('%s is read', (text, url) => {
    expect(readBrokerUrl(text)).toEqual({ ok: true, value: url });
  });

  test.each([
    ['127.0.0.1:1883', /protocol|no address/], ['http://127.0.0.1', /write mqtt: or mqtts:/], ['mqtt://u:p@host', /do not belong/],
    ['mqtt://host/path', /nothing may follow/], ['mqtt://', /names no host/],
  ])('%s is refused', (text, why) => {
    const read = readBrokerUrl(text);
    expect(read.ok).toBe(false);
    if (!read.ok) expect(read.error.reason).toMatch(why);
  });
});
