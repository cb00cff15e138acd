import { encodeTagBatch } from '../../../src-core/formats/tag-batch.ts';
import { ok } from '../../../src-core/result.ts';
import { createLiveFile, type LiveFile } from '../../../src-main/store/live-file.ts';
import { createRecorder, type Recorder, type RecorderDeps } from '../../../src-main/workers/recorder/recorder.ts';
import type { StationCommand, StationTelemetry } from '../../../src-contract/wire/messages.ts';
import type { NumberedMessage, StationMessage } from '../../../src-main/workers/recorder/station-message.ts';
import { batchesOf, liveStation } from '../../store/live-fixture.ts';
import { freshArchive, META, must, stationColumns, type Archive } from '../../store/pass-fixture.ts';

export const STATIONS = ['delingha', 'nanshan'] as const;

/** A batch a second, ten of them and more, of a station of 25 clicks a second. */
export const BATCHES = Object.fromEntries(STATIONS.map((station, place) =>
  [station, batchesOf(stationColumns(station, 25_000, place + 1), 1e12)]));

export function tags(station: string, seq: number): StationMessage {
  const payload = BATCHES[station]![seq - 1]!;
  return { kind: 'tags', station, payload, bytes: encodeTagBatch(payload) };
}

export function event(station: string, seq: number, pass_id = META.pass_id): StationMessage {
  const payload = { seq, t_utc_ns: '1536948969000000000', pass_id, code: 'note', severity: 'routine', text: `event ${seq}` } as const;
  return { kind: 'event', station, payload, bytes: Buffer.from(JSON.stringify(payload)) };
}

/** A line of telemetry whose only detector has this anode voltage. */
export function telemetry(station: string, seq: number, anode_v_max: number): StationMessage {
  const payload: StationTelemetry = {
    seq, t_utc_ns: '1536948969000000000', pass_id: META.pass_id, azimuth_deg: 0, elevation_deg: 20, tracking_error_urad: 0.4,
    acquisition: 'fine', shutter: 'open', beacon: { state: 'locked', pulse_rate_hz: 1e4, used_fraction: 1 },
    pps: { state: 'locked', offset_ns: 0, rate_error: 0, gnss_satellites: 9 }, signal_cps: 7000, background_cps: 4000, hwp_angle_deg: 0,
    detectors: [{
      serial: 'B5213', count_cps: 1, dark_cps: 1, bias_current_a: 1, anode_v_mean: 0.6, anode_v_max, temperature_c: -50, state: 'live',
    }],
    weather: null, stored_batches: 0,
  };
  return { kind: 'telemetry', station, payload, bytes: Buffer.from(JSON.stringify(payload)) };
}

export function status(station: string, state: 'online' | 'offline' = 'online'): StationMessage {
  const { tick_ps, manifest_json } = liveStation(station);
  const payload = { state, t_utc_ns: '1536948969000000000', pass_id: META.pass_id, recording: { tick_ps, manifest_json } };
  return { kind: 'status', station, payload, bytes: Buffer.from(JSON.stringify(payload)) };
}

export interface Bench {
  readonly archive: Archive;
  readonly live: LiveFile;
  readonly recorder: Recorder;
  readonly sent: { readonly station: string; readonly command: StationCommand }[];
  readonly stored: NumberedMessage[];
  readonly clock: { ms: number };
  /** Runs what was put off to the end of the turn. */
  readonly settle: () => void;
  /** Gives a message; answers whether it is released at the broker by now. */
  readonly give: (message: StationMessage) => () => boolean;
}

/** A recorder on a real live file, with a clock that moves when the test says so. */
export async function recorderBench(
  options: Partial<RecorderDeps> = {},
): Promise<Bench> {
  const archive = await freshArchive();
  const live = must(createLiveFile(META, { directory: archive.files.directory, vault: archive.vault }));
  const sent: Bench['sent'] = [];
  const stored: NumberedMessage[] = [];
  const clock = { ms: 0 };
  let put_off: (() => void)[] = [];
  const recorder = createRecorder({
    stations: STATIONS,
    line: {
      command: async (station, command) => {
        sent.push({ station, command });
        return Promise.resolve(ok({ reply: 'done', t_utc_ns: '1' } as const));
      },
    },
    elapsed_ms: () => clock.ms,
    soon: (work) => void put_off.push(work),
    onStored: (message) => void stored.push(message),
    freeScratch: () => 0,
    ...options,
  });
  return {
    archive, live, recorder, sent, stored, clock,
    settle: () => {
      const due = put_off;
      put_off = [];
      for (const work of due) work();
    },
    give: (message) => {
      let released = false;
      recorder.take(message, () => {
        released = true;
      });
      return () => released;
    },
  };
}

/** Lets time pass, a tick of the recorder at each step. */
export function pass(bench: Bench, ms: number, step_ms = 250): void {
  for (let gone_ms = 0; gone_ms < ms; gone_ms += step_ms) {
    bench.clock.ms += step_ms;
    bench.recorder.tick();
    bench.settle();
  }
}
