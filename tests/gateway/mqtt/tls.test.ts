// Goal: over TLS both ends prove who they are: an unknown authority, no certificate or another's name get nowhere.
import { readFileSync } from 'node:fs';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { BrokerCredentials } from '../../../src-main/gateway/mqtt/broker-address.ts';
import { hasOpenssl, makeAuthority, type Authority, type CertificateFiles } from '../certificates.ts';
import { BROKERS } from './brokers.ts';
import { done, openConsole, openStation, telemetry } from './wire-fixture.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

const until = (condition: () => boolean) => vi.waitUntil(condition, { timeout: 40_000, interval: 10 });
const text = (file: string) => readFileSync(file, 'utf8');

describe.skipIf(!hasOpenssl).each(BROKERS)('over $name', (kind) => {
  let authority: Authority;
  let stranger: Authority;
  let certificates: Record<'broker' | 'console' | 'delingha' | 'unknown', CertificateFiles>;
  beforeAll(() => {
    [authority, stranger] = [makeAuthority('mission authority'), makeAuthority('somebody else')];
    certificates = {
      broker: authority.issue('broker'), console: authority.issue('console'), delingha: authority.issue('delingha'),
      unknown: authority.issue('unknown'),
    };
  });
  const proofOf = (files: CertificateFiles, trusted = authority): BrokerCredentials => ({
    certificate: text(files.certificate), private_key: text(files.private_key), authority: text(trusted.certificate),
  });
  async function aBroker() {
    const broker = await kind.start({ tls: { broker: certificates.broker, authority: authority.certificate } });
    open.push(broker.stop);
    return broker;
  }

  test('client certificates are accounts by their common name', async () => {
    const broker = await aBroker();
    expect(broker.url).toMatch(/^mqtts:/);
    const heard = openConsole(broker.url, { credentials: proofOf(certificates.console) });
    open.push(heard.link.close);
    const station = openStation(broker.url, { credentials: proofOf(certificates.delingha) });
    open.push(station.close);
    await until(() => heard.states.at(-1)?.state === 'connected' && station.connections() === 1);
    await station.publish('telemetry', JSON.stringify(telemetry(1)));
    await until(() => heard.messages.length === 1);
    expect(await heard.link.command('delingha', { command: 'ping' })).toEqual({ ok: true, value: done });
  });

  test.each([
    ['a certificate of another authority', () => proofOf(stranger.issue('console'))],
    ['a certificate of a name that is no account, with nothing else', () => proofOf(certificates.unknown)],
    ['no certificate and no password', () => ({ authority: text(authority.certificate) })],
    ['a broker whose certificate is not trusted', () => proofOf(certificates.console, stranger)],
  ])('%s gets no station to speak to', async (_name, credentials) => {
    const broker = await aBroker();
    const station = openStation(broker.url, { credentials: proofOf(certificates.delingha) });
    open.push(station.close);
    const heard = openConsole(broker.url, { credentials: credentials() });
    open.push(heard.link.close);
    // A stranger's broker may let somebody in whom its rights then leave deaf and dumb; the embedded one does not.
    await until(() => station.connections() === 1 && heard.states.length > 1);
    if (kind.name === 'aedes') expect(heard.states.some(({ state }) => state === 'connected')).toBe(false);
    await station.publish('status', JSON.stringify({ state: 'online', t_utc_ns: '1' }));
    expect((await heard.link.command('delingha', { command: 'ping' }, 700)).ok).toBe(false);
    expect(heard.messages).toEqual([]);
  });
});
