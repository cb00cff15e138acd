import type { Acquisition } from './acquisition.ts';

export interface DiaryLine {
  readonly code: string;
  readonly severity: 'routine' | 'caution' | 'serious' | 'critical';
  readonly text: string;
}

/** What a station says of itself when something changes. */
export interface DiarySubject extends Acquisition {
  readonly pps: 'locked' | 'lost';
  readonly elevation_deg: number;
  readonly blinded: boolean;
}

interface Change {
  readonly code: string;
  readonly severity: DiaryLine['severity'];
  readonly isSo: (subject: DiarySubject) => boolean;
  /** Not said of the first time: nothing came back that was never away. */
  readonly needs?: (before: DiarySubject) => boolean;
  readonly text: (at: string) => string;
}

const CHANGES: readonly Change[] = [
  {
    code: 'slewing', severity: 'routine', isSo: ({ state }) => state === 'slewing',
    text: () => 'Telescope moves to where the satellite rises',
  },
  { code: 'beacon-locked', severity: 'routine', isSo: ({ beacon }) => beacon === 'locked', text: (at) => `Beacon locked ${at}` },
  { code: 'beacon-lost', severity: 'serious', isSo: ({ beacon }) => beacon === 'lost', text: (at) => `Beacon lost ${at}` },
  { code: 'fine-tracking', severity: 'routine', isSo: ({ state }) => state === 'fine', text: (at) => `Fine tracking ${at}` },
  { code: 'shutter-open', severity: 'routine', isSo: ({ shutter }) => shutter === 'open', text: (at) => `Shutter open ${at}` },
  {
    code: 'shutter-closed', severity: 'routine', isSo: ({ shutter }) => shutter === 'closed', needs: ({ shutter }) => shutter === 'open',
    text: (at) => `Shutter closed ${at}`,
  },
  { code: 'pps-lost', severity: 'serious', isSo: ({ pps }) => pps === 'lost', text: () => 'No pulse from the GNSS receiver' },
  {
    code: 'pps-back', severity: 'routine', isSo: ({ pps }) => pps === 'locked', needs: ({ pps }) => pps === 'lost',
    text: () => 'Pulses from the GNSS receiver again',
  },
  {
    code: 'anode-high', severity: 'critical', isSo: ({ blinded }) => blinded,
    text: () => 'Anode voltage above its limit: bright light on the detectors',
  },
  { code: 'parked', severity: 'routine', isSo: ({ state }) => state === 'parked', needs: () => true, text: () => 'Telescope parked' },
];

/** Lines for what has changed since the time before; null for the first time. */
export function diaryLines(before: DiarySubject | null, now: DiarySubject): readonly DiaryLine[] {
  const at = `at ${now.elevation_deg.toFixed(1)}°`;
  const isNew = ({ isSo, needs }: Change) =>
    isSo(now) && (before === null ? needs === undefined : !isSo(before) && (needs?.(before) ?? true));
  return CHANGES.filter(isNew).map(({ code, severity, text }) => ({ code, severity, text: text(at) }));
}
