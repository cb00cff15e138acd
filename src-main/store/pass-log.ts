import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Database } from 'better-sqlite3';
import type { SecondCoverage } from '../../src-core/archive/second-coverage.ts';
import { ok, type Result } from '../../src-core/result.ts';
import type { LiveMessage, MessageKind, PassEvent } from './live-file.ts';
import { schemaVersion } from './migrate.ts';
import { LOG_SCHEMA, sha256Of } from './pass-digest.ts';
import { invalidFile, type StoreError } from './store-error.ts';

/** Messages of one block: half a minute of telemetry at 10 Hz, compressed to a tenth. */
const BLOCK_MESSAGES = 300;
/** A block's text is at most this long when opened: a damaged one cannot ask for all memory. @units bytes */
const BLOCK_BYTES_MAX = 64 * 1024 * 1024;

/** What a live pass has beside its tags. */
export interface PassLog {
  readonly messages: Iterable<LiveMessage>;
  readonly events: readonly PassEvent[];
  readonly completeness: readonly StationCompleteness[];
}

export interface StationCompleteness extends SecondCoverage {
  readonly station: string;
  readonly batches: number;
  readonly batches_lost: number;
}

/** Writes all of it into a file that is not sealed yet; memory is that of one block. */
export function writePassLog(db: Database, { messages, events, completeness }: PassLog): void {
  writeBlocks(db, messages);
  const event = db.prepare(`INSERT INTO pass_event (at_utc_ms, station, source, severity, who, text)
    VALUES (?, ?, ?, ?, ?, ?)`);
  for (const { at_utc_ms, station, source, severity, who, text } of events) {
    event.run(at_utc_ms, station, source, severity, who, text);
  }
  const share = db.prepare(`INSERT INTO pass_completeness (station, batches, batches_lost, first_utc_s, seconds)
    VALUES (?, ?, ?, ?, ?)`);
  for (const { station, batches, batches_lost, first_utc_s, seconds } of completeness) {
    share.run(station, batches, batches_lost, first_utc_s, seconds);
  }
}

interface OpenBlock { readonly station: string; readonly kind: MessageKind; readonly lines: LiveMessage[]; block_index: number }

/** Messages come station by station, kind by kind, in order of their numbers. */
function writeBlocks(db: Database, messages: Iterable<LiveMessage>): void {
  const insert = db.prepare(`INSERT INTO message_block (station, kind, block_index, messages, first_seq, last_seq,
    first_t_utc_ms, last_t_utc_ms, body, sha256) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const close = ({ station, kind, lines, block_index }: OpenBlock) => {
    const [first, last] = [lines[0]!, lines.at(-1)!];
    const body = zstdCompressSync(Buffer.from(lines.map((line) => line.body).join('\n'), 'utf8'));
    insert.run(station, kind, block_index, lines.length, first.seq, last.seq, first.t_utc_ms, last.t_utc_ms, body, sha256Of(body));
  };
  let block: OpenBlock | null = null;
  for (const message of messages) {
    const { station, kind } = message;
    if (block !== null && (block.station !== station || block.kind !== kind || block.lines.length === BLOCK_MESSAGES)) {
      close(block);
      const follows: boolean = block.station === station && block.kind === kind;
      block = { station, kind, lines: [], block_index: follows ? block.block_index + 1 : 0 };
    }
    block ??= { station, kind, lines: [], block_index: 0 };
    block.lines.push(message);
  }
  if (block !== null) close(block);
}

interface BlockRow {
  readonly station: string;
  readonly kind: MessageKind;
  readonly block_index: number;
  readonly messages: number;
  readonly body: Uint8Array;
  readonly sha256: string;
}

const BLOCKS = 'SELECT station, kind, block_index, messages, body, sha256 FROM message_block';

/** The messages of one block; null where they are damaged. */
function linesOf({ body, messages }: BlockRow): readonly string[] | null {
  try {
    const text = zstdDecompressSync(body, { maxOutputLength: BLOCK_BYTES_MAX }).toString('utf8');
    const lines = text.split('\n');
    return lines.length === messages ? lines : null;
  } catch {
    return null;
  }
}

/** What a station said in a pass, oldest first, as JSON texts; nothing in a pass that was not recorded live. */
export function readMessages(db: Database, station: string, kind: MessageKind): Result<readonly string[], StoreError> {
  if (schemaVersion(db) < LOG_SCHEMA) return ok([]);
  const rows = db.prepare<[string, string], BlockRow>(`${BLOCKS} WHERE station = ? AND kind = ? ORDER BY block_index`);
  const texts: string[] = [];
  for (const row of rows.iterate(station, kind)) {
    const lines = linesOf(row);
    if (lines === null) return invalidFile(db.name, `${station}, ${kind}, block ${row.block_index}: damaged; restore a backup`);
    texts.push(...lines);
  }
  return ok(texts);
}

/** The log of a pass, oldest first; empty where it was not recorded live. */
export function readEvents(db: Database): readonly PassEvent[] {
  if (schemaVersion(db) < LOG_SCHEMA) return [];
  return db.prepare<[], PassEvent>(`SELECT at_utc_ms, station, source, severity, who, text FROM pass_event
    ORDER BY event_id`).all();
}

/** What of each station's seconds is here; empty where the pass was not recorded live. */
export function readCompleteness(db: Database): readonly StationCompleteness[] {
  if (schemaVersion(db) < LOG_SCHEMA) return [];
  return db.prepare<[], StationCompleteness>(`SELECT station, batches, batches_lost, first_utc_s, seconds
    FROM pass_completeness ORDER BY station`).all();
}

/** Checks every block of messages; a sentence for each that is damaged. */
export function checkMessages(db: Database, find: (finding: string) => void): void {
  if (schemaVersion(db) < LOG_SCHEMA) return;
  for (const row of db.prepare<[], BlockRow>(`${BLOCKS} ORDER BY station, kind, block_index`).iterate()) {
    const block = `${row.station}, ${row.kind}, block ${row.block_index}`;
    const body: unknown = row.body;
    if (!(body instanceof Uint8Array) || sha256Of(body) !== row.sha256) find(`${block}: messages do not match their digest`);
    else if (linesOf(row) === null) find(`${block}: messages cannot be read`);
  }
}
