import type { OperationError } from '../../src-contract/errors.ts';
import type { MissionFile } from '../../src-contract/mission.ts';
import type { RecordingManifest } from '../../src-contract/recording.ts';
import type { LiveSetup } from '../../src-core/detection/live-station.ts';
import { ok, type Result } from '../../src-core/result.ts';
import { parseUtc } from '../../src-core/utc.ts';
import type { ElementText } from './element-text.ts';
import { preparePair, type RecordedStation } from './pass-recordings.ts';

/** What both stations say they will send, before they have sent it. */
export interface LiveOrder {
  readonly mission: MissionFile;
  readonly manifests: readonly [RecordingManifest, RecordingManifest];
  readonly tick_ps: readonly [number, number];
  /** Used when neither manifest carries elements. */
  readonly elements: ElementText | null;
  /** Nothing is recorded after this. */
  readonly end_utc_ms: number;
}

/** Both stations as the live counter needs them: checked against the mission like recordings, ranges to the pass's end. */
export function prepareLive(order: LiveOrder): Result<readonly [LiveSetup, LiveSetup], OperationError> {
  const stations = [stationOf(order, 0), stationOf(order, 1)] as const;
  const pair = preparePair(order.mission, stations, order.elements);
  if (!pair.ok) return pair;
  const [a, b] = pair.value.inputs.map(({ tags: { tick_ps }, ...setup }) => ({ ...setup, tick_ps }));
  return ok([a!, b!]);
}

/** A recording as long as it will be at most, still without its rows. */
function stationOf({ manifests, tick_ps, end_utc_ms }: LiveOrder, s: 0 | 1): RecordedStation {
  const manifest = manifests[s];
  const edge = parseUtc(manifest.pps?.first_edge_utc ?? '');
  const span_ms = edge.ok ? Math.max(0, end_utc_ms - edge.value) : 0;
  const ticks = Float64Array.of(0, (span_ms * 1e9) / tick_ps[s]);
  return {
    manifest,
    where: `manifest of ${manifest.station}`,
    tags: { ticks, channel: new Uint8Array(2), tick_ps: tick_ps[s], dropped: {} },
  };
}
