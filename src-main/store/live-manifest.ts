import { recordingManifest, type RecordingManifest } from '../../src-contract/recording.ts';
import { ok, type Result } from '../../src-core/result.ts';
import { invalidFile, type StoreError } from './store-error.ts';

/** Stands in until the last batch is there. */
export const NO_DIGEST = '0'.repeat(64);

/** What a station says its batches are made of, as a manifest; the tag file is named by the console that makes it. */
export function readStationManifest(station: string, manifest_json: string): Result<RecordingManifest, StoreError> {
  const refuse = (reason: string) => invalidFile(`${station}: manifest in its status`, reason);
  let said: unknown;
  try {
    said = JSON.parse(manifest_json);
  } catch {
    return refuse('not JSON');
  }
  if (typeof said !== 'object' || said === null) return refuse('not an object');
  const tags = { file: `${station}.tpb`, type: 'tpb', sha256: NO_DIGEST };
  const parsed = recordingManifest.safeParse({ ...said, tags });
  if (!parsed.success) {
    return refuse(parsed.error.issues.slice(0, 4).map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
  }
  return parsed.data.station === station ? ok(parsed.data) : refuse(`it is that of ${parsed.data.station}`);
}

/** The manifest as the pass file keeps it. Processing numbers the seconds from the first edge that is here. */
export function manifestOf(
  manifest: RecordingManifest, found: { readonly sha256: string; readonly first_edge_utc_ms: number | null },
): RecordingManifest {
  const { pps } = manifest;
  const tags = { ...manifest.tags, sha256: found.sha256 };
  if (pps === undefined || found.first_edge_utc_ms === null) return { ...manifest, tags };
  return { ...manifest, tags, pps: { ...pps, first_edge_utc: new Date(found.first_edge_utc_ms).toISOString() } };
}
