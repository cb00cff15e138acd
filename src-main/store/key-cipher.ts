import { createHash, createHmac, type KeyObject } from 'node:crypto';
import { seal, unseal, type Sealed } from './sealing.ts';

export type Custody = 'analysis' | 'operational';

/** What a sealed key is bound to: relabelled as another custody, length or promise, it does not open. */
export interface KeyLabel {
  readonly key_id: string;
  readonly custody: Custody;
  readonly definition: 'paper' | 'composable';
  readonly epsilon: number;
  readonly length_bits: number;
}

/** Keys that the vault derives for key blocks; each may be handed to a worker. */
export interface BlockKeys {
  readonly sealing: KeyObject;
  readonly fingerprint: KeyObject;
}

const labelOf = ({ key_id, custody, definition, epsilon, length_bits }: KeyLabel) =>
  ({ record: 'key', key_id, custody, definition, epsilon, length_bits });

export const sealKey = (
  plain: Uint8Array, label: KeyLabel, under: { readonly key: KeyObject; readonly nonce: Uint8Array },
): Sealed => seal(plain, labelOf(label), under);

export const openKey = (sealed: Sealed, label: KeyLabel, key: KeyObject): Uint8Array | null =>
  unseal(sealed, labelOf(label), key);

const DIGEST_DIGITS = 32;

/**
 * A digest by which two copies of a key are compared: the first 128 bits of HMAC-SHA256 under a key of the vault. A
 * bare hash would give a short key away to whoever tries all of them; this tells nothing without the vault.
 */
export const keyDigest = (plain: Uint8Array, length_bits: number, fingerprint: KeyObject): string =>
  createHmac('sha256', fingerprint).update(`twinpass/1/key-digest/${length_bits}/`).update(plain).digest('hex')
    .slice(0, DIGEST_DIGITS);

/**
 * A key's name, from all that was said: SHA-256 over the messages, each with its length before it, as a UUID of
 * version 8 (RFC 9562). Public, the same at both ends, and, with the seeds drawn for it, never the same twice.
 */
export function keyIdOf(messages: Iterable<Uint8Array>): string {
  const hash = createHash('sha256').update('twinpass/1/key-id/');
  const length = new DataView(new ArrayBuffer(4));
  for (const message of messages) {
    length.setUint32(0, message.length);
    hash.update(new Uint8Array(length.buffer)).update(message);
  }
  const bytes = hash.digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
