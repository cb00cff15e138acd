import type { KeyObject } from 'node:crypto';
import type { MessagePort } from 'node:worker_threads';
import type { Reply } from '../../../src-contract/errors.ts';
import type { PassEvent } from '../../store/live-file.ts';
import type { PassMeta } from '../../store/pass-types.ts';
import type { StationCommand, StationTelemetry } from '../../../src-contract/wire/messages.ts';
import type { BrokerCredentials } from '../../gateway/mqtt/broker-address.ts';
import type { RecorderReport } from '../../pipeline/recorder-report.ts';

// What the host and the recorder's thread say to each other: plain data.

/** What the thread is started with. */
export interface RecorderSetup {
  readonly mission_id: string;
  readonly stations: readonly string[];
  /** Where pass files lie, and what may be removed when the disk is full. */
  readonly directory: string;
  readonly scratch_directory: string;
  /** Anode voltage from which a message is told at once: light on a detector waits for no disk. */
  readonly anode_v_max: number;
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

/** Which broker, and by what name its persistent session is known there. */
export type BrokerChoice = { readonly client_id: string } & (
  | { readonly kind: 'embedded'; readonly host: string; readonly port: number }
  | { readonly kind: 'url'; readonly url: string; readonly credentials: BrokerCredentials });

export interface RecorderThreadSetup extends RecorderSetup { readonly broker: BrokerChoice }

export type RecorderNews =
  | { readonly news: 'reply'; readonly id: number; readonly reply: Reply<unknown> }
  | { readonly news: 'report'; readonly report: RecorderReport }
  | { readonly news: 'urgent'; readonly station: string; readonly message: StationTelemetry };
