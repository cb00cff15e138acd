// Keys, the other console and the log, as a fixture host tells of them.
import type { ChannelView } from '../../src-contract/channel.ts';
import type { DeliveryView } from '../../src-contract/delivery.ts';
import type { OperationError } from '../../src-contract/errors.ts';
import type { KeyView } from '../../src-contract/key.ts';
import type { InputOf, JobView, OutputOf } from '../../src-contract/operations.ts';

const MADE_UTC_MS = Date.UTC(2018, 8, 15, 5, 25, 46);
const DAY_MS = 86_400_000;

/** A key of the golden pass's counts. */
export function keyOf(change: Partial<KeyView> = {}): KeyView {
  return {
    key_id: '3f2c9b1e-77aa-8c40-9d2e-0a1b2c3d4e5f', state: 'held', custody: 'analysis', definition: 'paper', epsilon: 1e-10,
    efficiency_mismatch: 0.0147, length_bits: 378, formula_bits: 378.7,
    sifted: { Z: { n: 1685, e: 76 }, X: { n: 1415, e: 64 } },
    reconciliation: { algorithm: 'cascade', leaked_bits: 897, f: 1.094, verified: true },
    passes: ['2018-09-14-qkd-1'], digest: '5b7e10c2a9d84f3360bb1f2c7de4a981', shares_passes_with: [],
    created_at_utc_ms: MADE_UTC_MS, code_version: '0.1.0',
    transitions: [{ to_state: 'held', who: 'anna', why: 'distilled', at_utc_ms: MADE_UTC_MS }], ...change,
  };
}

function sampleKeys(): KeyView[] {
  const [paper, gone] = ['3f2c9b1e-77aa-8c40-9d2e-0a1b2c3d4e5f', '90c1d2e3-41f5-8a66-b7c8-d9e0f1a2b3c4'];
  return [
    keyOf({ shares_passes_with: [gone] }),
    keyOf({
      key_id: 'c4ad51f0-9b3e-8d17-a2c5-6e7f8091a2b3', custody: 'operational', definition: 'composable', length_bits: 12_480,
      formula_bits: 12_672.4, sifted: { Z: { n: 61_203, e: 2719 }, X: { n: 60_118, e: 2688 } },
      reconciliation: { algorithm: 'cascade', leaked_bits: 34_511, f: 1.062, verified: true },
      passes: ['2018-09-12-qkd-1', '2018-09-11-qkd-1'], digest: 'e0931c55f2b74d08a61c9e77d3405b12', state: 'reserved',
      created_at_utc_ms: MADE_UTC_MS - 2 * DAY_MS, transitions: [
        { to_state: 'held', who: 'bo', why: 'distilled with the other console as alice', at_utc_ms: MADE_UTC_MS - 2 * DAY_MS },
        { to_state: 'reserved', who: 'bo', why: 'for the link of the bank', at_utc_ms: MADE_UTC_MS - DAY_MS }],
    }),
    keyOf({
      key_id: gone, state: 'destroyed', definition: 'composable', length_bits: 20, formula_bits: 20.1,
      shares_passes_with: [paper], reconciliation: { algorithm: 'hamming', leaked_bits: 977, f: null, verified: true },
      created_at_utc_ms: MADE_UTC_MS - 3 * DAY_MS, transitions: [
        { to_state: 'held', who: 'anna', why: 'distilled', at_utc_ms: MADE_UTC_MS - 3 * DAY_MS },
        { to_state: 'destroyed', who: 'anna', why: 'its pass was flown for practice', at_utc_ms: MADE_UTC_MS - DAY_MS }],
    }),
  ];
}

export const channelSample: ChannelView = {
  setting: { role: null, listen: { host: '0.0.0.0', port: 7400 }, peer: null, certificate_path: '/etc/twinpass/own.pem',
    private_key_path: '/etc/twinpass/own.key', peer_certificate_path: '/etc/twinpass/nanshan.pem' },
  certificate: { subject: 'CN=delingha', fingerprint_sha256: 'AB:CD:EF', valid_to_utc_ms: MADE_UTC_MS + 700 * DAY_MS },
  peer_certificate: { subject: 'CN=nanshan', fingerprint_sha256: '01:23:45', valid_to_utc_ms: MADE_UTC_MS + 700 * DAY_MS },
  problem: null,
  secret: { secret_id: '0123456789abcdef', imported_at_utc_ms: MADE_UTC_MS - 9 * DAY_MS, used_bits: { alice: 384, bob: 128 },
    left_bits: { alice: 15_840, bob: 16_096 }, exchanges_left: 82 },
  pending_key_ids: [], running: false,
  runs: [
    { run_id: 2, started_at_utc_ms: MADE_UTC_MS - 2 * DAY_MS, ended_at_utc_ms: MADE_UTC_MS - 2 * DAY_MS + 9000, role: 'alice',
      passes: ['2018-09-12-qkd-1', '2018-09-11-qkd-1'], key_id: 'c4ad51f0-9b3e-8d17-a2c5-6e7f8091a2b3', reason: null, spoke: true },
    { run_id: 1, started_at_utc_ms: MADE_UTC_MS - 5 * DAY_MS, ended_at_utc_ms: MADE_UTC_MS - 5 * DAY_MS + 4000, role: 'alice',
      passes: ['2018-09-09-qkd-1'], key_id: null, reason: 'The connection was lost.', spoke: true },
  ],
};

