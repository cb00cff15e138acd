// Goal: alarms reach the operator through the contract, are handled by name, kept for good, and outlive a restart and a full disk.
import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { hostEvent, type HostEvent } from '../../src-contract/events.ts';
import { missionFile } from '../../src-contract/mission.ts';
import { operations, type InputOf, type OutputOf } from '../../src-contract/operations.ts';
import { stationTelemetry, type StationTelemetry } from '../../src-contract/wire/messages.ts';
import { createAlarmService } from '../../src-main/services/alarm-service.ts';
import type { AlarmObservation } from '../../src-main/services/alarm-observation.ts';
import { createAlarmStore } from '../../src-main/store/alarm-store.ts';
import { createLogStore } from '../../src-main/store/log-store.ts';
import { openMissionDb } from '../../src-main/store/open.ts';

const mission = missionFile.parse(JSON.parse(readFileSync('missions/micius.json', 'utf8')));
const PASS = '2018-09-14-1814';
const START = Date.UTC(2018, 8, 14, 18, 14, 2);
const WALL = Date.UTC(2026, 10, 25);
const BLINDED = 'delingha:blinding:b5213';
type Action = InputOf<'alarms.handleAlarm'>;

/** A healthy message of a station at second t of the pass, its first detector as a test has it. */
function telemetry(t: number, first: Partial<StationTelemetry['detectors'][number]> = {}): StationTelemetry {
  const [station] = mission.stations;
  return stationTelemetry.parse({
    seq: Math.round(t * 2) + 1000, t_utc_ns: `${START + t * 1000}000000`, pass_id: PASS, azimuth_deg: 10, elevation_deg: 40,
    tracking_error_urad: 0.4, acquisition: 'fine', shutter: 'open', beacon: { state: 'locked', pulse_rate_hz: 1e4, used_fraction: 0.95 },
    pps: { state: 'locked', offset_ns: 30, rate_error: 1e-9, gnss_satellites: 12 }, signal_cps: 7000, background_cps: 4000,
    hwp_angle_deg: 3, weather: null, stored_batches: 0,
    detectors: station.detectors.map(({ serial, dark_cps }, i) => ({
      serial, dark_cps, count_cps: 1800, bias_current_a: 1, anode_v_mean: 0.7, anode_v_max: 0.75, temperature_c: -50, state: 'live',
      ...(i === 0 ? first : {}),
    })),
  });
}

function desk(path = ':memory:') {
  const opened = openMissionDb(path);
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  const db = opened.value;
  onTestFinished(() => void db.close());
  return { db, store: createAlarmStore(db), log: createLogStore(db) };
}

function setup(kept = desk()) {
  const clock = { utc_ms: WALL, elapsed_ms: 0 };
  const events: HostEvent[] = [];
  const lines: string[] = [];
  const service = createAlarmService({
    mission, alarms: kept.store, log: kept.log, publish: (event) => void events.push(hostEvent.parse(event)),
    reportIncident: (cause) => { throw cause; }, now_utc_ms: () => clock.utc_ms, elapsed_ms: () => clock.elapsed_ms,
  });
  service.follow(({ who, text, severity }) => void lines.push(`${severity} ${who ?? '-'} ${text}`));
  const list = (): OutputOf<'alarms.listAlarms'> => {
    const reply = service.listAlarms({});
    if (reply instanceof Promise || !reply.ok) throw new Error('no list');
    return operations['alarms.listAlarms'].output.parse(reply.value);
  };
  const act = async (action: Action) => service.handleAlarm(operations['alarms.handleAlarm'].input.parse(action));
  const go = (ms: number) => {
    clock.utc_ms += ms;
    clock.elapsed_ms += ms;
  };
  const say = (t: number, first: Partial<StationTelemetry['detectors'][number]> = {}) => {
    go(500);
    service.observe({ kind: 'telemetry', station: 'delingha', message: telemetry(t, first), efficiency: null });
  };
  const pass = (change: Partial<Extract<AlarmObservation, { kind: 'pass' }>> = {}) =>
    service.observe({ kind: 'pass', pass_id: PASS, phase: 'window', replay: false, at_utc_ms: START, ...change });
  return { ...kept, service, clock, events, lines, list, act, go, say, pass };
}

const consoleSaid = (t: number, change: Partial<Extract<AlarmObservation, { kind: 'console' }>> = {}): AlarmObservation => ({
  kind: 'console', at_utc_ms: START + t * 1000, broker: { url: 'mqtt://127.0.0.1', connected: true }, disk_free_bytes: 1e12, lag_s: 1,
  elements_age_days: 0.6,
  stations: mission.stations.map(({ id }) => ({ station: id, heard_utc_ms: START + t * 1000, batches_missing: 0 })),
  ...change,
});

