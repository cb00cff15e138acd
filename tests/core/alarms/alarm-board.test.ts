// Goal: the board of all alarms never forgets one that waits for a name, whatever order stations, operators and repeats come in.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createAlarmBoard } from '../../../src-core/alarms/alarm-board.ts';
import type { AlarmKind, AlarmSample } from '../../../src-core/alarms/alarm-rules.ts';

const sample = (
  station: string, kind: AlarmKind, { at_utc_ms, verdict }: Pick<AlarmSample, 'at_utc_ms' | 'verdict'>,
): AlarmSample => ({
  alarm_id: `${station}:${kind}`, kind, station, at_utc_ms, verdict, value: 1.3, limit: 1.2, unit: 'V', text: `${station} ${kind}`,
});
const breach = (station: string, kind: AlarmKind, at_utc_ms: number) => sample(station, kind, { at_utc_ms, verdict: 'breach' });

describe('the board', () => {
  test('a station whose line is a minute slow is heard like the other', () => {
    const board = createAlarmBoard({ tracking: 2000 });
    board.setPhase('window', 0);
    const raised = Array.from({ length: 20 }, (_, i) => 60_000 + 500 * i).flatMap((t) => [
      ...board.feed([breach('delingha', 'tracking', t), breach('nanshan', 'tracking', t - 60_000)]), ...board.tick(t)]);
    expect(raised.map(({ entry: { sample: { alarm_id }, state } }) => [alarm_id, state.raised_at_utc_ms]))
      .toEqual([['delingha:tracking', 60_000], ['nanshan:tracking', 0]]);
  });

  test('the worst first, then the newest', () => {
    const board = createAlarmBoard({});
    board.setPhase('window', 0);
    board.feed([breach('delingha', 'dark', 3), breach('delingha', 'tracking', 1), breach('nanshan', 'tracking', 2),
      breach('nanshan', 'blinding', 1)]);
    expect(board.list().map(({ sample: { alarm_id } }) => alarm_id))
      .toEqual(['nanshan:blinding', 'nanshan:tracking', 'delingha:tracking', 'delingha:dark']);
  });

  test('what is kept and put back goes on where it stood', () => {
    const board = createAlarmBoard({});
    board.feed([breach('delingha', 'blinding', 1)]);
    board.order('delingha:blinding', { kind: 'acknowledge', at_utc_ms: 5, who: 'desk N' });
    const again = createAlarmBoard({});
    again.restore(board.list());
    expect(again.list()).toEqual(board.list());
    again.feed([sample('delingha', 'blinding', { at_utc_ms: 9, verdict: 'clear' })]);
    expect(again.list()[0]!.display).toBe('latched');
  });

  test('the next pass may fly years before the last one: it is heard, and what waits from the last one still waits', () => {
    const board = createAlarmBoard({});
    board.begin('pass-1');
    board.setPhase('window', 9e11);
    board.feed([breach('delingha', 'tracking', 9e11), breach('nanshan', 'blinding', 9e11)]);
    board.begin('pass-2');
    board.feed([breach('nanshan', 'tracking', 5e11), sample('delingha', 'tracking', { at_utc_ms: 5e11, verdict: 'clear' })]);
    board.feed([sample('delingha', 'tracking', { at_utc_ms: 5e11 + 2000, verdict: 'clear' })]);
    expect(board.list().map(({ sample: { alarm_id }, display, pass_id }) => [alarm_id, display, pass_id])).toEqual([
      ['nanshan:blinding', 'unacknowledged', 'pass-1'], ['delingha:tracking', 'returned', 'pass-1'],
      ['nanshan:tracking', 'unacknowledged', 'pass-2'],
    ]);
  });

  test('an order to an alarm that is not there names it', () => {
    const board = createAlarmBoard({});
    expect(board.order('x:dark', { kind: 'unshelve', at_utc_ms: 1, who: 'N' })).toMatchObject({
      error: { type: 'NotFound', alarm_id: 'x:dark' },
    });
  });

  test('ten thousand names of detectors do not fill the memory, and push out no alarm', () => {
    const board = createAlarmBoard({});
    board.feed([breach('delingha', 'blinding', 1)]);
    for (let i = 0; i < 10_000; i += 1) {
      const clear = sample('x', 'dark', { at_utc_ms: i + 1e6, verdict: 'clear' });
      board.feed([breach('x', 'dark', i), clear].map((one) => ({ ...one, alarm_id: `x:dark:${i}` })));
    }
    expect(board.list().length).toBeLessThanOrEqual(512);
    expect(board.list()[0]!.sample.alarm_id).toBe('delingha:blinding');
  });
});

const message = fc.record({
  station: fc.constantFrom('delingha', 'nanshan'), kind: fc.constantFrom<AlarmKind>('tracking', 'beacon', 'dark', 'blinding'),
  after_ms: fc.integer({ min: 1, max: 1500 }), verdict: fc.constantFrom('breach' as const, 'hold' as const, 'clear' as const),
});

describe('whatever comes', () => {
  test('hearing the same night a second time raises nothing more', () => {
    fc.assert(fc.property(fc.array(message, { maxLength: 64 }), (messages) => {
      const board = createAlarmBoard({ tracking: 2000 });
      board.setPhase('window', 0);
      let at_utc_ms = 1;
      const night = messages.map(({ station, kind, after_ms, verdict }) =>
        sample(station, kind, { at_utc_ms: at_utc_ms += after_ms, verdict }));
      board.feed(night);
      const before = board.list();
      // The newest of each alarm may be heard again at its own time: it says the same.
      const again = night.flatMap((one) => board.feed([one]));
      expect(again).toEqual([]);
      expect(board.list()).toEqual(before);
    }), { numRuns: 500 });
  });
});
