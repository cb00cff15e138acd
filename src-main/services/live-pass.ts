import type { Frame } from '../../src-contract/frames.ts';
import type { LiveStation, LiveView } from '../../src-contract/live.ts';
import type { MissionFile } from '../../src-contract/mission.ts';
import { alarmLimitsOf } from '../../src-contract/night-limits.ts';
import type { StationTelemetry } from '../../src-contract/wire/messages.ts';
import type { CheckFacts } from '../../src-core/alarms/check-rules.ts';
import type { CheckAnswer } from '../../src-core/alarms/checklist.ts';
import type { Efficiency } from '../../src-core/alarms/judge.ts';
import type { LiveFigures } from '../pipeline/live-figures.ts';
import { viewPair } from '../pipeline/live-pair-view.ts';
import type { LivePlan } from '../pipeline/live-plan.ts';
import { liveSeries } from '../pipeline/live-series.ts';
import { efficiencyDb, utcMsOfNs } from '../pipeline/live-station-view.ts';
import type { RecorderReport } from '../pipeline/recorder-report.ts';
import { checklistOf } from './live-checklist.ts';
import { createPassClock } from './live-pass-clock.ts';
import { createStationWatch, type StationWatch } from './live-station-watch.ts';

type Pass = NonNullable<LiveView['pass']>;
export type LiveEvent = Pass['events'][number];
export type NewEvent = Omit<LiveEvent, 'event_id'>;

/** What is known of a pass before its first message. */
export interface LivePassFacts extends Pick<Pass,
  'pass_id' | 'night' | 'mode' | 'entangled_state' | 'custody' | 'start_utc_ms' | 'end_utc_ms' | 'start_sigma_s' | 'simulated'> {
  readonly elements_age_days: number;
  /** What the pass's clock shows before a station speaks. */
  readonly begin_utc_ms: number;
}

export interface LivePassDeps {
  readonly mission: MissionFile;
  readonly facts: LivePassFacts;
  /** Null where the elements allow no plan. */
  readonly plan: LivePlan | null;
  readonly limits_version: string;
  readonly elapsed_ms: () => number;
}

/** The pass that is on, in memory: what came, what people said, and how it looks. */
export interface LivePass {
  readonly facts: LivePassFacts;
  readonly takeReport: (report: RecorderReport) => void;
  readonly takeFigures: (figures: LiveFigures) => void;
  readonly log: (event: NewEvent) => void;
  readonly answer: (answer: CheckAnswer) => void;
  readonly setHold: (hold: Pass['hold']) => void;
  readonly end: (as: 'done' | 'aborted') => void;
  readonly ended: () => boolean;
  readonly now_utc_ms: () => number;
  /** Where the pass stood at a moment of its own time. */
  readonly phaseAt: (at_utc_ms: number) => Pass['phase'];
  /** How far the pass surely is by its messages. */
  readonly surely_utc_ms: () => number;
  /** One downlink as a message has it beside its plan; null where either is not known. */
  readonly efficiencyAt: (station: string, message: StationTelemetry) => Efficiency | null;
  /** Nothing is missing, and nothing waits at a station. */
  readonly isComplete: () => boolean;
  readonly view: (recorder: LiveView['recorder']) => Pass;
  readonly plan: () => Frame | null;
  readonly series: (since_t_s: number) => Frame;
}

const EVENTS_MAX = 200;
/** The list is polled from this long before the window. */
const POLL_MS = 10 * 60_000;

