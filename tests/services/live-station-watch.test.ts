// Goal: a value grows stale after three missed messages at whatever speed, a pass's clock goes on between messages, a log
// tells what changed.
import { describe, expect, test } from 'vitest';
import type { StationTelemetry } from '../../src-contract/wire/messages.ts';
import type { RecorderReport } from '../../src-main/pipeline/recorder-report.ts';
import { narrate, type Scene } from '../../src-main/services/live-narrator.ts';
import { createPassClock } from '../../src-main/services/live-pass-clock.ts';
import { createStationWatch } from '../../src-main/services/live-station-watch.ts';
import { NO_RECORDER } from '../../src-main/services/live-recorder-words.ts';
import { liveSample } from '../support/live-sample.ts';
import { micius } from '../simulator/simulated.ts';

const ZERO_UTC_MS = 1_536_948_842_000;

function said(seq: number, at_utc_ms: number, tracking_error_urad = 0.4): StationTelemetry {
  return {
    seq, pass_id: 'p', t_utc_ns: `${at_utc_ms}000000`, azimuth_deg: 0, elevation_deg: 20, tracking_error_urad, acquisition: 'fine',
    shutter: 'open', beacon: { state: 'locked', pulse_rate_hz: 1e4, used_fraction: 1 },
    pps: { state: 'locked', offset_ns: 0, rate_error: 0, gnss_satellites: 9 }, signal_cps: 7000, background_cps: 4000, hwp_angle_deg: 0,
    detectors: [{
      serial: 'B5213', count_cps: 1, dark_cps: 1, bias_current_a: 1, anode_v_mean: 0.6, anode_v_max: 0.7, temperature_c: -50, state: 'live',
    }],
    weather: null, stored_batches: 0,
  };
}

function report(telemetry: readonly StationTelemetry[]): RecorderReport {
  return {
    pass_id: 'p', disk: { state: 'writing' }, bytes_per_s: 0, refused: {}, completeness: {}, events: [], newest_utc_ms: {}, recordings: {},
    broker: { url: '', embedded: true, state: 'connected', why: null }, links: { delingha: 'online' }, prepared: {}, disk_free_bytes: 1,
    telemetry: telemetry.map((payload) => ({ station: 'delingha', payload })),
  };
}

describe.each([1, 60])('at %i times the speed', (speed) => {
  test('values are fresh while messages come, stale after three that did not, and fresh again', () => {
    let wall_ms = 0;
    const watch = createStationWatch({ mission: micius, site: micius.stations[0], elapsed_ms: () => wall_ms });
    const at = () => ({ now_utc_ms: ZERO_UTC_MS + wall_ms * speed, speed, over: false, plan: null });
    const hear = (seq: number) => watch.take(report([said(seq, ZERO_UTC_MS + wall_ms * speed)]));
    expect(watch.view(at())).toMatchObject({ telemetry: null, link: 'never-heard' });
    for (let seq = 1; seq <= 10; seq += 1) {
      wall_ms += 1000 / speed;
      hear(seq);
    }
    expect(watch.view(at())).toMatchObject({ link: 'online', telemetry: { stale: false } });
    wall_ms += 3000 / speed;
    expect(watch.view(at()).telemetry?.stale).toBe(false);
    wall_ms += 1000;
    expect(watch.view(at())).toMatchObject({ link: 'silent', telemetry: { stale: true } });
    hear(11);
    expect(watch.view(at())).toMatchObject({ link: 'online', telemetry: { stale: false } });
  });
});

test('what comes late stands in its place in the series and is not the present', () => {
  const watch = createStationWatch({ mission: micius, site: micius.stations[0], elapsed_ms: () => 0 });
  watch.take(report([said(1, ZERO_UTC_MS), said(3, ZERO_UTC_MS + 2000, 0.9), said(2, ZERO_UTC_MS + 1000, 0.2)]));
  expect(watch.rows().rows.map(({ tracking_urad }) => tracking_urad)).toEqual([0.4, 0.2, 0.9]);
  expect(watch.newest_utc_ms()).toBe(ZERO_UTC_MS + 2000);
  const view = watch.view({ now_utc_ms: ZERO_UTC_MS + 2000, speed: 1, over: false, plan: null });
  expect(view.telemetry).toMatchObject({ tracking_error_urad: 0.9, tracking_error_urad_max_60s: 0.9 });
});

test('the clock of a pass follows the messages, goes on between them, and never heeds an old one', () => {
  let wall_ms = 0;
  const clock = createPassClock({ elapsed_ms: () => wall_ms, begin_utc_ms: ZERO_UTC_MS });
  for (let second = 0; second < 8; second += 1) {
    clock.hear(ZERO_UTC_MS + second * 60_000);
    wall_ms += 1000;
  }
  expect(clock.speed()).toBe(60);
  expect(clock.now_utc_ms()).toBe(ZERO_UTC_MS + 8 * 60_000);
  clock.hear(ZERO_UTC_MS);
  expect(clock.now_utc_ms()).toBe(ZERO_UTC_MS + 8 * 60_000);
});

test('the log tells what changed, once, in words', () => {
  const { pass } = liveSample;
  const calm: Scene = { recorder: { ...NO_RECORDER, state: 'recording', broker: { ...NO_RECORDER.broker, state: 'connected' } },
    phase: 'acquiring', lock: 'searching', stations: pass!.stations };
  const [first, second] = pass!.stations;
  const worse: Scene = {
    recorder: { ...calm.recorder, state: 'disk-full', text: 'The disk is full.', broker: { ...calm.recorder.broker, state: 'down' } },
    phase: 'window', lock: 'locked',
    stations: [{ ...first!, link: 'silent', completeness: { ...first!.completeness, missing: 2 } }, second!],
  };
  expect(narrate(calm, worse).map(({ severity, text }) => `${severity}: ${text}`)).toEqual([
    'routine: Window starts', 'routine: Clocks are locked', 'serious: The broker is not reached', 'critical: The disk is full.',
    'serious: Delingha is silent', 'caution: Delingha: 2 batches missing, asked for again',
  ]);
  expect(narrate(worse, worse)).toEqual([]);
  expect(narrate(worse, calm).map(({ text }) => text)).toEqual([
    'The satellite rises', 'Lock is searched', 'The broker is reached; what was missed is asked for',
    'There is room again: recording goes on',
    'Delingha speaks', 'Delingha: nothing is missing any more',
  ]);
});
