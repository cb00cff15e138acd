import { json2satrec, sgp4, SatRecError, type PositionAndVelocity, type SatRec } from 'satellite.js';
import { formatUtc } from '../utc.ts';
import { err, ok, type Result } from '../result.ts';
import { EARTH_RADIUS_WGS72_KM, ESCAPE_KM_S, SLACK_PER_ECCENTRICITY_KM_S, type ElementSet } from './element-set.ts';
import { EARTH_ROTATION_RAD_S, gmst82Rad } from './frames.ts';

/** Why SGP4 gave no state. */
export type PropagationError =
  | { readonly type: 'Decayed'; readonly catalog_number: string; readonly utc_ms: number }
  | { readonly type: 'OrbitBreaksDown'; readonly catalog_number: string; readonly utc_ms: number;
    readonly reason: string };

/** Position and velocity in the frame SGP4 defines, true equator and mean equinox of date. */
interface TemeState {
  readonly position_teme_km: readonly [number, number, number];
  readonly velocity_teme_km_s: readonly [number, number, number];
}

/** SGP4 on one element set. Times are UTC; PEF is TEME turned by GMST-82, taken for Earth-fixed. */
export interface Propagator {
  readonly elements: ElementSet;
  stateTeme(utc_ms: number): Result<TemeState, PropagationError>;
  /**
   * For hot loops: position and velocity relative to the turning Earth, PEF, km and km/s, into `out[0..5]`.
   * False when SGP4 gives no finite state; `failureAt` then says why. Nothing is allocated by us.
   */
  writePef(since_epoch_s: number, out: Float64Array): boolean;
  failureAt(utc_ms: number): PropagationError;
  /** By how much drag makes SGP4's velocity differ from the derivative of its position, km/s; see `dragSlackKmS`. */
  dragSlackKmS(since_epoch_s: number): number;
}

const REASONS: Readonly<Record<number, string>> = {
  [SatRecError.MeanEccentricityOutOfRange]: 'its mean eccentricity leaves [0, 1)',
  [SatRecError.MeanMotionBelowZero]: 'its mean motion falls below zero',
  [SatRecError.PerturbedEccentricityOutOfRange]: 'its perturbed eccentricity leaves [0, 1]',
  [SatRecError.SemiLatusRectumBelowZero]: 'its semi-latus rectum falls below zero',
};

/**
 * One sentence about a state that SGP4 could not give.
 *
 * @units none
 * @shape one error in, one sentence out
 * @errors none: the union is closed
 * @validity every PropagationError
 * @source house rule: a message says what to do next
 * @golden tests/core/orbit/propagate.test.ts, `decay is reported`
 */
export function describePropagationError(error: PropagationError): string {
  const at = `satellite ${error.catalog_number} at ${formatUtc(error.utc_ms)}`;
  switch (error.type) {
    case 'Decayed':
      return `${at} has decayed by these elements. Take a newer set, or an earlier time.`;
    case 'OrbitBreaksDown':
      return `${at}: ${error.reason}. Take a set whose epoch lies nearer.`;
  }
}

function initialise(elements: ElementSet): SatRec {
  return json2satrec({
    OBJECT_NAME: elements.name ?? '',
    OBJECT_ID: elements.international_designator ?? '',
    NORAD_CAT_ID: elements.catalog_number,
    ELEMENT_SET_NO: 0,
    // Only deep-space terms read this epoch, and a millisecond of lunar motion is nothing to them;
    // every time argument below is counted from the unrounded epoch.
    EPOCH: formatUtc(elements.epoch_utc_ms),
    MEAN_MOTION: elements.mean_motion_rev_day,
    ECCENTRICITY: elements.eccentricity,
    INCLINATION: elements.inclination_deg,
    RA_OF_ASC_NODE: elements.raan_deg,
    ARG_OF_PERICENTER: elements.argument_of_perigee_deg,
    MEAN_ANOMALY: elements.mean_anomaly_deg,
    BSTAR: elements.bstar_per_earth_radius,
    MEAN_MOTION_DOT: elements.mean_motion_dot,
    MEAN_MOTION_DDOT: elements.mean_motion_ddot,
  });
}

/** Runs SGP4; null where it gives no state or no finite one. */
function run(satrec: SatRec, since_epoch_s: number): PositionAndVelocity | null {
  const state = sgp4(satrec, since_epoch_s / 60);
  // tempa <= 0 is a drag polynomial past its range: SGP4 itself would return a meaningless state.
  if (state === null || satrec.tempa <= 0) return null;
  const { position: r, velocity: v } = state;
  return Number.isFinite(r.x + r.y + r.z + v.x + v.y + v.z) ? state : null;
}

/** Turns TEME into PEF by GMST and takes the Earth's rotation out of the velocity. */
function writeRotated(state: PositionAndVelocity, gmst_rad: number, out: Float64Array): void {
  const { position: r, velocity: v } = state;
  const c = Math.cos(gmst_rad);
  const s = Math.sin(gmst_rad);
  const px = c * r.x + s * r.y;
  const py = c * r.y - s * r.x;
  out[0] = px;
  out[1] = py;
  out[2] = r.z;
  out[3] = c * v.x + s * v.y + EARTH_ROTATION_RAD_S * py;
  out[4] = c * v.y - s * v.x - EARTH_ROTATION_RAD_S * px;
  out[5] = v.z;
}

