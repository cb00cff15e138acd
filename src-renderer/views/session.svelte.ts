import type { ConnectionState } from '../../src-contract/carrier.ts';
import type { MissionView } from '../../src-contract/operations.ts';
import { Alarms } from '../features/alarms/alarms.svelte.ts';
import { Elements } from '../features/elements/elements.svelte.ts';
import { Flight } from '../features/flight/flight.svelte.ts';
import { LiveFlight } from '../features/flight/live-flight.svelte.ts';
import { NextWindow } from '../features/frame/next-window.svelte.ts';
import { Keys } from '../features/keys/keys.svelte.ts';
import { Live } from '../features/live/live.svelte.ts';
import type { Desktop } from '../features/notices/desktop.ts';
import { Notices } from '../features/notices/notices.svelte.ts';
import { Passes } from '../features/passes/passes.svelte.ts';
import { Plan } from '../features/plan/plan.svelte.ts';
import { Schedule } from '../features/schedule/schedule.svelte.ts';
import { Weather } from '../features/weather/weather.svelte.ts';
import type { Appearance } from '../shared/appearance.svelte.ts';
import { Commands } from '../shared/commands.svelte.ts';
import { JobBoard } from '../shared/job-board.svelte.ts';
import { Loadable } from '../shared/loadable.svelte.ts';
import { MissionClock } from '../shared/mission-clock.svelte.ts';
import type { Operator } from '../shared/operator.svelte.ts';
import type { Client } from '../transport/client.ts';
import { Route } from './route.svelte.ts';

export interface SessionPorts {
  readonly client: Client;
  readonly appearance: Appearance;
  readonly operator: Operator;
  readonly desktop: Desktop;
  readonly steadyMs: () => number;
}

/** What stays while one goes from view to view. */
export interface Workspace {
  readonly mission: MissionView;
  readonly plan: Plan;
  readonly schedule: Schedule;
  readonly passes: Passes;
  readonly keys: Keys;
  readonly elements: Elements;
  readonly weather: Weather;
  readonly flight: Flight;
  readonly live_flight: LiveFlight;
  readonly next: NextWindow;
  readonly notices: Notices;
  readonly live: Live;
  readonly alarms: Alarms;
}

/** An open console: its host, its clock, its jobs, and the workspace once the mission is known. */
export class Session {
  connection = $state<ConnectionState>('connecting');
  /** Since when the host has been silent; null while it answers. */
  lost_utc_ms = $state<number | null>(null);
  workspace = $state.raw<Workspace | null>(null);
  readonly mission = new Loadable<MissionView>();
  readonly commands = new Commands();
  readonly route = new Route();
  readonly client: Client;
  readonly appearance: Appearance;
  readonly clock: MissionClock;
  readonly jobs: JobBoard;
  readonly operator: Operator;
  /** What waits until somebody has said who they are; null where nothing does. */
  waiting_for_name = $state.raw<(() => void) | null>(null);
  readonly #desktop: Desktop;
  readonly #steadyMs: () => number;
  #opened = false;

  constructor({ client, appearance, operator, desktop, steadyMs }: SessionPorts) {
    this.operator = operator;
    this.#desktop = desktop;
    this.#steadyMs = steadyMs;
    this.client = client;
    this.appearance = appearance;
    this.clock = new MissionClock(client, steadyMs);
    this.jobs = new JobBoard(client);
  }

  /** Listens to the host; returns what ends it. */
  open(): () => void {
    const stop_events = this.client.subscribe((event) => {
      if (event.type === 'job.changed') this.jobs.accept(event.job);
      if (event.type === 'elements.changed') void this.workspace?.next.refresh();
      if (event.type === 'notices.passNear') void this.workspace?.notices.accept(event.notice);
      if (event.type === 'schedule.changed') void this.workspace?.notices.refresh();
      if (event.type === 'live.changed') void this.workspace?.live.accept(event.live);
      if (event.type === 'alarms.changed') this.workspace?.alarms.accept(event.alarms);
    });
    const stop_watching = this.client.watchConnection((state) => {
      this.connection = state;
      this.lost_utc_ms = state === 'lost' ? this.lost_utc_ms ?? this.clock.utc_ms : null;
      if (state === 'connected') void this.#connected();
    });
    return () => {
      stop_events();
      stop_watching();
    };
  }

  /** Several times a second. */
  tick(): void {
    this.clock.tick();
    void this.workspace?.next.tick();
    this.workspace?.live.tick();
  }

  /** Does what is kept with a name: at once where it is known who sits here, else once that was asked. */
  named(then: (who: string) => void): void {
    if (this.operator.known) then(this.operator.name);
    else this.waiting_for_name = () => then(this.operator.name);
  }

  async #connected(): Promise<void> {
    await Promise.all([
      this.clock.synchronise(),
      this.jobs.refresh(this.#opened),
      this.mission.load((signal) => this.client.call('mission.describeMission', {}, signal)),
    ]);
    this.#opened = true;
    const mission = this.mission.value;
    if (mission === null) return;
    if (this.workspace?.mission.mission_id === mission.mission_id) await this.#refresh(this.workspace);
    else await this.#openMission(mission);
  }

  async #refresh({ next, notices, live, alarms }: Workspace): Promise<void> {
    await Promise.all([next.refresh(), notices.refresh(), live.refresh(), alarms.refresh()]);
  }

  async #openMission(mission: MissionView): Promise<void> {
    const { client, jobs, clock } = this;
    const ports = { client, now: () => clock.utc_ms, utc_offset_h: mission.stations[0]?.utc_offset_h ?? 0 };
    const workspace: Workspace = {
      mission,
      plan: new Plan(ports),
      schedule: new Schedule(client, jobs),
      passes: new Passes(client, jobs),
      keys: new Keys(client, jobs),
      elements: new Elements(client, jobs),
      weather: new Weather(client),
      flight: new Flight(client, jobs),
      live_flight: new LiveFlight(client, jobs),
      next: new NextWindow(ports),
      notices: new Notices({ client, now: ports.now, desktop: this.#desktop }),
      live: new Live(client, this.#steadyMs),
      alarms: new Alarms(client),
    };
    this.workspace = workspace;
    await this.#refresh(workspace);
  }
}
