import { join } from 'node:path';
import type { StationCommand, StationReply, StationStatus } from '../../../src-contract/wire/messages.ts';
import { SEQUENCED_KINDS } from '../../../src-contract/wire/topics.ts';
import type { RecordingManifest } from '../../../src-contract/recording.ts';
import { createLane, type Lane, type LaneKind, type StationWire } from './lane.ts';
import { createOutbox } from './outbox.ts';
import type { WrittenMessage } from './message-source.ts';

export interface WireEnds {
  readonly station: string;
  readonly onConnected: () => void;
  readonly onCommand: (command: StationCommand) => StationReply;
}
export type ConnectWire = (ends: WireEnds) => StationWire;

export interface DeskDeps {
  readonly station: string;
  readonly directory: string;
  readonly connect: ConnectWire;
  readonly now_utc_ns: () => string;
  readonly onPrepare: (order: Extract<StationCommand, { command: 'prepare' }>) => string | null;
  readonly onAbort: (pass_id: string) => void;
}

export interface StationAccount {
  readonly station: string;
  readonly sent: Readonly<Record<LaneKind, number>>;
  readonly resent: number;
  /** Messages that the console has not said it stored. */
  readonly unstored: number;
}

/** One station's desk: keeps what was measured, sends it in order, and answers the console. */
export interface StationDesk {
  readonly begin: (pass_id: string, manifest: RecordingManifest) => void;
  readonly keep: (message: WrittenMessage) => void;
  readonly cut: () => void;
  readonly mend: () => void;
  /** Something of a kind, or of any, is not stored yet. */
  readonly waiting: (kind?: LaneKind) => boolean;
  readonly account: () => StationAccount;
  readonly close: () => Promise<void>;
}

const SOFTWARE = 'twinpass station simulator';
const encoder = new TextEncoder();

interface Pass {
  readonly id: string;
  readonly manifest: RecordingManifest;
  readonly lanes: readonly Lane[];
}

export function createStationDesk(deps: DeskDeps): StationDesk {
  let pass: Pass | null = null;
  const wire = deps.connect({
    station: deps.station,
    onConnected: () => {
      sayOnline();
      for (const { pump } of lanes()) pump();
    },
    onCommand: (command) => {
      const t_utc_ns = deps.now_utc_ns();
      const why = obey(command, pass, deps);
      return why === null ? { reply: 'done', t_utc_ns } : { reply: 'refused', t_utc_ns, why };
    },
  });
  const lanes = () => pass?.lanes ?? [];
  const laneOf = (kind: LaneKind) => lanes().find((lane) => lane.kind === kind);

  function sayOnline(): void {
    const status: StationStatus = {
      state: 'online', t_utc_ns: deps.now_utc_ns(), software: SOFTWARE, pass_id: pass?.id ?? null,
      recording: pass === null ? null : { tick_ps: 1, manifest_json: JSON.stringify(pass.manifest) },
    };
    void wire.publish('status', JSON.stringify(status));
  }

  const closeLanes = () => { for (const { outbox } of lanes()) outbox.close(); };
  return {
    begin: (pass_id, manifest) => {
      closeLanes();
      const outboxOf = (kind: LaneKind) => createOutbox(join(deps.directory, `${deps.station}-${pass_id}.${kind}`));
      pass = { id: pass_id, manifest, lanes: SEQUENCED_KINDS.map((kind) => createLane(kind, outboxOf(kind), wire)) };
      sayOnline();
    },
    keep: ({ kind, write }) => {
      const lane = laneOf(kind)!;
      const payload = write(laneOf('tags')!.unsent());
      lane.outbox.keep(typeof payload === 'string' ? encoder.encode(payload) : payload);
      lane.pump();
    },
    cut: wire.cut,
    mend: wire.mend,
    waiting: (kind) => lanes().some((lane) => (kind === undefined || lane.kind === kind) && lane.outbox.kept() > 0),
    account: () => ({
      station: deps.station,
      sent: { telemetry: laneOf('telemetry')?.sent() ?? 0, tags: laneOf('tags')?.sent() ?? 0, event: laneOf('event')?.sent() ?? 0 },
      resent: lanes().reduce((sum, lane) => sum + lane.resent(), 0),
      unstored: lanes().reduce((sum, { outbox }) => sum + outbox.kept(), 0),
    }),
    close: async () => {
      await wire.close();
      closeLanes();
    },
  };
}

/** Carries out an order; why it cannot, or null. */
function obey(command: StationCommand, pass: Pass | null, { onPrepare, onAbort }: DeskDeps): string | null {
  if (command.command === 'ping') return null;
  if (command.command === 'prepare') return onPrepare(command);
  if (pass?.id !== command.pass_id) return `no pass ${command.pass_id} here`;
  switch (command.command) {
    case 'abort':
      onAbort(command.pass_id);
      return null;
    case 'resend':
      laneFor(pass, command.kind).sendAgain(command.from_seq, command.through_seq);
      return null;
    case 'stored':
      laneFor(pass, command.kind).outbox.release(command.through_seq);
      return null;
  }
}

const laneFor = ({ lanes }: Pass, kind: LaneKind): Lane => lanes.find((lane) => lane.kind === kind)!;
