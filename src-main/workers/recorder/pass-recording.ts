import type { Result } from '../../../src-core/result.ts';
import type { BatchSpan, LiveBatch, LiveEntries, LiveFile, LiveMessage } from '../../store/live-file.ts';
import { readStationManifest } from '../../store/live-manifest.ts';
import type { StoreError } from '../../store/store-error.ts';
import type { Completeness, DiskState } from '../../pipeline/recorder-report.ts';
import { createDiskWriter, type DiskWriter } from './disk-writer.ts';
import { createResender, type Resender } from './resender.ts';
import { createStationLedger, type StationLedger } from './station-ledger.ts';
import type { StationCommand, StationStatus } from '../../../src-contract/wire/messages.ts';
import { utcMsOf, type NumberedMessage, type StationLine } from './station-message.ts';

export interface RecordingDeps {
  readonly live: LiveFile;
  /** In the mission's order; what another says is counted and left. */
  readonly stations: readonly string[];
  readonly line: StationLine;
  /** Time that only grows, for retries and rates: a workstation's clock may jump. @units milliseconds */
  readonly elapsed_ms: () => number;
  /** Runs `work` once after what is being read now: groups a turn's messages into one transaction. */
  readonly soon: (work: () => void) => void;
  /** Told after the commit, never before: what the live counter and the console may build on. */
  readonly onStored: (message: NumberedMessage) => void;
  /** Makes room by removing the oldest scratch; answers with the bytes that are free again. */
  readonly freeScratch: () => number;
  readonly refuse: (reason: string) => void;
  readonly count: (bytes: number) => void;
  readonly waiting_bytes_max?: number;
}

/** One pass on its way to the disk. */
export interface PassRecording {
  readonly live: LiveFile;
  readonly take: (message: NumberedMessage, done: () => void) => void;
  readonly takeStatus: (station: string, status: StationStatus) => void;
  /** After a restart or a cut: what follows the last number on disk. */
  readonly askAgain: () => void;
  readonly tick: () => void;
  readonly disk: () => DiskState;
  readonly completeness: () => Readonly<Record<string, Completeness>>;
  readonly end: () => Result<null, StoreError>;
}

export function createPassRecording(deps: RecordingDeps): PassRecording {
  const { live, stations, line, elapsed_ms } = deps;
  const ledgers = new Map(stations.map((station) => [station, createStationLedger(station, live)]));
  const resender = createResender({ pass_id: live.meta.pass_id, ledgers, send: sendOver(line), elapsed_ms });
  const askAgain = () => {
    for (const station of stations) resender.askAfterLast(station);
  };
  const writer = createDiskWriter({ ...deps, commit: live.commit, onRecovered: askAgain });
  return {
    live,
    take: (message, done) => take({ ...deps, ledgers, resender, writer }, message, done),
    takeStatus: (station, status) => {
      const { recording, pass_id, state } = status;
      const ours = pass_id === undefined || pass_id === null || pass_id === live.meta.pass_id;
      if (recording && ours) takeRecording({ ...deps, ledgers, writer }, station, recording);
      if (state === 'online') resender.askAfterLast(station);
    },
    askAgain,
    tick: () => {
      writer.tick();
      resender.tick();
    },
    disk: writer.state,
    completeness: () => Object.fromEntries([...ledgers].map(([id, ledger]) => [id, ledger.completeness()])),
    end: () => {
      const flushed = writer.flush();
      if (!flushed.ok) return flushed;
      resender.tellAll();
      live.close();
      return flushed;
    },
  };
}

interface Works extends Pick<RecordingDeps, 'onStored' | 'refuse' | 'count'> {
  readonly ledgers: ReadonlyMap<string, StationLedger>;
  readonly writer: DiskWriter;
}

function takeRecording(
  { ledgers, writer, refuse }: Works, station: string, said: NonNullable<StationStatus['recording']>,
): void {
  const manifest = readStationManifest(station, said.manifest_json);
  if (!manifest.ok) {
    refuse('unreadable-manifest');
    return;
  }
  ledgers.get(station)?.setTick(said.tick_ps);
  const detectors = manifest.value.detectors.length;
  const entry = { station, tick_ps: said.tick_ps, detectors, manifest_json: said.manifest_json };
  writer.write({ entries: { stations: [entry] }, bytes: said.manifest_json.length, stored: () => undefined });
}

function take(
  { ledgers, resender, writer, refuse, ...told }: Works & { readonly resender: Resender },
  message: NumberedMessage, done: () => void,
): void {
  const { station, kind, payload: { seq } } = message;
  const ledger = ledgers.get(station)!;
  if (ledger.numbers(kind).has(seq)) {
    ledger.noteDuplicate();
    resender.acknowledgeAgain(station, kind);
    done();
    return;
  }
  if (kind === 'telemetry') ledger.noteWaiting(message.payload.stored_batches);
  const entry = entryOf(message);
  const stored = () => {
    if (!ledger.numbers(kind).has(seq)) {
      ledger.noteStored(kind, seq, entry.span);
      told.count(message.bytes.length);
      told.onStored(message);
    }
    done();
  };
  if (writer.write({ entries: entry.entries, bytes: message.bytes.length, stored })) return;
  refuse('no-room-in-memory'); // The station keeps it until it is `stored`, and is asked for it again.
  done();
}

/** An order without an answer is sent again by whoever needs it; the link says when a station cannot be reached. */
const sendOver = (line: StationLine) => (station: string, command: StationCommand): void => void line.command(station, command);

interface Entry { readonly entries: LiveEntries; readonly span: BatchSpan | null }

function entryOf(message: NumberedMessage): Entry {
  const { station, bytes, payload: { seq, t_utc_ns } } = message;
  const t_utc_ms = utcMsOf(t_utc_ns);
  if (message.kind !== 'tags') {
    const line: LiveMessage = { station, kind: message.kind, seq, t_utc_ms, body: JSON.stringify(message.payload) };
    return { entries: { messages: [line] }, span: null };
  }
  const { from_tick, to_tick, clicks } = message.payload;
  const batch: LiveBatch = { station, seq, t_utc_ms, from_tick, to_tick, clicks: clicks.ticks.length, bytes };
  return { entries: { batches: [batch] }, span: { ...batch, bytes: bytes.length } };
}