test('blinding: told with its message, sounds, latches, is taken and reset by name, and all of it is written down', async () => {
  const { say, pass, list, act, events, lines, store, log } = setup();
  pass();
  for (let t = 0; t < 5; t += 0.5) say(t);
  expect(list()).toMatchObject({ alarms: [], sounding: false });
  say(5, { anode_v_max: 1.31 });
  expect(events.at(-1)).toMatchObject({ type: 'alarms.changed', alarms: { sounding: true, alarms: [{
    alarm_id: BLINDED, state: 'unacknowledged', priority: 'critical', latching: true, pass_id: PASS, value: 1.31, limit: 1.2, unit: 'V',
    text: 'Delingha B5213 (H) anode 1.31 V, limit 1.20 V', raised_at_utc_ms: START + 5000, returned_at_utc_ms: null, occurrences: 1,
  }] } });
  await act({ action: 'silence', who: 'desk D' });
  expect(list()).toMatchObject({ sounding: false, alarms: [{ state: 'unacknowledged' }] });
  for (let t = 5.5; t < 8; t += 0.5) say(t);
  await act({ action: 'acknowledge', alarm_ids: [BLINDED, 'delingha:dark:b5213'], who: 'desk D' });
  expect(list().alarms).toMatchObject([{ state: 'latched', returned_at_utc_ms: START + 5500, acknowledged: { who: 'desk D' } }]);
  expect(await act({ action: 'shelve', alarm_id: BLINDED, minutes: 5, who: 'desk D', why: 'noisy' })).toMatchObject({ ok: false });
  await act({ action: 'reset', alarm_id: BLINDED, who: 'desk E', why: 'shutter was open by mistake' });
  expect(list().alarms).toEqual([]);
  expect(store.listOfPass(PASS).map(({ from_state, to_state, who, why }) => [from_state, to_state, who, why])).toEqual([
    ['normal', 'unacknowledged', null, null], ['unacknowledged', 'returned', null, null], ['returned', 'latched', 'desk D', null],
    ['latched', 'normal', 'desk E', 'shutter was open by mistake'],
  ]);
  expect(log.list(9).map(({ who, subject, details_json }) => `${who} ${subject} ${details_json}`).reverse()).toEqual([
    'desk D alarms {"action":"silence"}', `desk D ${BLINDED} {"action":"acknowledge"}`,
    `desk E ${BLINDED} {"action":"reset","why":"shutter was open by mistake"}`,
  ]);
  const text = 'Delingha B5213 (H) anode 1.31 V, limit 1.20 V';
  expect(lines).toEqual([
    `critical - ${text}`, `routine - ended: ${text}`, `routine desk D acknowledged: ${text}`,
    `routine desk E reset: shutter was open by mistake: ${text}`,
  ]);
});

test('a recording played again, and a message of another pass, raise nothing', () => {
  const { say, pass, list, service, events } = setup();
  pass({ replay: true });
  say(5, { anode_v_max: 1.31 });
  pass({ pass_id: 'another-pass' });
  const attack = telemetry(6, { anode_v_max: 2 });
  service.observe({ kind: 'telemetry', station: 'delingha', message: attack, efficiency: null });
  service.observe({ kind: 'telemetry', station: 'nowhere', message: { ...attack, pass_id: 'another-pass' }, efficiency: null });
  expect(list().alarms).toEqual([]);
  expect(events.filter(({ type }) => type === 'alarms.changed').length).toBeLessThanOrEqual(1);
});

test('a shelf ends by the clock on the wall, also when nobody speaks', async () => {
  const { say, pass, list, act, go } = setup();
  pass();
  say(1, { dark_cps: 900 });
  await act({ action: 'shelve', alarm_id: 'delingha:dark:b5213', minutes: 10, who: 'desk D', why: 'warm since noon' });
  const shelved = { why: 'warm since noon', until_utc_ms: WALL + 500 + 600_000 };
  expect(list()).toMatchObject({ sounding: false, alarms: [{ state: 'shelved', shelved }] });
  go(599_999);
  expect(list().alarms).toMatchObject([{ state: 'shelved' }]);
  go(1);
  expect(list()).toMatchObject({ sounding: true, alarms: [{ state: 'unacknowledged', shelved: null }] });
});

test('a console that starts again shows what stood, and lets it sound until somebody takes it', async () => {
  const kept = desk();
  const before = setup(kept);
  before.pass();
  before.say(1, { anode_v_max: 1.4 });
  before.say(2, { dark_cps: 900 });
  await before.act({ action: 'acknowledge', alarm_ids: ['delingha:dark:b5213'], who: 'desk D' });
  const after = setup(kept);
  const shown = ({ list }: ReturnType<typeof setup>) => list().alarms.map(({ alarm_id, state, text, raised_at_utc_ms, pass_id }) =>
    ({ alarm_id, state, text, raised_at_utc_ms, pass_id }));
  expect(shown(after)).toEqual(shown(before));
  expect(after.list().sounding).toBe(true);
  after.pass();
  after.say(3);
  expect(after.list().alarms.map(({ alarm_id, state }) => [alarm_id, state]))
    .toEqual([[BLINDED, 'returned'], ['delingha:dark:b5213', 'acknowledged']]);
});

