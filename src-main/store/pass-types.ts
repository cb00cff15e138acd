import type { Plain } from '../../src-core/archive/canonical-json.ts';

export type Custody = 'analysis' | 'operational';
export type StreamName = 'clicks' | 'beacon' | 'pps';
/** In the order in which digests and checks go through them. */
export const STREAMS: readonly StreamName[] = ['beacon', 'clicks', 'pps'];

/** What is known about a pass before its first event is stored. */
export interface PassMeta {
  readonly pass_id: string;
  readonly night: string;
  readonly mode: 'qkd' | 'bell';
  readonly entangled_state: 'psi+' | 'phi+';
  readonly custody: Custody;
  readonly start_utc_ms: number;
  readonly seconds: number;
  readonly mission_id: string;
  /** The mission file as it was that night. */
  readonly mission_json: string;
  /** The elements the recordings carried; null where they carried none. */
  readonly elements_text: string | null;
  readonly code_version: string;
  readonly created_at_utc_ms: number;
}

/** One station's recording, apart from its events. */
export interface StationHeader {
  readonly station: string;
  readonly file_name: string;
  readonly type: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly manifest_json: string;
  readonly tick_ps: number;
  /** Recorder time of tick 0 in whole ticks, decimal: recorders count beyond 2^53. */
  readonly origin_ticks: string;
  /** How many detectors the recording lists; an outcome is a place in that list. */
  readonly detectors: number;
}

/** What is known once the last event of a station is stored. */
export interface StationTotals {
  /** Events of the recording, used or not. */
  readonly events: number;
  /** What the reader dropped or repaired, by reason. */
  readonly counters: Readonly<Record<string, number>>;
}

export interface StoredStation extends StationHeader, StationTotals {
  readonly stored: Readonly<Record<StreamName, number>>;
}

export interface ClickBatch {
  readonly ticks: Float64Array;
  /** Place of the detector in the recording's list. */
  readonly detector: Uint8Array;
}

/** A recording that is complete and sealed. */
export interface SealedPass {
  readonly meta: PassMeta;
  readonly outcome_key_id: string;
  readonly content_sha256: string;
  readonly stations: readonly StoredStation[];
}

/** What a list of verdicts shows; null where the verdict has no such number. */
export interface VerdictNumbers {
  readonly coincidences: number | null;
  readonly sifted_bits: number | null;
  readonly qber: number | null;
  readonly s: number | null;
}

export interface NewVerdict extends VerdictNumbers {
  readonly made_at_utc_ms: number;
  readonly code_version: string;
  readonly parameters: Readonly<Record<string, Plain>>;
  /** The result as JSON text: counts and estimates, never an outcome. */
  readonly result_json: string;
  /** One columnar frame (src-contract/frames.ts). */
  readonly series: Uint8Array;
}

/** One verdict as the index in mission.db holds it. */
export interface VerdictRow extends VerdictNumbers {
  readonly verdict_id: number;
  readonly made_at_utc_ms: number;
  readonly code_version: string;
  readonly sha256: string;
}

export interface StoredVerdict extends VerdictRow {
  readonly parameters_json: string;
  readonly result_json: string;
}
