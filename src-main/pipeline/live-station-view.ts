import type { LiveStation } from '../../src-contract/live.ts';
import type { MissionStation } from '../../src-contract/mission.ts';
import type { StationTelemetry } from '../../src-contract/wire/messages.ts';
import type { StationPlan } from './live-plan.ts';

/** Milliseconds of UTC; a double holds a microsecond of it until 2255. */
export const utcMsOfNs = (t_utc_ns: string): number => Number(BigInt(t_utc_ns) / 1000n) / 1000;

/** What is known of a station beside its last message. */
export interface StationSight {
  readonly site: MissionStation;
  readonly link: LiveStation['link'];
  readonly completeness: LiveStation['completeness'];
  readonly telemetry: StationTelemetry | null;
  readonly stale: boolean;
  readonly now_utc_ms: number;
  readonly tracking_error_urad_max_60s: number | null;
  readonly residual_ns: number | null;
  readonly plan: StationPlan | null;
  readonly anode_v_limit: number;
  readonly pair_rate_hz: number;
}

/** Weather comes every few minutes; older than this it says nothing about now. */
const WEATHER_STALE_MS = 15 * 60_000;

/** A station as the Live view shows it. */
export function viewStation(sight: StationSight): LiveStation {
  const { site: { id, name }, link, completeness, telemetry } = sight;
  return { id, name, link, telemetry: telemetry === null ? null : viewTelemetry(sight, telemetry), completeness };
}

function viewTelemetry(sight: StationSight, telemetry: StationTelemetry): NonNullable<LiveStation['telemetry']> {
  const { plan, stale } = sight;
  const { azimuth_deg, elevation_deg, acquisition, shutter, tracking_error_urad, pps, hwp_angle_deg } = telemetry;
  const { signal_cps, background_cps } = telemetry;
  const efficiency_db = efficiencyDb(telemetry, sight.pair_rate_hz);
  return {
    at_utc_ms: utcMsOfNs(telemetry.t_utc_ns), stale,
    azimuth_deg, elevation_deg, range_km: plan?.range_km ?? null, acquisition, shutter,
    tracking_error_urad, tracking_error_urad_max_60s: sight.tracking_error_urad_max_60s,
    beacon: { state: telemetry.beacon.state, used_fraction: telemetry.beacon.used_fraction, residual_ns: sight.residual_ns },
    pps, signal_cps, background_cps,
    efficiency_db,
    efficiency_db_plan: efficiency_db === null ? null : plan?.efficiency_db ?? null,
    efficiency_db_sigma: efficiency_db === null ? null : plan?.efficiency_db_sigma ?? null,
    hwp_angle_deg, hwp_angle_deg_plan: plan?.hwp_angle_deg ?? null,
    detectors: viewDetectors(sight, telemetry),
    weather: viewWeather(sight, telemetry),
  };
}

function viewDetectors({ site, anode_v_limit }: StationSight, { detectors }: StationTelemetry) {
  return detectors.map((detector, place) => {
    const known = site.detectors.find(({ serial }) => serial === detector.serial) ?? site.detectors[place];
    return { label: known?.label ?? `${place + 1}`, anode_v_limit, ...detector };
  });
}

function viewWeather({ now_utc_ms }: StationSight, { weather }: StationTelemetry) {
  if (weather === null) return null;
  const { measured_at_utc_ns, ...measured } = weather;
  const at_utc_ms = utcMsOfNs(measured_at_utc_ns);
  return { at_utc_ms, stale: now_utc_ms - at_utc_ms > WEATHER_STALE_MS, ...measured };
}

/**
 * Efficiency of one downlink, its detectors included; null while no photon of the satellite is seen.
 *
 *   10 log10((clicks - background) / pairs made a second)
 */
export function efficiencyDb(
  { signal_cps, background_cps, acquisition, shutter }: Pick<StationTelemetry, 'signal_cps' | 'background_cps' | 'acquisition' | 'shutter'>,
  pair_rate_hz: number,
): number | null {
  const photons_cps = signal_cps - background_cps;
  if (acquisition !== 'fine' || shutter !== 'open' || photons_cps <= 0) return null;
  return 10 * Math.log10(photons_cps / pair_rate_hz);
}
