import { createHash } from 'node:crypto';
import type { Coincidences } from '../../../src-core/coincidences.ts';
import { resolveOutcomes, type RandomBit } from '../../../src-core/distillation/sift.ts';
import { err, ok, type Result } from '../../../src-core/result.ts';
import type { RecordedStation } from '../../pipeline/pass-recordings.ts';
import { assignedRows, decodeTimes, encodeTimes } from './announced-times.ts';
import type { AuthenticatedChannel } from './authenticated-channel.ts';
import type { LocateCoincidences } from './locate-coincidences.ts';
import type { SessionError } from './session-error.ts';
import { hear, parseObject, say, sayObject } from './topics.ts';

export interface StationSide {
  readonly channel: AuthenticatedChannel;
  readonly recording: RecordedStation;
  readonly locate: LocateCoincidences;
  /** For clicks of two detectors at once. */
  readonly randomBit: RandomBit;
}

/** A console's own readings, secret, and what both know of the block they belong to. */
export interface AgreedRows {
  readonly basis: Uint8Array;
  readonly bit: Uint8Array;
  readonly accidentals: number;
  readonly seconds: number;
}

/** Rows and their times as one digest: patterns do not enter. */
function listOf({ time_s, delta_ns }: Coincidences) {
  const hash = createHash('sha256');
  for (const column of [time_s, delta_ns]) {
    hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  }
  return { rows: time_s.length, sha256: hash.digest('hex') };
}

/** Alice's times first, then Bob's: seals need one order of all that is said. */
async function exchangeTimes(
  { channel }: StationSide, own: RecordedStation,
): Promise<Result<RecordedStation, SessionError>> {
  const tell = () => say(channel, { topic: 'times', bytes: encodeTimes(own) });
  if (channel.role === 'alice') {
    const told = await tell();
    if (!told.ok) return told;
  }
  const heard = await hear(channel, 'times');
  if (!heard.ok) return heard;
  const theirs = decodeTimes(heard.value);
  if (!theirs.ok || channel.role === 'alice') return theirs;
  const told = await tell();
  return told.ok ? theirs : told;
}

async function compareLists(
  { channel }: StationSide, mine: ReturnType<typeof listOf>,
): Promise<Result<null, SessionError>> {
  if (channel.role === 'alice') return sayObject(channel, { topic: 'coincidences', value: mine });
  const heard = await hear(channel, 'coincidences');
  if (!heard.ok) return heard;
  const read = parseObject(heard.value);
  if (!read.ok) return read;
  const { rows, sha256 } = read.value;
  if (rows === mine.rows && sha256 === mine.sha256) return ok(null);
  return err({ type: 'CoincidencesDiffer', mine: mine.rows, theirs: typeof rows === 'number' ? rows : 0 });
}

/**
 * Both consoles tell when they had clicks, never which detector; both find the coincidences of these times with the
 * same code, compare the list, and each reads its own outcomes at its rows.
 */
export async function agreeOnCoincidences(side: StationSide): Promise<Result<AgreedRows, SessionError>> {
  const own = assignedRows(side.recording);
  const theirs = await exchangeTimes(side, own);
  if (!theirs.ok) return theirs;
  const is_alice = side.channel.role === 'alice';
  const found = is_alice ? side.locate(own, theirs.value) : side.locate(theirs.value, own);
  if (!found.ok) return found;
  const { coincidences, accidentals, seconds } = found.value;
  const compared = await compareLists(side, listOf(coincidences));
  if (!compared.ok) return compared;
  const { pattern_a, pattern_b } = coincidences;
  const { basis, bit } = resolveOutcomes(
    is_alice ? pattern_a : pattern_b, own.manifest.detectors, side.randomBit);
  // The rows in time are done with, and they name detectors.
  for (const column of [own.tags.channel, pattern_a, pattern_b]) column.fill(0);
  return ok({ basis, bit, accidentals, seconds });
}
