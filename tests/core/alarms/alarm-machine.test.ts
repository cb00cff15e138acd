// Goal: an alarm lives as ISA-18.2 has it, whatever comes in whatever order: none is lost, none ends by itself that latches.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  displayOf, QUIET, stepAlarm, verdictOf, type AlarmInput, type AlarmManner, type AlarmState,
} from '../../../src-core/alarms/alarm-machine.ts';

const SAFETY: AlarmManner = { latching: true, on_delay_ms: 0, off_delay_ms: 0 };
const PLAIN: AlarmManner = { latching: false, on_delay_ms: 2000, off_delay_ms: 1000 };

const breach = (at_utc_ms: number): AlarmInput => ({ kind: 'sample', at_utc_ms, verdict: 'breach' });
const clear = (at_utc_ms: number): AlarmInput => ({ kind: 'sample', at_utc_ms, verdict: 'clear' });
const tick = (at_utc_ms: number): AlarmInput => ({ kind: 'tick', at_utc_ms });
const take = (at_utc_ms: number): AlarmInput => ({ kind: 'acknowledge', at_utc_ms, who: 'desk N' });
const shelve = (at_utc_ms: number, until_utc_ms: number): AlarmInput =>
  ({ kind: 'shelve', at_utc_ms, until_utc_ms, who: 'desk N', why: 'known' });

/** What an operator sees after each input; a refused order leaves the state. */
function displays(manner: AlarmManner, inputs: readonly AlarmInput[]): string[] {
  let state = QUIET;
  return inputs.map((input) => {
    const next = stepAlarm(manner, state, input);
    if (next.ok) state = next.value;
    return next.ok ? displayOf(manner, state) : 'refused';
  });
}

describe('the life of an alarm', () => {
  test.each([
    ['acknowledged, then returned', PLAIN, [breach(1), breach(2500), take(3000), clear(4000), clear(5000)],
      ['normal', 'unacknowledged', 'acknowledged', 'acknowledged', 'normal']],
    ['returned, then acknowledged', PLAIN, [breach(1), breach(2500), clear(4000), clear(5100), take(6000)],
      ['normal', 'unacknowledged', 'unacknowledged', 'returned', 'normal']],
    ['a blink shorter than the on-delay is none', PLAIN, [breach(1), clear(1500), breach(1800), breach(3000)],
      ['normal', 'normal', 'normal', 'normal']],
    ['silence does not say that it lasts, the next message does', PLAIN, [breach(1), tick(9000), breach(2001)],
      ['normal', 'normal', 'unacknowledged']],
    ['a clock on the wall that runs ahead makes no message late', PLAIN, [tick(900_000), breach(1), tick(900_001), breach(2001)],
      ['normal', 'normal', 'normal', 'unacknowledged']],
    ['a gap shorter than the off-delay is no return', PLAIN, [breach(1), breach(2001), clear(3000), breach(3500), breach(9000)],
      ['normal', 'unacknowledged', 'unacknowledged', 'unacknowledged', 'unacknowledged']],
    ['latched until reset', SAFETY, [breach(1), clear(2), take(3), clear(4), { kind: 'reset', at_utc_ms: 5, who: 'desk N' }],
      ['unacknowledged', 'returned', 'latched', 'latched', 'normal']],
    ['active: no reset', SAFETY, [breach(1), take(2), { kind: 'reset', at_utc_ms: 3, who: 'desk N' }],
      ['unacknowledged', 'acknowledged', 'refused']],
    ['latched, and again', SAFETY, [breach(1), clear(2), take(3), breach(4)],
      ['unacknowledged', 'returned', 'latched', 'unacknowledged']],
    ['safety is not shelved', SAFETY, [breach(1), shelve(2, 9)], ['unacknowledged', 'refused']],
    ['safety is not suppressed', SAFETY, [{ kind: 'suppress', at_utc_ms: 1, on: true }, breach(2)], ['normal', 'unacknowledged']],
    ['shelved, back by hand', PLAIN, [breach(1), breach(2001), take(2002), shelve(2003, 9000),
      { kind: 'unshelve', at_utc_ms: 3000, who: 'desk N' }],
      ['normal', 'unacknowledged', 'acknowledged', 'shelved', 'unacknowledged']],
    ['shelved, back by time', PLAIN, [breach(1), breach(2001), shelve(2003, 9000), tick(8999), tick(9000)],
      ['normal', 'unacknowledged', 'shelved', 'shelved', 'unacknowledged']],
    ['came and went behind the shelf', PLAIN, [shelve(1, 9000), breach(2), breach(3000), clear(4000), clear(6000), tick(9000)],
      ['shelved', 'shelved', 'shelved', 'shelved', 'shelved', 'returned']],
    ['suppressed, told when the phase ends', PLAIN, [{ kind: 'suppress', at_utc_ms: 1, on: true }, breach(2), breach(3000),
      { kind: 'suppress', at_utc_ms: 4000, on: false }], ['normal', 'normal', 'suppressed', 'unacknowledged']],
    ['suppressed and gone: expected, not told', PLAIN, [{ kind: 'suppress', at_utc_ms: 1, on: true }, breach(2), breach(3000),
      clear(4000), clear(5000), { kind: 'suppress', at_utc_ms: 6000, on: false }],
      ['normal', 'normal', 'suppressed', 'suppressed', 'normal', 'normal']],
    ['a late message does not raise', PLAIN, [clear(9000), breach(1), breach(4000), clear(9500)],
      ['normal', 'normal', 'normal', 'normal']],
    ['but where safety asks it is told', SAFETY, [clear(9000), breach(4000), take(9100)], ['normal', 'returned', 'latched']],
    ['nothing to acknowledge', PLAIN, [take(1)], ['refused']],
  ] as const satisfies readonly (readonly [string, AlarmManner, readonly AlarmInput[], readonly string[]])[])(
    '%s', (...[, manner, inputs, expected]) => {
      expect(displays(manner, inputs)).toEqual(expected);
    });

  test('raised at the first breach, returned at the first clear, by packet time', () => {
    let state: AlarmState = QUIET;
    for (const input of [breach(1000), breach(2000), breach(3000), clear(5000), clear(6000)]) {
      const next = stepAlarm(PLAIN, state, input);
      if (next.ok) state = next.value;
    }
    expect(state).toMatchObject({ raised_at_utc_ms: 1000, returned_at_utc_ms: 5000, occurrences: 1 });
  });

  test('the dead-band keeps the side a value came from', () => {
    expect([1.2, 1.19, 1.11, 1.09].map((value) => verdictOf(value, 1.2, 0.1))).toEqual(['breach', 'hold', 'hold', 'clear']);
  });
});

