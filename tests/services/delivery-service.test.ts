// Goal: delivery is set up, begun, ended and begun by itself as told; what is wrong is said where people look.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { DeliverySetting } from '../../src-contract/delivery.ts';
import type { HostEvent } from '../../src-contract/events.ts';
import { deliveryView } from '../../src-contract/delivery.ts';
import { startKeyServer } from '../../src-main/gateway/key-delivery/key-server.ts';
import { createDeliveryService } from '../../src-main/services/delivery-service.ts';
import { createKeySettings } from '../../src-main/store/key-settings.ts';
import { createLogStore } from '../../src-main/store/log-store.ts';
import { hasOpenssl, makeAuthority, type Authority, type CertificateFiles } from '../gateway/certificates.ts';
import { ask, keysOf } from '../gateway/key-client.ts';
import { ownFolder } from '../store/pass-fixture.ts';
import { matching } from '../support/messages.ts';
import { AT_UTC_MS, twoConsoles, type OneConsole } from '../store/shared-key.ts';

const ALL = { key_id: null };
const A = 'bank-delingha';

function serviceOf({ db, pieces, given }: OneConsole) {
  const events: HostEvent[] = [];
  const log = createLogStore(db);
  const service = createDeliveryService({
    settings: createKeySettings(db), pieces, given, log, who: 'anna', now_utc_ms: () => AT_UTC_MS,
    publish: (event) => events.push(event),
    startServer: (desk, { listen, sae_ids, kme_id, peer_kme_id }, credentials) => startKeyServer({
      ...listen, desk, sae_ids, credentials, kme: { source_KME_ID: kme_id, target_KME_ID: peer_kme_id },
      reportIncident: (cause) => { throw cause; } }),
  });
  onTestFinished(() => service.close());
  return { service, events, log };
}

describe.skipIf(!hasOpenssl)('delivery (needs the openssl program)', () => {
  let [authority, kme] = [] as unknown as [Authority, CertificateFiles];
  beforeAll(() => {
    authority = makeAuthority('applications');
    kme = authority.issue('kme');
  });
  const settingOf = (change: Partial<DeliverySetting> = {}): DeliverySetting => ({
    listen: { host: '127.0.0.1', port: 0 }, certificate_path: kme.certificate, private_key_path: kme.private_key,
    client_ca_path: authority.certificate, kme_id: 'kme-a', peer_kme_id: 'kme-b', sae_ids: [], with_console: false, ...change });

  test('set up, begun, used, ended: each on record, and the account says so', async () => {
    const { alice } = await twoConsoles();
    const { service, events, log } = serviceOf(alice);
    expect(await service.startDelivery({})).toMatchObject({ error: { type: 'Refused', message: matching(/not set up/) } });
    expect(service.describeDelivery(ALL)).toMatchObject({ value: { setting: null, service: null, keys_left: 2, pieces: [] } });
    await service.configureDelivery(settingOf());
    const started = await service.startDelivery({});
    if (!started.ok) throw new Error(JSON.stringify(started));
    deliveryView.parse(started.value);
    expect(started.value).toMatchObject({ problem: null, certificate: { subject: 'CN=kme' }, service: { host: '127.0.0.1' } });
    const { port } = started.value.service!;
    expect(await service.startDelivery({})).toMatchObject({ error: { type: 'Refused', message: matching(/already/) } });
    const application = { ...authority.issue(A), ca: authority.certificate, port };
    const [made] = keysOf(await ask(application, { path: '/api/v1/keys/other/enc_keys' }));
    await expect.poll(() => service.describeDelivery(ALL)).toMatchObject({ value: { keys_left: 1, pieces: [
      { piece_id: made!.key_ID, bits: 256, side: 'master', master_sae_id: A, slave_sae_id: 'other', state: 'delivered' }] } });
    expect(JSON.stringify(await service.describeDelivery(ALL))).not.toContain(made!.key);
    expect(await service.stopDelivery({})).toMatchObject({ value: { service: null } });
    await expect(ask(application, { path: '/api/v1/keys/other/status' })).rejects.toThrow(/ECONNREFUSED/);
    expect(log.list(9).map(({ action }) => action)).toEqual(['delivery.stopDelivery', 'delivery.cutPieces',
      'delivery.startDelivery', 'delivery.configureDelivery']);
    expect(events.every(({ type }) => type === 'delivery.changed')).toBe(true);
    expect(events.length).toBeGreaterThanOrEqual(4);
  });

  test('a console that stays begins by itself where it was told to, and says why it could not', async () => {
    const { alice, bob } = await twoConsoles();
    const quiet = serviceOf(alice).service;
    await quiet.configureDelivery(settingOf());
    await quiet.startWithConsole();
    expect(quiet.describeDelivery(ALL)).toMatchObject({ value: { service: null, problem: null } });
    await quiet.configureDelivery(settingOf({ with_console: true }));
    await quiet.startWithConsole();
    const standing = await quiet.describeDelivery(ALL);
    if (!standing.ok) throw new Error(standing.error.type);
    const { port } = standing.value.service!;
    const second = serviceOf(bob).service;
    await second.configureDelivery(settingOf({ with_console: true, listen: { host: '127.0.0.1', port } }));
    await second.startWithConsole();
    expect(second.describeDelivery(ALL)).toMatchObject({ value: { service: null,
      problem: `Another program listens at 127.0.0.1:${port}: stop it, or take another port.` } });
  });

  test('files that are gone, no PEM or no certificate are named before anybody tries', async () => {
    const { alice } = await twoConsoles();
    const { service } = serviceOf(alice);
    const text = join(ownFolder(), 'note.txt');
    writeFileSync(text, 'not a certificate');
    const says = async (change: Partial<DeliverySetting>) => {
      const described = await service.configureDelivery(settingOf(change));
      return described.ok ? described.value.problem : null;
    };
    expect(await says({ certificate_path: text })).toBe(`${text}: this is not in PEM form.`);
    expect(await says({ client_ca_path: `${text}.gone` })).toMatch(/gone: the file cannot be read \(ENOENT\)/);
    expect(await says({ certificate_path: kme.private_key })).toBe(`${kme.private_key}: this is no certificate in PEM form.`);
    writeFileSync(text, readFileSync(kme.certificate, 'utf8').replace(/[A-Za-z0-9+/]{60}/, 'x'.repeat(60)));
    expect(await says({ certificate_path: text })).toMatch(/no certificate in PEM form/);
    expect(await service.startDelivery({})).toMatchObject({ ok: false, error: { type: 'Refused' } });
  });
});
