import { encodeTagBatch, type TagBatch } from '../../src-core/formats/tag-batch.ts';
import type { StationCommand } from '../../src-contract/wire/messages.ts';
import type { StationMessage } from '../../src-main/workers/recorder/station-message.ts';
import { liveStation } from '../store/live-fixture.ts';

/** A station as the wire's description asks for it: it keeps what is not `stored`, and sends again what is asked for. */
export interface SendingStation {
  /** The next message that was never sent; false when all were. */
  readonly sendNext: () => boolean;
  readonly hear: (command: StationCommand) => void;
  readonly greet: () => void;
  /** Through this number the console said `stored`. */
  readonly promised: (kind: 'tags' | 'event') => number;
  readonly allStored: () => boolean;
  /** The console forgot nothing that it promised, so a station need not have it any more. */
  readonly askedForForgotten: () => boolean;
}

interface Line { readonly send: (message: StationMessage) => void }

export function createSendingStation(station: string, batches: readonly TagBatch[], line: Line): SendingStation {
  const kept = new Map(batches.map((batch) => [batch.seq, batch]));
  const promised = { tags: 0, event: 0 };
  let next = 1;
  let forgotten = false;
  const tags = (seq: number) => {
    const payload = kept.get(seq);
    if (payload === undefined) forgotten = true;
    else line.send({ kind: 'tags', station, payload, bytes: encodeTagBatch(payload) });
  };
  const event = (seq: number) => {
    const payload = {
      seq, t_utc_ns: batches[seq - 1]!.t_utc_ns, pass_id: batches[0]!.pass_id, code: 'note', severity: 'routine', text: `event ${seq}`,
    } as const;
    line.send({ kind: 'event', station, payload, bytes: Buffer.from(JSON.stringify(payload)) });
  };
  return {
    sendNext: () => {
      if (next > batches.length) return false;
      tags(next);
      event(next);
      next += 1;
      return true;
    },
    hear: (command) => {
      if (command.command === 'stored' && command.kind !== 'telemetry') {
        promised[command.kind] = Math.max(promised[command.kind], command.through_seq);
        if (command.kind === 'tags') for (const seq of kept.keys()) if (seq <= command.through_seq) kept.delete(seq);
      } else if (command.command === 'resend' && command.kind !== 'telemetry') {
        const send = command.kind === 'tags' ? tags : event;
        for (let seq = command.from_seq; seq <= Math.min(command.through_seq, next - 1); seq += 1) send(seq);
      }
    },
    greet: () => {
      const { tick_ps, manifest_json } = liveStation(station);
      const payload = {
        state: 'online', t_utc_ns: batches[0]!.t_utc_ns, pass_id: batches[0]!.pass_id, recording: { tick_ps, manifest_json },
      } as const;
      line.send({ kind: 'status', station, payload, bytes: new Uint8Array(0) });
    },
    promised: (kind) => promised[kind],
    allStored: () => promised.tags === batches.length && promised.event === batches.length,
    askedForForgotten: () => forgotten,
  };
}
