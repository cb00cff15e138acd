import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { OperationError, Reply } from '../../src-contract/errors.ts';
import { err, type Result } from '../../src-core/result.ts';
import { readBrokerUrl } from '../gateway/mqtt/broker-address.ts';
import { createStationSide } from '../gateway/mqtt/station-side.ts';
import { readElementText } from '../pipeline/element-text.ts';
import type { StationsOrder } from '../pipeline/stations-order.ts';
import { runStations, type FlownPass } from '../simulator/station/run-stations.ts';
import type { ConnectWire } from '../simulator/station/station-desk.ts';
import { simulatorFailure } from './simulate-recordings.ts';
import type { TaskContext } from './task.ts';

export type { FlownPass };

export interface StationsWatch {
  readonly signal: { readonly aborted: boolean };
  readonly onNote: (text: string) => void;
  readonly onProgress: (flown_s: number, seconds: number) => void;
}

/** The pair of simulated stations on the wire, in this thread. */
export async function runStationPair(request: StationsOrder, watch: StationsWatch): Promise<Result<FlownPass, OperationError>> {
  const { mission, elements, credentials } = request;
  const url = readBrokerUrl(request.url);
  if (!url.ok) return err({ type: 'InvalidInput', issues: [`broker ${url.error.url}: ${url.error.reason}`] });
  const chosen = readElementText(elements.text, elements.name, mission.satellite.catalog_number);
  if (!chosen.ok) return chosen;
  const directory = await mkdtemp(join(tmpdir(), 'twinpass-stations-'));
  const connect: ConnectWire = ({ station, onConnected, onCommand }) => createStationSide({
    url: url.value, credentials: { ...credentials, user: station }, mission_id: mission.id, station,
    offline: { state: 'offline', t_utc_ns: '0' }, onConnected, onCut: () => watch.onNote(`${station} has no line to the broker`),
    onCommand, now_utc_ns: () => String(BigInt(Date.now()) * 1_000_000n),
  });
  try {
    const flown = await runStations({
      ...request, ...watch, directory, connect, order: { ...request, elements: chosen.value.elements },
      elapsed_ms: () => performance.now(), now_utc_ms: Date.now, pause: (ms) => pause(ms),
    });
    return flown.ok ? flown : err(simulatorFailure(flown.error));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The same as a task: a pass that is interrupted answers `interrupted`, not that it was cancelled. */
export function flyStations(request: StationsOrder, context: TaskContext): Promise<Reply<FlownPass>> {
  const signal = {
    get aborted() {
      return context.cancelled();
    },
  };
  return runStationPair(request, {
    signal, onNote: () => undefined,
    onProgress: (flown_s, seconds) => context.report(`T${clockOf(flown_s - request.lead_s)}`, flown_s / seconds),
  });
}

/** +00:02:10, as the console writes the time of a pass. */
function clockOf(t_s: number): string {
  const whole = Math.abs(Math.trunc(t_s));
  const two = (n: number) => String(n).padStart(2, '0');
  return `${t_s < 0 ? '−' : '+'}${two(Math.floor(whole / 3600))}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}
