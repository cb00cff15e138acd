import type { LiveStation, LiveView } from '../../src-contract/live.ts';
import type { MissionFile } from '../../src-contract/mission.ts';
import type { LiveFigures } from './live-figures.ts';
import type { LivePlan } from './live-plan.ts';

type Pair = NonNullable<LiveView['pass']>['pair'];

export interface PairInput {
  readonly mission: MissionFile;
  readonly mode: 'qkd' | 'bell';
  readonly figures: LiveFigures | null;
  readonly plan: LivePlan | null;
  readonly stations: readonly LiveStation[];
  /** Newest batch of each station that is on disk. */
  readonly newest_utc_ms: readonly number[];
  readonly speed: number;
  /** Seconds after the window's start. */
  readonly t_s: number;
}

/** The pair as counted so far, beside its plan. */
export function viewPair(input: PairInput): Pair {
  const { figures, mode } = input;
  return {
    ...countedOf(input, figures),
    lag_s: lagOf(input),
    ...ratesPlan(input),
    ...(mode === 'qkd' ? siftedPlan(input) : { sifted_bits_plan_now: null, sifted_bits_at_end: null, sifted_bits_plan_end: null }),
    indicators: [...blinding(input), ...(figures?.indicators ?? [])],
  };
}

function ratesPlan({ plan, mode, t_s }: PairInput) {
  if (plan === null) return { rate_hz_plan: null, snr_plan: null, qber_plan: null };
  const { rate_hz, snr } = plan.pair(t_s);
  return { rate_hz_plan: rate_hz, snr_plan: t_s > 0 ? snr : null, qber_plan: mode === 'qkd' ? plan.end.qber : null };
}

type Counted = Omit<Pair, 'lag_s' | 'rate_hz_plan' | 'snr_plan' | 'qber_plan' | 'sifted_bits_plan_now' | 'sifted_bits_at_end'
  | 'sifted_bits_plan_end' | 'indicators'>;

function countedOf({ mission }: PairInput, figures: LiveFigures | null): Counted {
  if (figures === null) {
    const none = { n: 0, e: 0, qber_68: null, qber_95: null };
    return {
      lock: {
        state: 'none', method: null, offset_ns: null, offset_sigma_ns: null, spread_ns: null, false_alarm_probability: null,
        gate_ns: mission.gate.width_ns,
      },
      counted_through_utc_ms: null, coincidences: 0, accidentals: 0, rate_hz_10s: null, snr: null, z: none, x: none,
      sifted_bits: 0, bell: null,
    };
  }
  const { lock, counted_through_utc_ms, coincidences, accidentals, rate_hz_10s, snr, z, x, sifted_bits, bell } = figures;
  return {
    lock, counted_through_utc_ms, coincidences, accidentals, rate_hz_10s, snr, z, x, sifted_bits,
    bell: bell === null ? null : { ...bell, n: [...bell.n], e: [...bell.e] },
  };
}

/** How far the figures are behind what both stations have sent, in seconds of the wall. */
function lagOf({ figures, newest_utc_ms, speed }: PairInput): number | null {
  const counted = figures?.counted_through_utc_ms ?? null;
  if (counted === null || newest_utc_ms.length < 2) return null;
  return Math.max(0, (Math.min(...newest_utc_ms) - counted) / 1000 / speed);
}

const spread = (value: number, sigma: number) => ({ value, low: Math.max(0, value - sigma), high: value + sigma });

function siftedPlan({ figures, plan, t_s }: PairInput) {
  if (plan === null) return { sifted_bits_plan_now: null, sifted_bits_at_end: null, sifted_bits_plan_end: null };
  const [now, { end }] = [plan.pair(t_s), plan];
  const rest = Math.max(0, end.sifted_bits - now.sifted_bits);
  // The night's scatter, as a share of the bits, is that of the whole pass without its counting statistics.
  const share = end.sifted_bits > 0 ? Math.sqrt(Math.max(0, end.sifted_bits_sigma ** 2 - end.sifted_bits)) / end.sifted_bits : 0;
  return {
    sifted_bits_plan_now: spread(now.sifted_bits, now.sifted_bits_sigma),
    sifted_bits_at_end: spread((figures?.sifted_bits ?? 0) + rest, Math.hypot(Math.sqrt(rest), share * rest)),
    sifted_bits_plan_end: spread(end.sifted_bits, end.sifted_bits_sigma),
  };
}

/** The largest anode voltage of each station's last message. */
function blinding({ stations, mission }: PairInput): Pair['indicators'] {
  const limit = mission.limits.anode_v_max;
  return stations.map(({ id, telemetry }) => {
    const value = telemetry === null ? null : Math.max(...telemetry.detectors.map(({ anode_v_max }) => anode_v_max));
    const state = value === null ? 'unknown' : value >= limit ? 'critical' : 'normal';
    return { id: 'blinding', station: id, value, sigma: null, limit, unit: 'V', state };
  });
}
