// Two columns of clicks of a made-up pass without beacon: pairs on a bent curve among uncorrelated clicks.
import { bendAt, bendOf, type Bend, type Curve, type PhotonTimes } from '../../src-core/detection/photon-bend.ts';
import { poissonTimes, seededDraw } from './synthetic-pass.ts';

const C_M_S = 299_792_458;
export const SHIFT_S_MAX = 0.3;

export interface ColumnsWish {
  readonly seed: number;
  readonly seconds: number;
  readonly pairs_hz: number;
  readonly background_hz: number;
  readonly curve?: Curve;
  readonly sigma_ns?: number;
  readonly shift_s_max?: number;
}

/** Two straight flights past two stations: nanoseconds of B's light time less A's, at a time and a shift. */
function lightTimeDifference(t: number, s: number): number {
  const range = (nearest_m: number, at_s: number) => Math.hypot(nearest_m, 7300 * (t + s - at_s));
  return ((range(620_000, -25) - range(853_000, 10)) / C_M_S) * 1e9;
}

export function flightBend(half_s: number, shift_s_max: number): Bend {
  const h = 0.3;
  return bendOf(half_s, shift_s_max, (t) => {
    const [minus, zero, plus] = [-h, 0, h].map((s) => lightTimeDifference(t, s)) as [number, number, number];
    return [(plus - minus) / (2 * h), (plus - 2 * zero + minus) / (2 * h * h)];
  });
}

export interface MadeColumns {
  readonly times: PhotonTimes;
  readonly bend: Bend;
  readonly pairs: number;
}

export function makeColumns(wish: ColumnsWish): MadeColumns {
  const { seed, seconds, pairs_hz, background_hz, sigma_ns = 0.77, shift_s_max = SHIFT_S_MAX } = wish;
  const curve = wish.curve ?? { offset_ns: 0, drift: 0, along_track_s: 0 };
  const draw = seededDraw(seed);
  const half_s = seconds / 2;
  const bend = flightBend(half_s, shift_s_max);
  const pairs = poissonTimes(draw, pairs_hz, [-half_s, half_s]);
  const alone = () => poissonTimes(draw, background_hz, [-half_s, half_s]);
  const a = Float64Array.from([...pairs, ...alone()], (t) => (t + half_s) * 1e9).sort();
  const late = (t: number) => curve.offset_ns + curve.drift * 1e9 * t + bendAt(bend, curve.along_track_s, t);
  const b = Float64Array.from([
    ...pairs.map((t) => (t + half_s) * 1e9 + late(t) + sigma_ns * draw.normal()),
    ...alone().map((t) => (t + half_s) * 1e9),
  ]).sort();
  return { times: { a, b, middle_ns: half_s * 1e9 }, bend, pairs: pairs.length };
}