test('a full disk hides no alarm: it is shown, taken, and written down when there is room', async () => {
  const kept = desk();
  const refuse = { ok: false, error: { type: 'Refused', message: 'the disk is full' } } as const;
  let full = true;
  const store = { ...kept.store, append: (rows: Parameters<typeof kept.store.append>[0]) => (full ? refuse : kept.store.append(rows)) };
  const { service, list, act, pass } = setup({ ...kept, store });
  pass();
  service.observe(consoleSaid(1, { disk_free_bytes: 1e7 }));
  expect(list().alarms).toMatchObject([{ alarm_id: 'console:disk-full', text: 'disk 0.0 GB free, limit 0.2 GB', priority: 'critical' }]);
  await act({ action: 'acknowledge', alarm_ids: ['console:disk-full'], who: 'desk D' });
  full = false;
  service.observe(consoleSaid(5));
  service.observe(consoleSaid(8));
  expect(list().alarms).toEqual([]);
  expect(kept.store.listOfPass(PASS).map(({ to_state }) => to_state)).toEqual(['unacknowledged', 'acknowledged', 'normal']);
});

test('a telescope that is parked before the pass is not on the list, one in the window is', () => {
  const { service, list, pass } = setup();
  const parked = (t: number) => service.observe({
    kind: 'telemetry', station: 'delingha', message: { ...telemetry(t), acquisition: 'parked' }, efficiency: null,
  });
  pass({ phase: 'polling' });
  for (let t = 0; t < 5; t += 1) parked(t);
  expect(list().alarms).toEqual([]);
  pass({ phase: 'window', at_utc_ms: START + 5000 });
  expect(list().alarms).toMatchObject([{ text: 'Delingha does not track: parked', state: 'unacknowledged' }]);
});

test('the clock on the wall jumps: seen against the one that nobody sets', () => {
  const { service, list, clock, go } = setup();
  const said = (): AlarmObservation => consoleSaid(0, { at_utc_ms: clock.utc_ms, stations: [] });
  service.observe(said());
  go(1000);
  service.observe(said());
  expect(list().alarms).toEqual([]);
  clock.utc_ms -= 7000;
  service.observe(said());
  expect(list().alarms).toMatchObject([{ text: 'workstation’s clock jumped by -7.0 s, limit 0.5 s' }]);
});

test('figures: an error rate that is surely over the edge, an indicator over its limit; blinding is not told twice', () => {
  const { service, list, pass } = setup();
  pass();
  const indicators = [
    { id: 'blinding', station: 'delingha', value: 1.3, limit: 1.2, unit: 'V', state: 'critical' },
    { id: 'time-shift', station: 'nanshan', value: 0.9, limit: 0.3, unit: 'ns', state: 'serious' },
    { id: 'basis-ratio', station: null, value: 0.9, limit: 0.3, unit: '1', state: 'serious' },
  ] as const;
  service.observe({ kind: 'figures', at_utc_ms: START + 1000, z: { n: 20, e: 4 }, x: { n: 20, e: 0 }, indicators: [] });
  expect(list().alarms).toEqual([]);
  service.observe({ kind: 'figures', at_utc_ms: START + 2000, z: { n: 400, e: 60 }, x: { n: 400, e: 40 }, indicators });
  expect(list().alarms.map(({ alarm_id }) => alarm_id).sort()).toEqual(['nanshan:time-shift', 'pair:qber']);
});

test.each([
  ['nothing is there', { action: 'acknowledge', alarm_ids: ['delingha:dark:b5213'], who: 'D' }, { type: 'NotFound', what: 'alarm' }],
  ['unshelve what is not shelved', { action: 'unshelve', alarm_id: BLINDED, who: 'D' },
    { type: 'Refused', message: `${BLINDED}: It is not shelved.` }],
  ['reset what is active', { action: 'reset', alarm_id: BLINDED, who: 'D', why: 'x' }, { type: 'Refused' }],
] as const)('%s: refused with a reason, and nothing is logged', async (_, action, error) => {
  const { say, pass, act, log } = setup();
  pass();
  say(1, { anode_v_max: 1.4 });
  expect(await act(action as unknown as Action)).toMatchObject({ ok: false, error });
  expect(log.list(5)).toEqual([]);
});

test('values of a standing alarm go out once a second at most, a change of state at once', () => {
  const { say, pass, events } = setup();
  pass();
  for (let i = 0; i < 40; i += 1) say(i / 2, { dark_cps: 900 + i });
  expect(events.length).toBeLessThanOrEqual(22);
  expect(events.length).toBeGreaterThan(15);
});
