import type { Status } from '../../shared/status.ts';
import type { Alarm, AlarmCounts } from './alarms.svelte.ts';

/** An alarm keeps the shape of its priority until it is put aside. */
export function alarmStatus({ priority, state }: Alarm): Status {
  return state === 'shelved' || state === 'suppressed' ? 'off' : priority;
}

export const STATES: Readonly<Record<Alarm['state'], string>> = {
  normal: 'normal', unacknowledged: 'not acknowledged', acknowledged: 'acknowledged', returned: 'gone, not acknowledged',
  latched: 'latched', shelved: 'shelved', suppressed: 'suppressed in this phase',
};

export function countsText({ waiting, acknowledged, shelved, latched }: AlarmCounts): string {
  return `${waiting} waiting, ${acknowledged} acknowledged, ${shelved} shelved, ${latched} latched`;
}
