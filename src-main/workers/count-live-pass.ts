import type { MissionFile } from '../../src-contract/mission.ts';
import { describeError } from '../../src-contract/errors.ts';
import type { ElementText } from '../pipeline/element-text.ts';
import type { LiveFigures } from '../pipeline/live-figures.ts';
import { readStationManifest } from '../store/live-manifest.ts';
import { messageOf } from '../store/store-error.ts';
import { startLiveCounting, type LiveCounting } from './live-counting.ts';

interface Said { readonly tick_ps: number; readonly manifest_json: string }

export interface RecordedPass {
  readonly mission: MissionFile;
  /** In the order of the mission's stations. */
  readonly recordings: readonly [Said, Said];
  readonly elements: ElementText | null;
  readonly end_utc_ms: number;
}

export interface CountedEnds {
  readonly onFigures: (figures: LiveFigures, last: boolean) => void;
  readonly onRefused: (why: string) => void;
  readonly onCrash: (cause: unknown) => void;
}

/** Starts the thread that counts what stations describe in their status; null where a manifest cannot be read. */
export function countLivePass({ mission, recordings, elements, end_utc_ms }: RecordedPass, ends: CountedEnds): LiveCounting | null {
  const manifests = mission.stations.map(({ id }, place) => readStationManifest(id, recordings[place]!.manifest_json));
  const [a, b] = manifests;
  if (a?.ok !== true || b?.ok !== true) {
    for (const manifest of manifests) if (!manifest.ok) ends.onRefused(messageOf(manifest.error));
    return null;
  }
  const [first, second] = recordings;
  return startLiveCounting({
    order: {
      mission, manifests: [a.value, b.value], tick_ps: [first.tick_ps, second.tick_ps], elements, end_utc_ms,
      gate_ns: mission.gate.width_ns,
    },
    onWord: (word) => {
      if (word.kind === 'figures') ends.onFigures(word.figures, word.last);
      else ends.onRefused(describeError(word.error));
    },
    onCrash: ends.onCrash,
  });
}
