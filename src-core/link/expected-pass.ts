import { assert } from '../assert.ts';
import { normalCdf } from '../statistics.ts';
import { linkTerms, transmittance } from './downlink.ts';
import type { LinkParameters, LinkStation } from './link-parameters.ts';

/** One station over a pass: columns of equal length, sampled at the same equal steps as the other's. */
export interface StationPass {
  readonly station: LinkStation;
  readonly range_m: Float64Array;
  readonly elevation_rad: Float64Array;
  /** Dark counts and sky at each sample, counts a second. */
  readonly background_cps: Float64Array;
}

export interface PassColumns {
  readonly step_s: number;
  readonly stations: readonly [StationPass, StationPass];
}

/** Rates and losses at each sample. */
export interface RateColumns {
  /** Attenuation of each downlink without its detectors, and of both together. */
  readonly channel_db: readonly [Float64Array, Float64Array];
  readonly loss_db: Float64Array;
  readonly singles_cps: readonly [Float64Array, Float64Array];
  readonly true_hz: Float64Array;
  readonly accidental_hz: Float64Array;
}

/** What a pass should give. Sigmas hold counting statistics and the scatter of the night. */
export interface ExpectedPass {
  readonly seconds: number;
  readonly loss_db_min: number;
  readonly loss_db_max: number;
  readonly true_coincidences: number;
  readonly accidentals: number;
  readonly coincidences: number;
  readonly coincidences_sigma: number;
  readonly rate_hz_mean: number;
  readonly snr: number;
  readonly qber: number;
  readonly qber_sigma: number;
  readonly sifted_bits: number;
  readonly sifted_bits_sigma: number;
}

/**
 * Share of true pairs whose time difference falls inside a centred gate.
 *
 *   g = 2 Phi(W / (2 sigma)) - 1
 *
 * @units nanoseconds in; dimensionless
 * @shape scalar
 * @errors programmer error for a gate that is not positive or a negative jitter
 * @validity normal jitter, gate centred
 * @source NIST DLMF 7.2.1 and 7.1.1
 * @golden tests/core/link/expected-pass.test.ts, 0.8955 for 2.5 ns and 0.77 ns
 */
export function gateCapture(gate_width_ns: number, jitter_sigma_ns: number): number {
  assert(gate_width_ns > 0 && jitter_sigma_ns >= 0, `gate ${gate_width_ns} ns, jitter ${jitter_sigma_ns} ns`);
  return jitter_sigma_ns === 0 ? 1 : 2 * normalCdf(gate_width_ns / (2 * jitter_sigma_ns)) - 1;
}

/**
 * Error rate that a visibility leaves in sifted bits.
 *
 *   Q = (1 - V) / 2
 *
 * @units dimensionless
 * @shape scalar
 * @errors programmer error outside [-1, 1]
 * @validity errors alike in both outcomes
 * @source Gisin et al., Rev. Mod. Phys. 74, 145 (2002), doi:10.1103/RevModPhys.74.145, eq. 21
 * @golden tests/core/link/expected-pass.test.ts
 */
export function qberOfVisibility(visibility: number): number {
  assert(visibility >= -1 && visibility <= 1, `visibility ${visibility}`);
  return (1 - visibility) / 2;
}

/**
 * Accidental coincidences of two independent streams of clicks.
 *
 *   acc = S_A S_B gate
 *
 * @units counts a second and nanoseconds in; hertz
 * @shape scalar
 * @errors none
 * @validity S gate much below 1
 * @source Eckart and Shonka, Phys. Rev. 53, 752 (1938), doi:10.1103/PhysRev.53.752
 * @golden tests/core/link/expected-pass.test.ts
 */
export function accidentalHz(singles_cps: readonly [number, number], gate_width_ns: number): number {
  return singles_cps[0] * singles_cps[1] * gate_width_ns * 1e-9;
}

/**
 * Losses, singles, true and accidental pair rates at each sample of a pass.
 *
 *   true = P eta_A eta_B g;  S_i = P eta_i + background_i;  acc = S_A S_B gate
 *
 * @units dB, counts a second, hertz
 * @shape columns of equal length
 * @errors programmer error for columns of different lengths or samples below the horizon
 * @validity weak links (eta far below 1), dead times that lose below 0.1 %
 * @source Yin et al., Nature 582, 501 (2020), doi:10.1038/s41586-020-2401-y
 * @golden tests/core/link/calibration.test.ts, about 2.2 Hz over the golden pass
 */
