import type { Database } from 'better-sqlite3';
import { CHUNK_EVENTS_MAX } from '../../src-core/rice.ts';
import type { PassMeta, StationHeader, StationTotals, StoredStation, StreamName } from './pass-types.ts';

interface StationRow extends StationHeader { readonly events: number; readonly counters_json: string }
interface CountRow { readonly station: string; readonly stream: StreamName; readonly events: number }

/** The stations of one pass file, by name, with what is stored of each. */
export function readStations(db: Database): readonly StoredStation[] {
  const counts = db.prepare<[], CountRow>(
    'SELECT station, stream, sum(events) AS events FROM tag_chunk GROUP BY station, stream').all();
  const stored = (station: string, stream: StreamName) =>
    counts.find((row) => row.station === station && row.stream === stream)?.events ?? 0;
  const rows = db.prepare<[], StationRow>(`SELECT station, file_name, type, sha256, bytes, manifest_json, tick_ps,
    origin_ticks, detectors, events, counters_json FROM recording ORDER BY station`).all();
  return rows.map(({ counters_json, ...row }) => ({
    ...row,
    counters: JSON.parse(counters_json) as Readonly<Record<string, number>>,
    stored: {
      clicks: stored(row.station, 'clicks'), beacon: stored(row.station, 'beacon'), pps: stored(row.station, 'pps'),
    },
  }));
}

const isCount = (value: unknown) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const isText = (value: unknown) => typeof value === 'string' && value !== '';

/** What a station's row may hold: a CHECK of the table is asked when a row is written, not when it is read. */
const SOUND: readonly (readonly [keyof (StationHeader & StationTotals), (value: unknown) => boolean])[] = [
  ['station', isText], ['file_name', isText], ['type', isText], ['sha256', isText], ['manifest_json', isText],
  ['bytes', isCount], ['events', isCount],
  ['tick_ps', (value) => Number.isFinite(value) && Number(value) > 0],
  ['origin_ticks', (value) => typeof value === 'string' && /^-?\d{1,20}$/.test(value)],
  ['detectors', (value) => isCount(value) && Number(value) >= 1 && Number(value) <= 256],
];

/** What of the stations, and of the counts that columns are sized by, cannot have been written; null where nothing is. */
export function damagedRows(db: Database, stations: readonly StoredStation[]): string | null {
  for (const row of stations) {
    const wrong = SOUND.find(([name, sound]) => !sound(row[name]));
    if (wrong !== undefined) return `${wrong[0]} of a recording`;
  }
  const wrong = db.prepare(`SELECT EXISTS (SELECT 1 FROM tag_chunk
    WHERE typeof(events) <> 'integer' OR events NOT BETWEEN 1 AND ${CHUNK_EVENTS_MAX})`).pluck().get();
  return wrong === 0 ? null : 'a chunk of times counts more events than it can hold';
}

export interface MetaRow extends PassMeta { readonly outcome_key_id: string; readonly content_sha256: string | null }

/** The pass of this file; undefined where a file was never filled. */
export const readMeta = (db: Database): MetaRow | undefined => db.prepare<[], MetaRow>(
  `SELECT pass_id, night, mode, entangled_state, custody, start_utc_ms, seconds, mission_id, mission_json,
    elements_text, code_version, created_at_utc_ms, outcome_key_id, content_sha256 FROM pass_meta`).get();

/** What is known of the pass itself, apart from the file. */
export function metaOf(row: MetaRow): PassMeta {
  const { pass_id, night, mode, entangled_state, custody, start_utc_ms, seconds, mission_id } = row;
  const { mission_json, elements_text, code_version, created_at_utc_ms } = row;
  return {
    pass_id, night, mode, entangled_state, custody, start_utc_ms, seconds, mission_id,
    mission_json, elements_text, code_version, created_at_utc_ms,
  };
}

/** The one row that says which pass the file is of. */
export function insertMeta(db: Database, meta: PassMeta, outcome_key_id: string): void {
  db.prepare(`INSERT INTO pass_meta (only_row, pass_id, night, mode, entangled_state, custody, start_utc_ms, seconds,
    mission_id, mission_json, elements_text, code_version, created_at_utc_ms, outcome_key_id)
    VALUES (1, :pass_id, :night, :mode, :entangled_state, :custody, :start_utc_ms, :seconds, :mission_id, :mission_json,
    :elements_text, :code_version, :created_at_utc_ms, :outcome_key_id)`)
    .run({ ...meta, outcome_key_id });
}
