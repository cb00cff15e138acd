import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { OperationError } from '../src-contract/errors.ts';
import type { MissionFile } from '../src-contract/mission.ts';
import type { ScenarioFile } from '../src-contract/scenario.ts';
import { err, type Result } from '../src-core/result.ts';
import { readBrokerUrl, type BrokerCredentials } from './gateway/mqtt/broker-address.ts';
import { createStationSide } from './gateway/mqtt/station-side.ts';
import { readElementText, type ElementText } from './pipeline/element-text.ts';
import { runStations, type FlownPass } from './simulator/station/run-stations.ts';
import type { ConnectWire } from './simulator/station/station-desk.ts';
import { simulatorFailure } from './workers/simulate-recordings.ts';

export type { FlownPass };

export interface StationsOptions {
  readonly mission: MissionFile;
  readonly elements: ElementText;
  readonly url: string;
  /** A station signs in under its own name. */
  readonly credentials: Omit<BrokerCredentials, 'user'>;
  readonly scenario: ScenarioFile;
  readonly pass_id: string;
  readonly start_utc_ms: number;
  readonly end_utc_ms: number;
  readonly lead_s: number;
  readonly wait_for_prepare: boolean;
  readonly seed: number;
  readonly brightness: number;
  readonly mode: 'qkd' | 'bell';
  readonly speed: number;
  readonly linger_s: number;
  readonly signal: AbortSignal;
  readonly onNote: (text: string) => void;
  readonly onProgress: (flown_s: number, seconds: number) => void;
}

/** The pair of simulated stations on the wire, as a process of its own. */
export async function startStations(options: StationsOptions): Promise<Result<FlownPass, OperationError>> {
  const { mission, elements, credentials } = options;
  const url = readBrokerUrl(options.url);
  if (!url.ok) return err({ type: 'InvalidInput', issues: [`broker ${url.error.url}: ${url.error.reason}`] });
  const chosen = readElementText(elements.text, elements.name, mission.satellite.catalog_number);
  if (!chosen.ok) return chosen;
  const directory = await mkdtemp(join(tmpdir(), 'twinpass-stations-'));
  const connect: ConnectWire = ({ station, onConnected, onCommand }) => createStationSide({
    url: url.value, credentials: { ...credentials, user: station }, mission_id: mission.id, station,
    offline: { state: 'offline', t_utc_ns: '0' }, onConnected, onCut: () => options.onNote(`${station} has no line to the broker`),
    onCommand, now_utc_ns: () => String(BigInt(Date.now()) * 1_000_000n),
  });
  try {
    const { pass_id, start_utc_ms, end_utc_ms, lead_s, seed, brightness, mode, scenario } = options;
    const flown = await runStations({
      ...options, directory, connect,
      order: { mission, elements: chosen.value.elements, pass_id, start_utc_ms, end_utc_ms, lead_s, seed, brightness, mode, scenario },
      elapsed_ms: () => performance.now(), now_utc_ms: Date.now,
      pause: (ms) => pause(ms),
    });
    return flown.ok ? flown : err(simulatorFailure(flown.error));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
