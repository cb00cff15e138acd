// Goal: nothing is released or called stored before it is on disk; what is missing is asked for, what comes twice is dropped.
import { expect, test } from 'vitest';
import { openLiveFile, type LiveFile } from '../../../src-main/store/live-file.ts';
import { createRecorder } from '../../../src-main/workers/recorder/recorder.ts';
import { containing } from '../../support/messages.ts';
import { META, must } from '../../store/pass-fixture.ts';
import { event, pass, recorderBench, status, tags, type Bench } from './recording.ts';

const through = ({ sent }: Bench, station: string, kind: string) => sent.flatMap(({ station: to, command }) =>
  (to === station && command.command === 'stored' && command.kind === kind ? [command.through_seq] : []));
const asked = ({ sent }: Bench, station: string) => sent.flatMap(({ station: to, command }) =>
  (to === station && command.command === 'resend' && command.kind === 'tags' ? [[command.from_seq, command.through_seq]] : []));
const SEQ_MAX = 0xffff_ffff;
const pagesOf = (live: LiveFile) => live.bytes() / 4096;

test('a message is released, told and handed on after its commit, all of a turn in one', async () => {
  const bench = await recorderBench();
  let commits = 0;
  bench.recorder.begin({ ...bench.live, commit: (entries) => {
    commits += 1;
    return bench.live.commit(entries);
  } });
  const released = [bench.give(status('delingha')), bench.give(tags('delingha', 1)), bench.give(event('delingha', 1))];
  bench.recorder.tick();
  expect([released.map((is) => is()), bench.stored, through(bench, 'delingha', 'tags')]).toEqual([[true, false, false], [], []]);
  bench.settle();
  expect(released.every((is) => is())).toBe(true);
  expect([commits, bench.stored.map(({ kind }) => kind)]).toEqual([1, ['tags', 'event']]);
  pass(bench, 250);
  expect([through(bench, 'delingha', 'tags'), through(bench, 'delingha', 'event')]).toEqual([[1], [1]]);
  expect(bench.live.numbers('delingha', 'tags')).toEqual([{ from: 1, through: 1 }]);
});

test('a hole is asked for after a moment, and again until it is filled; stored stops before it', async () => {
  const bench = await recorderBench();
  bench.recorder.begin(bench.live);
  expect(asked(bench, 'delingha')).toEqual([[1, SEQ_MAX]]);
  for (const seq of [1, 2, 5, 7]) bench.give(tags('delingha', seq));
  bench.settle();
  pass(bench, 750);
  expect(asked(bench, 'delingha')).toHaveLength(1);
  pass(bench, 500);
  expect(asked(bench, 'delingha').slice(1)).toEqual([[3, 4], [6, 6]]);
  expect(through(bench, 'delingha', 'tags')).toEqual([2]);
  bench.give(tags('delingha', 4));
  pass(bench, 3250);
  expect(asked(bench, 'delingha').slice(3)).toEqual([[3, 3], [6, 6]]);
  for (const seq of [6, 3]) bench.give(tags('delingha', seq));
  pass(bench, 5000);
  expect(asked(bench, 'delingha')).toHaveLength(5);
  expect(through(bench, 'delingha', 'tags').at(-1)).toBe(7);
  expect(bench.recorder.view().completeness['delingha'])
    .toMatchObject({ batches: 7, missing: 0, requested_again: 5, late: 3, duplicates: 0, seconds_complete: 1 });
});

test('what comes twice is kept once, and the station hears again that it may forget it', async () => {
  const bench = await recorderBench();
  bench.recorder.begin(bench.live);
  for (const seq of [1, 2]) bench.give(tags('nanshan', seq));
  pass(bench, 500);
  expect(bench.give(tags('nanshan', 2))()).toBe(true);
  pass(bench, 250);
  expect(through(bench, 'nanshan', 'tags')).toEqual([2, 2]);
  expect(bench.recorder.view().completeness['nanshan']).toMatchObject({ batches: 2, duplicates: 1 });
  expect(bench.stored).toHaveLength(2);
});

test('strangers, other passes and a time without a pass are counted, released, and stop nothing', async () => {
  const bench = await recorderBench();
  const before = bench.give(tags('delingha', 1));
  bench.recorder.begin(bench.live);
  const others = [bench.give(event('delingha', 1, 'another-pass')), bench.give({ ...tags('delingha', 1), station: 'tycho' })];
  bench.give(event('delingha', 1));
  bench.settle();
  expect([before, ...others].map((is) => is())).toEqual([true, true, true]);
  expect(bench.recorder.view().refused).toEqual({ 'no-pass-is-on': 1, 'another-pass': 1, 'unknown-station': 1 });
  expect(bench.stored).toHaveLength(1);
});

