import { createHash, createSecretKey, hkdfSync, randomBytes as systemRandom, type KeyObject } from 'node:crypto';
import { ok, type Result } from '../../src-core/result.ts';
import type { BlockKeys } from './key-cipher.ts';
import { readKeyFile, replaceKeyFile, writeKeyFile, type KeyFile } from './key-file.ts';
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

type OpenOptions = Pick<VaultOptions, 'path' | 'mission_id' | 'wrapping'>;

/** What to do where a mission is opened by another way than it is protected. */
const OTHER_WAY: Readonly<Record<string, string>> = {
  passphrase: 'Set TWINPASS_PASSPHRASE to the passphrase of this mission and start again.',
  'file mode': 'Start again without TWINPASS_PASSPHRASE; `twinpass key rotate` then gives it a passphrase.',
  'system secret store': 'Open the mission in the desktop console, as the user who set it up on this machine.',
};

async function unwrapMaster(file: KeyFile, options: OpenOptions): Promise<Result<MissionVault, StoreError>> {
  const master = await openMaster(file, options);
  return master.ok ? ok(vaultOf(master.value, options.mission_id)) : master;
}

/** The master key in the clear: the caller overwrites it. */
async function openMaster(file: KeyFile, options: OpenOptions): Promise<Result<Uint8Array, StoreError>> {
  const { mission_id, wrapping, path } = options;
  if (file.mission_id !== mission_id) {
    return refused(`${path} is the key of mission ${file.mission_id}, not ${mission_id}.`);
  }
  if (file.wrapping !== wrapping.name) {
    return refused(`The key at ${path} is protected by ${file.wrapping}; it cannot be opened with ${wrapping.name}. `
      + (OTHER_WAY[file.wrapping] ?? 'A newer version made it: update this one.'));
  }
  const master = await wrapping.unwrap(file.wrapped);
  if (!master.ok) return refused(`The key at ${path} did not open (${master.error.type}). ${wrapping.advice}`);
  if (master.value.length !== MASTER_BYTES || nameOf(master.value, mission_id) !== file.key_id) {
    return invalidFile(path, 'the key does not match its own name; restore its backup');
  }
  return ok(Uint8Array.from(master.value));
}

/**
 * Protects the same master key in another way: what was sealed under it stays readable, and the file is replaced whole
 * or not at all. Copies of the old file made before still open in the old way.
 */
export async function rewrapMaster(options: OpenOptions, to: KeyWrapping): Promise<Result<KeyFile, StoreError>> {
  const found = readKeyFile(options.path);
  if (!found.ok) return found;
  if (found.value === null) return refused(`There is no key at ${options.path} to protect; copy it back from its backup.`);
  const master = await openMaster(found.value, options);
  if (!master.ok) return master;
  try {
    const wrapped = await to.wrap(master.value);
    if (!wrapped.ok) return refused(`The key could not be protected by ${to.name} (${wrapped.error.type}). ${to.advice}`);
    const file = { ...found.value, wrapping: to.name, wrapped: wrapped.value };
    // The old file goes only when the new one is known to open.
    const again = await openMaster(file, { ...options, wrapping: to });
    if (!again.ok) return again;
    again.value.fill(0);
    const replaced = replaceKeyFile(options.path, file);
    return replaced.ok ? ok(file) : replaced;
  } finally {
    master.value.fill(0);
  }
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
