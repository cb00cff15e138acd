import { bitString } from '../../src-core/distillation/bit-string.ts';
import type { DistillationReport } from '../../src-core/distillation/party.ts';
import { chosenAlgorithm, type PartySettings } from '../../src-core/distillation/party-settings.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import type { AgreedKey, KeyLedger } from '../gateway/classical-channel/agreed-key.ts';
import type { LedgerFailed } from '../gateway/classical-channel/session-error.ts';
import { keyDigest } from '../store/key-cipher.ts';
import { sharedFingerprint } from '../store/channel-cipher.ts';
import type { AgreedEntry, ChannelLedger } from '../store/channel-ledger.ts';
import type { Lane } from '../store/channel-secret.ts';
import type { KeyActor, KeyPass } from '../store/key-store.ts';
import { messageOf, type StoreError } from '../store/store-error.ts';

export interface PeerLedgerDeps {
  readonly ledger: ChannelLedger;
  readonly hash_key: Uint8Array;
  readonly role: Lane;
  readonly passes: readonly KeyPass[];
  readonly master_key_id: string;
  readonly code_version: string;
  readonly actor: Omit<KeyActor, 'at_utc_ms'>;
  readonly now_utc_ms: () => number;
  /** Known once the coincidences are. */
  readonly settings: () => PartySettings;
}

const kept = (result: Result<null, StoreError>): Result<null, LedgerFailed> =>
  result.ok ? result : err({ type: 'LedgerFailed', why: messageOf(result.error) });

/** The store's ledger as a session sees it: what two parties agreed on becomes a record, a seal and a refill. */
export function createPeerLedger(deps: PeerLedgerDeps): KeyLedger & { readonly wipe: () => void } {
  const { ledger } = deps;
  const entries = new Map<string, AgreedEntry>();
  const entryOf = (agreed: AgreedKey): AgreedEntry => {
    const known = entries.get(agreed.key_id);
    if (known !== undefined) return known;
    const entry = newEntry(deps, agreed);
    entries.set(agreed.key_id, entry);
    return entry;
  };
  const pending = (): Result<readonly AgreedKey[], StoreError> => {
    const found = ledger.pending();
    if (!found.ok) return found;
    for (const entry of found.value) entries.set(entry.record.key_id, entry);
    return ok(found.value.map(agreedOf));
  };
  return {
    pend: (agreed) => Promise.resolve(kept(ledger.pend(entryOf(agreed)))),
    hold: (agreed) => {
      const entry = entryOf(agreed);
      return Promise.resolve(kept(ledger.hold(entry, { ...deps.actor, at_utc_ms: Math.round(deps.now_utc_ms()) })));
    },
    discard: (key_id) => Promise.resolve(kept(ledger.discard(key_id))),
    pending: () => {
      const found = pending();
      // A store that does not open its own rows is a fault of the console, not of the exchange.
      return found.ok ? Promise.resolve(found.value) : Promise.reject(new Error(messageOf(found.error)));
    },
    holds: (key_id) => Promise.resolve(ledger.holds(key_id)),
    wipe: () => {
      for (const { key, refill, naming } of entries.values()) {
        for (const bytes of [key, refill.alice, refill.bob, naming]) bytes?.fill(0);
      }
    },
  };
}

const agreedOf = ({ record, key, refill, report_json }: AgreedEntry): AgreedKey => ({
  key_id: record.key_id,
  key: bitString(key, record.length_bits),
  digest: record.digest,
  refill,
  report: JSON.parse(report_json) as DistillationReport,
});

function newEntry(deps: PeerLedgerDeps, { key_id, key, refill, report }: AgreedKey): AgreedEntry {
  const { definition, epsilon, delta, algorithm } = deps.settings();
  const { Z, X } = report.sifted;
  const { passes, role } = deps;
  return {
    passes,
    role,
    refill,
    key: key.bytes,
    report_json: JSON.stringify(report),
    record: {
      key_id,
      custody: 'operational',
      definition,
      epsilon,
      length_bits: key.length,
      created_at_utc_ms: Math.round(deps.now_utc_ms()),
      code_version: deps.code_version,
      efficiency_mismatch: delta,
      formula_bits: report.lengths.account.length_bits,
      algorithm: chosenAlgorithm(algorithm),
      n_z: Z.n,
      e_z: Z.e,
      n_x: X.n,
      e_x: X.e,
      leaked_bits: report.leaked_bits,
      f: report.f,
      digest: keyDigest(key.bytes, key.length, sharedFingerprint(deps.hash_key)),
      master_key_id: deps.master_key_id,
    },
  };
}
