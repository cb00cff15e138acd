import type { LiveView } from '../../../src-contract/live.ts';
import type { Status } from '../../shared/status.ts';

type Pass = NonNullable<LiveView['pass']>;
type Station = Pass['stations'][number];
type Telemetry = NonNullable<Station['telemetry']>;

// States of a live pass as words, each with the shape that says how far it is from good.

export const PHASES: Readonly<Record<Pass['phase'], string>> = {
  preparing: 'Preparing', polling: 'Go/no-go poll', hold: 'On hold', acquiring: 'Acquiring', window: 'Both in view',
  closing: 'Closing', done: 'Over, recorded', aborted: 'Aborted',
};

/** How a station stands in one word: its line first, then whether it follows the satellite. */
export function stationStanding({ link, telemetry }: Station): readonly [Status, string] {
  if (link === 'never-heard') return ['off', 'not heard yet'];
  if (link === 'offline') return ['serious', 'offline'];
  if (link === 'silent' || telemetry === null || telemetry.stale) return ['off', 'silent'];
  const WORDS: Readonly<Record<Telemetry['acquisition'], readonly [Status, string]>> = {
    parked: ['off', 'parked'], slewing: ['standby', 'slewing'], searching: ['standby', 'searching'],
    coarse: ['standby', 'coarse tracking'], fine: ['normal', 'tracking'], lost: ['serious', 'tracking lost'],
  };
  return WORDS[telemetry.acquisition];
}

export const LOCKS: Readonly<Record<Telemetry['pps']['state'], readonly [Status, string]>> = {
  off: ['off', 'off'], searching: ['standby', 'searching'], locked: ['normal', 'locked'], lost: ['serious', 'lost'],
};

export const DETECTORS: Readonly<Record<Telemetry['detectors'][number]['state'], readonly [Status, string]>> = {
  off: ['off', 'off'], live: ['normal', 'live'], recovering: ['standby', 'recovering'], saturated: ['serious', 'saturated'],
  damaged: ['critical', 'damaged'],
};

export const PAIR_LOCKS: Readonly<Record<Pass['pair']['lock']['state'], readonly [Status, string]>> = {
  none: ['off', 'no clock lock yet'], searching: ['standby', 'locking clocks'], locked: ['normal', 'clocks locked'],
  lost: ['serious', 'clock lock lost'],
};

export const ANSWERS: Readonly<Record<Pass['checklist'][number]['answer'], readonly [Status, string]>> = {
  open: ['standby', 'open'], go: ['normal', 'go'], 'no-go': ['serious', 'no-go'], accepted: ['caution', 'accepted'],
};

export const INDICATORS: Readonly<Record<Pass['pair']['indicators'][number]['id'], string>> = {
  blinding: 'Blinding, damage', 'detector-balance': 'Detector balance', 'basis-ratio': 'Z / X ratio',
  'all-live': 'All live', 'time-shift': 'Time shift', 'spatial-mode': 'Spatial mode',
};

export const INDICATOR_STATES: Readonly<Record<Pass['pair']['indicators'][number]['state'], Status>> = {
  normal: 'normal', caution: 'caution', serious: 'serious', critical: 'critical', unknown: 'off',
};

/** The list as a whole: one no-go is no-go; what nobody answered is open. */
export function pollStanding(items: Pass['checklist']): { readonly status: Status; readonly word: string } {
  const good = items.filter(({ answer }) => answer === 'go' || answer === 'accepted').length;
  if (items.some(({ answer }) => answer === 'no-go')) return { status: 'serious', word: `NO-GO, ${good} of ${items.length} go` };
  if (good === items.length) return { status: 'normal', word: `GO ${good} of ${items.length}` };
  return { status: 'standby', word: `${good} of ${items.length} go` };
}
