import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { err, ok } from '../../src-core/result.ts';
import type { KeyWrapping } from './outcome-keys.ts';

/** The file's mode, 0600, is all that protects the key. */
export const bareWrapping: KeyWrapping = {
  name: 'file mode',
  wrap: (secret) => Promise.resolve(ok(secret)),
  unwrap: (wrapped) => Promise.resolve(ok(wrapped)),
  advice: 'Restore the key file from its backup.',
};

/** scrypt parameters of RFC 7914 at 128 MiB and about half a second: one guess costs an attacker as much. */
const COST = { N: 131_072, r: 8, p: 1, maxmem: 160 * 1024 * 1024 };
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const stretched = (passphrase: string, salt: Uint8Array) => new Promise<Buffer>((resolve, reject) => {
  scrypt(passphrase.normalize('NFKC'), salt, 32, COST, (error, key) => (error === null ? resolve(key) : reject(error)));
});

/** Wraps with AES-256-GCM under a key stretched from the passphrase: salt, nonce, tag, ciphertext. */
export function passphraseWrapping(passphrase: string): KeyWrapping {
  return {
    name: 'passphrase',
    wrap: async (secret) => {
      const salt = randomBytes(SALT_BYTES);
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', await stretched(passphrase, salt), nonce);
      const sealed = Buffer.concat([cipher.update(secret), cipher.final()]);
      return ok(Buffer.concat([salt, nonce, cipher.getAuthTag(), sealed]));
    },
    unwrap: async (wrapped) => {
      const salt = wrapped.subarray(0, SALT_BYTES);
      const nonce = wrapped.subarray(SALT_BYTES, SALT_BYTES + NONCE_BYTES);
      const tag = wrapped.subarray(SALT_BYTES + NONCE_BYTES, SALT_BYTES + NONCE_BYTES + TAG_BYTES);
      const sealed = wrapped.subarray(SALT_BYTES + NONCE_BYTES + TAG_BYTES);
      if (sealed.length === 0) return err({ type: 'Truncated' });
      const decipher = createDecipheriv('aes-256-gcm', await stretched(passphrase, salt), nonce, { authTagLength: 16 });
      decipher.setAuthTag(tag);
      const opened = decipher.update(sealed);
      try {
        decipher.final();
      } catch {
        opened.fill(0);
        return err({ type: 'WrongPassphrase' });
      }
      return ok(opened);
    },
    advice: "Set TWINPASS_PASSPHRASE to this mission's passphrase, as it was set up or last changed; it cannot be recovered.",
  };
}

/** The system's secret store, as a shell offers it (Electron's safeStorage, a keyring). */
export function systemWrapping(system: Pick<KeyWrapping, 'wrap' | 'unwrap'>): KeyWrapping {
  return {
    name: 'system secret store',
    wrap: (secret) => system.wrap(secret),
    unwrap: (wrapped) => system.unwrap(wrapped),
    advice: 'Log in as the user who set this mission up, on the machine it was set up on, and unlock the keyring.',
  };
}
