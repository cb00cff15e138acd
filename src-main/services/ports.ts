import type { Reply } from '../../src-contract/errors.ts';
import type { Handlers, OperationName } from '../../src-contract/operations.ts';

/**
 * What a service owes the contract: for the domain `orbit`, a method for each `orbit.*` operation under
 * its verb. A forgotten operation, or one with another shape, does not compile.
 */
type Port<Domain extends string> = {
  readonly [K in OperationName as K extends `${Domain}.${infer Verb}` ? Verb : never]: Handlers[K];
};

export type MissionPort = Port<'mission'>;
export type OrbitPort = Port<'orbit'>;
export type ElementsPort = Port<'elements'>;
export type ConstellationPort = Port<'constellation'>;
export type OutlookPort = Port<'outlook'>;
export type WeatherPort = Port<'weather'>;
export type NoticesPort = Port<'notices'>;
export type SchedulePort = Port<'schedule'>;
export type ArchivePort = Port<'archive'>;
export type DetectionPort = Port<'detection'>;
export type DistillationPort = Port<'distillation'>;
export type SessionPort = Port<'session'>;
export type KeysPort = Port<'keys'>;
export type DeliveryPort = Port<'delivery'>;
export type LivePort = Port<'live'>;
export type AlarmsPort = Port<'alarms'>;
export type SimulatorPort = Port<'simulator'>;
export type JobsPort = Port<'jobs'>;

/** One service per domain of the contract. */
export interface Services {
  readonly mission: MissionPort;
  readonly orbit: OrbitPort;
  readonly elements: ElementsPort;
  readonly constellation: ConstellationPort;
  readonly outlook: OutlookPort;
  readonly weather: WeatherPort;
  readonly notices: NoticesPort;
  readonly schedule: SchedulePort;
  readonly archive: ArchivePort;
  readonly detection: DetectionPort;
  readonly distillation: DistillationPort;
  readonly session: SessionPort;
  readonly keys: KeysPort;
  readonly delivery: DeliveryPort;
  readonly live: LivePort;
  readonly alarms: AlarmsPort;
  readonly simulator: SimulatorPort;
  readonly jobs: JobsPort;
}

/** Wraps the console's secrets with what the machine keeps for this user; absent where it keeps nothing. */
export interface KeyVault {
  readonly wrap: (secret: Uint8Array) => Promise<Reply<Uint8Array>>;
  readonly unwrap: (wrapped: Uint8Array) => Promise<Reply<Uint8Array>>;
}
