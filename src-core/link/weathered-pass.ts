import { forecastSightProbability, type SkyForecast } from './cloud-cover.ts';
import { rateColumns, type PassColumns } from './expected-pass.ts';
import type { LinkParameters } from './link-parameters.ts';

/** What a pass brings on average over the skies that a forecast allows, beside what it brings if clear. */
export interface WeatheredPass {
  readonly coincidences: number;
  readonly sifted_bits: number;
  /** Of the coincidences that a clear sky would give, the share that is expected. */
  readonly share: number;
  /** Mean probability of a clear line of sight over the pass, each station by itself. */
  readonly clear_probability: readonly [number, number];
}

/**
 * The expectation of a pass under two forecasts, each instant weighed by the elevation at which the station looks.
 *
 *   N_w = integral (true + acc) P_A(el_A) P_B(el_B) dt
 *
 * It is an average: a sky is open or it is not for most of a pass, so a night brings about N or about nothing.
 *
 * @units counts, bits, dimensionless
 * @shape samples as in expectedPass
 * @errors programmer error as in rateColumns and forecastSightProbability
 * @validity skies independent of each other: stations farther apart than a weather system's cells, hundreds of km
 * @source this file; sight: clearSightProbability; trapezoids: NIST DLMF 3.5.2
 * @golden tests/core/link/cloud-cover.test.ts, clear and covered skies as limits
 */
export function weatheredPass(
  link: LinkParameters, pass: PassColumns, sky: readonly [SkyForecast, SkyForecast],
): WeatheredPass {
  const rates = rateColumns(link, pass);
  const count = rates.loss_db.length;
  const [a, b] = [0, 1].map((which) => pass.stations[which as 0 | 1].elevation_rad
    .map((elevation_rad) => forecastSightProbability(sky[which as 0 | 1], elevation_rad))) as [Float64Array, Float64Array];
  let [clear, weighed] = [0, 0];
  for (let i = 0; i < count; i++) {
    const trapezoid = i === 0 || i === count - 1 ? 0.5 : 1;
    const rate_hz = (rates.true_hz[i]! + rates.accidental_hz[i]!) * trapezoid;
    clear += rate_hz;
    weighed += rate_hz * a[i]! * b[i]!;
  }
  const sifting = link.z_share ** 2 + (1 - link.z_share) ** 2;
  const coincidences = weighed * pass.step_s;
  const mean = (column: Float64Array) => column.reduce((sum, value) => sum + value, 0) / count;
  return {
    coincidences, sifted_bits: coincidences * sifting, share: clear > 0 ? weighed / clear : 0,
    clear_probability: [mean(a), mean(b)],
  };
}
