import type { BellAccount } from '../../src-contract/bell.ts';
import { columnOf, decodeFrame, encodeFrame, type FrameColumn } from '../../src-contract/frames.ts';
import type { PassDetail, PassSummary, Verdict } from '../../src-contract/pass.ts';
import { curvesOf, mission } from './fixture-orbit.ts';

/** Deterministic noise for pictures: a 32-bit linear congruence. */
export function noise(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function poisson(random: () => number, mean: number): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count += 1;
  return count;
}

const START_UTC_MS = Date.UTC(2018, 8, 14, 18, 14, 1, 802);
export const SECONDS = 281.34;

export function summaryOf(change: Partial<PassSummary> = {}): PassSummary {
  return {
    pass_id: '2018-09-14-qkd-1', night: '2018-09-14', state: 'processed', mode: 'qkd', custody: 'analysis',
    start_utc_ms: START_UTC_MS, seconds: SECONDS, imported_at_utc_ms: START_UTC_MS + 600_000, verdicts: 1,
    coincidences: 587, sifted_bits: 299, qber: 0.0435, s: null, failure: null, ...change,
  };
}

const BELL_ACCOUNT: BellAccount = {
  settings: ([[0, 67.5], [0, 22.5], [45, 67.5], [45, 22.5]] as const).map(([a_deg, b_deg], i) => ({
    a_deg, b_deg, counts: [[61, 13, 14, 60], [15, 62, 60, 14], [58, 12, 12, 57], [60, 12, 13, 59]][i]!,
    e: [0.64, -0.62, 0.66, 0.65][i]!, e_sigma: 0.063,
  })),
  s_predicted: 2.828, orientation: -1, double_clicks: { a: 1, b: 0 },
  games: [{ setting_bias: 0, trials: 582, wins: 479, win_bound: 0.75, p_value: 2.4e-9, log10_p_value: -8.6 }],
  assumptions: ['Settings are fair.', 'Detected pairs are a fair sample of all pairs.'],
  checks: (['balance_a', 'balance_b', 'independence', 'signal_a', 'signal_a_prime', 'signal_b', 'signal_b_prime'] as const)
    .map((name, i) => ({ name, chi_square: 0.1 + i / 10, p_value: 0.75 - i / 10 })),
};

export function verdictOf(verdict_id: number, gate_ns: number, mode: 'qkd' | 'bell' = 'qkd'): Verdict {
  const coincidences = Math.round(587 * Math.min(1.08, 0.75 + gate_ns / 10));
  return {
    verdict_id, made_at_utc_ms: START_UTC_MS + 700_000 + verdict_id * 60_000, code_version: '0.1.0',
      parameters: { gate_ns },
    result: {
      mode, state: 'psi+', custody: 'analysis',
      lock: { method: 'beacon', offset_ns: 0.04, sigma_ns: 0.77, gate_ns, false_alarm_probability: 3e-10,
        residual_ns_rms: 0.52 },
      stations: mission.stations.map(({ id }, i) => ({
        id, events: 3_412_000 + i * 81_000, used: 3_301_200 + i * 82_000,
          dropped: { dead_time: 411, double_click: 37 + i },
      })),
      coincidences, accidentals: 13.2 * gate_ns, accidentals_sigma: 1.4, snr: 17.3,
      sifted: mode === 'qkd' ? { Z: { n: 167, e: 8 }, X: { n: 132, e: 5 } } : { Z: { n: 0, e: 0 }, X: { n: 0, e: 0 } },
      qber: mode === 'qkd' ? 0.0435 : null,
      qber_z: mode === 'qkd' ? { value: 0.048, low: 0.021, high: 0.092 } : null,
      qber_x: mode === 'qkd' ? { value: 0.038, low: 0.012, high: 0.086 } : null,
      seconds: SECONDS,
      key: mode === 'qkd' ? [
        { definition: 'paper', length_bits: -234.7, length_z_bits: -104.1, length_x_bits: -130.6, f: 1.19,
          eps_sec: 1e-10,
          eps_cor: 1e-10, delta: 0.0147 },
        { definition: 'composable', length_bits: -308.5, length_z_bits: -140, length_x_bits: -168.5, f: 1.19,
          eps_sec: 5e-11,
          eps_cor: 5e-11, delta: 0.0147, epsilon: 1e-10, hashing: 'two-key', proved: true },
      ] : [],
      bell: mode === 'bell'
        ? { e: [0.64, -0.62, 0.66, 0.65], n: [148, 151, 139, 144], s: 2.57, s_sigma: 0.07, p_value: 2.4e-9,
          account: BELL_ACCOUNT } : null,
    },
  };
}

