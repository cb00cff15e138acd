// A station that plays a recording over the wire at some speed, as the wire's description asks: it keeps what is not stored.
import { encodeTagBatch, type TagBatch } from '../../src-core/formats/tag-batch.ts';
import type { StationCommand, StationTelemetry } from '../../src-contract/wire/messages.ts';
import { createStationSide, type StationSide } from '../../src-main/gateway/mqtt/station-side.ts';
import type { LiveBatch } from '../../src-core/detection/live-batches.ts';
import type { RecordingManifest } from '../../src-contract/recording.ts';

export interface Flight {
  readonly url: string;
  readonly pass_id: string;
  readonly manifest: RecordingManifest;
  readonly tick_ps: number;
  readonly batches: readonly LiveBatch[];
  /** UTC of tick 0. */
  readonly origin_utc_ms: number;
  readonly speed: number;
  /** What its telemetry says otherwise than that all is well, by seconds of its recorder. */
  readonly says?: (t_s: number, said: StationTelemetry) => Partial<StationTelemetry>;
}

export interface FlyingStation {
  readonly heard: readonly StationCommand[];
  readonly side: StationSide;
  /** Resolves once everything was sent and is stored. */
  readonly flown: Promise<void>;
  readonly close: () => Promise<void>;
}

const TICK_MS = 20;
const TELEMETRY_S = 0.5;

/** Takes off at once. */
export function flyStation({ url, pass_id, manifest, tick_ps, batches, origin_utc_ms, speed, says = () => ({}) }: Flight): FlyingStation {
  const { station } = manifest;
  const heard: StationCommand[] = [];
  const kept = new Map<number, Uint8Array>();
  const said = new Map<number, string>();
  const landed = Promise.withResolvers<undefined>();
  const began_ms = performance.now();
  const now_s = () => ((performance.now() - began_ms) * speed) / 1000;
  const nsAt = (t_s: number) => (BigInt(Math.round((origin_utc_ms + t_s * 1000) * 1000)) * 1000n).toString();
  let [sent, spoken] = [0, 0];
  const clicksAt = (t_s: number) => {
    const { clicks, from_tick, to_tick } = batches.find((batch) => (batch.to_tick * tick_ps) / 1e12 >= t_s) ?? batches.at(-1)!;
    return clicks.ticks.length / (((to_tick - from_tick) * tick_ps) / 1e12);
  };

  const side = createStationSide({
    url, credentials: { user: station }, mission_id: 'micius', station, now_utc_ns: () => nsAt(now_s()),
    offline: { state: 'offline', t_utc_ns: nsAt(0) },
    onConnected: () => void side.publish('status', JSON.stringify({
      state: 'online', t_utc_ns: nsAt(now_s()), pass_id, recording: { tick_ps, manifest_json: JSON.stringify(manifest) },
    })),
    onCut: () => undefined,
    onCommand: (command) => {
      heard.push(command);
      if (command.command === 'stored' && command.kind === 'tags') {
        for (const seq of kept.keys()) if (seq <= command.through_seq) kept.delete(seq);
        if (sent === batches.length && kept.size === 0) landed.resolve(undefined);
      }
      if (command.command === 'resend') {
        for (const [seq, bytes] of command.kind === 'tags' ? kept : said) {
          if (seq >= command.from_seq && seq <= command.through_seq) void side.publish(command.kind, bytes);
        }
      }
      return { reply: 'done', t_utc_ns: nsAt(now_s()) };
    },
  });

  const timer = setInterval(() => {
    while (sent < batches.length && (batches[sent]!.to_tick * tick_ps) / 1e12 <= now_s()) {
      const batch = batches[sent] as LiveBatch & Pick<TagBatch, 'clicks' | 'beacon' | 'pps'>;
      const bytes = encodeTagBatch({ ...batch, pass_id, t_utc_ns: nsAt((batch.to_tick * tick_ps) / 1e12) });
      sent += 1;
      kept.set(batch.seq, bytes);
      void side.publish('tags', bytes);
    }
    while ((spoken + 1) * TELEMETRY_S <= now_s()) {
      spoken += 1;
      const t_s = spoken * TELEMETRY_S;
      const well = { ...telemetry(manifest, { seq: spoken, pass_id, t_utc_ns: nsAt(t_s) }), signal_cps: clicksAt(t_s) };
      const text = JSON.stringify({ ...well, ...says(t_s, well) });
      said.set(spoken, text);
      void side.publish('telemetry', text);
    }
  }, TICK_MS);
  return {
    heard, side, flown: landed.promise,
    close: async () => {
      clearInterval(timer);
      await side.close();
    },
  };
}

type Envelope = Pick<StationTelemetry, 'seq' | 'pass_id' | 't_utc_ns'>;

/** A station on which all is well. */
function telemetry({ detectors }: RecordingManifest, envelope: Envelope): StationTelemetry {
  return {
    ...envelope, azimuth_deg: 302.7, elevation_deg: 28.5, tracking_error_urad: 0.39, acquisition: 'fine', shutter: 'open',
    beacon: { state: 'locked', pulse_rate_hz: 9800, used_fraction: 0.96 },
    pps: { state: 'locked', offset_ns: -38, rate_error: 1.3e-9, gnss_satellites: 13 },
    signal_cps: 7170, background_cps: 4030, hwp_angle_deg: -39.5,
    detectors: detectors.map(({ serial }, i) => ({
      serial: serial ?? `D${i}`, count_cps: 1800, dark_cps: 55, bias_current_a: 0.95, anode_v_mean: 0.68, anode_v_max: 0.71,
      temperature_c: -50, state: 'live',
    })),
    weather: null, stored_batches: 0,
  };
}
