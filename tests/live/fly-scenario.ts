// A pass flown by the simulated stations over the console's own broker, as a scenario file has it.
import { setTimeout as pause } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { LiveView } from '../../src-contract/live.ts';
import type { ScenarioFile } from '../../src-contract/scenario.ts';
import { createStationSide } from '../../src-main/gateway/mqtt/station-side.ts';
import { runStations } from '../../src-main/simulator/station/run-stations.ts';
import { orderOf } from '../simulator/station/flown.ts';
import { ownFolder } from '../store/pass-fixture.ts';
import { approvedPass, liveConsole, type LiveConsole } from './live-console.ts';

export interface Flown {
  readonly console_: LiveConsole;
  readonly pass_id: string;
  /** How the console stood when the stations had sent all of it. */
  readonly view: LiveView;
}

interface FlightWish {
  readonly scenario: ScenarioFile;
  readonly speed: number;
  /** Seconds before the window at which the stations begin. */
  readonly lead_s?: number;
}

/** Flies the golden pass with both stations, and waits until everything is stored and counted. */
export async function flyScenario({ scenario, speed, lead_s = 60 }: FlightWish): Promise<Flown> {
  const console_ = await liveConsole(ownFolder());
  const { call, until } = console_;
  const ready = await until(({ recorder }) => recorder.state === 'ready', 'ready');
  const pass_id = await approvedPass(console_);
  await call('live.directPass', { action: 'start', pass_id, who: 'Wang', mode: 'qkd' });
  const { pass } = await console_.live();
  const { start_utc_ms, end_utc_ms } = pass!;
  const interrupt = new AbortController();
  onTestFinished(() => interrupt.abort());
  const flight = await runStations({
    order: orderOf({ pass_id, start_utc_ms, end_utc_ms, lead_s, scenario }),
    wait_for_prepare: false, speed, linger_s: 120, directory: ownFolder(),
    connect: ({ station, onConnected, onCommand }) => createStationSide({
      url: ready.recorder.broker.url, credentials: { user: station }, mission_id: 'micius', station,
      offline: { state: 'offline', t_utc_ns: '0' }, onConnected, onCut: () => undefined, onCommand, now_utc_ns: () => '1',
    }),
    signal: interrupt.signal, elapsed_ms: () => performance.now(), now_utc_ms: Date.now, pause: (ms) => pause(ms),
    onNote: () => undefined, onProgress: () => undefined,
  });
  if (!flight.ok) throw new Error(JSON.stringify(flight.error));
  const view = await until(({ pass: now }) => now!.phase === 'done' || (now!.pair.counted_through_utc_ms ?? 0) >= end_utc_ms, 'counted');
  return { console_, pass_id, view };
}
