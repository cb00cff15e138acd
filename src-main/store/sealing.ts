import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';
import { canonicalJson, type Plain } from '../../src-core/archive/canonical-json.ts';

/** Ciphertext as it lies on disk. */
export interface Sealed {
  readonly nonce: Uint8Array;
  readonly tag: Uint8Array;
  readonly sealed: Uint8Array;
}

/** What a ciphertext is bound to: with another label it does not open. */
export type SealLabel = Readonly<Record<string, Plain>>;

export const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const labelBytes = (label: SealLabel) => Buffer.from(canonicalJson(label), 'utf8');

/** AES-256-GCM (NIST SP 800-38D) with the label as associated data. */
export function seal(
  plain: Uint8Array, label: SealLabel, { key, nonce }: { readonly key: KeyObject; readonly nonce: Uint8Array },
): Sealed {
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(labelBytes(label));
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return { nonce, tag: cipher.getAuthTag(), sealed };
}

/** What was sealed, or null where key, label or bytes are not the ones it was sealed with. */
export function unseal({ nonce, tag, sealed }: Sealed, label: SealLabel, key: KeyObject): Uint8Array | null {
  if (nonce.length !== NONCE_BYTES || tag.length !== TAG_BYTES) return null;
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(labelBytes(label));
  decipher.setAuthTag(tag);
  const opened = decipher.update(sealed);
  try {
    decipher.final();
    // Not the Buffer itself: a slice of a Buffer is the same memory, and whoever wipes the whole would wipe it too.
    return new Uint8Array(opened.buffer, opened.byteOffset, opened.byteLength);
  } catch {
    opened.fill(0); // Unauthenticated bytes must not leave this function.
    return null;
  }
}
