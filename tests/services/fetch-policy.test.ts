// Goal: no address is ever asked more than four times in 24 hours, by people and by itself together.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allowedAt, DAY_MS, dueAt, type FetchPast } from '../../src-main/services/fetch-policy.ts';

const HOUR_MS = 3_600_000;
const past = (asked_at_utc_ms: number[], not_before_utc_ms: number | null = null): FetchPast =>
  ({ asked_at_utc_ms, not_before_utc_ms });

test('property: whoever asks when it is allowed never makes a fifth question in a day', () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 10 * HOUR_MS }), { maxLength: 60 }), (pauses) => {
    const asked: number[] = [];
    let now = 1e12;
    for (const pause of pauses) {
      now += pause;
      if (allowedAt(past(asked), now) <= now) asked.push(now);
    }
    for (const at of asked) {
      expect(asked.filter((other) => other >= at && other < at + DAY_MS).length).toBeLessThanOrEqual(4);
    }
  }));
});

test('property: who waits until the moment named is let in then, and not a millisecond earlier', () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: DAY_MS - 1 }), { minLength: 4, maxLength: 8 }), (ages) => {
    const now = 1e12;
    const asked = ages.map((age) => now - age);
    const at = allowedAt(past(asked), now);
    expect(allowedAt(past(asked), at)).toBe(at);
    expect(allowedAt(past(asked), at - 1)).toBeGreaterThan(at - 1);
  }));
});

test('by itself a console asks three times a day, and at once what was never asked', () => {
  const now = 1e12;
  expect(dueAt(past([]), now)).toBe(now);
  expect(dueAt(past([now - HOUR_MS]), now)).toBe(now + 7 * HOUR_MS);
  expect(dueAt(past([now - 9 * HOUR_MS]), now)).toBe(now);
  expect(dueAt(past([0, 1, 2, 3].map((n) => now - n * HOUR_MS)), now)).toBe(now - 3 * HOUR_MS + DAY_MS);
});

test('a server that wants rest gets it, a day at most', () => {
  const now = 1e12;
  expect(allowedAt(past([now - HOUR_MS], now + 2 * HOUR_MS), now)).toBe(now + 2 * HOUR_MS);
  expect(allowedAt(past([now - HOUR_MS], now + 400 * DAY_MS), now)).toBe(now);
});

test('a clock set back still counts the questions it now calls the future', () => {
  const now = 1e12;
  expect(allowedAt(past([1, 2, 3, 4].map((n) => now + n * HOUR_MS)), now)).toBe(now + HOUR_MS + DAY_MS);
});
