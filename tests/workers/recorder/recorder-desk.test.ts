// Goal: the recorder's thread takes orders, answers each, reports what is on disk, and lets the counter hear all of it.
import { MessageChannel } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { ok } from '../../../src-core/result.ts';
import { createRecorderDesk, type LineEnds } from '../../../src-main/workers/recorder/recorder-desk.ts';
import type { LiveFeed } from '../../../src-main/workers/live-messages.ts';
import type { RecorderReport } from '../../../src-main/pipeline/recorder-report.ts';
import type { RecorderNews, RecorderOrder } from '../../../src-main/workers/recorder/recorder-messages.ts';
import { containing } from '../../support/messages.ts';
import { freshArchive, META } from '../../store/pass-fixture.ts';
import { BATCHES, event, STATIONS, status, tags, telemetry } from './recording.ts';

type Order = RecorderOrder extends infer One ? One extends RecorderOrder ? Omit<One, 'id'> : never : never;

async function deskBench() {
  const { files, vault, folder } = await freshArchive();
  const news: RecorderNews[] = [];
  const ends: LineEnds[] = [];
  const waiting = new Map<number, (reply: unknown) => void>();
  const desk = createRecorderDesk({
    mission_id: 'micius', stations: STATIONS, directory: files.directory, scratch_directory: folder, anode_v_max: 1.2,
    elapsed_ms: () => performance.now(), now_utc_ms: () => 5,
    connect: (given) => {
      ends.push(given);
      given.onState({ url: 'mqtt://here', embedded: true, state: 'connected', why: null });
      return { command: async () => Promise.resolve(ok({ reply: 'done', t_utc_ns: '1' } as const)) };
    },
    tell: (one) => {
      news.push(one);
      if (one.news === 'reply') waiting.get(one.id)?.(one.reply);
    },
  });
  let id = 0;
  const order = async (what: Order) => {
    id += 1;
    const { promise, resolve } = Promise.withResolvers<unknown>();
    waiting.set(id, resolve);
    desk.handle({ ...what, id });
    return promise;
  };
  const give = async (message: Parameters<LineEnds['onMessage']>[0]) => {
    await new Promise<void>((done) => ends[0]!.onMessage(message, done));
  };
  const report = (): RecorderReport => {
    desk.tick();
    const last = news.at(-1)!;
    if (last.news !== 'report') throw new Error('a tick reports');
    return last.report;
  };
  const pass = { meta: META, vault: { key_id: vault.key_id, key: vault.keyFor(META.pass_id) } };
  return { order, give, report, pass, ends, news };
}

test('a pass begins, is reported, ends, and goes on where it stopped', async () => {
  const { order, give, report, pass } = await deskBench();
  expect(report()).toMatchObject({ pass_id: null, broker: { state: 'connected' }, links: { delingha: 'never-heard' } });
  expect(await order({ order: 'begin', pass })).toEqual(ok({ resumed: false }));
  expect(await order({ order: 'begin', pass })).toMatchObject({ error: { message: containing('Stop it before another') } });
  await give(status('delingha'));
  await give(tags('delingha', 1));
  await give(event('delingha', 1));
  const first = report();
  expect(first).toMatchObject({
    pass_id: META.pass_id, links: { delingha: 'online', nanshan: 'never-heard' },
    events: [{ station: 'delingha', payload: { text: 'event 1' } }], completeness: { delingha: { batches: 1 } },
  });
  expect(first.recordings['delingha']).toMatchObject({ tick_ps: 1 });
  expect(first.newest_utc_ms['delingha']).toBeGreaterThan(META.start_utc_ms - 5000);
  expect(report().events).toEqual([]);
  await give(status('delingha', 'offline'));
  expect(report().links['delingha']).toBe('offline');
  expect(await order({ order: 'end' })).toMatchObject({ ok: true });
  expect(await order({ order: 'begin', pass })).toEqual(ok({ resumed: true }));
  expect(report().completeness['delingha']).toMatchObject({ batches: 1 });
  await order({ order: 'end' });
});

test('a counter that begins late hears what is on disk first, then what comes, then the end', async () => {
  const { order, give, pass } = await deskBench();
  const { port1, port2 } = new MessageChannel();
  const heard: LiveFeed[] = [];
  const { promise: ended, resolve } = Promise.withResolvers<null>();
  port1.on('message', (message: LiveFeed) => {
    heard.push(message);
    if (message.kind === 'end') resolve(null);
  });
  await order({ order: 'begin', pass });
  await give(tags('nanshan', 1));
  await order({ order: 'feed', feed: port2 });
  await give(tags('delingha', 1));
  await order({ order: 'end' });
  await ended;
  expect(heard).toEqual([
    { kind: 'batch', station: 1, batch: BATCHES['nanshan']![0] },
    { kind: 'batch', station: 0, batch: expect.objectContaining({ seq: 1 }) as unknown }, { kind: 'end' },
  ]);
  port1.close();
});

test('light on a detector is told when it arrives; ordinary messages wait for the disk and the report', async () => {
  const { order, ends, pass, news, report } = await deskBench();
  await order({ order: 'begin', pass });
  const urgent = () => news.filter((one) => one.news === 'urgent');
  ends[0]!.onMessage(telemetry('delingha', 1, 1.19), () => undefined);
  expect(urgent()).toEqual([]);
  ends[0]!.onMessage(telemetry('delingha', 2, 1.2), () => undefined);
  expect(urgent()).toMatchObject([{ station: 'delingha', message: { seq: 2 } }]);
  expect(report().telemetry).toEqual([]);
  await order({ order: 'end' });
  expect(report().telemetry.map(({ payload: { seq } }) => seq)).toEqual([1, 2]);
});