export function detailOf(summary: PassSummary, verdicts: readonly Verdict[]): PassDetail {
  return {
    summary: { ...summary, verdicts: verdicts.length }, entangled_state: 'psi+',
    recordings: mission.stations.map(({ id }, i) => ({
      station: id, file_name: `${id}_20180914T1814.ptu`, type: 'ptu', sha256: (i === 0 ? '4be0' : 'a7d1').repeat(16),
      bytes: 27_411_200 + i * 312_000, events: 3_412_000 + i * 81_000,
    })),
    file_name: '2018-09-14-qkd-1.tpass', file_bytes: 38_412_800, verdicts: [...verdicts],
    planned: summary.night !== '2018-09-14' ? null : {
      start_utc_ms: START_UTC_MS - 30, end_utc_ms: START_UTC_MS + SECONDS * 1000, coincidences: 618,
        coincidences_sigma: 128,
      sifted_bits: 310, sifted_bits_sigma: 64, qber: 0.045, loss_db_min: 56, loss_db_max: 71,
    },
  };
}

/** Series of one verdict: noise about the link's own curves. */
export function seriesOf(verdict: Verdict): Uint8Array<ArrayBuffer> {
  const random = noise(verdict.verdict_id);
  const curves = decodeFrame(curvesOf({
    start_utc_ms: START_UTC_MS, end_utc_ms: START_UTC_MS + SECONDS * 1000, margin_s: 0, step_s: 1 }));
  const rate = columnOf(curves, 'rate_hz');
  const bins = Array.from({ length: 56 }, (_, i) => i * 5 + 2.5);
  const expected = bins.map((t) => rate[Math.round(t)]! * 1.1);
  const delta = Array.from({ length: 64 }, (_, i) => -8 + i * 0.25 + 0.125);
  const peak = (x: number) => 78 * Math.exp(-(((x - 0.04) / 0.77) ** 2) / 2) + 3.3;
  const slices =
    Array.from({ length: 9 }, (_, i) =>
      ({ t: i * 30 + 15, n: 12 + Math.round(26 * Math.sin((i + 1) / 10 * Math.PI)) }));
  const errors = slices.map(({ n }) => poisson(random, n * 0.045));
  const arrival = Array.from({ length: 10 }, (_, i) => -1.125 + i * 0.25);
  const column = (name: string, unit: string, values: Iterable<number>): FrameColumn =>
    ({ name, unit, values: Float64Array.from(values) });
  const noisy = (id: string) =>
    Array.from(columnOf(curves, `${id}.loss_db`), (loss) => -loss + (random() + random() - 1) * 0.9);
  return encodeFrame({ facts: {}, columns: [
    column('histogram.delta_ns', 'ns', delta),
      column('histogram.counts', '', delta.map((x) => poisson(random, peak(x)))),
    column('rate.t_s', 's', bins), column('rate.coincidences', '', expected.map((hz) => poisson(random, hz * 5))),
    column('rate.accidentals', '', bins.map(() => 0.6)), column('rate.expected_hz', 'Hz', expected),
    ...(verdict.result.mode === 'bell' ? [
      column('bell.t_s', 's', bins.slice(6)), column('bell.n', '', bins.slice(6).map((_, i) => 60 + i * 10)),
      column('bell.s', '', bins.slice(6).map((_, i) => 2.57 + 0.4 * Math.cos(i / 3) / (2 + i / 3))),
      column('bell.s_sigma', '', bins.slice(6).map((_, i) => 1.75 / Math.sqrt(60 + i * 10))),
    ] : [
      column('qber.t_s', 's', slices.map(({ t }) => t)), column('qber.n', '', slices.map(({ n }) => n)),
        column('qber.e', '', errors),
      column('qber.low', '', slices.map(({ n }, i) => Math.max(0, errors[i]! / n - 0.05))),
      column('qber.high', '', slices.map(({ n }, i) => errors[i]! / n + 0.09)),
    ]),
    column('arrival.delta_ns', 'ns', arrival),
    ...mission.stations.flatMap(({ id, detectors }) => detectors.map(({ label }) =>
      column(`arrival.${id}.${label}`, '',
        arrival.map((x) => poisson(random, 19 * Math.exp(-((x / 0.85) ** 2) / 2)))))),
    column('lock.t_s', 's', bins), column('lock.residual_ns', 'ns', bins.map(() => 0.6 + 0.1 * random())),
    column('drift.t_s', 's', bins.filter((_, i) => i % 6 === 3)),
    column('drift.centre_ns', 'ns', bins.filter((_, i) => i % 6 === 3).map(() => 0.3 * (random() - 0.5))),
    column('drift.sigma_ns', 'ns', bins.filter((_, i) => i % 6 === 3).map(() => 0.1)),
    ...mission.stations.flatMap(({ id }) => [
      column(`${id}.t_s`, 's', columnOf(curves, 't_s')),
        column(`${id}.singles_cps`, 'cps', columnOf(curves, 't_s').map(() => 9000 + 900 * random())),
      column(`${id}.range_km`, 'km', columnOf(curves, `${id}.range_km`)),
        column(`${id}.efficiency_db`, 'dB', noisy(id)),
    ]),
  ] });
}
