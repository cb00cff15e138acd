// Goal: a clean night raises nothing, and each thing that happens to a pass raises what it should and nothing else.
import { describe, expect, test } from 'vitest';
import { alarmLimits } from '../../../src-contract/night-limits.ts';
import { createAlarmBoard, type AlarmChange } from '../../../src-core/alarms/alarm-board.ts';
import type { AlarmPhase, AlarmSample, OnDelays } from '../../../src-core/alarms/alarm-rules.ts';
import {
  judgeConsole, judgeFigures, judgeTelemetry, type ConsoleSaid, type FiguresSaid, type JudgeLimits, type StationKnown,
  type StationSaid,
} from '../../../src-core/alarms/judge.ts';
import { micius } from '../../simulator/simulated.ts';
import { seededDraw } from '../../support/synthetic-pass.ts';

const START = Date.UTC(2018, 8, 14, 18, 14, 1, 800);
const SECONDS = 281;
const own = alarmLimits.parse({});
const limits: JudgeLimits = {
  ...own, anode_v_max: 1.2, qber_edge: 0.0604, elements_age_days_max: own.elements_age_days_max ?? 15,
};
const delays = Object.fromEntries(Object.entries(own.on_delay_s).map(([kind, s]) => [kind, s * 1000])) as OnDelays;

const stations: readonly [StationKnown, StationKnown] = [micius.stations[0], micius.stations[1]];

/** What may happen at second t of the window, by station. */
interface Scenario {
  readonly says?: (t: number, station: 0 | 1, said: StationSaid) => Partial<StationSaid>;
  readonly efficiency_db?: (t: number, station: 0 | 1) => number;
  /** The station's line is cut: nothing is heard of it. */
  readonly cut?: (t: number, station: 0 | 1) => boolean;
  readonly console?: (t: number) => Partial<ConsoleSaid>;
  readonly missing?: (t: number, station: 0 | 1) => number;
  readonly figures?: (t: number) => Partial<FiguresSaid>;
}

function phaseAt(t: number): AlarmPhase {
  if (t < -300) return 'preparing';
  if (t < -90) return 'polling';
  if (t < 0) return 'acquiring';
  return t < SECONDS ? 'window' : t < SECONDS + 30 ? 'closing' : 'done';
}

const draw = seededDraw(11);

/** A healthy station: parked, then slewing to the rise, fine from T-20 on, parked again after the window. */
function healthy(t: number, station: 0 | 1): StationSaid {
  const aloft = t >= -20 && t < SECONDS + 5;
  const { detectors } = stations[station];
  return {
    at_utc_ms: START + t * 1000, acquisition: aloft ? 'fine' : t < -60 || t > SECONDS + 5 ? 'parked' : 'searching',
    tracking_error_urad: aloft ? 0.4 + 0.08 * draw.normal() : null,
    beacon: { state: aloft ? 'locked' : 'off' }, pps: { state: 'locked', offset_ns: 25 * draw.normal() },
    detectors: detectors.map(({ serial, dark_cps }) =>
      ({ serial, dark_cps, anode_v_max: 0.7 + 0.03 * draw.normal(), state: 'live' as const })),
    weather: { cloud_fraction: 0.05, wind_m_s: 4, humidity_percent: 40 },
  };
}

/** One message of a station, unless its line is cut. */
function stationSamples(scenario: Scenario, t: number, s: 0 | 1): AlarmSample[] {
  const said = healthy(t, s);
  const db = scenario.efficiency_db?.(t, s) ?? -33 + 0.3 * draw.normal();
  const efficiency = t >= 0 && t < SECONDS ? { db, plan_db: -33, sigma_db: 0.9 } : null;
  return judgeTelemetry(stations[s], { ...said, ...scenario.says?.(t, s, said) }, { limits, efficiency });
}

