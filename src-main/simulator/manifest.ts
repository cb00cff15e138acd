import type { MissionFile, MissionStation } from '../../src-contract/mission.ts';
import type { RecordingManifest } from '../../src-contract/recording.ts';
import type { ElementSet } from '../../src-core/orbit/element-set.ts';
import type { DetectorOptics } from './outcomes.ts';
import { PPS_CHANNEL } from './station-events.ts';

export interface ManifestInput {
  readonly mission: MissionFile;
  readonly station: MissionStation;
  readonly mode: 'qkd' | 'bell';
  readonly optics: readonly DetectorOptics[];
  /** The elements the stations were given, not where the satellite truly was. */
  readonly elements: ElementSet;
  readonly tag_file: string;
  readonly sha256: string;
  /** Null while the satellite's beacon is off. */
  readonly beacon_rate_hz: number | null;
  readonly first_edge_utc: string;
}

/** What the tag file beside it means, as `twinpass-recording/1`. */
export function createManifest(input: ManifestInput): RecordingManifest {
  const { station, optics, elements } = input;
  const common = {
    format: 'twinpass-recording/1', station: station.id, state: input.mission.source.state,
    tags: { file: input.tag_file, type: 'ptu', sha256: input.sha256 },
    ...(input.beacon_rate_hz === null ? {}
      : { beacon: { channel: 'sync' as const, nominal_rate_hz: input.beacon_rate_hz } }),
    pps: { channel: PPS_CHANNEL, first_edge_utc: input.first_edge_utc },
    dead_time_ns: station.dead_time_ns,
    ...(elements.line1 === null || elements.line2 === null ? {}
      : { elements: { line1: elements.line1, line2: elements.line2 } }),
  } as const;
  const detectors = station.detectors.map(({ label, basis, bit, serial }, channel) =>
    ({ channel, label, basis, bit, serial }));
  if (input.mode === 'qkd') return { ...common, mode: 'qkd', detectors };
  return {
    ...common,
    mode: 'bell',
    detectors: detectors.map((detector, i) => {
      const { angle_deg, outcome } = optics[i]!;
      return { ...detector, angle_deg, outcome };
    }),
  };
}
