// Goal: one suite, both carriers. A carrier that answers differently from the other is broken by definition.
import { afterEach, describe, expect, test } from 'vitest';
import type { ConnectionState } from '../../src-contract/carrier.ts';
import type { HostEvent } from '../../src-contract/events.ts';
import { decodeFrame } from '../../src-contract/frames.ts';
import { operations, type OperationName } from '../../src-contract/operations.ts';
import { createClient, type CallReply, type Transport } from '../../src-renderer/transport/client.ts';
import { portCarrier, webCarrier, type Carrier, type Line } from './carriers.ts';
import { inputs, job, sampleEvents, seriesBytes, setupSampleHost, START_UTC_MS, type SampleHost } from './sample-host.ts';

const names = Object.keys(operations) as OperationName[];
const carriers = [['port', portCarrier], ['web', webCarrier]] as const;

const lines: Line[] = [];
afterEach(async () => {
  await Promise.all(lines.splice(0).map((line) => line.close()));
});

async function openLine(carrier: Carrier, host: SampleHost = setupSampleHost()) {
  const line = await carrier(host);
  lines.push(line);
  return { ...line, host };
}

/** Resolves when the page stands so, at once or later. */
function standing(transport: Transport, wanted: ConnectionState): Promise<void> {
  return new Promise((resolve) => {
    const unwatch = transport.watchConnection((state) => {
      if (state !== wanted) return;
      queueMicrotask(() => unwatch());
      resolve();
    });
  });
}

function collect(transport: Transport, wanted: number): Promise<readonly HostEvent[]> {
  const heard: HostEvent[] = [];
  return new Promise((resolve) => {
    transport.subscribe((event) => {
      if (heard.push(event) === wanted) resolve(heard);
    });
  });
}

/** Wrong in each way a caller can be wrong, for whatever operation. */
const wrong: readonly unknown[] = [
  null, 'text', 7, [], { unexpected: 1 }, { pass_id: 'NO', gate_ns: 'wide', nights: 1e9, extra: { deep: [1] } },
];

