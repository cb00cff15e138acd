/** A pass over one station's sky, sample by sample. */
export interface SkyTrack {
  readonly t_s: ArrayLike<number>;
  readonly azimuth_deg: ArrayLike<number>;
  readonly elevation_deg: ArrayLike<number>;
  /** Samples at which the window begins and ends; −1 when they are not known. */
  readonly window_from: number;
  readonly window_to: number;
  /** Where the track leaves room for words. */
  readonly free_azimuth_deg: number;
}

/** Sun or Moon in a sky. */
export interface SkyBody {
  readonly kind: 'sun' | 'moon';
  readonly azimuth_deg: number;
  readonly elevation_deg: number;
  readonly label: string;
}

/** A point of the horizon around a station. */
export interface HorizonPoint { readonly azimuth_deg: number; readonly elevation_deg: number }

export const EMPTY_TRACK: SkyTrack = {
  t_s: [], azimuth_deg: [], elevation_deg: [], window_from: -1, window_to: -1, free_azimuth_deg: 135,
};

/** The diagonal furthest from the track: labels of the rings go there. */
export function freeAzimuth(azimuth_deg: ArrayLike<number>, elevation_deg: ArrayLike<number>): number {
  const room = [45, 135, 225, 315].map((diagonal) => {
    let nearest = 180;
    for (let i = 0; i < azimuth_deg.length; i += 1) {
      if ((elevation_deg[i] ?? -90) < 5) continue;
      const apart = Math.abs(((azimuth_deg[i] ?? 0) - diagonal + 540) % 360 - 180);
      nearest = Math.min(nearest, apart);
    }
    return { diagonal, nearest };
  });
  return room.reduce((best, candidate) => (candidate.nearest > best.nearest ? candidate : best)).diagonal;
}