const step = fc.record({ after_ms: fc.nat(4000), what: fc.constantFrom('breach', 'hold', 'clear', 'tick', 'acknowledge', 'shelve',
  'unshelve', 'reset', 'suppress', 'release', 'late-breach') });

/** A run of inputs in order of time, with some messages from the past. */
function inputsOf(steps: readonly { readonly after_ms: number; readonly what: string }[]): AlarmInput[] {
  let at = 1;
  return steps.map(({ after_ms, what }): AlarmInput => {
    at += after_ms;
    switch (what) {
      case 'breach': case 'hold': case 'clear': return { kind: 'sample', at_utc_ms: at, verdict: what };
      case 'late-breach': return breach(Math.max(1, at - 3000));
      case 'acknowledge': return take(at);
      case 'shelve': return shelve(at, at + 5000);
      case 'unshelve': return { kind: 'unshelve', at_utc_ms: at, who: 'desk N' };
      case 'reset': return { kind: 'reset', at_utc_ms: at, who: 'desk N' };
      case 'suppress': case 'release': return { kind: 'suppress', at_utc_ms: at, on: what === 'suppress' };
      default: return tick(at);
    }
  });
}

const manner = fc.record({ latching: fc.boolean(), on_delay_ms: fc.constantFrom(0, 2000), off_delay_ms: fc.constantFrom(0, 1000) });

/** Every pair of states around every accepted input. */
type Look = (before: AlarmState, after: AlarmState, input: AlarmInput) => void;

function everyStep(of: AlarmManner, inputs: readonly AlarmInput[], look: Look) {
  let state = QUIET;
  for (const input of inputs) {
    const next = stepAlarm(of, state, input);
    if (!next.ok) continue;
    look(state, next.value, input);
    state = next.value;
  }
  return state;
}

describe('whatever comes', () => {
  test('a latching alarm that was told never becomes normal but by a reset', () => {
    fc.assert(fc.property(manner, fc.array(step), (of, steps) => {
      everyStep({ ...of, latching: true }, inputsOf(steps), (before, after, input) => {
        const [was, is] = [before, after].map((state) => displayOf({ ...of, latching: true }, state));
        if (was !== 'normal' && is === 'normal') expect(input.kind).toBe('reset');
        expect(is).not.toBe('suppressed');
        expect(is).not.toBe('shelved');
      });
    }), { numRuns: 2000 });
  });

  test('no alarm that was told leaves without a name, on the shelf or off it', () => {
    fc.assert(fc.property(manner, fc.array(step), (of, steps) => {
      everyStep(of, inputsOf(steps), (before, after, { kind }) => {
        if (before.announced && !after.announced) expect(after.acknowledged).not.toBeNull();
        // A new occurrence always asks for a name again.
        if (after.occurrences > before.occurrences && after.announced && kind !== 'acknowledge') expect(after.acknowledged).toBeNull();
      });
    }), { numRuns: 2000 });
  });

  test('an alarm that is active off the shelf and out of suppression is on the list', () => {
    fc.assert(fc.property(manner, fc.array(step), (of, steps) => {
      const last = everyStep(of, inputsOf(steps), (_, after) => {
        const is = displayOf(of, after);
        if (after.active) expect(is).not.toBe('normal');
        if (is === 'unacknowledged' || is === 'acknowledged') expect(after.active).toBe(true);
        if (is === 'returned' || is === 'latched') expect(after.active).toBe(false);
        if (is === 'latched') expect(of.latching).toBe(true);
      });
      // Left alone, every shelf ends.
      const later = stepAlarm(of, last, tick(1e9));
      expect(later.ok && later.value.shelved).toBeNull();
    }), { numRuns: 2000 });
  });

  test('what was raised behind the shelf is there when the shelf ends', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom('breach', 'clear', 'hold', 'tick')), (samples) => {
      const inputs = inputsOf([{ after_ms: 1, what: 'shelve' }, ...samples.map((what) => ({ after_ms: 900, what }))]);
      const raised: number[] = [];
      const state = everyStep(PLAIN, inputs, (_, after) => {
        if (after.shelved !== null) raised.push(after.occurrences);
      });
      const later = stepAlarm(PLAIN, state, tick(1e9));
      if ((raised.at(-1) ?? 0) > 0 && later.ok) expect(['unacknowledged', 'returned']).toContain(displayOf(PLAIN, later.value));
    }), { numRuns: 1000 });
  });

  test('the same inputs give the same state, and no input is changed', () => {
    fc.assert(fc.property(manner, fc.array(step), (of, steps) => {
      const inputs = inputsOf(steps);
      const [once, again] = [everyStep(of, inputs, () => null), everyStep(of, inputs, () => null)];
      expect(once).toEqual(again);
    }));
  });
});
