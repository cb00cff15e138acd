import { readdir } from 'node:fs/promises';
import type { Reply } from '../../src-contract/errors.ts';
import type { HostEvent } from '../../src-contract/events.ts';
import type { MissionFile } from '../../src-contract/mission.ts';
import type { InputOf } from '../../src-contract/operations.ts';
import type { PlannedPassView } from '../../src-contract/schedule.ts';
import { err, ok } from '../../src-core/result.ts';
import type { StationsOrder } from '../pipeline/stations-order.ts';
import type { Job, JobMade, ReportProgress } from './job-service.ts';
import type { LiveService } from './live-service.ts';
import type { SimulatorPort } from './ports.ts';
import { readScenario } from './scenario-file.ts';
import { SHIPPED_SCENARIOS } from './shipped-files.ts';

export interface LiveFlightDeps {
  readonly mission: MissionFile;
  readonly demo: boolean;
  readonly live: Pick<LiveService, 'begin' | 'readLive'>;
  readonly plannedPass: (pass_id: string) => PlannedPassView | null;
  readonly elementsText: () => string | null;
  readonly subscribe: (listener: (event: HostEvent) => void) => () => void;
  readonly startJob: (job: Job) => string;
  readonly runStations: (order: StationsOrder, signal: AbortSignal, report: ReportProgress) => Promise<Reply<unknown>>;
}

const NOT_DEMO = 'Simulated stations speak to the demo mission alone. Start it (--demo), or point `twinpass station run` at a broker.';
const LINGER_S = 60;

type Wish = InputOf<'simulator.flyLive'>;

/** Two simulated stations on the console's own broker, and the recorder that hears them: a pass as it is on a night. */
export function createLiveFlights(deps: LiveFlightDeps): Pick<SimulatorPort, 'flyLive' | 'listScenarios'> {
  let present: { readonly stop: AbortController; readonly ended: Promise<unknown> } | null = null;

  async function stopPresent(): Promise<void> {
    present?.stop.abort();
    await present?.ended;
  }

  function fly(order: StationsOrder, signal: AbortSignal, report: ReportProgress): Promise<Reply<JobMade>> {
    const stop = new AbortController();
    const { pass_id } = order;
    // Once the console has ended the pass, nobody hears the stations any more.
    const unsubscribe = deps.subscribe((event) => {
      if (event.type === 'live.changed' && isOver(event, pass_id)) stop.abort();
    });
    const ended = deps.runStations(order, AbortSignal.any([signal, stop.signal]), report).finally(unsubscribe);
    present = { stop, ended };
    return ended.then((flown) => (flown.ok || (stop.signal.aborted && !signal.aborted) ? ok({ pass_id }) : flown));
  }

  return {
    listScenarios: async () => ok({ scenarios: await shippedScenarios() }),
    flyLive: async (wish) => {
      const elements_text = deps.elementsText();
      const planned = deps.plannedPass(wish.pass_id);
      if (!deps.demo) return err({ type: 'Refused', message: NOT_DEMO });
      if (planned === null || elements_text === null) return err({ type: 'NotFound', what: 'planned pass', id: wish.pass_id });
      const scenario = await readScenario(wish.scenario);
      if (!scenario.ok) return err({ type: 'NotFound', what: 'scenario', id: wish.scenario });
      await stopPresent();
      const url = await record(deps, wish);
      if (!url.ok) return url;
      const { pass_id, start_utc_ms, end_utc_ms } = planned;
      const { lead_s, speed, mode, seed } = wish;
      const order: StationsOrder = {
        mission: deps.mission, elements: { text: elements_text, name: 'current elements' }, url: url.value, credentials: {},
        scenario: scenario.value, pass_id, start_utc_ms, end_utc_ms, lead_s, wait_for_prepare: false,
        seed, brightness: 1, mode, speed, linger_s: LINGER_S,
      };
      return ok({
        job_id: deps.startJob({
          title: `Fly ${pass_id} live, ${scenario.value.name}, ${speed}×`,
          run: (signal, report) => fly(order, signal, report),
        }),
      });
    },
  };
}

/** The recorder hears the pass, from now or already; where the stations reach it. */
async function record({ live }: LiveFlightDeps, { pass_id, mode, who, scenario, speed }: Wish): Promise<Reply<string>> {
  const view = live.readLive({}) as Awaited<ReturnType<typeof live.readLive>>;
  if (!view.ok) return view;
  const { recorder: { broker }, pass } = view.value;
  if (broker.state !== 'connected') return err({ type: 'Refused', message: 'The recorder has no broker yet. Try again in a second.' });
  const is_on = pass !== null && pass.pass_id === pass_id && pass.phase !== 'done' && pass.phase !== 'aborted';
  if (is_on) return ok(broker.url);
  const begun = await live.begin({ pass_id, mode, who, why: `flown on the simulator by ${who}: ${scenario}, ${speed}×`, simulated: true });
  return begun.ok ? ok(broker.url) : begun;
}

function isOver({ live: { pass } }: Extract<HostEvent, { type: 'live.changed' }>, pass_id: string): boolean {
  return pass === null || pass.pass_id !== pass_id || pass.phase === 'done' || pass.phase === 'aborted';
}

async function shippedScenarios(): Promise<{ name: string; description: string }[]> {
  const names = (await readdir(SHIPPED_SCENARIOS)).flatMap((file) => (file.endsWith('.json') ? [file.slice(0, -'.json'.length)] : []));
  const read = await Promise.all(names.map(readScenario));
  const scenarios = read.flatMap((one) => (one.ok ? [{ name: one.value.name, description: one.value.description }] : []));
  // The clean night first, for it is what one flies first.
  return scenarios.sort((a, b) => Number(b.name === 'clean') - Number(a.name === 'clean') || a.name.localeCompare(b.name));
}
