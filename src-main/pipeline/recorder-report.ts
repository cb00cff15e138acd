import type { StationEvent, StationTelemetry } from '../../src-contract/wire/messages.ts';

// What the recorder says of itself, as its thread tells the host: plain data.

export type DiskState = { readonly state: 'writing' } | { readonly state: 'full' | 'failed'; readonly why: string };

/** What of one station's pass is on disk, in the words of the contract. */
export interface Completeness {
  readonly batches: number;
  readonly missing: number;
  readonly requested_again: number;
  readonly duplicates: number;
  readonly late: number;
  readonly telemetry: number;
  readonly telemetry_missing: number;
  readonly clicks: number;
  readonly stored_bytes: number;
  readonly seconds_complete: number;
  readonly stored_at_station: number;
}

/** How the broker is reached; `why` says what is wrong. */
export interface BrokerState {
  readonly url: string;
  readonly embedded: boolean;
  readonly state: 'connected' | 'connecting' | 'down';
  readonly why: string | null;
}

export type StationLinkState = 'never-heard' | 'online' | 'offline';

export interface RecorderView {
  readonly pass_id: string | null;
  readonly disk: DiskState;
  readonly bytes_per_s: number;
  readonly refused: Readonly<Record<string, number>>;
  readonly completeness: Readonly<Record<string, Completeness>>;
}

/** What a few times a second tells the host. */
export interface RecorderReport extends RecorderView {
  readonly broker: BrokerState;
  readonly links: Readonly<Record<string, StationLinkState>>;
  /** The pass that each station says it is set up for. */
  readonly prepared: Readonly<Record<string, string | null>>;
  readonly disk_free_bytes: number | null;
  /** What stations say their batches are made of, in this pass. */
  readonly recordings: Readonly<Record<string, { readonly tick_ps: number; readonly manifest_json: string }>>;
  /** What was said and is on disk, since the report before. */
  readonly telemetry: readonly { readonly station: string; readonly payload: StationTelemetry }[];
  readonly events: readonly { readonly station: string; readonly payload: StationEvent }[];
  /** Newest time of a batch of each station that is on disk, as the station has it. */
  readonly newest_utc_ms: Readonly<Record<string, number>>;
}
