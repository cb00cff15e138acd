// A pass flown by the simulated stations without a wire: every message, read back as a console reads it.
import { readFileSync } from 'node:fs';
import { scenarioFile, type ScenarioFile } from '../../../src-contract/scenario.ts';
import { stationEvent, stationTelemetry, type StationEvent, type StationTelemetry } from '../../../src-contract/wire/messages.ts';
import { decodeTagBatch, type TagBatch } from '../../../src-core/formats/tag-batch.ts';
import { planFlight, type FlightPlan, type PassOrder } from '../../../src-main/simulator/station/flight-plan.ts';
import { createMessageSource, type MessageSource } from '../../../src-main/simulator/station/message-source.ts';
import { goldenElements } from '../../support/golden-orbit.ts';
import { CLOSEST_UTC_MS, micius } from '../simulated.ts';

/** Short: the satellite is in sight of both stations all the time. */
export const LEAD_S = 10;
export const PASS_ID = '2018-09-14-1816';

export const scenario = (name: string): ScenarioFile =>
  scenarioFile.parse(JSON.parse(readFileSync(`scenarios/${name}.json`, 'utf8')));

/** A window of 20 s at the closest approach unless said otherwise: both stations see the satellite before and after. */
export function orderOf(some: Partial<PassOrder> = {}): PassOrder {
  return {
    lead_s: LEAD_S, mission: micius, elements: goldenElements(), pass_id: PASS_ID,
    start_utc_ms: CLOSEST_UTC_MS, end_utc_ms: CLOSEST_UTC_MS + 20_000,
    seed: 1, brightness: 1, mode: 'qkd', scenario: scenario('clean'), ...some,
  };
}

export function planOf(some: Partial<PassOrder> = {}): FlightPlan {
  const plan = planFlight(orderOf(some));
  if (!plan.ok) throw new Error(JSON.stringify(plan.error));
  return plan.value;
}

export function sourceOf(plan: FlightPlan): MessageSource {
  const source = createMessageSource(plan);
  if (!source.ok) throw new Error(JSON.stringify(source.error));
  return source.value;
}

export interface Said {
  readonly tags: TagBatch[];
  readonly telemetry: StationTelemetry[];
  readonly events: StationEvent[];
}

export interface Flown { readonly plan: FlightPlan; readonly source: MessageSource; readonly stations: readonly [Said, Said] }

/** Flies the whole plan, or through some second of it, in steps of a tenth of a second or longer. */
export function flown(plan: FlightPlan, { step_s = 0.1, through_s = plan.seconds } = {}): Flown {
  const source = sourceOf(plan);
  const stations: [Said, Said] = [{ tags: [], telemetry: [], events: [] }, { tags: [], telemetry: [], events: [] }];
  for (let k = 1; k * step_s <= through_s + 1e-9; k += 1) {
    for (const [s, messages] of source.step(Math.round(k * step_s * 10) / 10).entries()) {
      for (const { kind, write } of messages) {
        const payload = write(0);
        if (typeof payload === 'string') {
          if (kind === 'event') stations[s]!.events.push(stationEvent.parse(JSON.parse(payload)));
          else stations[s]!.telemetry.push(stationTelemetry.parse(JSON.parse(payload)));
          continue;
        }
        const batch = decodeTagBatch(payload);
        if (!batch.ok) throw new Error(JSON.stringify(batch.error));
        stations[s]!.tags.push(batch.value);
      }
    }
  }
  return { plan, source, stations };
}

/** Telemetry of a station at seconds after the window's start. */
export function between({ telemetry }: Said, from_s: number, to_s: number): StationTelemetry[] {
  const first = (from_s + LEAD_S) * 10;
  return telemetry.slice(Math.round(first), Math.round(first + (to_s - from_s) * 10));
}
