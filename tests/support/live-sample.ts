// A whole live pass at T+131 s as the contract has it: for carriers and for views; every optional thing is there once.
import type { AlarmList } from '../../src-contract/alarm.ts';
import type { LiveStation, LiveView } from '../../src-contract/live.ts';

export const LIVE_START_UTC_MS = Date.UTC(2018, 8, 14, 18, 14, 1, 800);
const NOW_UTC_MS = LIVE_START_UTC_MS + 131_000;
const END_UTC_MS = LIVE_START_UTC_MS + 281_300;

const detector = (label: string, serial: string, count_cps: number) => ({
  label, serial, count_cps, dark_cps: 55, bias_current_a: 0.956, anode_v_mean: 0.68, anode_v_max: 0.71, anode_v_limit: 1.2,
  temperature_c: -50.1, state: 'live' as const,
});

interface StationFacts {
  readonly id: string;
  readonly name: string;
  readonly look: readonly [azimuth_deg: number, elevation_deg: number, range_km: number];
  readonly serials: readonly string[];
}

const station = ({ id, name, look, serials }: StationFacts): LiveStation => ({
  id, name, link: 'online',
  telemetry: {
    at_utc_ms: NOW_UTC_MS - 200, stale: false,
    azimuth_deg: look[0], elevation_deg: look[1], range_km: look[2],
    acquisition: 'fine', shutter: 'open', tracking_error_urad: 0.39, tracking_error_urad_max_60s: 0.89,
    beacon: { state: 'locked', used_fraction: 0.961, residual_ns: 0.52 },
    pps: { state: 'locked', offset_ns: -38, rate_error: 1.3e-9, gnss_satellites: 13 },
    signal_cps: 7170, background_cps: 4030,
    efficiency_db: -32.8, efficiency_db_plan: -32.8, efficiency_db_sigma: 0.9,
    hwp_angle_deg: -39.52, hwp_angle_deg_plan: -39.54,
    detectors: ['H', 'V', '+', '-'].map((label, i) => detector(label, serials[i]!, 1834 + 60 * i)),
    weather: {
      at_utc_ms: NOW_UTC_MS - 240_000, stale: true, temperature_c: -2, humidity_percent: 40, wind_m_s: 4, cloud_fraction: 0.05,
    },
  },
  completeness: {
    batches: 1310, missing: 0, requested_again: 2, duplicates: 1, late: 2, telemetry: 1310, telemetry_missing: 0,
    clicks: 930_000, stored_bytes: 3_500_000, seconds_complete: 1, stored_at_station: 0,
  },
});

const interval = (value: number, half: number) => ({ value, low: Math.max(0, value - half), high: value + half });