test('a manifest that cannot be read is counted; one that can makes the batches readable', async () => {
  const bench = await recorderBench();
  const good = status('delingha');
  bench.recorder.begin(bench.live);
  if (good.kind !== 'status') throw new Error('a status');
  bench.give({ ...good, payload: { ...good.payload, recording: { tick_ps: 1, manifest_json: '{' } } });
  bench.settle();
  expect(bench.live.stations()).toEqual([]);
  expect(bench.recorder.view().refused).toEqual({ 'unreadable-manifest': 1 });
  bench.give(good);
  bench.settle();
  expect(bench.live.stations()).toMatchObject([{ station: 'delingha', detectors: 4 }]);
});

test('a recorder that starts again asks for what follows the last number without a gap', async () => {
  const bench = await recorderBench();
  bench.recorder.begin(bench.live);
  for (const seq of [1, 2, 3, 6]) bench.give(tags('delingha', seq));
  bench.settle();
  must(bench.recorder.end());
  const { archive: { files, vault }, sent, clock } = bench;
  const again = must(openLiveFile(META.pass_id, { directory: files.directory, vault }));
  sent.length = 0;
  const recorder = createRecorder({
    stations: ['delingha', 'nanshan'], elapsed_ms: () => clock.ms, soon: (work) => work(), onStored: () => undefined,
    freeScratch: () => 0, line: { command: async (station, command) => {
      sent.push({ station, command });
      return Promise.resolve({ ok: false, error: { type: 'NoAnswer' } } as const);
    } },
  });
  recorder.begin(again);
  expect(asked(bench, 'delingha')).toEqual([[4, SEQ_MAX]]);
  expect(recorder.view().completeness['delingha']).toMatchObject({ batches: 4, missing: 2, clicks: expect.any(Number) as number });
  recorder.take(tags('delingha', 6), () => undefined);
  expect(recorder.view().completeness['delingha']).toMatchObject({ batches: 4, duplicates: 1 });
  must(recorder.end());
});

test('a full disk: nothing is released, the oldest scratch goes, and what waited is written when there is room', async () => {
  let freed = 0;
  const bench = await recorderBench({ freeScratch: () => {
    freed += 1;
    return 0;
  } });
  bench.live.setQuota(pagesOf(bench.live) + 9);
  bench.recorder.begin(bench.live);
  const released: (() => boolean)[] = [];
  for (let seq = 1; seq <= 9; seq += 1) {
    released.push(bench.give(tags('delingha', seq)));
    pass(bench, 250);
  }
  const kept = released.filter((is) => is()).length;
  expect(kept).toBeLessThan(9);
  expect(bench.recorder.view().disk).toMatchObject({ state: 'full', why: containing('the disk is full') });
  expect(freed).toBeGreaterThan(0);
  expect(bench.live.numbers('delingha', 'tags')).toEqual(kept === 0 ? [] : [{ from: 1, through: kept }]);
  expect(Math.max(0, ...through(bench, 'delingha', 'tags'))).toBe(kept);
  bench.live.setQuota(10_000);
  pass(bench, 1500);
  expect(bench.recorder.view().disk).toEqual({ state: 'writing' });
  expect(released.every((is) => is())).toBe(true);
  expect(bench.live.numbers('delingha', 'tags')).toEqual([{ from: 1, through: 9 }]);
});

test('while the disk is full, no more waits in memory than is allowed; the rest is asked for afterwards', async () => {
  const one = tags('delingha', 1).bytes.length;
  const bench = await recorderBench({ waiting_bytes_max: 3 * one });
  bench.live.setQuota(pagesOf(bench.live) + 4);
  bench.recorder.begin(bench.live);
  for (let seq = 1; seq <= 9; seq += 1) {
    bench.give(tags('delingha', seq));
    bench.settle();
  }
  expect(bench.recorder.view().refused['no-room-in-memory']).toBeGreaterThan(3);
  bench.live.setQuota(10_000);
  pass(bench, 1500);
  expect(asked(bench, 'delingha').at(-1)).toEqual([bench.live.numbers('delingha', 'tags')[0]!.through + 1, SEQ_MAX]);
});

test('the log takes notes while a pass is on, and says so where none is', async () => {
  const bench = await recorderBench();
  const note = { at_utc_ms: 5, station: null, source: 'operator', severity: 'routine', who: 'Wang', text: 'clear' } as const;
  expect(bench.recorder.note(note)).toMatchObject({ error: { message: containing('No pass is being recorded') } });
  bench.recorder.begin(bench.live);
  must(bench.recorder.note(note));
  expect(bench.live.events()).toMatchObject([note]);
});
