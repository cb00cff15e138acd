// A console of its own on a real folder, with its embedded broker, for tests that fly passes.
import { setTimeout as wait } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { LiveView } from '../../src-contract/live.ts';
import type { InputOf, OperationName, OutputOf } from '../../src-contract/operations.ts';
import type { RecordingManifest } from '../../src-contract/recording.ts';
import { composeHost } from '../../src-main/compose.ts';
import type { SimulateOptions } from '../../src-main/simulator/options.ts';
import { batchesOf } from '../support/live-batches.ts';
import { preparePair, type RecordedStation } from '../../src-main/pipeline/pass-recordings.ts';
import { GOLDEN_START_UTC_MS, micius, readRecording, simulated } from '../simulator/simulated.ts';
import { flyStation, type Flight, type FlyingStation } from './flying-station.ts';

export interface LiveConsole {
  readonly call: <N extends OperationName>(name: N, input: InputOf<N>) => Promise<OutputOf<N>>;
  readonly refusal: <N extends OperationName>(name: N, input: InputOf<N>) => Promise<string>;
  readonly live: () => Promise<LiveView>;
  /** Waits until the live view is as it should be. */
  readonly until: (holds: (view: LiveView) => boolean, what: string) => Promise<LiveView>;
  readonly close: () => Promise<void>;
}

const PATIENCE_MS = 120_000;

export async function liveConsole(mission_directory: string): Promise<LiveConsole> {
  const composed = await composeHost({ mission_file: 'missions/micius.json', mission_directory, demo: true, stays: true });
  if (!composed.ok) throw new Error(JSON.stringify(composed.error));
  const host = composed.value;
  let open = true;
  const close = async () => {
    if (open) await host.close();
    open = false;
  };
  onTestFinished(close);
  const call: LiveConsole['call'] = async (name, input) => {
    const reply = await host.dispatch(name, input);
    if (!reply.ok) throw new Error(`${name}: ${JSON.stringify(reply.error)}`);
    return reply.value as never;
  };
  const live = async () => call('live.readLive', {});
  return {
    call, live, close,
    refusal: async (name, input) => {
      const reply = await host.dispatch(name, input);
      return reply.ok ? '' : JSON.stringify(reply.error);
    },
    until: async (holds, what) => {
      const began_ms = performance.now();
      for (;;) {
        const view = await live();
        if (holds(view)) return view;
        if (performance.now() - began_ms > PATIENCE_MS) throw new Error(`not ${what}: ${JSON.stringify(view).slice(0, 3000)}`);
        await wait(100);
      }
    },
  };
}

/** The golden pass on the plan, approved. */
export async function approvedPass({ call }: LiveConsole): Promise<string> {
  const proposed = await call('schedule.proposePass', {
    start_utc_ms: GOLDEN_START_UTC_MS + 1000, who: 'Wang', why: 'first night', override_why: null,
  });
  await call('schedule.changePass', {
    pass_id: proposed.pass_id, version: proposed.version, action: 'approve', who: 'Wang', why: 'weather is good', override_why: null,
  });
  return proposed.pass_id;
}

export type Pair = readonly [Omit<Flight, 'url' | 'pass_id' | 'speed'>, Omit<Flight, 'url' | 'pass_id' | 'speed'>];

/** What both stations record of the golden pass. */
export async function recordedPair(options: Partial<SimulateOptions> = {}): Promise<Pair> {
  const start_utc_ms = options.start_utc_ms ?? GOLDEN_START_UTC_MS;
  const pass = await simulated({ start_utc_ms, ...options });
  const stations = ([0, 1] as const).map((which): RecordedStation => {
    const { manifest, tags } = readRecording(pass, which);
    return { manifest, where: pass.manifest_paths[which], tags: { ...tags, dropped: {} } };
  });
  const pair = preparePair(micius, [stations[0]!, stations[1]!], null);
  if (!pair.ok) throw new Error(JSON.stringify(pair.error));
  const flightOf = (which: 0 | 1) => {
    const manifest = wireManifest(pair.value.stations[which].manifest);
    const { tick_ps } = pair.value.inputs[which].tags;
    const batches = batchesOf(pair.value.inputs[which], 1);
    const edge = batches.find(({ pps }) => pps.length > 0)!.pps[0]!;
    return { manifest, tick_ps, batches, origin_utc_ms: Date.parse(manifest.pps!.first_edge_utc) - (edge * tick_ps) / 1e9 };
  };
  return [flightOf(0), flightOf(1)];
}

/** On the wire the beacon has a channel like any other. */
const wireManifest = (manifest: RecordingManifest): RecordingManifest =>
  ({ ...manifest, beacon: { channel: 6, nominal_rate_hz: manifest.beacon!.nominal_rate_hz } });

export async function flyPair(
  pair: Pair, how: Pick<Flight, 'url' | 'pass_id' | 'speed'>,
): Promise<readonly [FlyingStation, FlyingStation]> {
  const stations = [flyStation({ ...pair[0], ...how }), flyStation({ ...pair[1], ...how })] as const;
  onTestFinished(async () => {
    await Promise.all(stations.map(async ({ close }) => close()));
  });
  return Promise.resolve(stations);
}