export const liveSample: LiveView = {
  recorder: {
    state: 'recording', text: 'Recording both stations.', bytes_per_s: 139_000, disk_free_bytes: 1.21e12,
    broker: { url: 'mqtt://127.0.0.1:1883', embedded: true, state: 'connected', since_utc_ms: NOW_UTC_MS - 3_600_000 },
    refused: { 'unknown topic': 1 },
  },
  pass: {
    pass_id: '2018-09-14-1814', night: '2018-09-14', mode: 'qkd', entangled_state: 'psi+', custody: 'analysis',
    phase: 'window', now_utc_ms: NOW_UTC_MS, speed: 1, start_utc_ms: LIVE_START_UTC_MS, end_utc_ms: END_UTC_MS, start_sigma_s: 0.14,
    visible: [
      { station: 'delingha', start_utc_ms: LIVE_START_UTC_MS, end_utc_ms: LIVE_START_UTC_MS + 317_000 },
      { station: 'nanshan', start_utc_ms: LIVE_START_UTC_MS - 88_000, end_utc_ms: END_UTC_MS },
    ],
    replay: false, simulated: true,
    stations: [
      station({ id: 'delingha', name: 'Delingha', look: [302.7, 28.5, 919], serials: ['B5213', 'B4973', 'B4976', 'B5214'] }),
      station({ id: 'nanshan', name: 'Nanshan', look: [138.7, 48.6, 633], serials: ['B4972', 'B4974', 'B4977', 'B4978'] }),
    ],
    pair: {
      lock: {
        state: 'locked', method: 'beacon', offset_ns: 0.04, offset_sigma_ns: 0.05, spread_ns: 0.78,
        false_alarm_probability: 1e-9, gate_ns: 2.5,
      },
      counted_through_utc_ms: NOW_UTC_MS - 900, lag_s: 0.9,
      coincidences: 348, accidentals: 19.5, rate_hz_10s: interval(5.4, 0.7), rate_hz_plan: 4.7, snr: 18, snr_plan: 15,
      z: { n: 90, e: 4, qber_68: { value: 0.044, low: 0.023, high: 0.078 }, qber_95: { value: 0.044, low: 0.012, high: 0.11 } },
      x: { n: 80, e: 1, qber_68: { value: 0.013, low: 0.002, high: 0.041 }, qber_95: { value: 0.013, low: 0.0003, high: 0.068 } },
      qber_plan: 0.045, sifted_bits: 170, sifted_bits_plan_now: interval(178, 38), sifted_bits_at_end: interval(296, 22),
      sifted_bits_plan_end: interval(310, 64), bell: null,
      indicators: [
        { id: 'blinding', station: 'delingha', value: 0.83, sigma: null, limit: 1.2, unit: 'V', state: 'normal' },
        { id: 'detector-balance', station: null, value: 0.019, sigma: 0.004, limit: 0.03, unit: '1', state: 'normal' },
        { id: 'basis-ratio', station: null, value: 1.13, sigma: 0.17, limit: 1.19, unit: '1', state: 'normal' },
        { id: 'all-live', station: null, value: 0.997, sigma: null, limit: 0.99, unit: '1', state: 'normal' },
      ],
    },
    checklist: [
      {
        item_id: 'elements', label: 'Elements', station: null, kind: 'automatic', answer: 'go', finding: '0.6 d, ± 0.14 s',
        who: null, at_utc_ms: NOW_UTC_MS - 720_000,
      },
      {
        item_id: 'detectors-delingha', label: 'Detectors Delingha', station: 'delingha', kind: 'automatic',
        answer: 'accepted', finding: 'B4973 dark 207 cps, limit 100 cps', who: 'desk D', at_utc_ms: NOW_UTC_MS - 660_000,
      },
      {
        item_id: 'dome-delingha', label: 'Dome Delingha', station: 'delingha', kind: 'manual', answer: 'open', finding: '',
        who: null, at_utc_ms: null,
      },
    ],
    hold: null,
    events: [
      {
        event_id: 2, at_utc_ms: NOW_UTC_MS - 10_000, station: 'nanshan', source: 'recorder', severity: 'routine', who: null,
        text: 'Nanshan batches 7781–7782 asked for again, filled in 0.6 s',
      },
      {
        event_id: 1, at_utc_ms: NOW_UTC_MS - 131_000, station: null, source: 'console', severity: 'routine', who: null,
        text: 'Window starts',
      },
    ],
    limits_version: 'a1b2c3d4', limits: { tracking_error_urad: 1, dark_cps: 100, qber: 0.06 },
  },
};

export const alarmSample: AlarmList = {
  alarms: [{
    alarm_id: 'delingha:dark:b4973', state: 'acknowledged', priority: 'caution', station: 'delingha',
    pass_id: '2018-09-14-1814', text: 'Delingha B4973 (V) dark 207 cps, limit 100 cps',
    advice: 'Check the detector’s temperature; accept it on the list or leave the detector out.',
    value: 207, limit: 100, unit: 'cps', raised_at_utc_ms: NOW_UTC_MS - 1_330_000, returned_at_utc_ms: null,
    acknowledged: { who: 'desk N', at_utc_ms: NOW_UTC_MS - 1_260_000 }, shelved: null, latching: false, occurrences: 1,
  }],
  sounding: false, limits_version: 'a1b2c3d4',
};
