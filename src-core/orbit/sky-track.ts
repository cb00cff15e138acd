import { EARTH_ROTATION_RAD_S } from './frames.ts';
import type { PefVector } from './sun.ts';

/** The ephemeris is asked this often; between, the body is turned with the Earth and interpolated. */
const KNOT_STEP_MS = 300_000;

/** A body's place over a span, cheap to evaluate: into `out[0..2]`, km in PEF. */
export type SkyTrack = (utc_ms: number, out: Float64Array) => void;

/**
 * Sun or Moon over a span: knots of the ephemeris every five minutes, turned with the Earth, straight between.
 *
 *   r(t) = (1 - u) R3(w (t - t_k)) r_k + u R3(w (t - t_(k+1))) r_(k+1)
 *
 * @units milliseconds since 1970 (UTC); km in PEF
 * @shape vectors of three; knots are made on first use
 * @errors none
 * @validity against the ephemeris 1e-7 rad (the Moon's curvature over 150 s)
 * @source Vallado, 4th ed., section 3.7; linear interpolation, NIST DLMF 3.3(i)
 * @golden tests/core/orbit/limits.test.ts, `the sky track follows the ephemeris`
 */
export function createSkyTrack(body: (utc_ms: number) => PefVector): SkyTrack {
  const knots = new Map<number, PefVector>();
  const knot = (index: number): PefVector => {
    const known = knots.get(index);
    if (known !== undefined) return known;
    const made = body(index * KNOT_STEP_MS);
    knots.set(index, made);
    return made;
  };
  return (utc_ms, out) => {
    const index = Math.floor(utc_ms / KNOT_STEP_MS);
    const since_ms = utc_ms - index * KNOT_STEP_MS;
    const u = since_ms / KNOT_STEP_MS;
    out.fill(0);
    for (const [which, weight] of [[index, 1 - u], [index + 1, u]] as const) {
      const [x, y, z] = knot(which);
      const turn = EARTH_ROTATION_RAD_S * (utc_ms - which * KNOT_STEP_MS) / 1000;
      const [c, s] = [Math.cos(turn), Math.sin(turn)];
      out[0]! += weight * (c * x + s * y);
      out[1]! += weight * (c * y - s * x);
      out[2]! += weight * z;
    }
  };
}
