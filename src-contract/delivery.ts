import { z } from 'zod';
import { networkPlace } from './channel.ts';
import { keyId } from './key.ts';
import { count, utcMs } from './quantities.ts';

// Keys on their way to applications (ETSI GS QKD 014): setting and account. Bits go over that interface alone.

/** Names an application ("secure application entity", SAE): the common name of its certificate. */
export const saeId = z.string().regex(/^[A-Za-z0-9._-]{1,128}$/, 'an SAE id has 1 to 128 letters, digits, dots, dashes');
const kmeId = z.string().regex(/^[A-Za-z0-9._-]{1,128}$/, 'a KME id has 1 to 128 letters, digits, dots, dashes');
const pemPath = z.string().min(1).max(4096);

/** Where applications get keys, and who they are. */
export const deliverySetting = z.strictObject({
  listen: networkPlace,
  certificate_path: pemPath,
  private_key_path: pemPath,
  /** Who vouches for the applications' certificates. */
  client_ca_path: pemPath,
  /** What this console and the other are called in replies. */
  kme_id: kmeId,
  peer_kme_id: kmeId,
  /** Who may ask; empty: everybody the authority vouches for. */
  sae_ids: z.array(saeId).max(64),
  /** Begins by itself with a console that stays. */
  with_console: z.boolean(),
});

const keyPiece = z.strictObject({
  /** The key_ID that applications know it by. */
  piece_id: z.uuid(),
  key_id: keyId,
  bits: count,
  /** Which of the two the application at this console is. */
  side: z.enum(['master', 'slave']),
  master_sae_id: z.string(),
  slave_sae_id: z.string(),
  state: z.enum(['reserved', 'delivered', 'lost']),
  reserved_at_utc_ms: utcMs,
  settled_at_utc_ms: utcMs.nullable(),
});

export const deliveryView = z.strictObject({
  setting: deliverySetting.nullable(),
  certificate: z.strictObject({ subject: z.string(), valid_to_utc_ms: utcMs }).nullable(),
  /** What is wrong, with what to do; null where nothing is. */
  problem: z.string().nullable(),
  /** While it runs in this process. */
  service: z.strictObject({ host: z.string(), port: count, started_at_utc_ms: utcMs }).nullable(),
  /** Keys of 256 bit that this console can still cut from keys of two consoles. */
  keys_left: count,
  /** What was given out, without its bits, newest first. */
  pieces: z.array(keyPiece),
});

export type DeliverySetting = z.output<typeof deliverySetting>;
export type DeliveryView = z.output<typeof deliveryView>;
