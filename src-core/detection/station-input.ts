import type { UniformSeries } from '../series.ts';

/** Time-tags of one recorder: rows in order of time, and what its reader could not use. */
export interface StationTags {
  /** Whole ticks, never decreasing. */
  readonly ticks: Float64Array;
  readonly channel: Uint8Array;
  readonly tick_ps: number;
  /** Events of the file that are not rows, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
}

/** One station's recording as detection needs it; which detector means which bit is not its business. */
export interface StationInput {
  readonly id: string;
  readonly tags: StationTags;
  /** Channel of each detector in the order of the recording's list, at most eight. */
  readonly detector_channels: readonly number[];
  readonly beacon_channel: number | null;
  readonly beacon_rate_hz: number;
  readonly pps_channel: number | null;
  /** UTC of the first pulse-per-second edge, a whole second. */
  readonly first_pps_utc_ms: number | null;
  readonly dead_time_ns: number;
  /** Predicted distance to the satellite in metres against UTC of emission. */
  readonly range_m: UniformSeries;
}

/** All that a recording says beside its rows. */
export type StationSetup = Omit<StationInput, 'tags'>;

export type DetectionError =
  | { readonly type: 'NoBeacon'; readonly station: string }
  | { readonly type: 'NoPps'; readonly station: string; readonly edges: number }
  | { readonly type: 'NoClicks'; readonly station: string }
  | { readonly type: 'RecordingTooLong'; readonly station: string; readonly seconds: number }
  | { readonly type: 'NoPrediction'; readonly station: string }
  | { readonly type: 'TooFewPulses'; readonly station: string; readonly pulses: number; readonly locked_s: number }
  | { readonly type: 'BeaconRatesDiffer'; readonly rates_hz: readonly [number, number] }
  | { readonly type: 'NoOverlap'; readonly common_s: number }
  | { readonly type: 'GateTooWide'; readonly gate_ns: number; readonly pairs: number }
  | { readonly type: 'NoLock'; readonly false_alarm_probability: number; readonly coincidences: number };

/**
 * One sentence for the operator, ending in what to do next.
 *
 * @units seconds and hertz in the text
 * @shape one error
 * @errors none
 * @validity every member of DetectionError
 * @source house rule: a message says what to do next
 * @golden tests/core/detection/process-pair.test.ts
 */
export function describeDetectionError(error: DetectionError): string {
  switch (error.type) {
    case 'NoBeacon':
      return `${error.station} recorded no beacon pulse: check the beacon channel in its manifest, or use --no-beacon.`;
    case 'NoPps':
      return `${error.station} has no usable 1PPS (${error.edges} edges): check the pps channel in its manifest.`;
    case 'NoClicks':
      return `${error.station} recorded no click on its detectors: check the channels in its manifest.`;
    case 'RecordingTooLong':
      return `${error.station} spans ${error.seconds.toFixed(0)} s, longer than any pass: its tags are damaged.`;
    case 'NoPrediction':
      return `No predicted range for the recording of ${error.station}: check first_edge_utc and the elements.`;
    case 'TooFewPulses':
      return `The beacon of ${error.station} could not be followed: ${error.pulses} pulses, `
        + `${error.locked_s.toFixed(1)} s locked. Check the beacon channel, its nominal rate and the elements.`;
    case 'BeaconRatesDiffer':
      return `The manifests name two beacon rates (${error.rates_hz.join(' and ')} Hz): correct one of them.`;
    case 'NoOverlap':
      return `The recordings share ${error.common_s.toFixed(1)} s with beacon at both: are they of one pass?`;
    case 'GateTooWide':
      return `About ${error.pairs.toPrecision(2)} pairs lie around a gate of ${error.gate_ns} ns, more than memory should `
        + 'hold: ask for a narrower gate.';
    case 'NoLock':
      return `No coincidence peak: the best of ${error.coincidences} would arise by chance with probability `
        + `${error.false_alarm_probability.toPrecision(2)}. Nothing is guessed; check elements and first_edge_utc.`;
  }
}
