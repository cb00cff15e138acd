import type { MissionFile } from '../../../src-contract/mission.ts';
import type { ScenarioFile } from '../../../src-contract/scenario.ts';
import type { ElementSet } from '../../../src-core/orbit/element-set.ts';
import { err, ok, type Result } from '../../../src-core/result.ts';
import type { Attack } from '../attack.ts';
import { forBoth, type Pair } from '../pair.ts';
import type { SimulatorError } from '../simulator-error.ts';

/** A pass to fly, as asked for. */
export interface PassOrder {
  readonly mission: MissionFile;
  readonly elements: ElementSet;
  readonly pass_id: string;
  /** The window; the stations begin so long before it, and end a little after it. */
  readonly lead_s: number;
  readonly start_utc_ms: number;
  readonly end_utc_ms: number;
  readonly seed: number;
  readonly brightness: number;
  readonly mode: 'qkd' | 'bell';
  readonly scenario: ScenarioFile;
}

export interface TimeSpan { readonly from_s: number; readonly to_s: number }

/** What befalls one station, in seconds after the stations begin. */
export interface StationPlan {
  /** Its shutter stays closed until then. */
  readonly acquired_s: number;
  readonly clouds: readonly (TimeSpan & { readonly transmission: number })[];
  readonly cuts: readonly TimeSpan[];
  readonly pps_losses: readonly TimeSpan[];
  readonly hot: readonly { readonly detector: number; readonly dark_factor: number; readonly temperature_c: number }[];
  readonly attacks: readonly Attack[];
}

/** A pass with everything in seconds after the stations begin, which is a whole number of milliseconds of UTC. */
export interface FlightPlan {
  readonly order: PassOrder;
  readonly begin_utc_ms: number;
  readonly window_s: TimeSpan;
  readonly seconds: number;
  readonly stations: Pair<StationPlan>;
}

/** Long enough for both telescopes to park. @units seconds */
const TAIL_S = 10;

/** Puts a scenario on the clock of a pass; an error where it names what the mission does not have. */
export function planFlight(order: PassOrder): Result<FlightPlan, SimulatorError> {
  const { mission, scenario } = order;
  const fault = strangerIn(scenario, mission);
  if (fault !== null) return err({ type: 'BadOption', option: `scenario ${scenario.name}`, reason: fault });
  const begin_utc_ms = Math.floor(order.start_utc_ms) - order.lead_s * 1000;
  const at = (utc_ms: number) => (utc_ms - begin_utc_ms) / 1000;
  const window_s = { from_s: at(order.start_utc_ms), to_s: at(order.end_utc_ms) };
  const later = <T extends TimeSpan>(span: T): T =>
    ({ ...span, from_s: window_s.from_s + span.from_s, to_s: window_s.from_s + span.to_s });
  return ok({
    order, begin_utc_ms, window_s, seconds: Math.ceil(window_s.to_s + TAIL_S),
    stations: forBoth((s) => {
      const { id } = mission.stations[s];
      const own = <T extends { readonly station: string }>(all: readonly T[]) => all.filter(({ station }) => station === id);
      const late = own(scenario.late_acquisitions)[0];
      return {
        acquired_s: late === undefined ? 0 : window_s.from_s + late.after_s,
        clouds: own(scenario.clouds).map(later), cuts: own(scenario.cuts).map(later),
        pps_losses: own(scenario.pps_losses).map(later), hot: own(scenario.hot_detectors),
        attacks: own(scenario.attacks).map(({ name, detector, ...span }) =>
          ({ name, detector, station: s, from_s: later(span).from_s, to_s: later(span).to_s })),
      };
    }),
  });
}

/** A station, a detector or a time that does not exist; null where all of it does. */
function strangerIn(scenario: ScenarioFile, { stations }: MissionFile): string | null {
  const { late_acquisitions, clouds, cuts, pps_losses, hot_detectors, attacks } = scenario;
  for (const { station } of [...late_acquisitions, ...clouds, ...cuts, ...pps_losses, ...hot_detectors, ...attacks]) {
    if (stations.every(({ id }) => id !== station)) return `the mission has no station ${station}`;
  }
  for (const { station, detector } of [...hot_detectors, ...attacks]) {
    const count = stations.find(({ id }) => id === station)!.detectors.length;
    if (detector >= count) return `${station} has no detector ${detector}: they are numbered 0 to ${count - 1}`;
  }
  for (const { from_s, to_s } of [...clouds, ...cuts, ...pps_losses, ...attacks]) {
    if (from_s >= to_s) return `something lasts from ${from_s} s to ${to_s} s: it ends before it begins`;
  }
  return null;
}