export function createLivePass({ mission, facts, plan, limits_version, elapsed_ms }: LivePassDeps): LivePass {
  const clock = createPassClock({ elapsed_ms, begin_utc_ms: facts.begin_utc_ms });
  const [first, second] = mission.stations;
  const watches: readonly [StationWatch, StationWatch] = [
    createStationWatch({ mission, site: first, elapsed_ms }), createStationWatch({ mission, site: second, elapsed_ms }),
  ];
  const answers: CheckAnswer[] = [];
  const elements: CheckFacts['elements'] = { age_days: Math.abs(facts.elements_age_days), start_sigma_s: facts.start_sigma_s };
  let events: readonly LiveEvent[] = [];
  let event_id = 0;
  let figures: LiveFigures | null = null;
  let hold: Pass['hold'] = null;
  let over: 'done' | 'aborted' | null = null;
  let newest_utc_ms: readonly number[] = [];

  const phase = () => over ?? phaseAt(clock.now_utc_ms(), { facts, plan, hold });
  const log = (event: NewEvent) => {
    event_id += 1;
    events = [{ ...event, event_id }, ...events].slice(0, EVENTS_MAX);
  };
  const stations = (): LiveStation[] => watches.map((watch, place) => watch.view({
    now_utc_ms: clock.now_utc_ms(), speed: clock.speed(), over: over !== null,
    plan: plan?.station(place as 0 | 1, (clock.now_utc_ms() - facts.start_utc_ms) / 1000) ?? null,
  }));

  return {
    facts, log,
    takeReport: (report) => {
      for (const watch of watches) watch.take(report);
      for (const event of report.events) log(eventOf(event));
      newest_utc_ms = mission.stations.flatMap(({ id }) => report.newest_utc_ms[id] ?? []);
      const heard = [...watches.flatMap((watch) => watch.newest_utc_ms() ?? []), ...newest_utc_ms];
      if (heard.length > 0) clock.hear(Math.max(...heard));
    },
    takeFigures: (given) => {
      figures = given;
    },
    answer: (answer) => void answers.push(answer),
    setHold: (given) => {
      hold = given;
    },
    end: (as) => {
      over = as;
    },
    ended: () => over !== null,
    now_utc_ms: clock.now_utc_ms,
    surely_utc_ms: clock.surely_utc_ms,
    phaseAt: (at_utc_ms) => over ?? phaseAt(at_utc_ms, { facts, plan, hold }),
    efficiencyAt: (station, message) => efficiencyAt({ mission, facts, plan }, station, message),
    isComplete: () => watches.every((watch) => watch.isComplete()),
    view: (recorder) => {
      const now_utc_ms = clock.now_utc_ms();
      const seen = stations();
      return {
        ...shownOf(facts), phase: phase(), now_utc_ms, speed: clock.speed(),
        visible: mission.stations.map(({ id }, place) => ({ station: id, ...(plan?.visible[place] ?? spanOf(facts)) })),
        replay: false, stations: seen,
        pair: viewPair({
          mission, mode: facts.mode, figures, plan, stations: seen, newest_utc_ms, speed: clock.speed(),
          t_s: (now_utc_ms - facts.start_utc_ms) / 1000,
        }),
        checklist: checklistOf({ mission, now_utc_ms, stations: seen, recorder, elements, answers }),
        hold, events: [...events], limits_version, limits: drawnLimits(mission),
      };
    },
    plan: () => plan?.frame ?? null,
    series: (since_t_s) => liveSeries(watches.map((watch) => watch.rows()), figures, { start_utc_ms: facts.start_utc_ms, since_t_s }),
  };
}

interface PhaseFacts extends Pick<LivePassDeps, 'facts' | 'plan'> { readonly hold: Pass['hold'] }

/** Where a pass stands by its own time. */
function phaseAt(now_utc_ms: number, { facts, plan, hold }: PhaseFacts): Pass['phase'] {
  if (now_utc_ms >= facts.end_utc_ms) return 'closing';
  if (now_utc_ms >= facts.start_utc_ms) return 'window';
  if (hold !== null) return 'hold';
  const rises_utc_ms = Math.min(...(plan?.visible ?? [facts]).map(({ start_utc_ms }) => start_utc_ms));
  if (now_utc_ms >= rises_utc_ms) return 'acquiring';
  return now_utc_ms >= facts.start_utc_ms - POLL_MS ? 'polling' : 'preparing';
}

function efficiencyAt(
  { mission, facts, plan }: Pick<LivePassDeps, 'mission' | 'facts' | 'plan'>, station: string, message: StationTelemetry,
): Efficiency | null {
  const place = mission.stations.findIndex(({ id }) => id === station);
  const db = efficiencyDb(message, mission.source.pair_rate_hz);
  if (place < 0 || db === null || plan === null) return null;
  const planned = plan.station(place as 0 | 1, (utcMsOfNs(message.t_utc_ns) - facts.start_utc_ms) / 1000);
  if (planned?.efficiency_db == null) return null;
  return { db, plan_db: planned.efficiency_db, sigma_db: planned.efficiency_db_sigma };
}

function shownOf(facts: LivePassFacts) {
  const { pass_id, night, mode, entangled_state, custody, start_utc_ms, end_utc_ms, start_sigma_s, simulated } = facts;
  return { pass_id, night, mode, entangled_state, custody, start_utc_ms, end_utc_ms, start_sigma_s, simulated };
}

function eventOf({ station, payload: { t_utc_ns, severity, text } }: RecorderReport['events'][number]): NewEvent {
  return { at_utc_ms: Math.floor(utcMsOfNs(t_utc_ns)), station, source: 'station', severity, who: null, text };
}

const spanOf = ({ start_utc_ms, end_utc_ms }: LivePassFacts) => ({ start_utc_ms, end_utc_ms });

function drawnLimits(mission: MissionFile): Pass['limits'] {
  const { tracking_error_urad_max, dark_extra_cps } = alarmLimitsOf(mission);
  return { tracking_error_urad: tracking_error_urad_max, dark_cps: dark_extra_cps, qber: mission.limits.qber_edge };
}
