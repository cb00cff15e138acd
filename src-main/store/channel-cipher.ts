import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

const KEY_BYTES = 32;
const NAME_DIGITS = 16;

/** HKDF-SHA256 (RFC 5869) of the part of a pre-shared secret that stays: both consoles derive the same. */
function derive(hash_key: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', hash_key, 'twinpass-channel', `twinpass/1/${purpose}`, KEY_BYTES));
}

function derivedKey(hash_key: Uint8Array, purpose: string): KeyObject {
  const bytes = derive(hash_key, purpose);
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
}

/** Names a secret without telling anything of it: two people read it to each other to know that they hold the same. */
export const secretIdOf = (hash_key: Uint8Array): string => derive(hash_key, 'secret-id').toString('hex')
  .slice(0, NAME_DIGITS);

/** Makes the digest of a key the same at both consoles, though their stores have different master keys. */
export const sharedFingerprint = (hash_key: Uint8Array): KeyObject => derivedKey(hash_key, 'key-digest');

/** Names the pieces of one key when it is delivered; 32 bytes that both consoles know and no application does. */
export const namingSecret = (hash_key: Uint8Array, key_id: string): Buffer => derive(hash_key, `piece-names/${key_id}`);

/** What a naming secret at rest is bound to. */
export const namingLabel = (key_id: string) => ({ record: 'key-naming', key_id });
