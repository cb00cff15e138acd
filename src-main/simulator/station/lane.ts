import type { SEQUENCED_KINDS, TopicKind } from '../../../src-contract/wire/topics.ts';
import type { Outbox } from './outbox.ts';

export type LaneKind = (typeof SEQUENCED_KINDS)[number];

/** The line as the station uses it. */
export interface StationWire {
  readonly connected: () => boolean;
  readonly publish: (kind: TopicKind, payload: Uint8Array | string) => Promise<boolean>;
  readonly cut: () => void;
  readonly mend: () => void;
  readonly close: () => Promise<void>;
}

/** One kind of message of one pass, from the station's disk to the broker: in order, and again what is asked for. */
export interface Lane {
  readonly kind: LaneKind;
  readonly outbox: Outbox;
  /** Sends what may be sent now. */
  readonly pump: () => void;
  readonly sendAgain: (from_seq: number, through_seq: number) => void;
  readonly sent: () => number;
  /** What no broker has taken yet. */
  readonly unsent: () => number;
  readonly resent: () => number;
}

/** Messages of a kind on their way at once; the next follows when the broker has taken one. */
const UNDER_WAY_MAX = 32;

export function createLane(kind: LaneKind, outbox: Outbox, wire: StationWire): Lane {
  let next = 1;
  let again: number[] = [];
  let under_way = 0;
  let sent = 0;
  let resent = 0;
  const ascending = (a: number, b: number) => a - b;

  async function send(seq: number, bytes: Uint8Array): Promise<void> {
    under_way += 1;
    const taken = await wire.publish(kind, bytes);
    under_way -= 1;
    // What the line has swallowed goes first when it is back, in order.
    if (!taken) {
      again = [...again, seq].sort(ascending);
      return;
    }
    sent += 1;
    pump();
  }

  function pump(): void {
    while (wire.connected() && under_way < UNDER_WAY_MAX) {
      const repeated = again.shift();
      const seq = repeated ?? next;
      if (seq > outbox.last_seq()) return;
      if (repeated === undefined) next += 1;
      else resent += 1;
      const bytes = outbox.read(seq);
      if (bytes !== null) void send(seq, bytes);
    }
  }

  return {
    kind, outbox, pump, sent: () => sent, unsent: () => outbox.last_seq() - (next - 1) + again.length, resent: () => resent,
    sendAgain: (from_seq, through_seq) => {
      // Numbers that were never sent come by themselves.
      const last = Math.min(through_seq, next - 1);
      const queued = new Set(again);
      for (let seq = from_seq; seq <= last; seq += 1) if (!queued.has(seq)) again.push(seq);
      again.sort(ascending);
      pump();
    },
  };
}
