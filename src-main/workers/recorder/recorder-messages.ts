import type { KeyObject } from 'node:crypto';
import type { MessagePort } from 'node:worker_threads';
import type { Reply } from '../../../src-contract/errors.ts';
import type { PassEvent } from '../../store/live-file.ts';
import type { PassMeta } from '../../store/pass-types.ts';
import type { RecorderView } from './recorder.ts';
import type { StationCommand, StationEvent, StationTelemetry } from '../../../src-contract/wire/messages.ts';

// What the host and the recorder's thread say to each other: plain data.

/** What the thread is started with. */
export interface RecorderSetup {
  readonly mission_id: string;
  readonly stations: readonly string[];
  /** Where pass files lie, and what may be removed when the disk is full. */
  readonly directory: string;
  readonly scratch_directory: string;
}

/** A pass to be recorded, or to go on with; the key is the pass's own. */
export interface PassToRecord {
  readonly meta: PassMeta;
  readonly vault: { readonly key_id: string; readonly key: KeyObject };
}

export type RecorderOrder = { readonly id: number } & (
  | { readonly order: 'begin'; readonly pass: PassToRecord }
  /** Where batches go once they are on disk, those that are there already first. */
  | { readonly order: 'feed'; readonly feed: MessagePort }
  | { readonly order: 'note'; readonly event: PassEvent }
  | { readonly order: 'command'; readonly station: string; readonly command: StationCommand }
  | { readonly order: 'end' });

/** How the broker is reached. */
export interface BrokerState {
  readonly url: string;
  readonly embedded: boolean;
  readonly state: 'connected' | 'connecting' | 'down';
}

export type StationLinkState = 'never-heard' | 'online' | 'offline';

/** What a few times a second tells the host. */
export interface RecorderReport extends RecorderView {
  readonly broker: BrokerState;
  readonly links: Readonly<Record<string, StationLinkState>>;
  readonly disk_free_bytes: number | null;
  /** What stations say their batches are made of, in this pass. */
  readonly recordings: Readonly<Record<string, { readonly tick_ps: number; readonly manifest_json: string }>>;
  /** What was said and is on disk, since the report before. */
  readonly telemetry: readonly { readonly station: string; readonly payload: StationTelemetry }[];
  readonly events: readonly { readonly station: string; readonly payload: StationEvent }[];
  /** Newest time of a batch of each station that is on disk, as the station has it. */
  readonly newest_utc_ms: Readonly<Record<string, number>>;
}

export type RecorderNews =
  | { readonly news: 'reply'; readonly id: number; readonly reply: Reply<unknown> }
  | { readonly news: 'report'; readonly report: RecorderReport };
