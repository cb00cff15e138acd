// Goal: over the whole path, stations, wire, recorder, counter, alarms: a clean night raises nothing, and each scenario that
// ships raises what it should and nothing else.
import { describe, expect, test } from 'vitest';
import { scenario } from '../simulator/station/flown.ts';
import { flyScenario } from './fly-scenario.ts';

const SPEED = 20;

interface Row {
  readonly must: readonly string[];
  /** What the same cause also does to the counts, near its limit: whether it is seen depends on when it is looked at. */
  readonly may?: readonly string[];
}

const COUNTS = ['delingha:detector-balance', 'delingha:basis-ratio', 'delingha:spatial-mode'];

const TABLE: Readonly<Record<string, Row>> = {
  clean: { must: [] },
  'late-acquisition': { must: ['nanshan:tracking'] },
  'cloud-at-120': { must: ['delingha:tracking', 'delingha:weather'], may: ['delingha:efficiency', 'delingha:beacon'] },
  'station-lost': { must: ['nanshan:silent'] },
  'pps-lost': { must: ['delingha:pps'] },
  'hot-detector': { must: ['delingha:dark:b5213'] },
  'attack-blinding': {
    must: ['b4973', 'b4976', 'b5213', 'b5214'].map((serial) => `delingha:blinding:${serial}`),
    may: [...COUNTS, 'delingha:efficiency', 'pair:qber'],
  },
  'attack-dead-time': { must: ['delingha:all-live'], may: COUNTS },
  'attack-efficiency-mismatch': { must: ['delingha:detector-balance'], may: ['delingha:basis-ratio'] },
  'attack-spatial-mode': { must: ['delingha:spatial-mode'], may: ['delingha:detector-balance'] },
  'attack-time-shift': { must: ['delingha:time-shift'] },
  'attack-wavelength': { must: ['delingha:basis-ratio'], may: ['delingha:spatial-mode'] },
};

describe.each(Object.entries(TABLE))('%s', (name, { must, may = [] }) => {
  test(`raises ${must.length === 0 ? 'nothing' : must.join(', ')}`, { timeout: 300_000 }, async () => {
    const { console_ } = await flyScenario({ scenario: scenario(name), speed: SPEED });
    const { alarms } = await console_.call('alarms.listAlarms', {});
    const raised = alarms.map(({ alarm_id }) => alarm_id);
    expect(raised.filter((alarm_id) => !may.includes(alarm_id)).sort(), JSON.stringify(alarms)).toEqual([...must].sort());
  });
});
