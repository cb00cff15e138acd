import type { Reply } from '../../src-contract/errors.ts';
import { encodeFrame } from '../../src-contract/frames.ts';
import type { PlannedPassView } from '../../src-contract/schedule.ts';
import type { StationTelemetry } from '../../src-contract/wire/messages.ts';
import { err, ok } from '../../src-core/result.ts';
import type { RecorderReport } from '../pipeline/recorder-report.ts';
import type { AlarmEvent } from './alarm-view.ts';
import { createLiveDesk, log, passOn, show, TAIL_MS_MAX, takeReport, viewOf, type LiveDesk } from './live-desk.ts';
import { beginPass, direct, endPass, goOn, type BeginWish } from './live-orders.ts';
import type { LivePass } from './live-pass.ts';
import type { LiveServiceDeps } from './live-ports.ts';
import type { LivePort } from './ports.ts';

export interface LiveService extends LivePort {
  /** What the recorder says, a few times a second. */
  readonly takeReport: (report: RecorderReport) => void;
  /** A message whose alarm cannot wait for the report. */
  readonly takeUrgent: (station: string, message: StationTelemetry) => void;
  /** What an alarm has to say to the log of the pass. */
  readonly takeAlarm: (event: AlarmEvent) => void;
  /** The recorder's thread was started anew: the pass that is on goes on. */
  readonly recorderRestarted: () => Promise<void>;
  /** What is due: a pass begins before its time, one that is over ends. Once a second. */
  readonly look: () => Promise<void>;
  /** Begins a planned pass now, as `start` does; a simulated one has a clock of its own. */
  readonly begin: (wish: BeginWish) => Promise<Reply<null>>;
  /** Passes that a crash or an end of the console interrupted: those still on go on, the others are sealed. */
  readonly resume: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** At most so often does the console hear of it. */
const PUBLISH_EVERY_MS = 500;
/** Without a pass nothing moves but the disk. */
const IDLE_EVERY_MS = 5000;
/** After the window recording goes on at least so long, and until nothing is missing. */
const TAIL_MS = 60_000;
/** A pass that is over stays on screen. */
const SHOWN_AFTER_MS = 10 * 60_000;
const RUNNING: ReadonlySet<PlannedPassView['state']> = new Set(['approved', 'armed', 'live']);

/** The pass that is on, and the recorder. */
export function createLiveService(deps: LiveServiceDeps): LiveService {
  const desk = createLiveDesk(deps);
  const seriesOf = (pass_id: string, frameOf: (pass: LivePass) => ReturnType<LivePass['plan']>) => {
    const frame = desk.pass?.facts.pass_id === pass_id ? frameOf(desk.pass) : null;
    return frame === null ? err({ type: 'NotFound', what: 'live pass', id: pass_id } as const) : ok(encodeFrame(frame));
  };
  return {
    begin: async (wish) => beginPass(desk, wish),
    readLive: () => ok(viewOf(desk)),
    readPlan: ({ pass_id }) => seriesOf(pass_id, (pass) => pass.plan()),
    readSeries: ({ pass_id, since_t_s }) => seriesOf(pass_id, (pass) => pass.series(since_t_s)),
    directPass: async (action) => {
      const done = await direct(desk, action);
      if (!done.ok) return done;
      show(desk);
      return ok(viewOf(desk));
    },
    takeReport: (report) => {
      takeReport(desk, report);
      show(desk, desk.pass === null ? IDLE_EVERY_MS : PUBLISH_EVERY_MS);
    },
    takeUrgent: (station, message) => desk.alarms.takeUrgent(station, message, passOn(desk)),
    takeAlarm: ({ station, severity, who, text }) => {
      if (passOn(desk) !== null) log(desk, { station, source: 'alarm', severity, who, text });
    },
    recorderRestarted: async () => goOn(desk),
    look: async () => look(desk),
    resume: async () => resume(desk),
    close: async () => desk.counting?.drop(),
  };
}

async function look(desk: LiveDesk): Promise<void> {
  const { deps } = desk;
  const pass = passOn(desk);
  if (pass !== null) {
    if (isOver(pass)) await endPass(desk, 'done', { who: null, text: 'Recording ends' });
    return;
  }
  const due = deps.due();
  if (due !== null) {
    const why = `by itself, ${Math.round((due.start_utc_ms - deps.now_utc_ms()) / 60_000)} min before the window`;
    await beginPass(desk, { pass_id: due.pass_id, mode: 'qkd', who: 'console', why, simulated: false });
  } else if (desk.pass !== null && deps.elapsed_ms() - desk.ended_ms > SHOWN_AFTER_MS) {
    [desk.pass, desk.scene] = [null, null];
    show(desk);
  }
}

function isOver(pass: LivePass): boolean {
  const after_ms = pass.now_utc_ms() - pass.facts.end_utc_ms;
  return after_ms >= TAIL_MS_MAX || (after_ms >= TAIL_MS && pass.isComplete());
}

async function resume(desk: LiveDesk): Promise<void> {
  const { deps } = desk;
  for (const { pass_id, mode } of deps.unfinished()) {
    const planned = deps.planned(pass_id);
    const is_on = planned !== null && RUNNING.has(planned.state) && deps.now_utc_ms() < planned.end_utc_ms + TAIL_MS_MAX;
    if (is_on && desk.pass === null) {
      await beginPass(desk, { pass_id, mode, who: 'console', why: 'the console was interrupted', simulated: deps.demo });
    } else deps.finishPass(pass_id);
  }
}
