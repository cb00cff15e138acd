import type { StationCommand, StationReply } from '../../../src-contract/wire/messages.ts';
import type { Result } from '../../../src-core/result.ts';
import type { StationMessage } from '../../gateway/mqtt/read-message.ts';

/** What a station said, checked: the recorder sees nothing else. */
export type { StationMessage };

/** A message with a number: everything but the status. */
export type NumberedMessage = Exclude<StationMessage, { readonly kind: 'status' }>;

/** The line to the stations, as the recorder uses it. */
export interface StationLine {
  readonly command: (station: string, command: StationCommand) => Promise<Result<StationReply, { readonly type: string }>>;
}

/** Milliseconds of UTC; a double holds a microsecond of it until 2255. */
export const utcMsOf = (t_utc_ns: string): number => Number(BigInt(t_utc_ns) / 1000n) / 1000;
