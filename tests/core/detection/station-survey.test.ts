// Goal: a recording surveyed in pieces is the recording surveyed whole, and its clicks by the second are all counted.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createChannelSplit, splitChannels } from '../../../src-core/detection/split-channels.ts';
import {
  countBySecond, createSurvey, secondSlices, surveyOf,
} from '../../../src-core/detection/station-survey.ts';
import { makePass, PASS_UTC_MS } from '../../support/synthetic-pass.ts';

const made = makePass({ seed: 51, seconds: 5, pairs_hz: 30, a: { rate: 1e-6, pps_false: 3 } }).a;
// A row that no role claims, and events that were no rows.
const input = { ...made, detector_channels: [0, 1, 2], tags: { ...made.tags, dropped: { marker: 7 } } };
const whole = surveyOf(splitChannels(input), input.tags.dropped);

test('rows are clicks, pulses, edges and strangers', () => {
  const { rows, clicks, beacon_s, pps_s, unassigned } = whole;
  expect(rows).toBe(input.tags.ticks.length);
  expect(clicks + beacon_s.length + pps_s.length + unassigned).toBe(rows);
  expect(unassigned).toBeGreaterThan(0);
});

test('any cut against one piece', () => {
  fc.assert(fc.property(fc.array(fc.oneof(fc.nat(5), fc.nat(20_000)), { maxLength: 10 }), (sizes) => {
    const split = createChannelSplit(input, input.tags.tick_ps);
    const survey = createSurvey();
    let at = 0;
    for (const size of [...sizes, input.tags.ticks.length]) {
      survey.take(split({
        ticks: input.tags.ticks.subarray(at, at + size), channel: input.tags.channel.subarray(at, at + size),
      }));
      at += size;
    }
    expect(survey.finish(input.tags.dropped)).toEqual(whole);
  }), { numRuns: 40 });
});

test('nothing at all is a survey without clicks', () => {
  expect(createSurvey().finish({})).toMatchObject({ rows: 0, clicks: 0, clicks_from_s: Number.NaN });
});

test('clicks by the second, against a plain loop over the station\'s own seconds', () => {
  const { clicks_s } = splitChannels(input);
  const clock = { zero_s: 1.75, second_s: 1 + 1e-6, edges_used: 5, edges_rejected: 0, residual_ns_rms: 0 };
  const slices = secondSlices({ first_pps_utc_ms: PASS_UTC_MS + 1000 }, clock, { start_utc_ms: PASS_UTC_MS, seconds: 4.6 });
  expect(slices.count).toBe(4);
  const counts = new Float64Array(slices.count);
  countBySecond(clicks_s, slices, counts);
  const plain = [0, 1, 2, 3].map((k) => [...clicks_s].filter((t) => {
    const second = (t - clock.zero_s) / clock.second_s + 1;
    return second >= k && second < k + 1;
  }).length);
  expect([...counts]).toEqual(plain);
});
