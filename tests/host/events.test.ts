// Goal: events reach whoever listens, a broken listener harms nobody, and a slow one costs a bounded queue.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HostEvent } from '../../src-contract/events.ts';
import { createEventHub } from '../../src-main/host/events.ts';

function setupHub(queue_length_max?: number) {
  const incidents: unknown[] = [];
  return { incidents, hub: createEventHub((cause) => `incident-${incidents.push(cause)}`, queue_length_max) };
}

const changed = (i: number): HostEvent => ({ type: 'archive.changed', pass_id: `pass-${i}` });

test('a listener that throws is an incident, and the others still hear', () => {
  const { hub, incidents } = setupHub();
  const heard: HostEvent[] = [];
  const broken = new Error('broken');
  hub.subscribe(() => { throw broken; });
  const unsubscribe = hub.subscribe((event) => heard.push(event));
  hub.publish(changed(1));
  unsubscribe();
  hub.publish(changed(2));
  expect(heard).toEqual([changed(1)]);
  expect(incidents).toEqual([broken, broken]);
});

test('an event outside the contract is an incident and goes nowhere', () => {
  const { hub, incidents } = setupHub();
  const heard: HostEvent[] = [];
  hub.subscribe((event) => heard.push(event));
  hub.publish({ type: 'archive.changed', pass_id: 'pass-1', key_bits: '0110' } as HostEvent);
  expect(heard).toEqual([]);
  expect(incidents).toHaveLength(1);
});

test('property: whoever pulls sees the newest of each thing, or is told that something was dropped', () => {
  const step = fc.oneof(fc.integer({ min: 0, max: 12 }), fc.constant('pull' as const));
  fc.assert(fc.property(fc.array(step), fc.integer({ min: 1, max: 8 }), (steps, room) => {
    const { hub } = setupHub(room);
    const subscription = hub.open(() => undefined);
    let pending = new Set<string>();
    for (const what of steps) {
      if (what !== 'pull') {
        hub.publish(changed(what));
        pending.add(`pass-${what}`);
        continue;
      }
      const taken = subscription.next();
      if (taken === 'dropped') pending = new Set(); // Told: it reads everything anew.
      else if (taken !== undefined) pending.delete((taken as { pass_id: string }).pass_id);
    }
    const rest = new Set<string>();
    let told = false;
    let pulls = 0;
    for (let taken = subscription.next(); taken !== undefined; taken = subscription.next()) {
      pulls += 1;
      if (taken === 'dropped') told = true;
      else rest.add((taken as { pass_id: string }).pass_id);
    }
    expect(pulls).toBeLessThanOrEqual(room + 1);
    if (!told) expect([...pending].filter((pass_id) => !rest.has(pass_id))).toEqual([]);
  }));
});

test('a closed subscription holds and hears nothing', () => {
  const { hub } = setupHub();
  let woken = 0;
  const subscription = hub.open(() => { woken += 1; });
  hub.publish(changed(1));
  subscription.close();
  hub.publish(changed(2));
  expect(woken).toBe(1);
  expect(subscription.next()).toBeUndefined();
});
