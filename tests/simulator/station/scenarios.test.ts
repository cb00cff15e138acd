// Goal: every scenario that ships does to the stations what its name says, in its time, and nothing outside it.
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { planFlight } from '../../../src-main/simulator/station/flight-plan.ts';
import { stationTelemetry } from '../../../src-contract/wire/messages.ts';
import { between, flown, orderOf, planOf, scenario, sourceOf, type Flown, type Said } from './flown.ts';
import { scenarioFile, type ScenarioFile } from '../../../src-contract/scenario.ts';

const NAMES = readdirSync('scenarios').map((name) => name.replace('.json', ''));

/** The same events, moved so that a window of 20 s sees them: from 5 s to 15 s. */
function early(name: string): ScenarioFile {
  const read = scenario(name);
  const moved = <T extends { from_s: number; to_s: number }>(all: readonly T[]) => all.map((one) => ({ ...one, from_s: 5, to_s: 15 }));
  return {
    ...read, clouds: moved(read.clouds), cuts: moved(read.cuts), pps_losses: moved(read.pps_losses), attacks: moved(read.attacks),
    late_acquisitions: read.late_acquisitions.map((one) => ({ ...one, after_s: 10 })),
  };
}

const flights = new Map<string, Flown>();
const fly = (name: string): Flown => {
  const pass = flights.get(name) ?? flown(planOf({ scenario: early(name) }));
  flights.set(name, pass);
  return pass;
};
const clicksBetween = ({ tags }: Said, from_s: number, to_s: number): number[] => {
  const counts = [0, 0, 0, 0];
  for (const { clicks } of tags.slice(-(30 - from_s) * 10, -(30 - to_s) * 10)) for (const place of clicks.detector) counts[place]! += 1;
  return counts;
};

test('every scenario is named as its file, and fits the mission', () => {
  expect(NAMES).toHaveLength(12);
  for (const name of NAMES) {
    expect(scenario(name).name).toBe(name);
    expect(planFlight(orderOf({ scenario: scenario(name) })).ok).toBe(true);
  }
});

test.each([
  ['another station', { clouds: [{ station: 'lijiang', from_s: 0, to_s: 1, transmission: 0.5 }] }, /no station lijiang/],
  ['another detector', { hot_detectors: [{ station: 'nanshan', detector: 5, dark_factor: 2, temperature_c: 0 }] }, /no detector 5/],
  ['an end before its begin', { cuts: [{ station: 'nanshan', from_s: 5, to_s: 1 }] }, /ends before it begins/],
])('%s is refused', (_what, members, why) => {
  const plan = planFlight(orderOf({ scenario: scenarioFile.parse({ ...scenario('clean'), ...members }) }));
  expect(plan.ok).toBe(false);
  if (!plan.ok && plan.error.type === 'BadOption') expect(plan.error.reason).toMatch(why);
});

describe('what each does', () => {
  const [from, to] = [6, 14];

  test('late acquisition: Nanshan searches, its shutter closed, its clicks dark, until it finds', () => {
    const [delingha, nanshan] = fly('late-acquisition').stations;
    for (const said of between(nanshan, -8, 5)) expect([said.shutter, said.tracking_error_urad]).toEqual(['closed', null]);
    for (const said of between(nanshan, 11, 19)) expect([said.acquisition, said.shutter]).toEqual(['fine', 'open']);
    expect(clicksBetween(nanshan, 0, 9).reduce((a, b) => a + b) / 9).toBeLessThan(300); // 177 cps of dark counts.
    for (const said of between(delingha, 0, 20)) expect(said.acquisition).toBe('fine');
  });

  test('cloud: the beacon is lost, the light with it, and the sky says so', () => {
    const [delingha] = fly('cloud-at-120').stations;
    for (const said of between(delingha, 9.5, 10.5)) {
      expect([said.acquisition, said.beacon.state]).toEqual(['lost', 'lost']);
      expect(said.weather!.cloud_fraction).toBeGreaterThan(0.5);
    }
    for (const said of between(delingha, 16, 20)) expect([said.acquisition, said.weather!.cloud_fraction]).toEqual(['fine', 0.02]);
    expect(delingha.events.map(({ code }) => code)).toContain('beacon-lost');
    const batches = delingha.tags.slice(-205, -195);
    expect(batches.flatMap(({ beacon }) => [...beacon]).length).toBeLessThan(400); // False pulses alone: 200 a second.
  });

  test('PPS lost: no pulse arrives, and telemetry says so', () => {
    const [delingha, nanshan] = fly('pps-lost').stations;
    for (const said of between(delingha, from, to)) expect([said.pps.state, said.pps.gnss_satellites]).toEqual(['lost', 0]);
    const pulses = ({ tags }: Said) => tags.slice(-240, -160).flatMap(({ pps }) => [...pps]).length;
    expect([pulses(delingha), pulses(nanshan)]).toEqual([0, 8]);
  });

  test('hot detector: ten times its dark counts, warm, before the pass already', () => {
    const [delingha] = fly('hot-detector').stations;
    for (const said of between(delingha, -9, -1)) {
      expect(said.detectors[0]).toMatchObject({ dark_cps: 550 });
      expect(said.detectors[0]!.temperature_c).toBeGreaterThan(-15);
      expect(said.detectors[1]).toMatchObject({ dark_cps: 207 });
    }
  });

  test('blinding: anodes above 1.2 V in its time only, one detector clicks', () => {
    const [delingha, nanshan] = fly('attack-blinding').stations;
    const highest = (said: Said, a: number, b: number) =>
      Math.max(...between(said, a, b).flatMap(({ detectors }) => detectors.map(({ anode_v_max }) => anode_v_max)));
    expect(highest(delingha, from, to)).toBeGreaterThan(1.2);
    expect(highest(delingha, -9, 4)).toBeLessThan(1.2);
    expect(highest(nanshan, -9, 20)).toBeLessThan(1.2);
    const [h, v, plus, minus] = clicksBetween(delingha, from, to) as [number, number, number, number];
    expect(v).toBeGreaterThan(100 * (h + plus + minus));
    expect(delingha.events.find(({ code }) => code === 'anode-high')?.severity).toBe('critical');
  });

  test('efficiency mismatch, wavelength and dead time show in the counts of the detectors', () => {
    const clean = clicksBetween(fly('clean').stations[0], from, to);
    const ratio = (name: string) => clicksBetween(fly(name).stations[0], from, to).map((n, i) => n / clean[i]!);
    expect(ratio('attack-efficiency-mismatch')[1]).toBeLessThan(0.7);
    const z_over_x = ([h, v, plus, minus]: readonly number[]) => (h! + v!) / (plus! + minus!);
    expect(z_over_x(clicksBetween(fly('attack-wavelength').stations[0], from, to)) / z_over_x(clean)).toBeGreaterThan(1.2);
    expect(ratio('attack-dead-time')[0]).toBeGreaterThan(5);
  }, 240_000);

  test('a line that is cut changes nothing of what is recorded', () => {
    expect(fly('station-lost').stations.map(({ tags }) => tags.length)).toEqual(fly('clean').stations.map(({ tags }) => tags.length));
    expect(planOf({ scenario: scenario('station-lost') }).stations[1].cuts).toEqual([{ station: 'nanshan', from_s: 100, to_s: 160 }]);
  });
});

test('what waits with the station is told in its telemetry', () => {
  const [first] = sourceOf(planOf()).step(0.1)[0].filter(({ kind }) => kind === 'telemetry');
  expect(stationTelemetry.parse(JSON.parse(first!.write(17) as string)).stored_batches).toBe(17);
});
