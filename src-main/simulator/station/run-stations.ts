import type { Result } from '../../../src-core/result.ts';
import { forBoth, STATIONS, type Pair } from '../pair.ts';
import type { SimulatorError } from '../simulator-error.ts';
import { planFlight, type FlightPlan, type PassOrder } from './flight-plan.ts';
import { createMessageSource, type MessageSource, type WrittenMessage } from './message-source.ts';
import { createStationDesk, type ConnectWire, type StationAccount, type StationDesk } from './station-desk.ts';

export interface RunOptions {
  /** The pass to fly; where the console prepares one, its name and window come from there. */
  readonly order: PassOrder;
  /** True: idle until a console prepares a pass. */
  readonly wait_for_prepare: boolean;
  /** Seconds of the pass a second. */
  readonly speed: number;
  /** After the pass stations stay so long, or until everything is stored. @units seconds of this clock */
  readonly linger_s: number;
  readonly directory: string;
  readonly connect: ConnectWire;
  readonly signal: { readonly aborted: boolean };
  readonly elapsed_ms: () => number;
  readonly now_utc_ms: () => number;
  readonly pause: (ms: number) => Promise<void>;
  readonly onNote: (text: string) => void;
  readonly onProgress: (flown_s: number, seconds: number) => void;
}

export interface FlownPass {
  readonly pass_id: string;
  readonly ended: 'flown' | 'aborted' | 'interrupted';
  readonly pairs: number;
  readonly stations: Pair<StationAccount>;
}

/** Batches a second of the pass at its own speed, and the most a second of this machine. */
const BATCHES_HZ = 10;
const BATCHES_HZ_MAX = 120;
const LOOK_MS = 20;

/** Length of a step: a tenth of a second, longer where the pass flies so fast that messages would be too many. */
export const stepOf = (speed: number): number => Math.max(1, Math.ceil((BATCHES_HZ * speed) / BATCHES_HZ_MAX)) / BATCHES_HZ;

interface Flight {
  readonly plan: FlightPlan;
  readonly source: MessageSource;
}

/** Runs a pair of stations through one pass over the wire. */
export async function runStations(options: RunOptions): Promise<Result<FlownPass, SimulatorError>> {
  let prepared: PassOrder | null = options.wait_for_prepare ? null : options.order;
  let ended: FlownPass['ended'] | null = null;
  let flown_utc_ms = options.order.start_utc_ms - options.order.lead_s * 1000;
  const desks = forBoth((s) => createStationDesk({
    station: options.order.mission.stations[s].id, directory: options.directory, connect: options.connect,
    now_utc_ns: () => String(BigInt(Math.round(flown_utc_ms)) * 1_000_000n),
    onPrepare: ({ pass_id, start_utc_ms, end_utc_ms }) => {
      if (prepared?.pass_id === pass_id) return null;
      if (prepared !== null) return `set up for ${prepared.pass_id}`;
      if (end_utc_ms <= start_utc_ms) return 'the pass ends before it begins';
      prepared = { ...options.order, pass_id, start_utc_ms, end_utc_ms };
      return null;
    },
    onAbort: () => { ended = 'aborted'; },
  }));
  try {
    while (prepared === null && !options.signal.aborted) await options.pause(LOOK_MS);
    const order = prepared ?? options.order;
    const flight = openFlight(order);
    if (!flight.ok) return flight;
    for (const s of STATIONS) desks[s].begin(order.pass_id, flight.value.source.manifests[s]);
    await untilDue(order, options);
    options.onNote(`${order.pass_id} begins, scenario ${order.scenario.name}`);
    const last_words = await fly(flight.value, desks, {
      ...options, isEnded: () => ended !== null, onFlown: (utc_ms) => { flown_utc_ms = utc_ms; },
    });
    if (options.signal.aborted) ended ??= 'interrupted';
    await linger(desks, last_words, options);
    return {
      ok: true,
      value: {
        pass_id: order.pass_id, ended: ended ?? 'flown', pairs: flight.value.source.pairs(),
        stations: forBoth((s) => desks[s].account()),
      },
    };
  } finally {
    for (const desk of desks) await desk.close();
  }
}

function openFlight(order: PassOrder): Result<Flight, SimulatorError> {
  const plan = planFlight(order);
  if (!plan.ok) return plan;
  const source = createMessageSource(plan.value);
  return source.ok ? { ok: true, value: { plan: plan.value, source: source.value } } : source;
}

/** A pass that lies ahead is waited for; one of another night begins at once. */
async function untilDue(order: PassOrder, { wait_for_prepare, speed, now_utc_ms, pause, signal }: RunOptions): Promise<void> {
  if (!wait_for_prepare || speed !== 1) return;
  const begin_utc_ms = order.start_utc_ms - order.lead_s * 1000;
  while (now_utc_ms() < begin_utc_ms && !signal.aborted) await pause(LOOK_MS);
}

type FlyOptions = RunOptions & { readonly isEnded: () => boolean; readonly onFlown: (utc_ms: number) => void };

async function fly({ plan, source }: Flight, desks: Pair<StationDesk>, options: FlyOptions): Promise<Pair<WrittenMessage[]>> {
  const { speed, signal, elapsed_ms, pause, isEnded, onFlown, onProgress } = options;
  const step_s = stepOf(speed);
  const steps = Math.ceil(plan.seconds / step_s);
  const started_ms = elapsed_ms();
  const cut: [boolean, boolean] = [false, false];
  const last_words: [WrittenMessage[], WrittenMessage[]] = [[], []];
  for (let step = 1; step <= steps && !signal.aborted && !isEnded(); step += 1) {
    const to_s = Math.round(step * step_s * BATCHES_HZ) / BATCHES_HZ;
    const due_ms = started_ms + (to_s * 1000) / speed;
    // Also where the machine is late: the line must have its turn between two steps.
    do await pause(Math.max(0, Math.min(LOOK_MS, due_ms - elapsed_ms())));
    while (elapsed_ms() < due_ms);
    onFlown(plan.begin_utc_ms + to_s * 1000);
    const messages = source.step(to_s);
    for (const s of STATIONS) {
      const isCut = plan.stations[s].cuts.some(({ from_s, to_s: until_s }) => to_s >= from_s && to_s < until_s);
      if (isCut !== cut[s]) (isCut ? desks[s].cut : desks[s].mend)();
      cut[s] = isCut;
      const [later, now] = step === steps ? partition(messages[s]) : [[], messages[s]];
      last_words[s].push(...later);
      for (const message of now) desks[s].keep(message);
    }
    onProgress(to_s, plan.seconds);
  }
  for (const s of STATIONS) if (cut[s]) desks[s].mend();
  return last_words;
}

const partition = (messages: readonly WrittenMessage[]) =>
  [messages.filter(({ kind }) => kind === 'telemetry'), messages.filter(({ kind }) => kind !== 'telemetry')] as const;

/** The last line of telemetry is said when no batch waits any more, for it says how many do. */
async function linger(desks: Pair<StationDesk>, last_words: Pair<WrittenMessage[]>, options: RunOptions): Promise<void> {
  const { linger_s, signal, elapsed_ms, pause } = options;
  const until_ms = elapsed_ms() + linger_s * 1000;
  const goesOn = () => elapsed_ms() < until_ms && !signal.aborted;
  while (desks.some((desk) => desk.waiting('tags')) && goesOn()) await pause(LOOK_MS);
  for (const s of STATIONS) for (const message of last_words[s]) desks[s].keep(message);
  while (desks.some((desk) => desk.waiting()) && goesOn()) await pause(LOOK_MS);
}
