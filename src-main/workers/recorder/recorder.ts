import { err, ok, type Result } from '../../../src-core/result.ts';
import type { LiveFile, PassEvent } from '../../store/live-file.ts';
import type { StoreError } from '../../store/store-error.ts';
import type { RecorderView } from '../../pipeline/recorder-report.ts';
import { createPassRecording, type PassRecording, type RecordingDeps } from './pass-recording.ts';
import type { StationStatus } from '../../../src-contract/wire/messages.ts';
import type { StationMessage } from './station-message.ts';

export type RecorderDeps = Omit<RecordingDeps, 'live' | 'refuse' | 'count'>;

/** Keeps what stations send of one pass, and lets them know what they may forget. */
export interface Recorder {
  /** The file of a pass that begins or goes on; stations are asked for what follows the last number on disk. */
  readonly begin: (live: LiveFile) => void;
  /** `done` releases the message at the broker: after the commit, or at once where nothing is to be kept. */
  readonly take: (message: StationMessage, done: () => void) => void;
  readonly note: (event: PassEvent) => Result<null, StoreError>;
  /** The line is there again: what was missed meanwhile is asked for. */
  readonly reconnected: () => void;
  readonly refuse: (reason: string) => void;
  /** A few times a second: retries, acknowledgements, requests for what is missing. */
  readonly tick: () => void;
  readonly view: () => RecorderView;
  /** Flushes and closes; the file is ready to be sealed. */
  readonly end: () => Result<null, StoreError>;
}

const RATE_WINDOW_MS = 2000;

export function createRecorder(deps: RecorderDeps): Recorder {
  const refused: Record<string, number> = {};
  const rate = createRate(deps.elapsed_ms);
  const statuses = new Map<string, StationStatus>();
  let recording: PassRecording | null = null;
  const refuse = (reason: string) => {
    refused[reason] = (refused[reason] ?? 0) + 1;
  };

  /** Answers whether the message is the recording's to release. */
  function keep(message: StationMessage, done: () => void): boolean {
    if (!deps.stations.includes(message.station)) refuse('unknown-station');
    else if (message.kind === 'status') {
      statuses.set(message.station, message.payload);
      recording?.takeStatus(message.station, message.payload);
    } else if (recording === null) refuse('no-pass-is-on');
    else if (message.payload.pass_id !== recording.live.meta.pass_id) refuse('another-pass');
    else {
      recording.take(message, done);
      return true;
    }
    return false;
  }

  return {
    begin: (live) => {
      recording = createPassRecording({ ...deps, live, refuse, count: rate.add });
      for (const [station, status] of statuses) recording.takeStatus(station, status);
      recording.askAgain();
    },
    take: (message, done) => {
      if (!keep(message, done)) done();
    },
    note: (event) => recording?.live.commit({ events: [event] })
      ?? err({ type: 'Refused', message: 'No pass is being recorded: there is no log to write to.' }),
    reconnected: () => recording?.askAgain(),
    refuse,
    tick: () => recording?.tick(),
    view: () => ({
      pass_id: recording?.live.meta.pass_id ?? null, disk: recording?.disk() ?? { state: 'writing' },
      bytes_per_s: rate.perSecond(), refused: { ...refused }, completeness: recording?.completeness() ?? {},
    }),
    end: () => {
      const ended = recording?.end() ?? ok(null);
      if (ended.ok) recording = null;
      return ended;
    },
  };
}

/** Bytes a second over the last moments. */
function createRate(elapsed_ms: () => number) {
  let since_ms = elapsed_ms();
  let bytes = 0;
  let shown = 0;
  return {
    add: (more: number) => {
      bytes += more;
    },
    perSecond: () => {
      const now_ms = elapsed_ms();
      if (now_ms - since_ms >= RATE_WINDOW_MS) {
        shown = (bytes * 1000) / (now_ms - since_ms);
        [since_ms, bytes] = [now_ms, 0];
      }
      return shown;
    },
  };
}
