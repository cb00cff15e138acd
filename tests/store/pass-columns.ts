import type { Result } from '../../src-core/result.ts';
import type { StationColumns } from '../../src-main/store/pass-file-writer.ts';
import type { NewVerdict, PassMeta } from '../../src-main/store/pass-types.ts';
import { seeded } from '../support/seeded.ts';

export function must<T>(result: Result<T, { readonly type: string }>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

export const META: PassMeta = {
  pass_id: 'pass-2018-09-14-1', night: '2018-09-14', mode: 'qkd', entangled_state: 'psi+', custody: 'analysis',
  start_utc_ms: 1_536_948_969_000.25, seconds: 285, mission_id: 'micius', mission_json: '{"id":"micius"}',
  elements_text: null, code_version: '0.1.0', created_at_utc_ms: 1_537_000_000_000,
};

export const digest = (digit: string) => digit.repeat(64);

/** A station of `clicks` clicks in exponential gaps, a beacon and a second's edges, made from the seed. */
export function stationColumns(station: string, clicks: number, seed: number): StationColumns {
  const random = seeded(seed);
  let tick = 0;
  const ticks = Float64Array.from({ length: clicks }, () => (tick += Math.floor(-Math.log(1 - random()) * 4e8)));
  const detector = Uint8Array.from({ length: clicks }, () => Math.floor(random() * 4));
  const beacon = Float64Array.from({ length: 2000 }, (_, i) => Math.round(i * 1e8 + random() * 500));
  return {
    station, file_name: `${station}.ptu`, type: 'ptu', sha256: digest(String(seed % 10)), bytes: 4 * clicks,
    manifest_json: '{"format":"twinpass-recording/1"}', tick_ps: 1, origin_ticks: '17821472680578496', detectors: 4,
    events: clicks + 2001, counters: { late: 1 }, clicks: { ticks, detector }, beacon: { ticks: beacon },
    pps: { ticks: Float64Array.of(1e12) },
  };
}

export const VERDICT: NewVerdict = {
  made_at_utc_ms: 1_537_000_100_000, code_version: '0.1.0', parameters: { gate_ns: 2.5 }, result_json: '{"qber":0.045}',
  series: Uint8Array.of(84, 80, 70, 49), coincidences: 600, sifted_bits: 310, qber: 0.045, s: null,
};
