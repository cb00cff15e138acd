// Stations and consoles on a test broker, and what they said.
import { createStationLink, type LinkState, type StationLinkOptions } from '../../../src-main/gateway/mqtt/station-link.ts';
import { createStationSide, type StationSideOptions } from '../../../src-main/gateway/mqtt/station-side.ts';
import type { StationReply, StationTelemetry } from '../../../src-contract/wire/messages.ts';
import type { Refused, StationMessage } from '../../../src-main/gateway/mqtt/read-message.ts';
import { encodeTagBatch } from '../../../src-core/formats/tag-batch.ts';
import { MISSION, PASSWORD, STATIONS } from './brokers.ts';

export const PASS = '2018-09-14-1814';
export const T_UTC_NS = '1536948969000000000';

export function telemetry(seq: number): StationTelemetry {
  return {
    seq, t_utc_ns: T_UTC_NS, pass_id: PASS, azimuth_deg: 302.7, elevation_deg: 28.5, tracking_error_urad: 0.41,
    acquisition: 'fine', shutter: 'open', beacon: { state: 'locked', pulse_rate_hz: 6200, used_fraction: 0.99 },
    pps: { state: 'locked', offset_ns: -38, rate_error: 1e-9, gnss_satellites: 13 },
    signal_cps: 4200, background_cps: 1900, hwp_angle_deg: -39.5,
    detectors: [{
      serial: 'B5213', count_cps: 1050, dark_cps: 55, bias_current_a: 0.956, anode_v_mean: 0.6, anode_v_max: 0.7,
      temperature_c: -50, state: 'live',
    }],
    weather: null, stored_batches: 0,
  };
}

export const tags = (seq: number): Uint8Array<ArrayBuffer> => encodeTagBatch({
  seq, t_utc_ns: T_UTC_NS, pass_id: PASS, from_tick: 1000 * (seq - 1), to_tick: 1000 * seq,
  clicks: { ticks: Float64Array.of(1000 * seq - 500), detector: Uint8Array.of(seq % 4) },
  beacon: new Float64Array(0), pps: new Float64Array(0),
});

export interface Console {
  readonly link: ReturnType<typeof createStationLink>;
  readonly messages: StationMessage[];
  readonly refused: Refused[];
  readonly states: LinkState[];
}

/** A console that keeps all it hears; each message is done with at once unless `hold` says otherwise. */
export function openConsole(url: string, options: Partial<StationLinkOptions> = {}): Console {
  const messages: StationMessage[] = [];
  const refused: Refused[] = [];
  const states: LinkState[] = [];
  const link = createStationLink({
    url, credentials: { user: 'console', password: PASSWORD }, mission_id: MISSION, stations: STATIONS, client_id: 'console-1',
    onMessage: (message, done) => {
      messages.push(message);
      done();
    },
    onRefused: (reason) => refused.push(reason),
    onState: (state) => states.push(state),
    ...options,
  });
  return { link, messages, refused, states };
}

export const done: StationReply = { reply: 'done', t_utc_ns: T_UTC_NS };

/** A station that answers every order with `done`, and how often it was connected. */
export function openStation(url: string, options: Partial<StationSideOptions> = {}) {
  const station = options.station ?? 'delingha';
  let connections = 0;
  const side = createStationSide({
    url, credentials: { user: station, password: PASSWORD }, mission_id: MISSION, station,
    offline: { state: 'offline', t_utc_ns: T_UTC_NS },
    onConnected: () => { connections += 1; },
    onCut: () => undefined,
    onCommand: () => done,
    now_utc_ns: () => T_UTC_NS,
    ...options,
  });
  return { ...side, connections: () => connections };
}
