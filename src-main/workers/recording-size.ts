import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { OperationError } from '../../src-contract/errors.ts';
import type { RecordingManifest } from '../../src-contract/recording.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import { readManifest } from '../store/recording-files.ts';
import { fileFailure } from './recording-failure.ts';
import type { RecordingPlace, StationPlace } from './station-place.ts';

/** Rows of both stations that are held in memory at most, about 60 bytes each at the peak; a pass today has 9 M. */
export const HELD_ROWS_MAX = 3e7;
/** Pieces of a file that is not held: a quarter of a million rows. */
export const STREAM_PIECE_BYTES = 1 << 20;

/** Bytes of one event in a tag file. */
const BYTES_PER_ROW: Readonly<Record<RecordingManifest['tags']['type'], number>> = {
  ptu: 4,
  a0: 18,
  a1: 8,
  a2: 17,
  qutag: 10,
  csv: 14,
  tpb: 4,
};

type Recording = RecordingPlace & StationPlace;

/** The manifests, and where their tag files lie; the first error counts. */
export async function placeRecordings<Paths extends readonly string[]>(request: {
  readonly manifest_paths: Paths;
  readonly partial: boolean;
}): Promise<Result<{ readonly [K in keyof Paths]: Recording }, OperationError>> {
  const places: Recording[] = [];
  for (const where of request.manifest_paths) {
    const file = await readManifest(where);
    if (!file.ok) return err(fileFailure(file.error));
    const { manifest } = file.value;
    const tags_path = join(dirname(where), manifest.tags.file);
    const { partial } = request;
    places.push({ kind: 'recording', manifest, where, tags_path, partial, piece_bytes: STREAM_PIECE_BYTES });
  }
  return ok(places as unknown as { readonly [K in keyof Paths]: Recording });
}

/** Whether these recordings together are too large to be held; a file that is not there is refused when it is read. */
export async function isLarge(places: readonly RecordingPlace[], held_rows_max = HELD_ROWS_MAX): Promise<boolean> {
  let rows = 0;
  for (const { manifest, tags_path } of places) {
    const bytes = await stat(tags_path).then(
      ({ size }) => size,
      () => 0,
    );
    rows += bytes / BYTES_PER_ROW[manifest.tags.type];
  }
  return rows > held_rows_max;
}

export const TOO_LARGE_ALONE: OperationError = {
  type: 'NotPossible',
  reason: 'TooLarge',
  message:
    'This recording is larger than what two consoles distil together, which hold it in memory: cut it at the ends of ' +
    'the pass.',
};

export const TOO_LARGE_FOR_PHOTONS: OperationError = {
  type: 'NotPossible',
  reason: 'TooLarge',
  message:
    'These recordings are too large to be locked on photons alone. Lock them on the beacon, or cut the recordings: ' +
    'some seconds of a bright source are enough.',
};
