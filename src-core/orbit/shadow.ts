import { EARTH_RADIUS_KM, SUN_RADIUS_KM } from './sun.ts';
import type { SkyTrack } from './sky-track.ts';
import type { Track } from './track.ts';

/** Apparent radii and distance of Sun and Earth from a satellite, radians. */
export interface ShadowMargins {
  /** Positive in full sunlight: by so much the discs stand apart. */
  readonly lit_rad: number;
  /** Positive in full shadow: by so much the Sun's disc is inside the Earth's. */
  readonly umbra_rad: number;
}

/**
 * By how much a satellite is clear of the penumbra, on either side.
 *
 *   a = asin(R_S / |s - r|), b = asin(R_E / |r|), c = angle(-r, s - r);  lit = c - a - b;  umbra = b - a - c
 *
 * @units km in one Earth-centred frame; radians
 * @shape two vectors of three
 * @errors none
 * @validity spherical Earth of equatorial radius without air; see sunlightAt
 * @source Montenbruck and Gill, Satellite Orbits, section 3.4.2
 * @golden tests/core/orbit/shadow.test.ts, Skyfield
 */
export function shadowMargins(satellite_km: ArrayLike<number>, sun_km: ArrayLike<number>): ShadowMargins {
  const [x, y, z] = [satellite_km[0]!, satellite_km[1]!, satellite_km[2]!];
  const [dx, dy, dz] = [sun_km[0]! - x, sun_km[1]! - y, sun_km[2]! - z];
  const to_sun_km = Math.sqrt(dx * dx + dy * dy + dz * dz);
  const radius_km = Math.sqrt(x * x + y * y + z * z);
  const sun_rad = Math.asin(SUN_RADIUS_KM / to_sun_km);
  const earth_rad = Math.asin(Math.min(1, EARTH_RADIUS_KM / radius_km));
  const cosine = -(x * dx + y * dy + z * dz) / (radius_km * to_sun_km);
  const apart_rad = Math.acos(Math.min(1, Math.max(-1, cosine)));
  return { lit_rad: apart_rad - sun_rad - earth_rad, umbra_rad: earth_rad - sun_rad - apart_rad };
}

export type Light = 'lit' | 'penumbra' | 'umbra';

/** How a window is lit: the shares of its time, and when the light changes. */
export interface SunlightOfWindow {
  readonly lit_s: number;
  readonly penumbra_s: number;
  readonly umbra_s: number;
  readonly begins: Light;
  readonly changes: readonly { readonly t_s: number; readonly to: Light }[];
}

/** A penumbra in low orbit takes 8 s; one crossed aslant is longer, one touched shorter. */
const SCAN_STEP_S = 2;
const EDGE_TOLERANCE_S = 1e-3;

/**
 * How a satellite is lit over a track: seconds of each light, and the moments of change.
 *
 *   changes by bisection between samples every 2 s
 *
 * @units seconds since the element epoch
 * @shape one track
 * @errors none
 * @validity changes to a millisecond of shadowMargins; light that lasts below 2 s may be passed
 * @source shadowMargins
 * @golden tests/core/orbit/shadow.test.ts, Skyfield
 */
export function sunlightOf(track: Track, sun: SkyTrack, epoch_utc_ms: number): SunlightOfWindow {
  const state = new Float64Array(6);
  const sun_km = new Float64Array(3);
  const lightAt = (t_s: number): Light => {
    track.write(t_s, state);
    sun(epoch_utc_ms + t_s * 1000, sun_km);
    const { lit_rad, umbra_rad } = shadowMargins(state, sun_km);
    if (lit_rad >= 0) return 'lit';
    return umbra_rad >= 0 ? 'umbra' : 'penumbra';
  };
  const steps = Math.max(1, Math.ceil((track.end_s - track.start_s) / SCAN_STEP_S));
  const seconds = { lit: 0, penumbra: 0, umbra: 0 };
  const begins = lightAt(track.start_s);
  const changes: { t_s: number; to: Light }[] = [];
  let [light, since_s, earlier_s] = [begins, track.start_s, track.start_s];
  for (let i = 1; i <= steps; i++) {
    const t_s = track.start_s + (track.end_s - track.start_s) * i / steps;
    // Between two samples at most lit, penumbra and umbra follow each other: each change is found in turn.
    for (let to = lightAt(t_s); to !== light;) {
      let [low, high] = [earlier_s, t_s];
      while (high - low > EDGE_TOLERANCE_S) {
        const middle = (low + high) / 2;
        if (lightAt(middle) === light) low = middle;
        else high = middle;
      }
      seconds[light] += high - since_s;
      light = lightAt(high);
      changes.push({ t_s: high, to: light });
      [since_s, earlier_s] = [high, high];
      to = lightAt(t_s);
      if (changes.length > 2 * steps) break;
    }
    earlier_s = t_s;
  }
  seconds[light] += track.end_s - since_s;
  return { lit_s: seconds.lit, penumbra_s: seconds.penumbra, umbra_s: seconds.umbra, begins, changes };
}
