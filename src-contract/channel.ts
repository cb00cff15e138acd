import { z } from 'zod';
import { keyDefinition, keyId, totalEpsilon } from './key.ts';
import { count, passId, utcMs } from './quantities.ts';

// The meeting of two consoles as settings and account. No secret has a place in this file: files are named by path.

export const channelRole = z.enum(['alice', 'bob']);

export const networkPlace = z.strictObject({
  host: z.string().min(1).max(255).regex(/^[A-Za-z0-9.:_-]+$/, 'a host name or an address'),
  port: z.int().min(0).max(65_535),
});

const pemPath = z.string().min(1).max(4096);

/** Whom this console meets, and how each knows the other. */
export const channelSetting = z.strictObject({
  /** Null: the mission's first station is Alice. */
  role: channelRole.nullable(),
  /** Where this console waits for the other; null where it calls. */
  listen: networkPlace.nullable(),
  /** Where it calls the other; null where it waits. */
  peer: networkPlace.nullable(),
  certificate_path: pemPath,
  private_key_path: pemPath,
  /** The one certificate that is accepted of the other console. */
  peer_certificate_path: pemPath,
});

const certificateView = z.strictObject({
  subject: z.string(),
  fingerprint_sha256: z.string(),
  valid_to_utc_ms: utcMs,
});

const laneBits = z.strictObject({ alice: count, bob: count });

export const channelRun = z.strictObject({
  run_id: z.int().positive(),
  started_at_utc_ms: utcMs,
  ended_at_utc_ms: utcMs.nullable(),
  role: channelRole,
  passes: z.array(passId),
  key_id: keyId.nullable(),
  /** Why there is no key. */
  reason: z.string().nullable(),
  /** Parities of outcomes were told: without a key at its end, these passes may not be tried again. */
  spoke: z.boolean(),
});

export const channelView = z.strictObject({
  setting: channelSetting.nullable(),
  certificate: certificateView.nullable(),
  peer_certificate: certificateView.nullable(),
  /** What is wrong with the files the setting names, with what to do; null where nothing is. */
  problem: z.string().nullable(),
  secret: z.strictObject({
    /** Names the secret: both consoles must show the same. */
    secret_id: z.string().regex(/^[0-9a-f]{16}$/),
    imported_at_utc_ms: utcMs,
    used_bits: laneBits,
    left_bits: laneBits,
    /** Exchanges that the pads left would carry if every one of them failed at its very end. */
    exchanges_left: count,
  }).nullable(),
  pending_key_ids: z.array(keyId),
  running: z.boolean(),
  /** Newest first. */
  runs: z.array(channelRun),
});

export const peerOrder = z.strictObject({
  pass_ids: z.array(passId).min(1).max(64)
    .refine((ids) => new Set(ids).size === ids.length, 'a pass is named twice: its bits count once'),
  algorithm: z.enum(['auto', 'cascade', 'hamming', 'ldpc']),
  definition: keyDefinition,
  /** Null for the mission's own. */
  epsilon: totalEpsilon.nullable(),
  gate_ns: z.number().min(0.1).max(100),
  /** Instead of the setting's, for this exchange; at most one of both. */
  listen: networkPlace.nullable(),
  peer: networkPlace.nullable(),
  role: channelRole.nullable(),
});

export type ChannelSetting = z.output<typeof channelSetting>;
export type ChannelView = z.output<typeof channelView>;
export type PeerOrderInput = z.output<typeof peerOrder>;