/** What the console sees each second, and the figures while there are some. */
function consoleSamples(scenario: Scenario, t: number, heard: readonly (number | null)[]): AlarmSample[] {
  const at_utc_ms = START + t * 1000;
  const counted = t > 5 && t < SECONDS;
  const own_samples = judgeConsole({
    at_utc_ms, broker: { url: 'mqtt://127.0.0.1:1883', connected: true }, disk_free_bytes: 1e12, clock_jump_s: 0,
    lag_s: counted ? 1.2 : null, elements_age_days: 0.6,
    stations: ([0, 1] as const).map((s) => ({
      station: stations[s], heard_utc_ms: heard[s]!, batches_missing: scenario.missing?.(t, s) ?? 0,
    })),
    ...scenario.console?.(t),
  }, limits);
  if (!counted) return own_samples;
  const figures = { at_utc_ms, qber_95: { value: 0.045, low: 0.02 }, indicators: [], ...scenario.figures?.(t) };
  return [...own_samples, ...judgeFigures(figures, limits)];
}

/** Flies from T-10 min to T+10 min; twice a second each station, once the console. */
function fly(scenario: Scenario): AlarmChange[] {
  const board = createAlarmBoard(delays);
  const heard: [number | null, number | null] = [null, null];
  const changes: AlarmChange[] = [];
  for (let t = -600; t < 600; t += 0.5) {
    const at_utc_ms = START + t * 1000;
    changes.push(...board.setPhase(phaseAt(t), at_utc_ms));
    for (const s of [0, 1] as const) {
      if (scenario.cut?.(t, s) === true) continue;
      heard[s] = at_utc_ms;
      changes.push(...board.feed(stationSamples(scenario, t, s)));
    }
    if (t % 1 !== 0) continue;
    changes.push(...board.feed(consoleSamples(scenario, t, heard)), ...board.tick(at_utc_ms));
  }
  return changes;
}

const raisedBy = (changes: readonly AlarmChange[]) =>
  changes.filter(({ announced }) => announced).map(({ entry }) => entry.sample.alarm_id);

const within = (t: number, from: number, to: number) => t >= from && t < to;
const indicator = (id: FiguresSaid['indicators'][number]['id'], from: number, to: number): Scenario => ({
  figures: (t) => ({
    indicators: [{ id, station: stations[0], value: 0.2, limit: 0.05, unit: '1', state: within(t, from, to) ? 'serious' : 'normal' }],
  }),
});
const detector = (said: StationSaid, change: Partial<StationSaid['detectors'][number]>) =>
  ({ detectors: said.detectors.map((one, d) => (d === 1 ? { ...one, ...change } : one)) });
const atFirst = (from: number, to: number, change: (said: StationSaid) => Partial<StationSaid>): Scenario => ({
  says: (t, s, said) => (s === 0 && within(t, from, to) ? change(said) : {}),
});

