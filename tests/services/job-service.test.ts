// Goal: a job is seen from its start to its one end, however it ends, and progress never floods.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Reply } from '../../src-contract/errors.ts';
import { hostEvent, type HostEvent } from '../../src-contract/events.ts';
import { operations, type JobView } from '../../src-contract/operations.ts';
import { createJobService, type Job, type ReportProgress } from '../../src-main/services/job-service.ts';

type Outcome = Reply<{ readonly pass_id?: string }>;
const done: Outcome = { ok: true, value: {} };

function setupJobs() {
  const events: HostEvent[] = [];
  const incidents: unknown[] = [];
  let last = 0;
  const jobs = createJobService({
    now_utc_ms: () => 1_536_949_000_000,
    nextJobId: () => `job-${(last += 1).toString(16).padStart(4, '0')}`,
    publish: (event) => events.push(hostEvent.parse(event)),
    reportIncident: (cause) => `incident-${incidents.push(cause)}`,
  });
  const views = () => events.flatMap((event) => (event.type === 'job.changed' ? [event.job] : []));
  return { jobs, incidents, views };
}

/** A job that a test ends by hand. */
function held(): {
  job: Job;
  end: (outcome: Outcome) => void;
  report: Promise<ReportProgress>;
  signal: Promise<AbortSignal>;
} {
  const outcome = Promise.withResolvers<Outcome>();
  const report = Promise.withResolvers<ReportProgress>();
  const signal = Promise.withResolvers<AbortSignal>();
  return {
    end: outcome.resolve,
    report: report.promise,
    signal: signal.promise,
    job: {
      title: 'Process pass',
      run: (given, progress) => {
        signal.resolve(given);
        report.resolve(progress);
        return outcome.promise;
      },
    },
  };
}

async function listed(jobs: ReturnType<typeof createJobService>): Promise<readonly JobView[]> {
  const reply = await jobs.listJobs({});
  if (!reply.ok) throw new Error('listing never fails');
  return operations['jobs.listJobs'].output.parse(reply.value).jobs;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('a job that makes a pass says so at its end, after one event at its start', async () => {
  const { jobs, views } = setupJobs();
  const { job, end } = held();
  const job_id = jobs.start(job);
  expect(views()).toMatchObject([{ job_id, state: 'running', fraction: 0 }]);
  end({ ok: true, value: { pass_id: '2018-09-14-a' } });
  await vi.advanceTimersByTimeAsync(0);
  expect(views().slice(1)).toMatchObject([{ state: 'done', fraction: 1, pass_id: '2018-09-14-a', failure: null }]);
});

test('progress is told at most ten times a second, the last of it always, and none after the end', async () => {
  const { jobs, views } = setupJobs();
  const { job, end, report } = held();
  jobs.start(job);
  const progress = await report;
  for (let i = 1; i <= 1000; i += 1) {
    progress('lock', i / 2000);
    await vi.advanceTimersByTimeAsync(1);
  }
  const told = views().length - 1;
  expect(told).toBeGreaterThanOrEqual(10);
  expect(told).toBeLessThanOrEqual(11);
  await vi.advanceTimersByTimeAsync(100);
  expect(views().at(-1)).toMatchObject({ stage: 'lock', fraction: 0.5 });
  progress('count', 0.9);
  progress('count', 0.95); // Would be told later, were the end not sooner.
  end(done);
  await vi.advanceTimersByTimeAsync(1000);
  progress('late', 0.1);
  await vi.advanceTimersByTimeAsync(1000);
  expect(views().at(-1)).toMatchObject({ state: 'done', fraction: 1 });
  expect(views().filter(({ state }) => state === 'done')).toHaveLength(1);
  expect(vi.getTimerCount()).toBe(0);
});

test('a fraction out of bounds or undefined never leaves the bar', async () => {
  const { jobs } = setupJobs();
  const { job, report, end } = held();
  jobs.start(job);
  const progress = await report;
  const shown: number[] = [];
  for (const fraction of [0.3, Number.NaN, 1.0000001, -1]) {
    progress('x', fraction);
    shown.push((await listed(jobs))[0]!.fraction);
  }
  expect(shown).toEqual([0.3, 0.3, 1, 0]);
  end(done);
});

test('a cancelled job is asked to stop and ends cancelled when it has stopped', async () => {
  const { jobs, views } = setupJobs();
  const { job, end, signal } = held();
  const job_id = jobs.start(job);
  expect((await signal).aborted).toBe(false);
  expect(await jobs.cancelJob({ job_id })).toEqual({ ok: true, value: {} });
  expect((await signal).aborted).toBe(true);
  expect((await listed(jobs))[0]!.state).toBe('running');
  end({ ok: false, error: { type: 'Cancelled' } });
  await vi.advanceTimersByTimeAsync(0);
  expect(views().at(-1)).toMatchObject({ state: 'cancelled', failure: null });
  expect(await jobs.cancelJob({ job_id })).toEqual({ ok: true, value: {} });
  expect(await jobs.cancelJob({ job_id: 'job-ffff' })).toEqual({
    ok: false,
    error: { type: 'NotFound', what: 'job', id: 'job-ffff' },
  });
});

test('a job that fails says what to do; one that throws, now or later, gives a number', async () => {
  const { jobs, incidents } = setupJobs();
  const secret = new Error('secret');
  jobs.start({
    title: 'a',
    run: () =>
      Promise.resolve({
        ok: false,
        error: { type: 'NotPossible', reason: 'no_lock', message: 'No lock: widen the search.' },
      }),
  });
  jobs.start({ title: 'b', run: () => Promise.reject(secret) });
  jobs.start({
    title: 'c',
    run: () => {
      throw secret;
    },
  });
  await vi.advanceTimersByTimeAsync(0);
  expect(await listed(jobs)).toMatchObject([
    { title: 'c', state: 'failed', failure_type: 'Internal' },
    { title: 'b', state: 'failed', failure_type: 'Internal' },
    { title: 'a', state: 'failed', failure: 'No lock: widen the search.', failure_type: 'NotPossible' },
  ]);
  expect(JSON.stringify(await listed(jobs))).not.toContain('secret');
  expect(incidents).toEqual([secret, secret]);
});

test('fifty finished jobs are remembered, running ones always', async () => {
  const { jobs } = setupJobs();
  const { job, end } = held();
  const oldest = jobs.start(job);
  for (let i = 0; i < 60; i += 1) jobs.start({ title: `${i}`, run: () => Promise.resolve(done) });
  await vi.advanceTimersByTimeAsync(0);
  const kept = await listed(jobs);
  expect(kept).toHaveLength(51);
  expect(kept.at(-1)!.job_id).toBe(oldest);
  expect(kept[0]!.title).toBe('59');
  end(done);
});

test('closing asks everything to stop and waits until it has', async () => {
  const { jobs } = setupJobs();
  const { job, end, signal } = held();
  jobs.start(job);
  let closed = false;
  const closing = jobs.close().then(() => {
    closed = true;
  });
  expect((await signal).aborted).toBe(true);
  await vi.advanceTimersByTimeAsync(1000);
  expect(closed).toBe(false);
  end({ ok: false, error: { type: 'Cancelled' } });
  await closing;
  expect((await listed(jobs))[0]!.state).toBe('cancelled');
});
