import type { KeyObject } from 'node:crypto';
import type { RecordingManifest } from '../../src-contract/recording.ts';
import type { SatelliteClock } from '../../src-core/detection/satellite-clock.ts';
import type { ClickPiece, ClickStreamRule } from '../../src-core/detection/station-clicks.ts';
import type { StationSurvey } from '../../src-core/detection/station-survey.ts';
import type { TagColumns } from '../../src-core/formats/tag-columns.ts';
import type { RecordedSpan } from '../pipeline/tag-streams.ts';

/** A tag file that a manifest names. */
export interface RecordingPlace {
  readonly kind: 'recording';
  readonly manifest: RecordingManifest;
  readonly where: string;
  readonly tags_path: string;
  readonly partial: boolean;
}

/** A station of an archived pass. */
export interface PassPlace {
  readonly kind: 'pass';
  readonly manifest: RecordingManifest;
  readonly where: string;
  readonly path: string;
  readonly key_id: string;
  readonly key: KeyObject;
}

/** Where a station's recording lies: plain data, so that it may cross into a thread. */
export type StationPlace = (RecordingPlace | PassPlace) & {
  /** Size of the pieces that a file is read in; no result depends on it. */
  readonly piece_bytes: number;
};

export interface SurveyedFile extends Pick<TagColumns, 'tick_ps' | 'sync_channel' | 'origin_ticks'> {
  readonly survey: StationSurvey;
  readonly span: RecordedSpan;
  readonly bytes: number;
  readonly sha256: string;
}

export interface Watch {
  readonly signal?: AbortSignal;
  readonly onProgress?: (fraction: number) => void;
}

export interface ClickOrder {
  readonly clock: SatelliteClock;
  readonly rule: ClickStreamRule;
}

export type PutPiece = (piece: ClickPiece) => Promise<void>;
