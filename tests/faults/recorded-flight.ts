// The recorder's thread and both simulated stations on a broker, for tests that break something on the way.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { RecorderReport } from '../../src-main/pipeline/recorder-report.ts';
import { createStationSide } from '../../src-main/gateway/mqtt/station-side.ts';
import { runStations } from '../../src-main/simulator/station/run-stations.ts';
import { openLiveFile } from '../../src-main/store/live-file.ts';
import { sealLivePass } from '../../src-main/store/seal-live.ts';
import { startRecorder } from '../../src-main/workers/recorder/start-recorder.ts';
import { MISSION, PASSWORD, STATIONS } from '../gateway/mqtt/brokers.ts';
import { orderOf } from '../simulator/station/flown.ts';
import { freshArchive, META, must, ownFolder } from '../store/pass-fixture.ts';

const { pass_id } = META;
const SPEED = 5;

export interface RecordedFlight {
  /** The recorder's last word. */
  readonly said: () => RecorderReport;
  readonly until: (holds: (report: RecorderReport) => boolean, what: string) => Promise<void>;
  /** Resolves once the stations have nothing left that is not stored. */
  readonly landed: Promise<unknown>;
  /** Ends the recording and seals it; answers how many batches of each station are in it, and what is missing. */
  readonly seal: () => Promise<readonly { readonly batches: number; readonly missing: number }[]>;
}

/** Takes off: a window of 20 s and what is around it, into `directory`. */
export async function recordFlight(
  url: string, place: { readonly directory: string; readonly scratch_directory: string },
): Promise<RecordedFlight> {
  const { vault } = await freshArchive();
  mkdirSync(place.directory, { recursive: true });
  let last: RecorderReport | null = null;
  const recorder = startRecorder({
    setup: {
      ...place, mission_id: MISSION, stations: STATIONS, anode_v_max: 1.2,
      broker: { kind: 'url', client_id: 'console-a', url, credentials: { user: 'console', password: PASSWORD } },
    },
    onReport: (report) => {
      last = report;
    },
    onUrgent: () => undefined, onRestart: () => undefined, reportIncident: (cause) => { throw cause; },
  });
  onTestFinished(async () => recorder.close());
  const begun = await recorder.order({ order: 'begin', pass: { meta: META, vault: { key_id: vault.key_id, key: vault.keyFor(pass_id) } } });
  if (!begun.ok) throw new Error(JSON.stringify(begun.error));
  const interrupt = new AbortController();
  onTestFinished(() => interrupt.abort());
  const landed = runStations({
    order: orderOf({ pass_id }), wait_for_prepare: false, speed: SPEED, linger_s: 90, directory: ownFolder(),
    connect: ({ station, onConnected, onCommand }) => createStationSide({
      url, credentials: { user: station, password: PASSWORD }, mission_id: MISSION, station,
      offline: { state: 'offline', t_utc_ns: '0' }, onConnected, onCut: () => undefined, onCommand, now_utc_ns: () => '1',
    }),
    signal: interrupt.signal, elapsed_ms: () => performance.now(), now_utc_ms: Date.now, pause: (ms) => pause(ms),
    onNote: () => undefined, onProgress: () => undefined,
  }).then((flown) => {
    if (!flown.ok) throw new Error(JSON.stringify(flown.error));
    return flown.value.stations.map(({ unstored }) => unstored);
  });
  return {
    said: () => last!,
    until: async (holds, what) => {
      for (let i = 0; i < 1200; i += 1) {
        if (last !== null && holds(last)) return;
        await pause(50);
      }
      throw new Error(`not ${what}: ${JSON.stringify({ ...last, telemetry: [] }).slice(0, 2000)}`);
    },
    landed,
    seal: async () => {
      const completeness = STATIONS.map((station) => last!.completeness[station]!);
      const ended = await recorder.order({ order: 'end' });
      if (!ended.ok) throw new Error(JSON.stringify(ended.error));
      const file = must(openLiveFile(pass_id, { directory: place.directory, vault }));
      must(sealLivePass(file, { directory: ownFolder(), vault }));
      const spans = STATIONS.map((station) => file.spans(station).length);
      file.close();
      return completeness.map(({ missing }, i) => ({ batches: spans[i]!, missing }));
    },
  };
}

/** 20 s of window, ten before and ten after it, ten batches a second. */
export const BATCHES = 400;
export const ownPlace = () => {
  const folder = ownFolder();
  return { directory: join(folder, 'passes'), scratch_directory: join(folder, 'scratch') };
};
