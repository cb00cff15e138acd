import type { MissionFile } from '../../../src-contract/mission.ts';
import type { StationFlight } from '../flight.ts';
import type { StepSeries } from '../light-time.ts';
import type { Random } from '../random.ts';
import type { StationPlan } from './flight-plan.ts';

/** Weak turbulence over a telescope of 1.2 m: the aperture averages most of it away. */
const SCINTILLATION_SIGMA = 0.15;
const CORRELATION_S = 0.5;
const CLOUD_EDGE_S = 4;

/** A stationary normal process of variance 1 with an exponential memory, one value a step. */
function wander(random: Random, count: number, step_s: number): Float64Array {
  const memory = Math.exp(-step_s / CORRELATION_S);
  const fresh = Math.sqrt(1 - memory * memory);
  let value = random.normal();
  return Float64Array.from({ length: count }, () => {
    const now = value;
    value = memory * value + fresh * random.normal();
    return now;
  });
}

/**
 * Factor of the satellite's pointing errors about their mean, which the link budget has already.
 *
 *   exp(-2 e^2 / w^2) (1 + 4 sigma^2 / w^2),  w = divergence / 2, both axes normal
 */
function pointingFactors([x, y]: readonly [Float64Array, Float64Array], { link }: MissionFile): Float64Array {
  const ratio = 2 * link.pointing_sigma_urad / link.divergence_urad;
  return x.map((value, i) => Math.exp(-2 * ratio * ratio * (value * value + y[i]! * y[i]!)) * (1 + 4 * ratio * ratio));
}

/** Factor of the turbulence, lognormal with mean 1. */
function scintillationFactors(random: Random, count: number, step_s: number): Float64Array {
  const sigma = SCINTILLATION_SIGMA;
  return wander(random, count, step_s).map((value) => Math.exp(sigma * value - (sigma * sigma) / 2));
}

/** Light that clouds leave at a time; their edges take some seconds. */
export function cloudTransmission({ clouds }: Pick<StationPlan, 'clouds'>, t_s: number): number {
  return clouds.reduce((left, { from_s, to_s, transmission }) => {
    const depth = Math.min(Math.max(Math.min(t_s - from_s, to_s - t_s) / CLOUD_EDGE_S, 0), 1);
    return left * transmission ** depth;
  }, 1);
}

/** The flight as a night has it: pointing jitter, scintillation, clouds, and a shutter that opens once acquired. */
export function fade(flight: StationFlight, plan: StationPlan, sky: { mission: MissionFile; random: Random }): StationFlight {
  const { mission, random } = sky;
  const { first_s, step_s, values } = flight.efficiency;
  const axis = () => wander(random, values.length, step_s);
  const pointing = pointingFactors([axis(), axis()], mission);
  const turbulence = scintillationFactors(random, values.length, step_s);
  const open = (i: number) => (first_s + i * step_s >= plan.acquired_s ? 1 : 0);
  const cloud = (i: number) => cloudTransmission(plan, first_s + i * step_s);
  const scaled = (series: StepSeries, factor: (i: number) => number): StepSeries =>
    ({ ...series, values: series.values.map((value, i) => value * factor(i)) });
  return {
    ...flight,
    efficiency: scaled(flight.efficiency, (i) => open(i) * pointing[i]! * turbulence[i]! * cloud(i)),
    sky_cps: scaled(flight.sky_cps, open),
  };
}