/**
 * Drag acts on the mean elements through polynomials of time; after the epoch nothing else can drive the mean
 * eccentricity or the semi-latus rectum out of range, so that is an orbit used up, as much as one underground.
 */
function hasDecayed(satrec: SatRec): boolean {
  if (satrec.error === SatRecError.Decayed || satrec.tempa <= 0) return true;
  const used_up = satrec.error === SatRecError.MeanEccentricityOutOfRange
    || satrec.error === SatRecError.SemiLatusRectumBelowZero;
  return used_up && satrec.bstar > 0 && satrec.t > 0;
}

/** On drag's part of the slack: measured, see `dragSlackKmS`. */
const DRAG_MARGIN = 3;

/**
 * SGP4 moves the mean elements by polynomials of time, and its velocity knows them by their values alone.
 *
 *   along the track: v |1 + 2 c2 t + 3 c3 t^2 + 4 c4 t^3 + 5 c5 t^4 - a(t)^-3|;  radially: 2 a |a'(t)|;
 *   eccentricity: B* (C4 + n C5) in its rate, B* C4 t in its value
 *
 * Three times over, for what these leave out: 900,000 sets with perigees from 75 km and B* of either sign differed by less.
 * A set by which the satellite nearly falls may differ by metres a second; a healthy one by micrometres.
 */
function dragSlackKmS(satrec: SatRec, since_epoch_s: number): number {
  const t = since_epoch_s / 60;
  const simple = satrec.isimp === 1;
  const [d2, d3, d4] = simple ? [0, 0, 0] : [satrec.d2, satrec.d3, satrec.d4];
  const [c3, c4, c5] = simple ? [0, 0, 0] : [satrec.t3cof, satrec.t4cof, satrec.t5cof];
  const shrink = 1 - t * (satrec.cc1 + t * (d2 + t * (d3 + t * d4)));
  const shrink_rate = Math.abs(satrec.cc1 + t * (2 * d2 + t * (3 * d3 + 4 * t * d4)));
  const mean_rate = 1 + t * (2 * satrec.t2cof + t * (3 * c3 + t * (4 * c4 + 5 * t * c5)));
  const along = ESCAPE_KM_S * Math.abs(mean_rate - shrink ** -3);
  const e_rate = Math.abs(satrec.bstar) * (Math.abs(satrec.cc4) + Math.abs(simple ? 0 : satrec.cc5) * satrec.no);
  const e_drift = Math.abs(satrec.bstar * satrec.cc4 * t);
  const e_terms_km_s = 2 * (2 * shrink_rate + e_rate) * EARTH_RADIUS_WGS72_KM * satrec.a / 60 + SLACK_PER_ECCENTRICITY_KM_S * e_drift;
  return DRAG_MARGIN * (1.5 * along + e_terms_km_s);
}

/**
 * SGP4 for one element set, which must give a finite state at its own epoch.
 *
 *   t = (utc_ms - epoch_utc_ms) / 60000 minutes;  r_PEF = R3(GMST) r_TEME;  v_PEF = R3(GMST) v_TEME - w x r_PEF
 *
 * @units km, km/s, milliseconds since 1970 (UTC), seconds since the epoch
 * @shape one element set; vectors of three, PEF states of six
 * @errors Decayed, or OrbitBreaksDown with SGP4's reason
 * @validity SGP4 (near and deep space, WGS-72, improved mode); kilometres after days, see `uncertainty.ts`
 * @source Vallado et al., AIAA 2006-6753, doi:10.2514/6.2006-6753; frames: Vallado, 4th ed., section 3.7
 * @golden tests/core/orbit/propagate.test.ts, against python-sgp4 to a millimetre
 */
export function createPropagator(elements: ElementSet): Result<Propagator, PropagationError> {
  const satrec = initialise(elements);
  const { epoch_utc_ms, catalog_number } = elements;
  const failureAt = (utc_ms: number): PropagationError => {
    sgp4(satrec, (utc_ms - epoch_utc_ms) / 60_000);
    if (hasDecayed(satrec)) return { type: 'Decayed', catalog_number, utc_ms };
    const reason = REASONS[satrec.error] ?? 'its state is not finite';
    return { type: 'OrbitBreaksDown', catalog_number, utc_ms, reason };
  };
  if (run(satrec, 0) === null) return err(failureAt(epoch_utc_ms));
  return ok({
    elements,
    failureAt,
    stateTeme: (utc_ms) => {
      const state = run(satrec, (utc_ms - epoch_utc_ms) / 1000);
      if (state === null) return err(failureAt(utc_ms));
      const { position: r, velocity: v } = state;
      return ok({ position_teme_km: [r.x, r.y, r.z], velocity_teme_km_s: [v.x, v.y, v.z] });
    },
    writePef: (since_epoch_s, out) => {
      const state = run(satrec, since_epoch_s);
      if (state === null) return false;
      writeRotated(state, gmst82Rad({ base_utc_ms: epoch_utc_ms, offset_s: since_epoch_s }), out);
      return true;
    },
    dragSlackKmS: (since_epoch_s) => dragSlackKmS(satrec, since_epoch_s),
  });
}
