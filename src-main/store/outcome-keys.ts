import { createHash, createSecretKey, hkdfSync, randomBytes as systemRandom, type KeyObject } from 'node:crypto';
import { ok, type Result } from '../../src-core/result.ts';
import type { BlockKeys } from './key-cipher.ts';
import { readKeyFile, writeKeyFile, type KeyFile } from './key-file.ts';
import { invalidFile, refused, type StoreError } from './store-error.ts';

/**
 * Where the keys come from that seal detection outcomes. A `KeyObject` prints as its kind, not as its bytes, and may
 * be handed to a worker; nobody but the vault sees the master key.
 */
export interface KeyVault {
  /** Names the master key without revealing it; every pass file says which it was sealed under. */
  readonly key_id: string;
  readonly keyFor: (pass_id: string) => KeyObject;
}

/** The vault of a console that also keeps distilled keys. */
export interface MissionVault extends KeyVault {
  readonly blockKeys: () => BlockKeys;
}

/** What may go wrong inside a wrapping that is not ours: only its kind is of interest. */
type Unwrapped = Result<Uint8Array, { readonly type: string }>;

/**
 * How the master key lies on disk: wrapped with a passphrase, by the system's secret store, or, where the machine
 * has neither, protected by the file's mode alone.
 */
export interface KeyWrapping {
  readonly name: string;
  readonly wrap: (secret: Uint8Array) => Promise<Unwrapped>;
  readonly unwrap: (wrapped: Uint8Array) => Promise<Unwrapped>;
  /** What a person should do when `unwrap` says no. */
  readonly advice: string;
}

export interface VaultOptions {
  readonly path: string;
  readonly mission_id: string;
  readonly wrapping: KeyWrapping;
  /** True only while no pass exists: a second master key could not open what the first one sealed. */
  readonly create_if_missing: boolean;
  readonly randomBytes?: (count: number) => Uint8Array;
}

const MASTER_BYTES = 32;

/** The user's own configuration, so that a copied mission folder never carries its key along. */
export function keyPathFor(
  mission_id: string, { env, home_directory }: {
    readonly env: Readonly<Record<string, string | undefined>>; readonly home_directory: string;
  },
): string {
  const xdg = env['XDG_CONFIG_HOME'];
  // The XDG specification asks to ignore a relative path.
  const base = xdg?.startsWith('/') === true ? xdg : env['APPDATA'] ?? `${home_directory}/.config`;
  return `${base}/twinpass/${mission_id}.key`;
}

/** HKDF-SHA256 (RFC 5869): one key per pass and purpose, none of which tells anything about another. */
function derive(master: Uint8Array, mission_id: string, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', master, mission_id, `twinpass/1/${purpose}`, MASTER_BYTES));
}

const nameOf = (master: Uint8Array, mission_id: string) =>
  createHash('sha256').update(derive(master, mission_id, 'name')).digest('hex').slice(0, 16);

function vaultOf(master: Uint8Array, mission_id: string): MissionVault {
  const keyOf = (purpose: string) => {
    const bytes = derive(master, mission_id, purpose);
    const key = createSecretKey(bytes);
    bytes.fill(0);
    return key;
  };
  return {
    key_id: nameOf(master, mission_id),
    keyFor: (pass_id) => keyOf(`outcomes/${pass_id}`),
    blockKeys: () => ({ sealing: keyOf('keys/sealing'), fingerprint: keyOf('keys/fingerprint') }),
  };
}

/** Opens the mission's master key, or makes one where there is none and none can be missing. */
export async function openKeyVault(options: VaultOptions): Promise<Result<MissionVault, StoreError>> {
  const found = readKeyFile(options.path);
  if (!found.ok) return found;
  if (found.value !== null) return unwrapMaster(found.value, options);
  if (options.create_if_missing) return createMaster(options);
  return refused(`The key of mission ${options.mission_id} is not at ${options.path}. Copy it back from its backup: `
    + 'without it the detection outcomes of the archived passes cannot be read, and a new key would not open them.');
}

async function unwrapMaster(file: KeyFile, options: VaultOptions): Promise<Result<MissionVault, StoreError>> {
  const { mission_id, wrapping, path } = options;
  if (file.mission_id !== mission_id) {
    return refused(`${path} is the key of mission ${file.mission_id}, not ${mission_id}.`);
  }
  if (file.wrapping !== wrapping.name) {
    return refused(`The key at ${path} is protected by ${file.wrapping}; it cannot be opened with ${wrapping.name}.`);
  }
  const master = await wrapping.unwrap(file.wrapped);
  if (!master.ok) return refused(`The key at ${path} did not open (${master.error.type}). ${wrapping.advice}`);
  if (master.value.length !== MASTER_BYTES || nameOf(master.value, mission_id) !== file.key_id) {
    return invalidFile(path, 'the key does not match its own name; restore its backup');
  }
  return ok(vaultOf(master.value, mission_id));
}

async function createMaster(options: VaultOptions): Promise<Result<MissionVault, StoreError>> {
  const { mission_id, wrapping, path, randomBytes = systemRandom } = options;
  const master = Uint8Array.from(randomBytes(MASTER_BYTES));
  const wrapped = await wrapping.wrap(master);
  if (!wrapped.ok) return refused(`No key could be made for ${path} (${wrapped.error.type}). ${wrapping.advice}`);
  const key_id = nameOf(master, mission_id);
  const written = writeKeyFile(path, { mission_id, key_id, wrapping: wrapping.name, wrapped: wrapped.value });
  if (!written.ok) return written;
  // Two consoles started at once: the second finds the first one's key, and uses that.
  return written.value === 'written' ? ok(vaultOf(master, mission_id)) : openKeyVault(options);
}
