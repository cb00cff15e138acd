// Goal: what stations and consoles say to each other is read strictly, and a stranger's topic is an answer.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  JSON_BYTES_MAX, stationCommand, stationEvent, stationReply, stationStatus, stationTelemetry, TAG_BATCH_BYTES_MAX,
} from '../../src-contract/wire/messages.ts';
import { parseTopic, SEQUENCED_KINDS, TOPIC_KINDS, topicFilterOf, topicOf } from '../../src-contract/wire/topics.ts';

const id = fc.stringMatching(/^[a-z][a-z0-9-]{0,31}$/);

describe('topics', () => {
  test('property: a topic that was made is read back', () => {
    fc.assert(fc.property(id, id, fc.constantFrom(...TOPIC_KINDS), (mission, station, kind) => {
      expect(parseTopic(topicOf({ mission, station, kind }))).toEqual({ ok: true, value: { mission, station, kind } });
    }));
  });

  test.each([
    ['elsewhere/v1/micius/delingha/tags', 'ForeignTopic'],
    ['twinpass/v1/micius/delingha/tags/more', 'ForeignTopic'],
    ['twinpass/v1/micius/delingha', 'ForeignTopic'],
    ['twinpass/v1/Micius/delingha/tags', 'ForeignTopic'],
    ['twinpass/v2/micius/delingha/tags', 'UnknownVersion'],
    ['twinpass/v1/micius/delingha/gossip', 'UnknownKind'],
  ])('%s is %s', (topic, type) => {
    expect(parseTopic(topic)).toMatchObject({ ok: false, error: { type } });
  });

  test('property: any text is an answer', () => {
    fc.assert(fc.property(fc.string(), (topic) => typeof parseTopic(topic).ok === 'boolean'));
  });

  test('a filter hears every station of one mission', () => {
    expect(topicFilterOf('micius', 'tags')).toBe('twinpass/v1/micius/+/tags');
  });
});

const envelope = { seq: 1, t_utc_ns: '1536948969000000000', pass_id: '2018-09-14-1814' };
const telemetry = {
  ...envelope, azimuth_deg: 302.7, elevation_deg: 28.5, tracking_error_urad: null, acquisition: 'searching', shutter: 'closed',
  beacon: { state: 'off', pulse_rate_hz: 0, used_fraction: 0 },
  pps: { state: 'locked', offset_ns: -38, rate_error: 1e-9, gnss_satellites: 13 },
  signal_cps: 0, background_cps: 4030, hwp_angle_deg: -39.5,
  detectors: [{
    serial: 'B5213', count_cps: 55, dark_cps: 55, bias_current_a: 0.956, anode_v_mean: 0.6, anode_v_max: 0.7,
    temperature_c: -50, state: 'live',
  }],
  weather: null, stored_batches: 0,
};

describe('messages', () => {
  test('telemetry, events, status and orders are read as they stand', () => {
    expect(stationTelemetry.parse(telemetry)).toEqual(telemetry);
    const event = { ...envelope, code: 'beacon-locked', severity: 'routine', text: 'Beacon locked at 14.1°' };
    expect(stationEvent.parse(event)).toEqual(event);
    const offline = { state: 'offline', t_utc_ns: envelope.t_utc_ns };
    expect(stationStatus.parse(offline)).toEqual(offline);
    for (const kind of SEQUENCED_KINDS) {
      const order = { command: 'resend', pass_id: envelope.pass_id, kind, from_seq: 2, through_seq: 3 };
      expect(stationCommand.parse(order)).toEqual(order);
    }
    const refused = { reply: 'refused', t_utc_ns: envelope.t_utc_ns, why: 'no such pass here' };
    expect(stationReply.parse(refused)).toEqual(refused);
  });

  test.each([
    ['a number that is not finite', { ...telemetry, signal_cps: Number.NaN }],
    ['a sequence that starts at nought', { ...telemetry, seq: 0 }],
    ['a key nobody knows', { ...telemetry, mood: 'good' }],
    ['no detector', { ...telemetry, detectors: [] }],
    ['a time as a number', { ...telemetry, t_utc_ns: 1_536_948_969_000 }],
  ])('%s is refused', (_name, message) => {
    expect(stationTelemetry.safeParse(message).success).toBe(false);
  });

  test('a tag batch may be larger than a text, and both are bounded', () => {
    expect(JSON_BYTES_MAX).toBeLessThan(TAG_BATCH_BYTES_MAX);
  });
});
