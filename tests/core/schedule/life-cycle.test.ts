// Goal: a pass changes only along its life, with a name, a time and a reason, and a refusal says the way out.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { actionsFrom, changeState, describeRefusal, LIVE_LEAD_MS, propose, type ElementsAge, type Order, type PlanAction,
  type PlannedPass, type PlanState, type Transition } from '../../../src-core/schedule/life-cycle.ts';

const START = Date.UTC(2018, 8, 14, 18, 14, 1) + 804;
const END = START + 281_300;
const window = {
  pass_id: 'p-2018-09-14-1', satellite_id: '41731', station_ids: ['delingha', 'nanshan'] as const,
  start_utc_ms: START, end_utc_ms: END, element_set_id: 'set-1',
};
const by = (why: string, at_utc_ms = START - 3600_000) => ({ who: 'L. Wei', why, at_utc_ms });
const fresh: ElementsAge = { age_days: 0.5, age_days_max: 15, override_why: null };

function proposed(): PlannedPass {
  const result = propose(window, by('best of the week'), fresh);
  expect(result).toMatchObject({ ok: true });
  return result.ok ? result.value.pass : expect.fail();
}
const order = (action: PlanAction, at_utc_ms: number, why = 'because'): Order =>
  action === 'approve' ? { action, authority: by(why, at_utc_ms), age: fresh } : { action, authority: by(why, at_utc_ms) };

test('the life of a pass: each step counts one version and leaves one line with who, when and why', () => {
  let pass = proposed();
  const history: Transition[] = [];
  const steps: [PlanAction, number][] = [['approve', START - 9e6], ['arm', START - 6e5], ['start', START - 6e4],
    ['record', END], ['process', END + 1e6], ['archive', END + 2e6]];
  for (const [action, at] of steps) {
    const step = changeState(pass, order(action, at));
    if (!step.ok) expect.fail(describeRefusal(step.error));
    pass = step.value.pass;
    history.push(step.value.transition);
  }
  expect(history.map(({ from_state, to_state }) => `${from_state} ${to_state}`)).toEqual(['proposed approved',
    'approved armed', 'armed live', 'live recorded', 'recorded processed', 'processed archived']);
  expect(history.map(({ version }) => version)).toEqual([2, 3, 4, 5, 6, 7]);
  expect(history[0]).toEqual({ who: 'L. Wei', why: 'because', at_utc_ms: START - 9e6, pass_id: window.pass_id,
    version: 2, from_state: 'proposed', to_state: 'approved' });
  expect(pass).toMatchObject({ pass_id: window.pass_id, state: 'archived', version: 7 });
  expect(actionsFrom('archived')).toEqual([]);
});

test('failure: approval needs a name and a reason', () => {
  const pass = proposed();
  expect(changeState(pass, order('approve', START - 1, ' '))).toMatchObject({ error: { type: 'NoReason' } });
  const nameless = changeState(pass, { action: 'approve', age: fresh, authority: { ...by('why'), who: '' } });
  expect(nameless).toMatchObject({ ok: false, error: { type: 'NoName' } });
  if (!nameless.ok) expect(describeRefusal(nameless.error)).toContain('Say who you are');
});

test('failure: old elements need an override with a reason, and the history keeps it', () => {
  const stale = { age_days: 17.25, age_days_max: 15, override_why: null };
  const refused = propose(window, by(''), stale);
  expect(refused).toMatchObject({ ok: false, error: { type: 'StaleElements', age_days: 17.25 } });
  if (!refused.ok) expect(describeRefusal(refused.error)).toMatch(/17\.3 days.*allows 15.*newer elements.*override/);
  expect(propose(window, by(''), { ...stale, age_days: -17.25 })).toMatchObject({ ok: false });
  expect(propose(window, by(''), { ...stale, age_days: Number.NaN })).toMatchObject({ ok: false });
  expect(propose(window, by(''), { ...stale, override_why: '  ' })).toMatchObject({ ok: false });
  expect(propose(window, by('rehearsal'), { ...stale, override_why: 'radar fix agrees' })).toMatchObject({ ok: true,
    value: { transition: { why: 'rehearsal (elements 17.3 d old, limit 15 d, overridden: radar fix agrees)' } } });
  const pass = proposed();
  const approval = (age: ElementsAge) => changeState(pass, { action: 'approve', authority: by('go'), age });
  expect(approval(stale)).toMatchObject({ ok: false, error: { type: 'StaleElements' } });
  expect(approval({ ...stale, override_why: 'x' })).toMatchObject({ ok: true, value: { pass: { state: 'approved' } } });
});

test('failure: nothing goes live long before its start, nothing is approved after its end', () => {
  const armed: PlannedPass = { ...proposed(), state: 'armed' };
  expect(changeState(armed, order('start', START - LIVE_LEAD_MS - 1))).toMatchObject({ error: { type: 'TooEarly' } });
  expect(changeState(armed, order('start', START - LIVE_LEAD_MS))).toMatchObject({ ok: true });
  expect(changeState(armed, order('record', START - 1))).toMatchObject({ error: { type: 'TooEarly' } });
  const late = changeState(proposed(), order('approve', END));
  expect(late).toMatchObject({ ok: false, error: { type: 'TooLate' } });
  if (!late.ok) expect(describeRefusal(late.error)).toContain('over at 2018-09-14T18:18:43.104Z');
});

test('property: whatever is tried, a state changes only by an action listed for it, and refusals name the way', () => {
  const states: PlanState[] = ['proposed', 'approved', 'armed', 'live', 'recorded', 'processed', 'archived',
    'aborted', 'cancelled'];
  const actions: PlanAction[] = ['approve', 'arm', 'start', 'record', 'process', 'archive', 'abort', 'cancel'];
  fc.assert(fc.property(fc.constantFrom(...states), fc.constantFrom(...actions), fc.integer({ min: 1, max: 50 }),
    (state, action, version) => {
      const pass: PlannedPass = { ...window, state, version };
      const step = changeState(pass, order(action, START));
      expect(step.ok).toBe(actionsFrom(state).includes(action));
      if (step.ok) {
        expect(step.value.pass).toEqual({ ...pass, state: step.value.transition.to_state, version: version + 1 });
      } else {
        const ends = ['archived', 'aborted', 'cancelled'].includes(state);
        expect(describeRefusal(step.error)).toMatch(ends ? /propose the window again/ : /From here it can be/);
      }
    }));
});
