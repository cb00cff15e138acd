import { assert } from '../assert.ts';

const TURN = 2 * Math.PI;
/** A mask never reaches the zenith, where azimuth has no meaning. */
const ELEVATION_RAD_MAX = 80 * Math.PI / 180;

/** The horizon as a station sees it: an elevation for each azimuth. */
export interface HorizonMask {
  readonly elevationRad: (azimuth_rad: number) => number;
  readonly elevation_rad_max: number;
  /** Largest |d elevation / d azimuth|. */
  readonly slope_max: number;
}

/** A point of a surveyed horizon. */
export interface HorizonPoint { readonly azimuth_rad: number; readonly elevation_rad: number }

/**
 * A horizon through surveyed points, straight between neighbours in azimuth and elevation, closed over north.
 *
 *   m(az) = m_i + (m_(i+1) - m_i) (az - az_i) / (az_(i+1) - az_i)
 *
 * @units radians
 * @shape one point or more, azimuths in [0, 2 pi) and increasing; one point is the same horizon all round
 * @errors programmer error for other points: the mission file is checked before
 * @validity continuous, below 80 degrees
 * @source linear interpolation, NIST DLMF 3.3(i)
 * @golden tests/core/orbit/limits.test.ts
 */
export function createHorizonMask(points: readonly HorizonPoint[]): HorizonMask {
  assert(points.length >= 1, 'a horizon needs a point');
  for (const [i, { azimuth_rad, elevation_rad }] of points.entries()) {
    assert(azimuth_rad >= 0 && azimuth_rad < TURN, `azimuth of ${azimuth_rad} rad`);
    assert(i === 0 || azimuth_rad > points[i - 1]!.azimuth_rad, `azimuth ${azimuth_rad} after its neighbour's`);
    assert(Math.abs(elevation_rad) <= ELEVATION_RAD_MAX, `horizon at ${elevation_rad} rad`);
  }
  const last = points.at(-1)!;
  const closed = [{ ...last, azimuth_rad: last.azimuth_rad - TURN }, ...points,
    { ...points[0]!, azimuth_rad: points[0]!.azimuth_rad + TURN }];
  const azimuths = Float64Array.from(closed, ({ azimuth_rad }) => azimuth_rad);
  const elevations = Float64Array.from(closed, ({ elevation_rad }) => elevation_rad);
  const slopeOf = (i: number) => (elevations[i + 1]! - elevations[i]!) / (azimuths[i + 1]! - azimuths[i]!);
  const pieces = Array.from({ length: closed.length - 1 }, (_, i) => i);
  return {
    elevationRad: (azimuth_rad) => {
      let [low, high] = [0, azimuths.length - 1];
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (azimuths[middle]! <= azimuth_rad) low = middle;
        else high = middle;
      }
      return elevations[low]! + slopeOf(low) * (azimuth_rad - azimuths[low]!);
    },
    elevation_rad_max: Math.max(...elevations),
    slope_max: Math.max(...pieces.map((i) => Math.abs(slopeOf(i)))),
  };
}
