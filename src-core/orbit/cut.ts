import type { Limit, LimitName, LimitState } from './limits.ts';
import type { Track } from './track.ts';

/** Why a window begins or ends where it does. */
export interface EdgeCause {
  readonly by: 'min_elevation' | LimitName | 'search';
  /** Index of the station that sets the edge; null when the satellite does. */
  readonly station: number | null;
  /** How much of the view without further limits is lost at this edge, seconds. */
  readonly taken_s: number;
}

/** A stretch of a track in which every limit holds; a cause is null at the track's own ends. */
export interface Piece {
  readonly start_s: number;
  readonly end_s: number;
  readonly start_cause: EdgeCause | null;
  readonly end_cause: EdgeCause | null;
}

/** What the limits leave of a track. */
export interface CutTrack {
  readonly pieces: readonly Piece[];
  /** The limit that hides the most of what was lost; null when nothing was. */
  readonly most: Pick<EdgeCause, 'by' | 'station'> | null;
}

const EDGE_TOLERANCE_S = 1e-6;

interface March {
  readonly limits: readonly Limit[];
  readonly states: readonly LimitState[];
  readonly hidden_s: Float64Array;
  evaluate(t_s: number): void;
}

function createMarch(track: Track, limits: readonly Limit[], epoch_utc_ms: number): March {
  const state = new Float64Array(6);
  const states = limits.map((): LimitState => ({ margin: 0, hold_s: 0 }));
  const evaluate = (t_s: number): void => {
    track.write(t_s, state);
    for (let i = 0; i < limits.length; i++) limits[i]!.evaluate(epoch_utc_ms + t_s * 1000, state, states[i]!);
  };
  return { limits, states, hidden_s: new Float64Array(limits.length), evaluate };
}

/** Index of the broken limit that provably stays broken longest; -1 when all hold. */
function blocking(states: readonly LimitState[]): number {
  let found = -1;
  for (let i = 0; i < states.length; i++) {
    if (states[i]!.margin < 0 && (found < 0 || states[i]!.hold_s > states[found]!.hold_s)) found = i;
  }
  return found;
}

/**
 * The stretches of a track in which every limit holds.
 *
 * Each limit says for how long its sign provably stays. Outside, the march steps by the longest proof among the
 * broken limits; inside, by the shortest of all: it cannot pass a change, so no window is lost to a step.
 *
 * @units seconds since the element epoch
 * @shape stretches in order of time, disjoint
 * @errors none
 * @validity as the limits' proofs; stretches below a microsecond may be passed
 * @source first-exit argument: |margin(t + tau) - margin(t)| < |margin(t)| while tau < hold
 * @golden tests/core/orbit/limits.test.ts, against a fine grid
 */
export function cutTrack(track: Track, limits: readonly Limit[], epoch_utc_ms: number): CutTrack {
  const march = createMarch(track, limits, epoch_utc_ms);
  const { states, hidden_s } = march;
  const pieces: Piece[] = [];
  const causeOf = (i: number, taken_s: number): EdgeCause =>
    ({ by: limits[i]!.name, station: limits[i]!.station, taken_s });
  let t_s = track.start_s;
  let lost_from_s = track.start_s;
  let open: Pick<Piece, 'start_s' | 'start_cause'> | null = null;
  let blocker = -1;
  while (t_s < track.end_s) {
    march.evaluate(t_s);
    const now = blocking(states);
    if (now < 0 && open === null) {
      open = { start_s: t_s, start_cause: blocker < 0 ? null : causeOf(blocker, t_s - lost_from_s) };
    } else if (now >= 0 && open !== null) {
      pieces.push({ ...open, end_s: t_s, end_cause: causeOf(now, 0) });
      [open, lost_from_s] = [null, t_s];
    }
    blocker = now;
    const hold_s = now < 0 ? states.reduce((least, { hold_s: one }) => Math.min(least, one), Infinity) : states[now]!.hold_s;
    const step_s = Math.min(Math.max(hold_s, EDGE_TOLERANCE_S), track.end_s - t_s);
    if (now >= 0) hidden_s[now]! += step_s;
    t_s = step_s >= track.end_s - t_s ? track.end_s : t_s + step_s;
  }
  if (open !== null) pieces.push({ ...open, end_s: track.end_s, end_cause: null });
  return { pieces: withTaken(pieces, track), most: mostHiding(limits, hidden_s) };
}

/** The limit that hid the track longest; null when none did. */
function mostHiding(limits: readonly Limit[], hidden_s: Float64Array): CutTrack['most'] {
  const worst = hidden_s.reduce((best, seconds, i) => (seconds > hidden_s[best]! ? i : best), 0);
  const limit = limits[worst];
  return limit === undefined || hidden_s[worst]! === 0 ? null : { by: limit.name, station: limit.station };
}

/** What an end loses runs to the next piece, or to the end of the track. */
function withTaken(pieces: readonly Piece[], track: Track): Piece[] {
  return pieces.map((piece, i) => ({
    ...piece,
    end_cause: piece.end_cause === null ? null
      : { ...piece.end_cause, taken_s: (pieces[i + 1]?.start_s ?? track.end_s) - piece.end_s },
  }));
}