const PIECE = {
  key_id: 'c4ad51f0-9b3e-8d17-a2c5-6e7f8091a2b3', bits: 256, side: 'master', master_sae_id: 'bank-delingha',
  slave_sae_id: 'bank-nanshan', state: 'delivered', reserved_at_utc_ms: MADE_UTC_MS - DAY_MS,
  settled_at_utc_ms: MADE_UTC_MS - DAY_MS + 8,
} as const;

export const deliverySample: DeliveryView = {
  setting: { listen: { host: '127.0.0.1', port: 7443 }, certificate_path: '/etc/twinpass/kme.pem',
    private_key_path: '/etc/twinpass/kme.key', client_ca_path: '/etc/twinpass/applications.pem', kme_id: 'kme-delingha',
    peer_kme_id: 'kme-nanshan', sae_ids: [], with_console: false },
  certificate: { subject: 'CN=kme-delingha', valid_to_utc_ms: MADE_UTC_MS + 700 * DAY_MS }, problem: null,
  service: { host: '127.0.0.1', port: 7443, started_at_utc_ms: MADE_UTC_MS - DAY_MS }, keys_left: 21,
  pieces: [
    { ...PIECE, piece_id: 'c4ad51f0-0000-8840-a00a-1b2c3d4e5f60', side: 'slave', master_sae_id: 'bank-nanshan',
      slave_sae_id: 'bank-delingha' },
    { ...PIECE, piece_id: 'c4ad51f0-0000-8820-a011-223344556677', state: 'lost' },
    { ...PIECE, piece_id: 'c4ad51f0-0000-8800-a0aa-bbccddeeff00' },
  ],
};
const NO_DELIVERY: DeliveryView = { setting: null, certificate: null, problem: null, service: null, keys_left: 0, pieces: [] };

const NOBODY: ChannelView = { setting: null, certificate: null, peer_certificate: null, problem: null, secret: null,
  pending_key_ids: [], running: false, runs: [] };

export function createFixtureKeys(job: (change: Partial<JobView>) => JobView, empty: boolean) {
  let channel = empty ? NOBODY : channelSample;
  let delivery = empty ? NO_DELIVERY : deliverySample;
  const keys = empty ? [] : sampleKeys();
  return {
    'session.describeChannel': () => channel,
    'session.configureChannel': (setting: InputOf<'session.configureChannel'>) => {
      channel = { ...channel, setting };
      return channel;
    },
    'session.importSecret': () => channel,
    'delivery.describeDelivery': ({ key_id }: InputOf<'delivery.describeDelivery'>) =>
      ({ ...delivery, pieces: delivery.pieces.filter((piece) => key_id === null || piece.key_id === key_id) }),
    'delivery.configureDelivery': (setting: InputOf<'delivery.configureDelivery'>) => (delivery = { ...delivery, setting }),
    'delivery.startDelivery': () => (delivery = { ...delivery, service: deliverySample.service }),
    'delivery.stopDelivery': () => (delivery = { ...delivery, service: null }),
    'session.distilWithPeer': ({ pass_ids }: InputOf<'session.distilWithPeer'>) =>
      ({ job_id: job({ title: `Distil ${pass_ids.join(', ')} with the other console` }).job_id }),
    'keys.listKeys': () => ({ keys }),
    'keys.destroyKey': ({ key_id, why }: InputOf<'keys.destroyKey'>): OutputOf<'keys.destroyKey'> | OperationError => {
      const at = keys.findIndex((key) => key.key_id === key_id);
      const key = keys[at];
      if (key === undefined) return { type: 'NotFound', what: 'key', id: key_id };
      const end = { to_state: 'destroyed' as const, who: 'anna', why, at_utc_ms: MADE_UTC_MS + DAY_MS };
      const destroyed: KeyView = { ...key, state: 'destroyed', transitions: [...key.transitions, end] };
      keys[at] = destroyed;
      return { key: destroyed, overwritten: true };
    },
  };
}
