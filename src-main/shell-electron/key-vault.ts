import type { Reply } from '../../src-contract/errors.ts';
import type { KeyVault } from '../compose.ts';
import type { ToHostProcess, ToShell } from './process-messages.ts';

/** The part of Electron's safeStorage used here; it exists only in the shell's main process. */
export interface SafeStorage {
  readonly isEncryptionAvailable: () => boolean;
  readonly getSelectedStorageBackend?: () => string;
  readonly encryptString: (text: string) => Buffer;
  readonly decryptString: (encrypted: Buffer) => string;
}

type VaultRequest = Extract<ToShell, { readonly kind: 'vault' }>;
type VaultReply = Extract<ToHostProcess, { readonly kind: 'vault-reply' }>;

const refused = (message: string): Reply<never> => ({ ok: false, error: { type: 'Refused', message } });

/** The shell's end: one request, one reply. Never an unencrypted answer dressed as an encrypted one. */
export function answerVault(storage: SafeStorage, { id, action, bytes }: VaultRequest): VaultReply {
  return { kind: 'vault-reply', id, reply: attempt(storage, action, bytes) };
}

function attempt(storage: SafeStorage, action: VaultRequest['action'], bytes: Uint8Array): Reply<Uint8Array> {
  // On Linux without a keyring Chromium falls back to a constant password: that is no protection.
  const plain = storage.getSelectedStorageBackend?.() === 'basic_text';
  if (plain || !storage.isEncryptionAvailable()) {
    return refused('This machine keeps no secrets for its user. Unlock its keyring, or use a passphrase.');
  }
  try {
    const value = action === 'wrap'
      ? storage.encryptString(Buffer.from(bytes).toString('base64'))
      : Buffer.from(storage.decryptString(Buffer.from(bytes)), 'base64');
    return { ok: true, value: new Uint8Array(value) };
  } catch {
    return refused('The stored secret was made by another user or machine. Restore the backup, or use the passphrase.');
  }
}

export interface RemoteVault {
  readonly vault: KeyVault;
  readonly receive: (reply: VaultReply) => void;
}

/** The host's end of the same. */
export function createRemoteVault(send: (request: VaultRequest) => void): RemoteVault {
  const waiting = new Map<number, (reply: Reply<Uint8Array>) => void>();
  let last_id = 0;
  const ask = (action: VaultRequest['action']) => (bytes: Uint8Array) => {
    last_id += 1;
    const { promise, resolve } = Promise.withResolvers<Reply<Uint8Array>>();
    waiting.set(last_id, resolve);
    send({ kind: 'vault', id: last_id, action, bytes });
    return promise;
  };
  return {
    vault: { wrap: ask('wrap'), unwrap: ask('unwrap') },
    receive: ({ id, reply }) => {
      waiting.get(id)?.(reply);
      waiting.delete(id);
    },
  };
}
