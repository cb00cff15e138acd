// Goal: what the stations are sent is the pass that was planned: same edges, same elements, same version.
import { expect, test } from 'vitest';
import { createStation, lookAt } from '../../src-core/orbit/look.ts';
import { readCsv } from '../core/exports/pass-view.ts';
import { DELINGHA, goldenPropagator, NANSHAN } from '../support/golden-orbit.ts';
import { movedTle, NEXT_UTC_MS, proposal, proposedGolden } from './planned-mission.ts';

const ID = '2018-09-14-1814';
const change = { who: 'bo', why: 'clear, sky', override_why: null };
/** Positions are printed to a millimetre and angles to a microdegree. */
const DIGITS = { angle_deg: 1e-6, range_m: 1e-3 };

async function setupPlan() {
  const planned = await proposedGolden();
  await planned.get('schedule.changePass', { pass_id: ID, version: 1, action: 'approve', ...change });
  await planned.get('schedule.proposePass', proposal(NEXT_UTC_MS));
  return planned;
}

test('the calendar keeps a pass that was called off, as called off, under the same UID and a larger SEQUENCE', async () => {
  const { get } = await setupPlan();
  const lines = async () => (await get('schedule.exportPlan', { format: 'ics' })).text.split('\r\n');
  const fields = (text: readonly string[]) => text.filter((line) => /^(UID|SEQUENCE|STATUS)/.test(line));
  const other = ['UID:2018-09-15-1751@micius.twinpass', 'SEQUENCE:0', 'STATUS:TENTATIVE'];
  expect(fields(await lines())).toEqual([`UID:${ID}@micius.twinpass`, 'SEQUENCE:1', 'STATUS:CONFIRMED', ...other]);
  await get('schedule.changePass', { pass_id: ID, version: 2, action: 'cancel', ...change });
  expect(fields(await lines())).toEqual([`UID:${ID}@micius.twinpass`, 'SEQUENCE:2', 'STATUS:CANCELLED', ...other]);
});

test('the table of the plan reads back, reasons with commas included', async () => {
  const { get } = await setupPlan();
  const { text, file_name, media_type } = await get('schedule.exportPlan', { format: 'csv' });
  expect([file_name, media_type]).toEqual(['micius-plan.csv', 'text/csv; charset=utf-8']);
  const { rows } = readCsv(text);
  const { passes } = await get('schedule.listPasses', {});
  expect(rows.map((row) => [row['pass_id'], row['state'], row['version'], row['who'], row['why']])).toEqual(
    [[ID, 'approved', '2', 'bo', 'clear, sky'], ['2018-09-15-1751', 'proposed', '1', 'anna', 'first night']]);
  for (const [i, row] of rows.entries()) {
    expect(Date.parse(row['start_utc']!)).toBe(Math.floor(passes[i]!.start_utc_ms));
    expect(Number(row['sifted_bits'])).toBeCloseTo(passes[i]!.expected.sifted_bits, 0);
  }
});

test('the simple schedule holds what lies ahead: two stations a pass, committed where it is approved', async () => {
  const { get, ask } = await setupPlan();
  const { text } = await get('schedule.exportPlan', { format: 'ccsds-schedule' });
  const all = (pattern: RegExp) => Array.from(text.matchAll(pattern), ([, found]) => found);
  expect(all(/activityStatus="(\w+)"/g)).toEqual(['COMMITTED', 'COMMITTED', 'TENTATIVE', 'TENTATIVE']);
  expect(all(/siteRef="(\w+)"/g)).toEqual(['delingha', 'nanshan', 'delingha', 'nanshan']);
  expect(all(/beginningOfTrack="([^"]+)"/g)[0]).toBe('2018-257T18:14:01.799Z');
  expect(all(/status="(\w+)"/g)).toContain('OPERATIONAL');
  for (const { pass_id, version } of (await get('schedule.listPasses', {})).passes) {
    await get('schedule.changePass', { pass_id, version, action: 'cancel', ...change });
  }
  expect(await ask('schedule.exportPlan', { format: 'ccsds-schedule' })).toMatchObject({ error: { reason: 'EmptyPlan' } });
  expect(await ask('schedule.exportPlan', { format: 'oem', pass_id: null, step_s: 1 }))
    .toMatchObject({ error: { reason: 'EmptyPlan' } });
});

test('the ephemeris covers each pass with neighbours, and its states are SGP4 on the pass’s own elements', async () => {
  const { get, load, pass } = await setupPlan();
  await load(movedTle({ epoch_days: 0.001 }));
  const { text } = await get('schedule.exportPlan', { format: 'oem', pass_id: ID, step_s: 5 });
  expect(text).toContain('USEABLE_START_TIME = 2018-09-14T18:14:01.798956');
  const rows = text.split('\n').filter((line) => /^\d{4}-/.test(line)).map((line) => line.split(' '));
  const propagator = goldenPropagator();
  for (const [epoch, ...numbers] of rows) {
    const state = propagator.stateTeme(Date.parse(`${epoch!}Z`));
    if (!state.ok) throw new Error(state.error.type);
    for (const [k, value] of state.value.position_teme_km.entries()) expect(Number(numbers[k])).toBeCloseTo(value, 8);
  }
  const at = rows.map(([epoch]) => Date.parse(`${epoch!}Z`));
  expect(at.filter((utc_ms) => utc_ms < pass.start_utc_ms).length).toBeGreaterThanOrEqual(4);
  expect(at.filter((utc_ms) => utc_ms > pass.end_utc_ms).length).toBeGreaterThanOrEqual(4);
  const whole = await get('schedule.exportPlan', { format: 'oem-xml', pass_id: null, step_s: 60 });
  expect(whole.text.match(/<segment>/g)).toHaveLength(2);
  expect([whole.file_name, whole.media_type]).toEqual(['micius-plan.oem.xml', 'application/xml']);
});

