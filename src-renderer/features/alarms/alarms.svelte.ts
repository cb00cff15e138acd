import type { AlarmList } from '../../../src-contract/alarm.ts';
import type { InputOf } from '../../../src-contract/operations.ts';
import { describeCallError, type Client } from '../../transport/client.ts';

export type AlarmOrder = InputOf<'alarms.handleAlarm'>;
export type Alarm = AlarmList['alarms'][number];

/** How many alarms stand in each state of ISA-18.2 that an operator counts. */
export interface AlarmCounts {
  readonly waiting: number; readonly acknowledged: number; readonly shelved: number; readonly latched: number;
}

const waits = ({ state }: Alarm) => state === 'unacknowledged' || state === 'returned';

/** The alarms as the host keeps them, and what is done about them here. */
export class Alarms {
  list = $state.raw<AlarmList | null>(null);
  problem = $state<string | null>(null);
  acting = $state(false);
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async refresh(): Promise<void> {
    const reply = await this.#client.call('alarms.listAlarms', {});
    this.problem = reply.ok ? null : describeCallError(reply.error);
    if (reply.ok) this.list = reply.value;
  }

  accept(list: AlarmList): void {
    this.list = list;
  }

  get all(): readonly Alarm[] {
    return this.list?.alarms ?? [];
  }

  get waiting(): readonly Alarm[] {
    return this.all.filter(waits);
  }

  /** What the status bar shows: what waits first, then what is known and still on. */
  get foremost(): Alarm | null {
    return this.waiting[0] ?? this.all.find(({ state }) => state === 'latched' || state === 'acknowledged') ?? null;
  }

  get counts(): AlarmCounts {
    const of = (state: Alarm['state']) => this.all.filter((alarm) => alarm.state === state).length;
    return { waiting: this.waiting.length, acknowledged: of('acknowledged'), shelved: of('shelved'), latched: of('latched') };
  }

  /** True when it was done. */
  async handle(order: AlarmOrder): Promise<boolean> {
    this.acting = true;
    const reply = await this.#client.call('alarms.handleAlarm', order);
    this.acting = false;
    this.problem = reply.ok ? null : describeCallError(reply.error);
    if (reply.ok) this.list = reply.value;
    return reply.ok;
  }
}
