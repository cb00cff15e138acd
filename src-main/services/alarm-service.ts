import type { AlarmList } from '../../src-contract/alarm.ts';
import { err, ok } from '../../src-core/result.ts';
import type { AlarmsPort } from './ports.ts';

const QUIET: AlarmList = { alarms: [], sounding: false, limits_version: 'none' };

/** The alarms of the console. */
export function createAlarmService(): AlarmsPort {
  return {
    listAlarms: () => ok(QUIET),
    handleAlarm: () => err({ type: 'Refused', message: 'No alarm is raised: there is nothing to acknowledge.' }),
  };
}
