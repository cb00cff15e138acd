import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Reply } from '../src-contract/errors.ts';
import type { KeyVault as SecretWrapping } from './services/ports.ts';
import { bareWrapping, passphraseWrapping, systemWrapping } from './store/key-wrapping.ts';
import { keyPathFor, openKeyVault, rewrapMaster, type KeyWrapping, type MissionVault } from './store/outcome-keys.ts';

export interface VaultOptions {
  readonly mission_directory: string;
  readonly demo: boolean;
  readonly vault?: SecretWrapping | undefined;
}

/** Where a mission's master key lies, and what opens it. The demo's lies with its passes: one folder is all of it. */
export function vaultPlace({ demo, mission_directory, vault }: VaultOptions, mission_id: string) {
  const key_path = demo
    ? join(mission_directory, 'demo.key')
    : keyPathFor(mission_id, { env: process.env, home_directory: homedir() });
  return { key_path, wrapping: wrappingOf({ demo, vault }) };
}

function wrappingOf({ demo, vault }: { readonly demo: boolean; readonly vault: SecretWrapping | undefined }): KeyWrapping {
  const passphrase = process.env['TWINPASS_PASSPHRASE'];
  if (demo) return bareWrapping;
  if (passphrase !== undefined && passphrase !== '') return passphraseWrapping(passphrase);
  return vault === undefined ? bareWrapping : systemWrapping(vault);
}

/** The vault of a mission that has one: nothing is made where there is none. */
export function openVault(options: VaultOptions, mission_id: string): Promise<Reply<MissionVault>> {
  const { key_path: path, wrapping } = vaultPlace(options, mission_id);
  return openKeyVault({ path, mission_id, wrapping, create_if_missing: false });
}

/** Protects the mission's master key by another passphrase. */
export function rewrapKey(
  options: VaultOptions,
  mission_id: string,
  passphrase: string,
): Promise<Reply<{ readonly key_id: string; readonly wrapping: string }>> {
  if (options.demo) {
    return Promise.resolve({ ok: false, error: { type: 'Refused', message: "The demo's key lies open with its passes." } });
  }
  const { key_path: path, wrapping } = vaultPlace(options, mission_id);
  return rewrapMaster({ path, mission_id, wrapping }, passphraseWrapping(passphrase));
}
