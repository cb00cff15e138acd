import type { KeyView } from '../../src-contract/key.ts';
import type { Reply } from '../../src-contract/errors.ts';
import type { HostEvent } from '../../src-contract/events.ts';
import { err, ok } from '../../src-core/result.ts';
import type { KeyReader, KeyWriter, StoredKey } from '../store/key-store.ts';
import type { LogWriter } from '../store/log-store.ts';
import type { KeysPort } from './ports.ts';

export interface ExportRequest {
  readonly key_id: string;
  readonly path: string;
}

export interface KeyServiceDeps {
  readonly keys: KeyReader & KeyWriter;
  readonly log: LogWriter;
  readonly who: string;
  readonly now_utc_ms: () => number;
  readonly publish: (event: HostEvent) => void;
  /** Writes the bits into a new file of mode 0600. */
  readonly writeKeyFile: (request: ExportRequest) => Reply<{ readonly path: string }>;
  /** Protects the master key by another passphrase. */
  readonly rewrapKey: (passphrase: string) => Promise<Reply<{ readonly key_id: string; readonly wrapping: string }>>;
}

export interface KeyService extends KeysPort {
  /** Not part of the contract either: a passphrase crosses no carrier. */
  readonly rotatePassphrase: (passphrase: string) => Promise<Reply<{ readonly master_key_id: string }>>;
  /** Not part of the contract: bits go to a file of this machine, never over a carrier. */
  readonly exportKey: (request: ExportRequest) => Reply<{ readonly key: KeyView; readonly path: string }>;
}

/** The keys of the mission: their accounts for everybody, their end for whoever says why. */
export function createKeyService(deps: KeyServiceDeps): KeyService {
  const record = (action: string, subject: string, details: Readonly<Record<string, string | number>>) =>
    deps.log.append({ at_utc_ms: Math.round(deps.now_utc_ms()), who: deps.who, action, subject, details });
  return {
    listKeys: () => ok({ keys: deps.keys.list().map(viewKey) }),
    destroyKey: ({ key_id, why }) => {
      const at_utc_ms = Math.round(deps.now_utc_ms());
      const destroyed = deps.keys.destroy(key_id, { who: deps.who, why, at_utc_ms });
      if (!destroyed.ok) return destroyed;
      const { key, overwritten } = destroyed.value;
      record('keys.destroyKey', key_id, { why, length_bits: key.length_bits });
      deps.publish({ type: 'keys.changed', key_id });
      return ok({ key: viewKey(key), overwritten });
    },
    rotatePassphrase: async (passphrase) => {
      const rewrapped = await deps.rewrapKey(passphrase);
      if (!rewrapped.ok) return rewrapped;
      const { key_id: master_key_id, wrapping } = rewrapped.value;
      record('keys.rotatePassphrase', master_key_id, { wrapping });
      return ok({ master_key_id });
    },
    exportKey: (request) => {
      const key = deps.keys.find(request.key_id);
      if (key === null) return err({ type: 'NotFound', what: 'key', id: request.key_id });
      const written = key.custody === 'operational' ? exportOnce(deps, key, request) : deps.writeKeyFile(request);
      if (!written.ok) return written;
      const { custody, length_bits, digest } = key;
      record('keys.exportKey', key.key_id, { path: written.value.path, custody, length_bits, digest });
      return ok({ key: viewKey(deps.keys.find(key.key_id) ?? key), path: written.value.path });
    },
  };
}

/**
 * A key of two consoles leaves by one way: what is in a file is not handed to applications as well, nor the other way
 * round. Reserved before the file is written, so that a crash in between keeps it from both.
 */
function exportOnce(deps: KeyServiceDeps, key: StoredKey, request: ExportRequest): Reply<{ readonly path: string }> {
  const { key_id } = key;
  if (key.state === 'reserved') {
    const message = `Key ${key_id} is reserved: parts of it are with applications, so it is not exported as well.`;
    return err({ type: 'Refused', message });
  }
  if (key.state !== 'held') return deps.writeKeyFile(request);
  const actor = { who: deps.who, why: 'exported to a file', at_utc_ms: Math.round(deps.now_utc_ms()) };
  const reserved = deps.keys.move(key_id, 'reserved', actor);
  if (!reserved.ok) return reserved;
  const written = deps.writeKeyFile(request);
  deps.keys.move(key_id, written.ok ? 'delivered' : 'held', actor);
  deps.publish({ type: 'keys.changed', key_id });
  return written;
}

export function viewKey(key: StoredKey): KeyView {
  const { key_id, state, custody, definition, epsilon, efficiency_mismatch, length_bits, formula_bits, digest } = key;
  const { n_z, e_z, n_x, e_x, algorithm, leaked_bits, f, created_at_utc_ms, code_version } = key;
  return {
    key_id,
    state,
    custody,
    definition,
    epsilon,
    efficiency_mismatch,
    length_bits,
    formula_bits,
    sifted: { Z: { n: n_z, e: e_z }, X: { n: n_x, e: e_x } },
    // A key is in the store only after both ends verified it.
    reconciliation: { algorithm, leaked_bits, f, verified: true },
    passes: [...key.passes],
    digest,
    shares_passes_with: [...key.shares_passes_with],
    created_at_utc_ms,
    code_version,
    transitions: key.transitions.map(({ to_state, who, why, at_utc_ms }) => ({ to_state, who, why, at_utc_ms })),
  };
}
