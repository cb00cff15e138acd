import type { LiveView } from '../../src-contract/live.ts';
import type { NewEvent } from './live-pass.ts';

type Pass = NonNullable<LiveView['pass']>;

/** What of a view is worth a line in the log when it changes. */
export interface Scene {
  readonly recorder: LiveView['recorder'];
  readonly phase: Pass['phase'];
  readonly lock: Pass['pair']['lock']['state'];
  readonly stations: readonly Pick<Pass['stations'][number], 'id' | 'name' | 'link' | 'completeness'>[];
}

export const sceneOf = ({ recorder, pass }: LiveView): Scene | null => (pass === null ? null : {
  recorder, phase: pass.phase, lock: pass.pair.lock.state,
  stations: pass.stations.map(({ id, name, link, completeness }) => ({ id, name, link, completeness })),
});

type Line = Pick<NewEvent, 'station' | 'source' | 'severity' | 'text'>;

const PHASES: Readonly<Partial<Record<Pass['phase'], string>>> = {
  polling: 'The go/no-go list is polled', acquiring: 'The satellite rises', window: 'Window starts', closing: 'Window ends',
};
const LOCKS: Readonly<Record<Scene['lock'], string>> = {
  none: 'No lock', searching: 'Lock is searched', locked: 'Clocks are locked', lost: 'Lock lost',
};

/** What happened between two looks, a line each. */
export function narrate(before: Scene, after: Scene): Line[] {
  const lines: Line[] = [];
  const say: Say = (source, severity, text) => lines.push({ station: null, source, severity, text });
  if (before.phase !== after.phase && PHASES[after.phase] !== undefined) say('console', 'routine', PHASES[after.phase]!);
  if (before.lock !== after.lock) say('lock', after.lock === 'lost' ? 'caution' : 'routine', LOCKS[after.lock]);
  sayRecorder(before.recorder, after.recorder, say);
  after.stations.forEach((station, place) => {
    const sayOf: Say = (source, severity, text) => lines.push({ station: station.id, source, severity, text });
    sayStation(before.stations[place]!, station, sayOf);
  });
  return lines;
}

type Say = (source: Line['source'], severity: Line['severity'], text: string) => void;

function sayRecorder(before: Scene['recorder'], after: Scene['recorder'], say: Say): void {
  if (before.broker.state !== after.broker.state) {
    if (after.broker.state === 'connected') say('recorder', 'routine', 'The broker is reached; what was missed is asked for');
    else if (before.broker.state === 'connected') say('recorder', 'serious', 'The broker is not reached');
  }
  if (before.state === after.state) return;
  if (after.state === 'disk-full' || after.state === 'failed') say('recorder', 'critical', after.text);
  else if (before.state === 'disk-full' || before.state === 'failed') say('recorder', 'routine', 'There is room again: recording goes on');
}

function sayStation(before: Scene['stations'][number], after: Scene['stations'][number], say: Say): void {
  const { name, link } = after;
  if (before.link !== link) {
    if (link === 'online') say('recorder', 'routine', `${name} speaks`);
    else if (link === 'silent') say('recorder', 'serious', `${name} is silent`);
    else if (link === 'offline') say('recorder', 'serious', `${name} is offline`);
  }
  const [missed, missing] = [before.completeness.missing, after.completeness.missing];
  if (missed === 0 && missing > 0) say('recorder', 'caution', `${name}: ${batches(missing)} missing, asked for again`);
  if (missed > 0 && missing === 0) say('recorder', 'routine', `${name}: nothing is missing any more`);
}

const batches = (n: number) => (n === 1 ? '1 batch' : `${n} batches`);
