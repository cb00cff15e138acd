import { createHash, type Hash } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { canonicalJson, type Plain } from '../../src-core/archive/canonical-json.ts';
import { schemaVersion } from './migrate.ts';
import type { SealedChunk } from './outcome-cipher.ts';

export const sha256Of = (...parts: readonly (string | Uint8Array)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};

export const chunkSha256 = ({ nonce, tag, sealed }: SealedChunk) => sha256Of(nonce, tag, sealed);

const COVERED = [
  `SELECT pass_id, night, mode, entangled_state, custody, start_utc_ms, seconds, mission_id, mission_json,
     elements_text, code_version, created_at_utc_ms, outcome_key_id FROM pass_meta`,
  `SELECT station, file_name, type, sha256, bytes, manifest_json, tick_ps, origin_ticks, detectors, events,
     counters_json FROM recording ORDER BY station`,
  `SELECT station, stream, chunk_index, events, first_tick, last_tick, sha256
     FROM tag_chunk ORDER BY station, stream, chunk_index`,
  'SELECT station, chunk_index, events, sha256 FROM outcome_chunk ORDER BY station, stream, chunk_index',
];

/** The schema that brought what a live pass has beside its tags. */
export const LOG_SCHEMA = 2;
/** A file without such rows has the digest it had before. */
const COVERED_LIVE = [
  `SELECT station, kind, block_index, messages, first_seq, last_seq, first_t_utc_ms, last_t_utc_ms, sha256
     FROM message_block ORDER BY station, kind, block_index`,
  'SELECT event_id, at_utc_ms, station, source, severity, who, text FROM pass_event ORDER BY event_id',
  'SELECT station, batches, batches_lost, first_utc_s, hex(seconds) AS seconds FROM pass_completeness ORDER BY station',
];

/**
 * One digest over all that was recorded: every row, and every blob through its own digest, verdicts apart. It is what
 * mission.db remembers of the file, because the file itself grows with each verdict.
 */
export function contentSha256(db: Database): string {
  const hash = createHash('sha256');
  for (const sql of COVERED) {
    const rows = db.prepare<[], Readonly<Record<string, Plain>>>(sql);
    for (const row of rows.iterate()) hash.update(`${canonicalJson(row)}\n`);
    hash.update('\n');
  }
  if (schemaVersion(db) >= LOG_SCHEMA) coverLive(db, hash);
  return hash.digest('hex');
}

function coverLive(db: Database, hash: Hash): void {
  for (const [place, sql] of COVERED_LIVE.entries()) {
    for (const row of db.prepare<[], Readonly<Record<string, Plain>>>(sql).iterate()) {
      hash.update(`${place} ${canonicalJson(row)}\n`);
    }
  }
}

/** A verdict's row as its chain covers it: the text that is stored, not what it parses to. */
export interface ChainedVerdict {
  readonly verdict_id: number;
  readonly made_at_utc_ms: number;
  readonly code_version: string;
  readonly parameters_json: string;
  readonly result_json: string;
  readonly coincidences: number | null;
  readonly sifted_bits: number | null;
  readonly qber: number | null;
  readonly s: number | null;
  readonly prev_sha256: string;
}

/** Each verdict names the one before it, the first one the recording: none can be changed, dropped or reordered. */
export function verdictSha256(verdict: ChainedVerdict, series: Uint8Array): string {
  const { verdict_id, made_at_utc_ms, code_version, parameters_json, result_json, prev_sha256 } = verdict;
  const { coincidences, sifted_bits, qber, s } = verdict;
  return sha256Of(canonicalJson({
    verdict_id, made_at_utc_ms, code_version, parameters_json, result_json, prev_sha256,
    coincidences, sifted_bits, qber, s, series_sha256: sha256Of(series),
  }));
}
