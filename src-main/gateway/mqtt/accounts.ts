import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { Role } from './topic-rights.ts';

/** Somebody the broker knows, by password, by client certificate (its common name is `name`), or by both. */
export interface Account {
  readonly name: string;
  readonly who: Role;
  /** As `digestOfPassword` writes it; null where only a certificate counts. */
  readonly password_digest: string | null;
}

const stretch = promisify(scrypt) as (password: string, salt: Buffer, length: number) => Promise<Buffer>;
const SALT_BYTES = 16;
const DIGEST_BYTES = 32;

/** What may be stored of a password: `scrypt:<salt>:<digest>`, both in base64. */
export async function digestOfPassword(password: string, salt = randomBytes(SALT_BYTES)): Promise<string> {
  const digest = await stretch(password, salt, DIGEST_BYTES);
  return `scrypt:${salt.toString('base64')}:${digest.toString('base64')}`;
}

/** Whether a password is the one; takes as long for a wrong one as for the right one. */
export async function isPassword(password: string, password_digest: string): Promise<boolean> {
  const [method, salt = '', digest = ''] = password_digest.split(':');
  const expected = Buffer.from(digest, 'base64');
  if (method !== 'scrypt' || expected.length !== DIGEST_BYTES) return false;
  return timingSafeEqual(await stretch(password, Buffer.from(salt, 'base64'), DIGEST_BYTES), expected);
}
