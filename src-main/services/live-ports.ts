import type { KeyObject } from 'node:crypto';
import type { Reply } from '../../src-contract/errors.ts';
import type { HostEvent } from '../../src-contract/events.ts';
import type { MissionFile } from '../../src-contract/mission.ts';
import type { PlannedPassView } from '../../src-contract/schedule.ts';
import type { StationCommand } from '../../src-contract/wire/messages.ts';
import type { Propagator } from '../../src-core/orbit/propagate.ts';
import type { ElementText } from '../pipeline/element-text.ts';
import type { LiveFigures } from '../pipeline/live-figures.ts';
import type { PassMeta } from '../store/pass-types.ts';
import type { AlarmObservation } from './alarm-observation.ts';
import type { NewEvent } from './live-pass.ts';

/** A pass to be recorded; the key is the pass's own. */
export interface PassToRecord {
  readonly meta: PassMeta;
  readonly vault: { readonly key_id: string; readonly key: KeyObject };
}

/** The recorder, wherever it runs. */
export interface RecorderPort {
  readonly begin: (pass: PassToRecord) => Promise<Reply<{ readonly resumed: boolean }>>;
  readonly note: (event: NewEvent) => Promise<Reply<unknown>>;
  readonly command: (station: string, command: StationCommand) => Promise<Reply<unknown>>;
  readonly end: () => Promise<Reply<unknown>>;
}

export interface Recording { readonly tick_ps: number; readonly manifest_json: string }

/** What is counted: what both stations say their batches are made of. */
export interface CountingOrder {
  readonly recordings: readonly [Recording, Recording];
  readonly elements: ElementText | null;
  readonly end_utc_ms: number;
}

export interface CountingEnds {
  readonly onFigures: (figures: LiveFigures, last: boolean) => void;
  readonly onRefused: (why: string) => void;
  readonly onCrash: (cause: unknown) => void;
}

/** A counter of the pass that is on, fed by the recorder; closing ends it unasked. */
export interface Counter { readonly close: () => Promise<void> }

interface Authority { readonly who: string; readonly why: string }

export interface LiveServiceDeps {
  readonly mission: MissionFile;
  readonly demo: boolean;
  /** Null where this process records nothing, as a single command. */
  readonly recorder: RecorderPort | null;
  readonly now_utc_ms: () => number;
  readonly elapsed_ms: () => number;
  readonly publish: (event: HostEvent) => void;
  /** What may raise or end an alarm. */
  readonly observe: (said: AlarmObservation) => void;
  /** A pass begins so long before its window. */
  readonly lead_ms: number;
  readonly planned: (pass_id: string) => PlannedPassView | null;
  /** The approved pass whose time has come; null without one. */
  readonly due: () => PlannedPassView | null;
  /** Moves the planned pass to `live`, through `armed` where it must. */
  readonly goLive: (planned: PlannedPassView, by: Authority) => Reply<null>;
  readonly abortPlan: (pass_id: string, by: Authority) => Reply<null>;
  readonly metaOf: (planned: PlannedPassView, mode: 'qkd' | 'bell') => PassToRecord;
  readonly propagatorOf: (element_set_id: string) => Reply<Propagator>;
  readonly elementsOf: (pass_id: string) => ElementText | null;
  readonly startCounter: (order: CountingOrder, ends: CountingEnds) => Counter;
  /** Seals, archives and processes what was recorded, as a job. */
  readonly finishPass: (pass_id: string) => void;
  /** Passes whose live file is still here. */
  readonly unfinished: () => readonly { readonly pass_id: string; readonly mode: 'qkd' | 'bell' }[];
}