export function rateColumns(link: LinkParameters, pass: PassColumns): RateColumns {
  const [a, b] = pass.stations;
  const count = a.range_m.length;
  for (const column of [a.elevation_rad, a.background_cps, b.range_m, b.elevation_rad, b.background_cps]) {
    assert(column.length === count, `columns of ${count} and ${column.length} samples`);
  }
  const column = () => new Float64Array(count);
  const rates = {
    channel_db: [column(), column()], loss_db: column(), singles_cps: [column(), column()],
    true_hz: column(), accidental_hz: column(),
  } as const;
  const captured = gateCapture(link.gate_width_ns, link.jitter_sigma_ns);
  for (let i = 0; i < count; i++) {
    let pair_hz = link.pair_rate_hz * captured;
    for (const which of [0, 1] as const) {
      const { station, range_m, elevation_rad, background_cps } = pass.stations[which];
      const terms = linkTerms(link, station, { range_m: range_m[i]!, elevation_rad: elevation_rad[i]! });
      const eta = transmittance(terms.total_db);
      rates.channel_db[which][i] = terms.channel_db;
      rates.singles_cps[which][i] = link.pair_rate_hz * eta + background_cps[i]!;
      pair_hz *= eta;
    }
    rates.loss_db[i] = rates.channel_db[0][i]! + rates.channel_db[1][i]!;
    rates.true_hz[i] = pair_hz;
    rates.accidental_hz[i] = accidentalHz([rates.singles_cps[0][i]!, rates.singles_cps[1][i]!], link.gate_width_ns);
  }
  return rates;
}

/** Trapezoids over equal steps. */
function integral(values: Float64Array, step_s: number): number {
  let sum = 0;
  for (let i = 1; i < values.length; i++) sum += (values[i - 1]! + values[i]!) / 2;
  return sum * step_s;
}

/**
 * What a pass should give: coincidences, error rate and sifted bits, with uncertainty.
 *
 *   N = integral(true + acc) dt;  Q = (N_true (1 - V) / 2 + N_acc / 2) / N;  sifted = N (z^2 + (1 - z)^2)
 *   sigma^2 = N + (ln(10) / 10 sigma_dB N_true)^2
 *   sigma_Q^2 = Q (1 - Q) / sifted + (ln(10) / 10 sigma_dB N_true N_acc (V / 2) / N^2)^2, accidentals held
 *
 * @units counts, bits, hertz, dB
 * @shape at least two samples, the first and last at the edges of the window
 * @errors programmer error for fewer samples
 * @validity clear sky; both stations share z; double clicks (below 0.1 %) left out
 * @source Yin et al., Nature 582, 501 (2020), doi:10.1038/s41586-020-2401-y; trapezoids: NIST DLMF 3.5.2
 * @golden tests/core/link/calibration.test.ts
 */
export function expectedPass(link: LinkParameters, pass: PassColumns): ExpectedPass {
  const rates = rateColumns(link, pass);
  const count = rates.loss_db.length;
  assert(count >= 2 && pass.step_s > 0, `${count} samples every ${pass.step_s} s`);
  const true_coincidences = integral(rates.true_hz, pass.step_s);
  const accidentals = integral(rates.accidental_hz, pass.step_s);
  const coincidences = true_coincidences + accidentals;
  const night = Math.LN10 / 10 * link.night_sigma_db * true_coincidences;
  const sifting = link.z_share ** 2 + (1 - link.z_share) ** 2;
  const sifted_bits = coincidences * sifting;
  const seconds = (count - 1) * pass.step_s;
  const qber = (true_coincidences * qberOfVisibility(link.visibility) + accidentals / 2) / coincidences;
  // dQ / dN_true = -N_acc (1/2 - Q_true) / N^2, and 1/2 - Q_true is V / 2.
  const qber_of_night = night * accidentals * link.visibility / 2 / coincidences ** 2;
  return {
    seconds,
    loss_db_min: rates.loss_db.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY),
    loss_db_max: rates.loss_db.reduce((high, value) => Math.max(high, value), Number.NEGATIVE_INFINITY),
    true_coincidences,
    accidentals,
    coincidences,
    coincidences_sigma: Math.sqrt(coincidences + night * night),
    rate_hz_mean: coincidences / seconds,
    snr: true_coincidences / accidentals,
    qber,
    qber_sigma: Math.sqrt(qber * (1 - qber) / sifted_bits + qber_of_night ** 2),
    sifted_bits,
    sifted_bits_sigma: Math.sqrt(sifted_bits + (night * sifting) ** 2),
  };
}