describe.each(carriers)('over the %s carrier', (_name, carrier) => {
  test.each(names)('%s: valid input reaches its service and the answer comes back whole', async (name) => {
    const { transport, host } = await openLine(carrier);
    const reply = await transport.request(name, inputs[name]);
    expect(host.asked).toEqual([[name, inputs[name]]]);
    expect(host.incidents).toEqual([]);
    expect(reply).toEqual(await host.dispatch(name, inputs[name]));
  });

  test.each(names)('%s: input outside the contract is refused before any service sees it', async (name) => {
    const { transport, host } = await openLine(carrier);
    for (const payload of wrong) {
      expect(await transport.request(name, payload)).toMatchObject({ ok: false, error: { type: 'InvalidInput' } });
    }
    expect(host.asked).toEqual([]);
  });

  test.each(['toString', '__proto__', 'constructor', 'orbit.listnights', 'x'.repeat(90), 'a/b', '../x', 'é?#'])(
    'an unknown operation (%s) is named, whatever it is called', async (name) => {
      const { transport } = await openLine(carrier);
      expect(await transport.request(name, {})).toEqual({ ok: false, error: { type: 'UnknownOperation', name } });
    });

  test('a service that throws costs its own request and tells a number, not its reason', async () => {
    const secret = new Error('password is swordfish');
    const host = setupSampleHost({
      'jobs.listJobs': () => { throw secret; },
      'archive.listPasses': () => Promise.reject(secret),
    });
    const { transport } = await openLine(carrier, host);
    const replies = [await transport.request('jobs.listJobs', {}), await transport.request('archive.listPasses', {})];
    expect(replies).toEqual(['incident-1', 'incident-2'].map((incident_id) => (
      { ok: false, error: { type: 'Internal', incident_id } })));
    expect(host.incidents).toEqual([secret, secret]);
    expect(await transport.request('mission.readClock', {})).toMatchObject({ ok: true });
  });

  test.each([
    ['a value out of bounds', { ok: true, value: { utc_ms: -1, simulated: false, disk_free_bytes: null } }],
    ['a number that is none', { ok: true, value: { utc_ms: Number.NaN, simulated: false, disk_free_bytes: null } }],
    ['a field too many', { ok: true, value: { utc_ms: 1, simulated: false, disk_free_bytes: null, key: 'bits' } }],
    ['an unknown error', { ok: false, error: { type: 'Odd' } }],
    ['an error with more to it', { ok: false, error: { type: 'Cancelled', stack: 'at x' } }],
    ['no reply at all', undefined],
  ])('a service that answers %s is stopped at the door', async (_case, answer) => {
    const host = setupSampleHost({ 'mission.readClock': () => answer });
    const { transport } = await openLine(carrier, host);
    expect(await transport.request('mission.readClock', {}))
      .toEqual({ ok: false, error: { type: 'Internal', incident_id: 'incident-1' } });
  });

  test('a series arrives byte for byte, alone in its buffer, and decodes', async () => {
    const { transport } = await openLine(carrier);
    const reply = await transport.request('orbit.readPassCurves', inputs['orbit.readPassCurves']);
    if (!reply.ok || !(reply.value instanceof Uint8Array)) throw new Error('a series answers with bytes');
    expect(Array.from(reply.value)).toEqual(Array.from(seriesBytes));
    expect(reply.value.buffer.byteLength).toBe(seriesBytes.length); // Its neighbours stayed at home.
    expect(await createClient(transport).series('orbit.readPassCurves', inputs['orbit.readPassCurves']))
      .toEqual({ ok: true, value: decodeFrame(seriesBytes) });
  });

  test('a series that fails answers with its error, and damaged bytes are called damaged', async () => {
    const host = setupSampleHost({
      'orbit.readPassCurves': () => ({ ok: false, error: { type: 'NotPossible', reason: 'r', message: 'Not now.' } }),
      'detection.readVerdictSeries': () => ({ ok: true, value: Uint8Array.of(1, 2, 3) }),
    });
    const client = createClient((await openLine(carrier, host)).transport);
    expect(await client.series('orbit.readPassCurves', inputs['orbit.readPassCurves']))
      .toEqual({ ok: false, error: { type: 'NotPossible', reason: 'r', message: 'Not now.' } });
    expect(await client.series('detection.readVerdictSeries', inputs['detection.readVerdictSeries']))
      .toMatchObject({ ok: false, error: { type: 'Unreachable' } });
  });

  test('requests overtake each other and each gets its own answer', async () => {
    const first = Promise.withResolvers<unknown>();
    const host = setupSampleHost({ 'archive.readPass': () => first.promise });
    const { transport } = await openLine(carrier, host);
    const slow = transport.request('archive.readPass', inputs['archive.readPass']);
    expect(await transport.request('mission.readClock', {})).toMatchObject({ value: { utc_ms: START_UTC_MS + 0.5 } });
    first.resolve({ ok: false, error: { type: 'NotFound', what: 'pass', id: 'late' } });
    expect(await slow).toEqual({ ok: false, error: { type: 'NotFound', what: 'pass', id: 'late' } });
  });

  test('a caller who gives up is told Cancelled at once, and the line stays good', async () => {
    const never = Promise.withResolvers<unknown>();
    const asked = Promise.withResolvers<undefined>();
    const host = setupSampleHost({
      'archive.readPass': () => {
        asked.resolve(undefined);
        return never.promise;
      },
    });
    const { transport } = await openLine(carrier, host);
    const abort = new AbortController();
    const pending = transport.request('archive.readPass', inputs['archive.readPass'], abort.signal);
    await asked.promise;
    abort.abort();
    const cancelled: CallReply<never> = { ok: false, error: { type: 'Cancelled' } };
    expect(await pending).toEqual(cancelled);
    never.resolve({ ok: false, error: { type: 'Cancelled' } });
    expect(await transport.request('mission.readClock', {}, abort.signal)).toEqual(cancelled);
    expect(await transport.request('mission.readClock', {})).toMatchObject({ ok: true });
  });

  test('a job is cancelled through the contract', async () => {
    const { transport, host } = await openLine(carrier);
    expect(await createClient(transport).call('jobs.cancelJob', { job_id: job.job_id })).toEqual({ ok: true, value: {} });
    expect(host.asked).toEqual([['jobs.cancelJob', { job_id: job.job_id }]]);
  });

  test('events arrive whole and in order; one outside the contract stays at home', async () => {
    const { transport, host } = await openLine(carrier);
    await standing(transport, 'connected');
    const heard = collect(transport, sampleEvents.length);
    host.events.publish({ type: 'archive.changed', pass_id: 'NO SUCH NAME' });
    for (const event of sampleEvents) host.events.publish(event);
    expect(await heard).toEqual(sampleEvents);
    expect(host.incidents).toHaveLength(1);
  });

  test('a flood of one job keeps its newest state and never grows', async () => {
    const { transport, host } = await openLine(carrier);
    await standing(transport, 'connected');
    const fractions: number[] = [];
    const ended = new Promise<void>((resolve) => {
      transport.subscribe((event) => {
        if (event.type !== 'job.changed') return;
        fractions.push(event.job.fraction);
        if (event.job.fraction === 1) resolve();
      });
    });
    for (let i = 1; i <= 20_000; i += 1) {
      host.events.publish({ type: 'job.changed', job: { ...job, fraction: i / 20_000 } });
    }
    await ended;
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(fractions.length).toBeLessThan(10_000); // The carrier's buffer was full; the rest was coalesced.
  });

  test('a host that goes away is noticed, and when it is back events flow again', async () => {
    const { transport, host, interrupt } = await openLine(carrier);
    await standing(transport, 'connected');
    const lost = standing(transport, 'lost');
    await interrupt();
    await lost;
    await standing(transport, 'connected');
    const heard = collect(transport, 1);
    host.events.publish({ type: 'elements.changed' });
    expect(await heard).toEqual([{ type: 'elements.changed' }]);
    expect(await transport.request('mission.readClock', {})).toMatchObject({ ok: true });
  });

  test('what was asked when the host went away is answered Unreachable, not left hanging', async () => {
    const asked = Promise.withResolvers<undefined>();
    const host = setupSampleHost({
      'archive.readPass': () => {
        asked.resolve(undefined);
        return new Promise(() => { /* It dies before it answers. */ });
      },
    });
    const { transport, interrupt } = await openLine(carrier, host);
    await standing(transport, 'connected');
    const pending = transport.request('archive.readPass', inputs['archive.readPass']);
    await asked.promise;
    await interrupt();
    expect(await pending).toMatchObject({ ok: false, error: { type: 'Unreachable' } });
  });
});

test('both carriers give identical answers to everything above', async () => {
  const answers = await Promise.all(carriers.map(async ([, carrier]) => {
    const { transport } = await openLine(carrier);
    const replies: unknown[] = [];
    for (const name of [...names, 'no.suchThing']) {
      for (const payload of [...wrong, (inputs as Readonly<Record<string, unknown>>)[name] ?? {}]) {
        replies.push(await transport.request(name, payload));
      }
    }
    return replies;
  }));
  expect(answers[0]).toStrictEqual(answers[1]);
  expect(answers[0]).toHaveLength((names.length + 1) * (wrong.length + 1));
});