const TABLE: readonly (readonly [string, Scenario, readonly string[]])[] = [
  ['clean night', {}, []],
  ['late acquisition, 40 s', atFirst(-20, 40, () => ({
    acquisition: 'searching', tracking_error_urad: null, beacon: { state: 'searching' },
  })), ['delingha:tracking']],
  ['cloud at T+120 for 30 s, 8 dB', { efficiency_db: (t, s) => (s === 0 && within(t, 120, 150) ? -41 : -33) },
    ['delingha:efficiency']],
  ['cloud the sensor sees as well', {
    efficiency_db: (t, s) => (s === 0 && within(t, 120, 200) ? -41 : -33),
    says: (t, s) => (s === 0 && within(t, 120, 200) ? { weather: { cloud_fraction: 0.8, wind_m_s: 4, humidity_percent: 60 } } : {}),
  }, ['delingha:efficiency', 'delingha:weather']],
  ['station lost for 20 s, and back', {
    cut: (t, s) => s === 1 && within(t, 100, 120), missing: (t, s) => (s === 1 && within(t, 100, 124) ? 4 : 0),
  }, ['nanshan:silent']],
  ['1PPS lost for 30 s', atFirst(100, 130, () => ({ pps: { state: 'lost', offset_ns: 0 } })), ['delingha:pps']],
  ['1PPS 900 ns off', atFirst(100, 130, () => ({ pps: { state: 'locked', offset_ns: 900 } })), ['delingha:pps']],
  ['hot detector', atFirst(-600, 600, (said) => detector(said, { dark_cps: 900 })), ['delingha:dark:b4973']],
  ['beacon lost for 10 s', atFirst(100, 110, () => ({ beacon: { state: 'lost' } })), ['delingha:beacon']],
  ['tracking 1.6 µrad for 5 s', atFirst(100, 105, () => ({ tracking_error_urad: 1.6 })), ['delingha:tracking']],
  ['a gust: tracking 1.6 µrad for 1 s', atFirst(100, 101, () => ({ tracking_error_urad: 1.6 })), []],
  ['attack: blinding', atFirst(100, 130, (said) => detector(said, { anode_v_max: 1.6 })), ['delingha:blinding:b4973']],
  ['attack: blinding, one message', atFirst(100, 100.5, (said) => detector(said, { anode_v_max: 1.2 })), ['delingha:blinding:b4973']],
  ['attack: damage', atFirst(100, 600, (said) => detector(said, { state: 'damaged' })), ['delingha:damage:b4973']],
  ['attack: time shift', indicator('time-shift', 100, 200), ['delingha:time-shift']],
  ['attack: efficiency mismatch', indicator('detector-balance', 100, 200), ['delingha:detector-balance']],
  ['attack: dead time', indicator('all-live', 100, 200), ['delingha:all-live']],
  ['attack: wavelength', indicator('basis-ratio', 100, 200), ['delingha:basis-ratio']],
  ['attack: spatial mode', indicator('spatial-mode', 100, 200), ['delingha:spatial-mode']],
  ['error rate surely over the edge', { figures: (t) => (t > 120 ? { qber_95: { value: 0.11, low: 0.07 } } : {}) }, ['pair:qber']],
  ['batches missing for 15 s', { missing: (t, s) => (s === 0 && within(t, 100, 115) ? 2 : 0) }, ['delingha:gap']],
  ['batches missing for 3 s: asked again, filled', { missing: (t, s) => (s === 0 && within(t, 100, 103) ? 2 : 0) }, []],
  ['broker down for 20 s', {
    console: (t) => ({ broker: { url: 'mqtt://x', connected: !within(t, 100, 120) } }), cut: (t) => within(t, 100, 120),
  }, ['console:broker']],
  ['disk low, then full', {
    console: (t) => ({ disk_free_bytes: t < 50 ? 1e12 : t < 150 ? 3e9 : t < 200 ? 1e8 : 1e12 }),
  }, ['console:disk-low', 'console:disk-full']],
  ['clock of the workstation jumps', { console: (t) => ({ clock_jump_s: t === 100 ? -7 : 0 }) }, ['console:clock-jump']],
  ['figures 9 s old', { console: (t) => ({ lag_s: within(t, 100, 120) ? 9 : 1 }) }, ['console:lag']],
  ['figures old because a station is cut', {
    console: (t) => ({ lag_s: within(t, 102, 120) ? 9 : 1 }), cut: (t, s) => s === 1 && within(t, 100, 118),
  }, ['nanshan:silent']],
  ['elements 16 days old', { console: () => ({ elements_age_days: 16 }) }, ['console:elements']],
  ['storm before the pass', {
    says: (t, s) => (s === 1 && t < -100 ? { weather: { cloud_fraction: 0.2, wind_m_s: 22, humidity_percent: 50 } } : {}),
  }, ['nanshan:weather']],
];

describe('a pass of twenty minutes', () => {
  test.each(TABLE)('%s', (_, scenario, expected) => {
    expect(raisedBy(fly(scenario))).toEqual(expected);
  });

  test('raised by packet time at the first breach, with value and limit in the text', () => {
    const changes = fly(atFirst(100, 130, (said) => detector(said, { anode_v_max: 1.31 })))
      .filter(({ entry }) => entry.sample.kind === 'blinding');
    const [raised, returned] = changes;
    expect(raised!.entry).toMatchObject({
      sample: { text: 'Delingha B4973 (V) anode 1.31 V, limit 1.20 V', value: 1.31, limit: 1.2, unit: 'V' },
      state: { raised_at_utc_ms: START + 100_000 },
    });
    expect(returned).toMatchObject({ from: 'unacknowledged', to: 'returned' });
    expect(returned!.entry.state.returned_at_utc_ms).toBe(START + 130_000);
    // It latches: twenty minutes later it still waits for a name.
    expect(changes).toHaveLength(2);
  });

  test('no text holds what is not a number', () => {
    for (const [, scenario] of TABLE) {
      for (const { entry } of fly(scenario)) expect(entry.sample.text).not.toMatch(/NaN|undefined|Infinity|null/);
    }
  });
});
