import type { StationCommand, StationEvent, StationReply, StationStatus, StationTelemetry }
  from '../../../src-contract/wire/messages.ts';
import type { TagBatch } from '../../../src-core/formats/tag-batch.ts';
import type { Result } from '../../../src-core/result.ts';

interface Arrived {
  readonly station: string;
  /** As it came over the wire: what is kept. */
  readonly bytes: Uint8Array;
}

/** What a station said, checked: the recorder sees nothing else. */
export type StationMessage = Arrived & (
  | { readonly kind: 'telemetry'; readonly payload: StationTelemetry }
  | { readonly kind: 'event'; readonly payload: StationEvent }
  | { readonly kind: 'status'; readonly payload: StationStatus }
  | { readonly kind: 'tags'; readonly payload: TagBatch });

/** A message with a number: everything but the status. */
export type NumberedMessage = Exclude<StationMessage, { readonly kind: 'status' }>;

/** The line to the stations, as the recorder uses it. */
export interface StationLine {
  readonly command: (station: string, command: StationCommand) => Promise<Result<StationReply, { readonly type: string }>>;
}

/** Milliseconds of UTC; a double holds a microsecond of it until 2255. */
export const utcMsOf = (t_utc_ns: string): number => Number(BigInt(t_utc_ns) / 1000n) / 1000;
