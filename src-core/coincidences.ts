/**
 * Two-station coincidences inside the gate, as columns in order of time; one row is one gate hit.
 *
 * `pattern_*` is a bit mask over the recording's detector list (bit i = detector i fired), so a
 * double click keeps all its detectors. Patterns are outcomes: they never cross the contract.
 */
export interface Coincidences {
  /** Satellite time of the pair since the first beacon pulse used, seconds. */
  readonly time_s: Float64Array;
  /** Time at B minus time at A on the satellite's time scale, gate centre subtracted, nanoseconds. */
  readonly delta_ns: Float64Array;
  readonly pattern_a: Uint8Array;
  readonly pattern_b: Uint8Array;
}

/** Bases of one station's detectors by list position; `bit` is the key bit a click there stands for. */
export interface DetectorRole {
  readonly basis: 'Z' | 'X';
  readonly bit: 0 | 1;
}

/** The entangled state: psi+ gives opposite bits in Z and equal bits in X, phi+ equal bits in both. */
export type EntangledState = 'psi+' | 'phi+';
