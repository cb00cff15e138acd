import type { Reply } from '../../src-contract/errors.ts';
import { describeError } from '../../src-contract/errors.ts';
import type { HostEvent } from '../../src-contract/events.ts';
import type { JobView } from '../../src-contract/operations.ts';
import type { JobsPort } from './ports.ts';

export type ReportProgress = (stage: string, fraction: number) => void;

/** What a job leaves behind, by name. */
export interface JobMade {
  readonly pass_id?: string;
  readonly key_id?: string;
}

export interface Job {
  readonly title: string;
  /** Stops soon after `signal` aborts and then answers `Cancelled`, with nothing half-done left behind. */
  readonly run: (signal: AbortSignal, report: ReportProgress) => Promise<Reply<JobMade>>;
}

export interface JobServiceDeps {
  readonly now_utc_ms: () => number;
  /** Unique, in the form of the contract's `jobId`. */
  readonly nextJobId: () => string;
  readonly publish: (event: HostEvent) => void;
  readonly reportIncident: (cause: unknown) => string;
}

export interface JobService extends JobsPort {
  readonly start: (job: Job) => string;
  /** Cancels what runs and waits until it has stopped. */
  readonly close: () => Promise<void>;
}

const PROGRESS_INTERVAL_MS = 100;
const FINISHED_KEPT_MAX = 50;

interface Entry {
  view: JobView;
  readonly abort: AbortController;
  readonly settled: Promise<void>;
}

/** Long work with a name: started at once, followed by events, cancelled by id, remembered for a while. */
export function createJobService(deps: JobServiceDeps): JobService {
  const entries = new Map<string, Entry>();

  function start({ title, run }: Job): string {
    const job_id = deps.nextJobId();
    const abort = new AbortController();
    const first: JobView = {
      job_id,
      title,
      state: 'running',
      stage: 'starting',
      fraction: 0,
      started_at_utc_ms: deps.now_utc_ms(),
      pass_id: null,
      failure: null,
      failure_type: null,
    };
    const progress = createThrottle(PROGRESS_INTERVAL_MS, () => {
      deps.publish({ type: 'job.changed', job: entry.view });
    });
    const report: ReportProgress = (stage, fraction) => {
      if (entry.view.state !== 'running') return;
      entry.view = { ...entry.view, stage, fraction: shownFraction(fraction, entry.view.fraction) };
      progress.request();
    };
    const work = async () => {
      const reply = await settle(() => run(abort.signal, report));
      progress.stop();
      entry.view = { ...entry.view, ...endOf(reply) };
      deps.publish({ type: 'job.changed', job: entry.view });
      forgetOldest();
    };
    // The work starts in a later turn: the caller has the id before the first event carries it.
    const entry: Entry = { view: first, abort, settled: Promise.resolve().then(work) };
    entries.set(job_id, entry);
    deps.publish({ type: 'job.changed', job: first });
    return job_id;
  }

  async function settle(run: () => ReturnType<Job['run']>): ReturnType<Job['run']> {
    try {
      return await run();
    } catch (cause) {
      return { ok: false, error: { type: 'Internal', incident_id: deps.reportIncident(cause) } };
    }
  }

  function forgetOldest(): void {
    const finished = [...entries.values()].filter(({ view }) => view.state !== 'running');
    for (const { view } of finished.slice(0, Math.max(0, finished.length - FINISHED_KEPT_MAX))) {
      entries.delete(view.job_id);
    }
  }

  return {
    start,
    listJobs: () => ({ ok: true, value: { jobs: [...entries.values()].map(({ view }) => view).reverse() } }),
    cancelJob: ({ job_id }) => {
      const entry = entries.get(job_id);
      if (entry === undefined) return { ok: false, error: { type: 'NotFound', what: 'job', id: job_id } };
      entry.abort.abort(); // Of a finished job it changes nothing: the click and the end crossed.
      return { ok: true, value: {} };
    },
    close: async () => {
      for (const { abort } of entries.values()) abort.abort();
      await Promise.all([...entries.values()].map(({ settled }) => settled));
    },
  };
}

function endOf(reply: Reply<JobMade>): Partial<JobView> {
  if (reply.ok) {
    const { pass_id = null, key_id } = reply.value;
    return { state: 'done', stage: 'done', fraction: 1, pass_id, ...(key_id === undefined ? {} : { key_id }) };
  }
  if (reply.error.type === 'Cancelled') return { state: 'cancelled', stage: 'cancelled' };
  return { state: 'failed', stage: 'failed', failure: describeError(reply.error), failure_type: reply.error.type };
}

/** A bar is drawn from 0 to 1; a count that ends a little above its estimate is no reason to fail the work. */
function shownFraction(fraction: number, before: number): number {
  return Number.isFinite(fraction) ? Math.min(1, Math.max(0, fraction)) : before;
}

/** The first request acts at once, later ones at most once per interval; the last is never lost. */
function createThrottle(interval_ms: number, act: () => void) {
  let last_ms = -Infinity;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const fire = () => {
    timer = undefined;
    last_ms = performance.now();
    act();
  };
  return {
    request: () => {
      if (timer !== undefined) return;
      const wait_ms = last_ms + interval_ms - performance.now();
      if (wait_ms <= 0) fire();
      else timer = setTimeout(fire, wait_ms);
    },
    stop: () => clearTimeout(timer),
  };
}
