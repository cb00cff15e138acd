import type { NumberRange } from '../../../src-core/archive/number-ranges.ts';
import type { LiveKind } from '../../store/live-file.ts';
import { KINDS, lengthOf, type StationLedger } from './station-ledger.ts';
import type { StationCommand } from '../../../src-contract/wire/messages.ts';

/** Lets stations forget what is on disk, and asks again for what is missing. */
export interface Resender {
  readonly tick: () => void;
  /** The end of a pass: everything on disk may be forgotten now. */
  readonly tellAll: () => void;
  /** The station did not hear that this is on disk, or it would not have sent it again. */
  readonly acknowledgeAgain: (station: string, kind: LiveKind) => void;
  /** After a restart or a cut: everything that follows the last number without a gap. */
  readonly askAfterLast: (station: string) => void;
}

interface ResenderDeps {
  readonly pass_id: string;
  readonly ledgers: ReadonlyMap<string, StationLedger>;
  readonly send: (station: string, command: StationCommand) => void;
  readonly elapsed_ms: () => number;
}

/** At most so often does a station hear `stored`. */
const STORED_EVERY_MS = 250;
/** A hole may be a message on its way: QoS 1 keeps order but across a reconnection. */
const GAP_GRACE_MS = 1000;
const ASK_EVERY_MS = 3000;
/** Holes asked for at once; the rest waits its turn. */
const GAPS_AT_ONCE = 8;
const SEQ_MAX = 0xffff_ffff;

interface KindState {
  told: number;
  told_at_ms: number;
  gap_since_ms: number | null;
  asked_at_ms: number;
}

export function createResender({ pass_id, ledgers, send, elapsed_ms }: ResenderDeps): Resender {
  const states = new Map<string, KindState>();
  const stateOf = (station: string, kind: LiveKind): KindState => {
    const name = `${station} ${kind}`;
    const state = states.get(name) ?? { told: 0, told_at_ms: -Infinity, gap_since_ms: null, asked_at_ms: -Infinity };
    states.set(name, state);
    return state;
  };
  const ask = (station: string, kind: LiveKind, { from, through }: NumberRange) =>
    send(station, { command: 'resend', pass_id, kind, from_seq: from, through_seq: through });

  function tell(station: string, kind: LiveKind, every_ms = STORED_EVERY_MS): void {
    const state = stateOf(station, kind);
    const through_seq = ledgers.get(station)!.numbers(kind).through();
    if (through_seq <= state.told || elapsed_ms() - state.told_at_ms < every_ms) return;
    state.told = through_seq;
    state.told_at_ms = elapsed_ms();
    send(station, { command: 'stored', pass_id, kind, through_seq });
  }

  function askForHoles(station: string, kind: LiveKind, ledger: StationLedger): void {
    const state = stateOf(station, kind);
    const holes = ledger.numbers(kind).missing(GAPS_AT_ONCE);
    const now_ms = elapsed_ms();
    if (holes.length === 0) {
      state.gap_since_ms = null;
      return;
    }
    state.gap_since_ms ??= now_ms;
    if (now_ms - state.gap_since_ms < GAP_GRACE_MS || now_ms - state.asked_at_ms < ASK_EVERY_MS) return;
    state.asked_at_ms = now_ms;
    for (const hole of holes) ask(station, kind, hole);
    if (kind === 'tags') ledger.noteRequested(holes.reduce((sum, hole) => sum + lengthOf(hole), 0));
  }

  return {
    tick: () => {
      for (const [station, ledger] of ledgers) {
        for (const kind of KINDS) {
          tell(station, kind);
          askForHoles(station, kind, ledger);
        }
      }
    },
    tellAll: () => {
      for (const station of ledgers.keys()) for (const kind of KINDS) tell(station, kind, 0);
    },
    acknowledgeAgain: (station, kind) => {
      stateOf(station, kind).told = 0;
    },
    askAfterLast: (station) => {
      const ledger = ledgers.get(station);
      if (ledger === undefined) return;
      for (const kind of KINDS) ask(station, kind, { from: ledger.numbers(kind).through() + 1, through: SEQ_MAX });
    },
  };
}
