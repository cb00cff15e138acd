import type { MissionFile } from '../../src-contract/mission.ts';
import { alarmLimitsOf } from '../../src-contract/night-limits.ts';
import type { StationTelemetry } from '../../src-contract/wire/messages.ts';
import type { AlarmPhase, AlarmSample, OnDelays } from '../../src-core/alarms/alarm-rules.ts';
import {
  judgeConsole, judgeFigures, judgeTelemetry, type ConsoleSaid, type Efficiency, type JudgeLimits, type StationKnown,
} from '../../src-core/alarms/judge.ts';
import { clopperPearson } from '../../src-core/statistics.ts';

type IndicatorId = 'blinding' | 'detector-balance' | 'basis-ratio' | 'all-live' | 'time-shift' | 'spatial-mode';

/** Where the pass stands; `replay` is a recording played again, which raises nothing. */
interface PassObservation {
  readonly kind: 'pass';
  readonly pass_id: string | null;
  readonly phase: AlarmPhase | null;
  readonly replay: boolean;
  /** The pass's own time. */
  readonly at_utc_ms: number;
}

/** A message that is on disk, once; `efficiency` where the plan promises one for its moment. */
interface TelemetryObservation {
  readonly kind: 'telemetry';
  readonly station: string;
  readonly message: StationTelemetry;
  readonly efficiency: Efficiency | null;
}

/** What the console knows of itself, about once a second, also without a pass. */
interface ConsoleObservation extends Omit<ConsoleSaid, 'stations' | 'clock_jump_s'> {
  readonly kind: 'console';
  readonly stations: readonly {
    readonly station: string; readonly heard_utc_ms: number | null; readonly batches_missing: number;
  }[];
}

/** The pair as counted, about once a second. */
interface FiguresObservation {
  readonly kind: 'figures';
  readonly at_utc_ms: number;
  readonly z: { readonly n: number; readonly e: number };
  readonly x: { readonly n: number; readonly e: number };
  readonly indicators: readonly {
    readonly id: IndicatorId; readonly station: string | null;
    readonly value: number | null; readonly limit: number; readonly unit: string;
    readonly state: 'normal' | 'caution' | 'serious' | 'critical' | 'unknown';
  }[];
}

export type AlarmObservation = PassObservation | TelemetryObservation | ConsoleObservation | FiguresObservation;

const NS_PER_MS = 1_000_000n;
/** Milliseconds of UTC of a message's own time. */
const packetMs = (t_utc_ns: string) => Number(BigInt(t_utc_ns) / NS_PER_MS);

/** What of the mission alarms are judged by. */
export function judgeLimitsOf(mission: MissionFile): { readonly limits: JudgeLimits; readonly delays: OnDelays } {
  const own = alarmLimitsOf(mission);
  const { anode_v_max, qber_edge, elements_age_days_max } = mission.limits;
  return {
    limits: { ...own, anode_v_max, qber_edge, elements_age_days_max: own.elements_age_days_max ?? elements_age_days_max },
    delays: Object.fromEntries(Object.entries(own.on_delay_s).map(([kind, s]) => [kind, s * 1000])),
  };
}

export interface Observing {
  readonly mission: MissionFile;
  readonly limits: JudgeLimits;
  /** How far the console's clock jumped since it was asked last. */
  readonly clockJump: () => number;
}

/** The samples an observation is worth; of a station that the mission does not know, none. */
export function samplesOf({ mission, limits, clockJump }: Observing, said: Exclude<AlarmObservation, PassObservation>): AlarmSample[] {
  const known = (id: string | null): StationKnown[] => mission.stations.filter((station) => station.id === id);
  switch (said.kind) {
    case 'telemetry': return known(said.station).flatMap((station) =>
      judgeTelemetry(station, { ...said.message, at_utc_ms: packetMs(said.message.t_utc_ns) }, { limits, efficiency: said.efficiency }));
    case 'console': {
      const stations = said.stations.flatMap((heard) => known(heard.station).map((station) => ({ ...heard, station })));
      return judgeConsole({ ...said, stations, clock_jump_s: clockJump() }, limits);
    }
    case 'figures': return judgeFigures({ ...said, qber_95: qberOf(said), indicators: indicatorsOf(said, known) }, limits);
  }
}

/** Looked at each second of a pass, a bound of one in twenty would be crossed by chance in many. */
const SURE = 0.999;

function qberOf({ z, x }: FiguresObservation) {
  const [n, e] = [z.n + x.n, z.e + x.e];
  return n === 0 ? null : { value: e / n, low: clopperPearson(e, n, SURE).low };
}

/** Blinding is judged by each telemetry message already, and nearer to it. */
function indicatorsOf({ indicators }: FiguresObservation, known: (id: string | null) => StationKnown[]) {
  return indicators.flatMap(({ id, state, ...one }) => {
    if (id === 'blinding') return [];
    const judged = state === 'normal' || state === 'unknown' ? state : 'serious' as const;
    return known(one.station).map((station) => ({ ...one, id, station, state: judged }));
  });
}
