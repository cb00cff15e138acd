// Hot: the extremes of every window are found on this, not on SGP4.
import { assert } from '../assert.ts';
import type { Propagator } from './propagate.ts';

/** Knots no farther apart than this, seconds. */
const KNOT_STEP_S = 30;
/** A window of days keeps its memory bounded; its satellite is slow in the turning frame. */
const KNOTS_MAX = 20_000;

/** The satellite's path over a short span, cheap to evaluate anywhere in it. */
export interface Track {
  readonly start_s: number;
  readonly end_s: number;
  /** PEF position and velocity, km and km/s, into `out[0..5]`. */
  write(t_s: number, out: Float64Array): void;
}

/**
 * Cubic Hermite path through SGP4 states every 30 s in the turning frame; null where SGP4 has no state.
 *
 *   error <= h^4 / 384 |r''''| = 30^4 / 384 * n^4 a < 0.03 m for an orbit of 500 km altitude
 *
 * @units seconds since the element epoch; km, km/s in PEF
 * @shape states of six
 * @errors null when the orbit decays inside the span; programmer error outside it
 * @validity below 0.03 m in low circular orbits; derivative of the path to 0.002 m/s
 * @source de Boor, A Practical Guide to Splines, chapter IV, eq. 8
 * @golden tests/core/orbit/windows.test.ts, `the track follows SGP4`
 */
export function createTrack(propagator: Propagator, span: { readonly start_s: number; readonly end_s: number }):
Track | null {
  const { start_s, end_s } = span;
  const pieces = Math.min(KNOTS_MAX, Math.max(1, Math.ceil((end_s - start_s) / KNOT_STEP_S)));
  const step_s = Math.max((end_s - start_s) / pieces, 1e-9);
  const knots = new Float64Array(6 * (pieces + 1));
  for (let i = 0; i <= pieces; i++) {
    if (!propagator.writePef(start_s + i * step_s, knots.subarray(6 * i, 6 * i + 6))) return null;
  }
  const write = (t_s: number, out: Float64Array): void => {
    const x = (t_s - start_s) / step_s;
    assert(x >= -1e-6 && x <= pieces + 1e-6, `${t_s} s lies outside the track`);
    const piece = Math.min(Math.max(Math.floor(x), 0), pieces - 1);
    const u = x - piece;
    const v = 1 - u;
    const h00 = v * v * (1 + 2 * u);
    const h10 = step_s * u * v * v;
    const h11 = -step_s * u * u * v;
    const d00 = -6 * u * v / step_s;
    const d10 = v * (v - 2 * u);
    const d11 = u * (u - 2 * v);
    for (let k = 6 * piece, axis = 0; axis < 3; k++, axis++) {
      const p = knots[k]!;
      const q = knots[k + 6]!;
      const dp = knots[k + 3]!;
      const dq = knots[k + 9]!;
      out[axis] = h00 * p + (1 - h00) * q + h10 * dp + h11 * dq;
      out[3 + axis] = d00 * (p - q) + d10 * dp + d11 * dq;
    }
  };
  return { start_s, end_s, write };
}
