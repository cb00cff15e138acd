import type { StationTelemetry } from '../../../src-contract/wire/messages.ts';
import type { MissionStation } from '../../../src-contract/mission.ts';
import type { StationFlight } from '../flight.ts';
import { interpolateLinear } from '../light-time.ts';
import type { Random } from '../random.ts';
import { acquisitionAt, type AcquisitionTimes } from './acquisition.ts';
import { cloudTransmission } from './fading.ts';
import type { StationPlan } from './flight-plan.ts';
import type { Pointing } from './pointing.ts';

export type Telemetry = Omit<StationTelemetry, 'seq' | 't_utc_ns' | 'pass_id' | 'stored_batches'>;

export interface TelemetryInput {
  readonly station: MissionStation;
  readonly plan: StationPlan;
  readonly flight: StationFlight;
  readonly pointing: Pointing;
  readonly times: AcquisitionTimes;
  readonly random: Random;
  readonly utcNsAt: (t_s: number) => string;
}

/** What the recorder counted in the time that a message speaks of. */
export interface Counted {
  readonly seconds: number;
  readonly by_detector: readonly number[];
  readonly beacon: number;
}

const TRACKING_URAD = 0.4;
const ANODE_V = 0.6;
const ANODE_SIGMA_V = 0.01;
/** Bright light drives the bias circuit: over the limit of 1.2 V, most at the detector that is made to click. */
const BLINDED_V = 1.35;
const BLINDED_TARGET_V = 1.6;
const COOLED_C = -50;
const WEATHER_EVERY_S = 10;
const GNSS_SATELLITES = 13;

/** What a station's instruments say at a time; call it in order of time. */
export function createTelemetry(input: TelemetryInput): (t_s: number, counted: Counted) => Telemetry {
  const { station, plan, flight, pointing, random } = input;
  const pps_offset_ns = 40 * random.normal();
  const rate_error = 1e-9 * random.normal();
  const calm = { temperature_c: -4 + 2 * random.normal(), wind_m_s: 2 + 2 * random.uniform(), humidity: 30 + 10 * random.uniform() };
  return (t_s, counted) => {
    const { state, shutter, beacon } = acquisitionAt(input.times, plan, t_s);
    const rates = counted.by_detector.map((count) => count / counted.seconds);
    const total_cps = rates.reduce((sum, rate) => sum + rate, 0);
    const background_cps = interpolateLinear(flight.sky_cps, t_s)
      + station.detectors.reduce((sum, { dark_cps }, i) => sum + dark_cps * heatOf(plan, i).dark_factor, 0);
    return {
      azimuth_deg: wrapped(interpolateLinear(pointing.azimuth_deg, t_s)),
      elevation_deg: Math.max(-90, interpolateLinear(pointing.elevation_deg, t_s)),
      tracking_error_urad: state === 'fine' ? TRACKING_URAD * Math.exp(0.1 * random.normal()) : null,
      acquisition: state, shutter,
      beacon: {
        state: beacon, pulse_rate_hz: counted.beacon / counted.seconds,
        used_fraction: beacon === 'locked' ? Math.min(1, 0.985 + 0.004 * random.normal()) : 0,
      },
      pps: ppsAt(plan, t_s, { offset_ns: pps_offset_ns + 3 * random.normal(), rate_error }),
      signal_cps: total_cps, background_cps,
      hwp_angle_deg: halfTurns(interpolateLinear(pointing.plate_deg, t_s) + 0.01 * random.normal()),
      detectors: station.detectors.map(({ serial, dark_cps, current_a }, i) => {
        const { dark_factor, temperature_c } = heatOf(plan, i);
        const light_v = blindingAt(plan, t_s, i);
        const anode_v_mean = (light_v ?? ANODE_V) + ANODE_SIGMA_V * random.normal();
        return {
          serial, count_cps: rates[i]!, dark_cps: dark_cps * dark_factor, bias_current_a: current_a,
          anode_v_mean, anode_v_max: anode_v_mean + 0.03 + 0.01 * Math.abs(random.normal()),
          temperature_c: temperature_c + 0.05 * random.normal(), state: light_v === null ? 'live' as const : 'saturated' as const,
        };
      }),
      weather: {
        temperature_c: calm.temperature_c, wind_m_s: calm.wind_m_s, humidity_percent: calm.humidity,
        cloud_fraction: plan.clouds.some(({ from_s, to_s }) => t_s >= from_s && t_s < to_s)
          ? 1 - cloudTransmission(plan, t_s) : 0.02,
        measured_at_utc_ns: input.utcNsAt(Math.floor(t_s / WEATHER_EVERY_S) * WEATHER_EVERY_S),
      },
    };
  };
}

const wrapped = (degrees: number) => ((degrees % 360) + 360) % 360;
/** A plate at an angle and half a turn on is the same plate. */
const halfTurns = (degrees: number) => degrees - 180 * Math.round(degrees / 180);

function heatOf({ hot }: StationPlan, place: number): { dark_factor: number; temperature_c: number } {
  return hot.find(({ detector }) => detector === place) ?? { dark_factor: 1, temperature_c: COOLED_C };
}

/** Anode voltage that an attack's light causes; null in the dark. */
function blindingAt({ attacks }: StationPlan, t_s: number, place: number): number | null {
  const attack = attacks.find(({ name, from_s, to_s }) => name === 'blinding' && t_s >= from_s && t_s < to_s);
  if (attack === undefined) return null;
  return attack.detector === place ? BLINDED_TARGET_V : BLINDED_V;
}

function ppsAt({ pps_losses }: StationPlan, t_s: number, clock: { offset_ns: number; rate_error: number }) {
  const lost = pps_losses.some(({ from_s, to_s }) => t_s >= from_s && t_s < to_s);
  return { state: lost ? 'lost' as const : 'locked' as const, ...clock, gnss_satellites: lost ? 0 : GNSS_SATELLITES };
}