test('the pointing table and the prediction lead to the same place in the sky as the orbit', async () => {
  const { get, pass } = await setupPlan();
  const propagator = goldenPropagator();
  for (const [station_id, station] of [['delingha', DELINGHA], ['nanshan', NANSHAN]] as const) {
    const { text, file_name } = await get('schedule.exportPlan',
      { format: 'pointing', pass_id: ID, station_id, step_s: 0.5 });
    expect(file_name).toBe(`${ID}-${station_id}.pointing.csv`);
    const { rows, notes } = readCsv(text);
    expect(notes[0]).toBe(`pass ${ID} version 2, station ${station_id}, satellite QSS (MICIUS)`);
    const at = rows.map((row) => Date.parse(row['utc']!));
    expect(at[0]).toBeLessThanOrEqual(pass.start_utc_ms);
    expect(at.at(-1)).toBeGreaterThanOrEqual(pass.end_utc_ms);
    expect(new Set(at.slice(1).map((utc_ms, i) => utc_ms - at[i]!))).toEqual(new Set([500]));
    for (const [i, row] of rows.entries()) {
      if (i % 50 !== 0) continue;
      const look = lookAt(propagator, createStation(station.site), at[i]!);
      if (!look.ok) throw new Error(look.error.type);
      expect(Math.abs(Number(row['elevation_deg']) - look.value.elevation_rad * 180 / Math.PI))
        .toBeLessThan(DIGITS.angle_deg);
      expect(Math.abs(Number(row['range_m']) - look.value.range_m)).toBeLessThan(DIGITS.range_m);
    }
  }
  const cpf = await get('schedule.exportPlan', { format: 'cpf', pass_id: ID, step_s: 30 });
  const rows = cpf.text.split('\n').filter((line) => line.startsWith('10 ')).map((line) => line.trim().split(/\s+/));
  const state = new Float64Array(6);
  for (const [, , mjd, second, , ...place] of rows) {
    const utc_ms = (Number(mjd) - 40_587) * 86_400_000 + Number(second) * 1000;
    propagator.writePef((utc_ms - propagator.elements.epoch_utc_ms) / 1000, state);
    for (const [k, value] of place.entries()) {
      expect(Math.abs(Number(value) - state[k]! * 1000)).toBeLessThan(DIGITS.range_m);
    }
  }
  expect(rows.length).toBeGreaterThan(20);
});

test('the half-wave plate turns with its frame, from the offset asked for', async () => {
  const { get, ask } = await setupPlan();
  const order = { format: 'hwp', pass_id: ID, station_id: 'nanshan', step_s: 1 } as const;
  const { text } = await get('schedule.exportPlan',
    { ...order, transmitter_reference: 'flight_direction', offset_deg: 12.5 });
  const { rows, notes } = readCsv(text);
  expect(notes.join('\n')).toContain('transmitter frame: H is the flight direction v');
  for (const row of rows) {
    expect(Number(row['plate_angle_deg'])).toBeCloseTo(Number(row['frame_angle_deg']) / 2 + 12.5, 3);
  }
  expect(await ask('schedule.exportPlan',
    { ...order, station_id: 'lijiang', transmitter_reference: 'orbit_normal', offset_deg: 0 }))
    .toEqual({ ok: false, error: { type: 'NotFound', what: 'station', id: 'lijiang' } });
});

test('two element sets are compared window by window, each counted once', async () => {
  const { get, load } = await setupPlan();
  await load(movedTle({ epoch_days: 0.864 / 86_400 }));
  const [newer, older] = (await get('orbit.listElements', {})).sets.map(({ element_set_id }) => element_set_id);
  const query = { from_utc_ms: Date.UTC(2018, 8, 14), days: 14 };
  const there = await get('orbit.compareElements', { before_set_id: older!, after_set_id: newer!, ...query });
  expect(there.windows.length).toBeGreaterThan(20);
  expect(there.windows.every(({ before, after }) => before !== null && after !== null)).toBe(true);
  const golden = there.windows.find(({ before }) => Math.floor(before!.start_utc_ms) === Date.UTC(2018, 8, 14, 18, 14, 1, 798));
  expect(Math.abs(golden!.start_moved_s! - 0.864)).toBeLessThan(0.1);
  const back = await get('orbit.compareElements', { before_set_id: newer!, after_set_id: older!, ...query });
  expect(back.windows.map(({ start_moved_s }) => start_moved_s))
    .toEqual(there.windows.map(({ start_moved_s }) => -start_moved_s!));
  expect(await get('orbit.compareElements', { before_set_id: newer!, after_set_id: newer!, ...query }))
    .toMatchObject({ start_moved_s_max: 0, end_moved_s_max: 0 });
});
