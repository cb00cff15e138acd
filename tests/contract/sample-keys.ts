// Valid inputs and awkward answers of the operations on the other console.
import type { ChannelView } from '../../src-contract/channel.ts';
import type { DeliveryView } from '../../src-contract/delivery.ts';

const KEY_ID = '0b5c9f0a-0c47-8d7e-9a51-1f2e3d4c5b6a';
const PASS_ID = '2018-09-14-delingha-nanshan';
const AT_UTC_MS = Date.UTC(2018, 8, 14, 18, 16, 9);

const setting = {
  role: null, listen: { host: '::1', port: 7400 }, peer: null, certificate_path: '/etc/twinpass/own.pem',
  private_key_path: '/etc/twinpass/own.key', peer_certificate_path: '/etc/twinpass/北.pem',
};

const channel: ChannelView = {
  setting, certificate: null, peer_certificate: {
    subject: 'CN=nanshan 南山', fingerprint_sha256: 'AB:CD', valid_to_utc_ms: AT_UTC_MS + 0.5 },
  problem: '/etc/twinpass/own.pem: the file cannot be read (ENOENT); check the path.',
  secret: { secret_id: '0123456789abcdef', imported_at_utc_ms: AT_UTC_MS, used_bits: { alice: 128, bob: 64 },
    left_bits: { alice: 3936, bob: 0 }, exchanges_left: 0 },
  pending_key_ids: [KEY_ID], running: true,
  runs: [
    { run_id: 2, started_at_utc_ms: AT_UTC_MS, ended_at_utc_ms: null, role: 'bob', passes: [PASS_ID], key_id: null,
      reason: null, spoke: false },
    { run_id: 1, started_at_utc_ms: AT_UTC_MS, ended_at_utc_ms: AT_UTC_MS, role: 'alice', passes: [], key_id: KEY_ID,
      reason: null, spoke: true },
  ],
};
const described = () => ({ ok: true, value: channel }) as const;

const served = {
  listen: { host: '127.0.0.1', port: 7443 }, certificate_path: '/etc/twinpass/kme.pem', private_key_path: '/etc/twinpass/kme.key',
  client_ca_path: '/etc/twinpass/北.pem', kme_id: 'delingha', peer_kme_id: 'nanshan', sae_ids: ['bank.a'], with_console: true,
};
const delivery: DeliveryView = {
  setting: served, certificate: { subject: 'CN=delingha 德令哈', valid_to_utc_ms: AT_UTC_MS }, problem: null,
  service: { host: '127.0.0.1', port: 7443, started_at_utc_ms: AT_UTC_MS + 0.25 }, keys_left: 3,
  pieces: [{ piece_id: '0b5c9f0a-0000-8800-a000-0011223344aa', key_id: KEY_ID, bits: 256, side: 'slave', master_sae_id: 'bank.a',
    slave_sae_id: 'bank.b', state: 'lost', reserved_at_utc_ms: AT_UTC_MS, settled_at_utc_ms: null }],
};
const delivered = () => ({ ok: true, value: delivery }) as const;

export const keyInputs = {
  'session.describeChannel': {},
  'session.configureChannel': setting,
  'session.importSecret': { path: '/media/carried/secret.bin' },
  'session.distilWithPeer': {
    pass_ids: [PASS_ID], algorithm: 'auto' as const, definition: 'composable' as const, epsilon: null, gate_ns: 2.5,
    listen: null, peer: { host: 'nanshan.example', port: 7400 }, role: 'alice' as const,
  },
  'delivery.describeDelivery': { key_id: KEY_ID },
  'delivery.configureDelivery': served,
  'delivery.startDelivery': {},
  'delivery.stopDelivery': {},
};

export const keyOutputs = {
  'session.describeChannel': described,
  'session.configureChannel': described,
  'session.importSecret': () => ({ ok: false, error: { type: 'Refused', message: 'Others may read the secret.' } }) as const,
  'delivery.describeDelivery': delivered,
  'delivery.configureDelivery': delivered,
  'delivery.startDelivery': () => ({ ok: false, error: { type: 'Refused', message: 'Keys are served already.' } }) as const,
  'delivery.stopDelivery': delivered,
  'session.distilWithPeer': () => ({ ok: true, value: { job_id: 'job-00c0ffee' } }) as const,
};
