import type { Coincidences } from '../coincidences.ts';
import type { PpsClock } from './pps-clock.ts';
import type { CentreDrift, Histogram } from './quality.ts';

/** How two clocks were tied together, and how sure that is. */
export interface ClockLock {
  readonly method: 'beacon' | 'photons';
  /** Gate centre: B's click less A's on the satellite's time scale. */
  readonly offset_ns: number;
  readonly offset_sigma_ns: number;
  /** Width (1 sigma) of the coincidence peak. */
  readonly sigma_ns: number;
  readonly gate_ns: number;
  /** Where the data chose the width: why this one, and the share of the peak in it. */
  readonly gate_choice?: { readonly by: 'key' | 'significance' | 'share'; readonly share: number };
  /** Upper bound of the chance that uncorrelated clicks fill a gate as much. */
  readonly false_alarm_probability: number;
  /** Whole pulses by which the coincidences corrected the numbering; 0 unless a 1PPS is off by more than 50 us. */
  readonly pulse_shift: number;
  /** Spread of single beacon pulses about the track, both stations together; without a beacon, of the pairs. */
  readonly residual_ns_rms: number;
  readonly series: LockSeries;
  /** What a lock without a beacon had to find. */
  readonly photons?: PhotonFindings;
}

export interface PhotonFindings {
  /** Rate of B's clock against A's, beyond what their 1PPS say. */
  readonly drift: number;
  /** How far the satellite is ahead of its elements. */
  readonly along_track_s: number;
  /** Curves among which this one is the fullest; `false_alarm_probability` accounts for all of them. */
  readonly trials: number;
}

/** The lock over time: a row for every 0.1 s in which both stations follow the beacon, or every second without. */
export interface LockSeries {
  readonly time_s: Float64Array;
  /** Phase of A less that of B, its mean taken off: 1PPS and prediction errors, microseconds at most. */
  readonly difference_ns: Float64Array;
  /** Spread of B's pulses about their line. */
  readonly rms_ns: Float64Array;
}

export interface StationOutcome {
  readonly id: string;
  /** All events of the file; equals `used` + the sum of `dropped`. */
  readonly events: number;
  readonly used: number;
  readonly used_by: { readonly clicks: number; readonly beacon: number; readonly pps: number };
  readonly dropped: Readonly<Record<string, number>>;
  readonly pps: PpsClock;
  /** Clicks used, by detector. */
  readonly singles: readonly number[];
  /** Clicks in each second of the pass, used or not, by the station's own 1PPS. */
  readonly clicks_by_second: Float64Array;
  readonly arrivals: readonly Histogram[];
  /** Share of the recording inside a dead time; the rest is all-live. */
  readonly dead_fraction: number;
}

export interface PairOutcome {
  readonly lock: ClockLock;
  readonly coincidences: Coincidences;
  /** Expected background in the gate, measured beside it. */
  readonly accidentals: number;
  readonly accidentals_sigma: number;
  /** Background expected from the single rates: S_A S_B gate T. */
  readonly accidentals_modelled: number;
  /** (coincidences - accidentals) / accidentals; with no displaced count at all the modelled background stands in. */
  readonly snr: number;
  readonly stations: readonly [StationOutcome, StationOutcome];
  /** Time in which both stations follow the beacon. */
  readonly seconds: number;
  /** UTC of time 0 of the coincidences, as the station clocks have it: tens of nanoseconds by 1PPS, shown to 1 ms. */
  readonly start_utc_ms: number;
  readonly histogram: Histogram;
  readonly centre_drift: CentreDrift;
}
