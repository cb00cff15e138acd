import type { LiveView } from '../../../src-contract/live.ts';
import type { Status } from '../../shared/status.ts';

export const RECORDERS: Readonly<Record<LiveView['recorder']['state'], readonly [Status, string]>> = {
  off: ['off', 'Recorder off'], ready: ['standby', 'Recorder ready'], recording: ['normal', 'Recording'],
  waiting: ['caution', 'Waiting for stations'], 'disk-full': ['critical', 'Disk full'], failed: ['critical', 'Recorder failed'],
};
