import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { recordingManifest, type RecordingManifest } from '../../src-contract/recording.ts';
import { describeFormatError, type FormatError, type SettledRows, type TagColumns } from '../../src-core/formats/tag-columns.ts';
import { createTagReader } from '../../src-core/formats/tag-reader.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import { jsonFault, placeIssues, type FieldFault, type TextFault } from '../pipeline/json-text.ts';

/** Tag files are read in pieces of this size: large enough for the disk, small beside the columns. */
const PIECE_BYTES = 4 * 1024 * 1024;
/** A manifest is a page of text; a larger file is not one. */
const MANIFEST_BYTES_MAX = 1024 * 1024;
/** Some editors put one in front; it is no part of the text. */
const BYTE_ORDER_MARK = /^\uFEFF/;

/** One station's recording as it lay on disk, checked and decoded. */
export interface StationRecording {
  readonly manifest: RecordingManifest;
  readonly manifest_path: string;
  readonly manifest_text: string;
  readonly tags_path: string;
  readonly tags: TagColumns;
  readonly bytes: number;
  readonly sha256: string;
}

export interface ManifestFile {
  readonly manifest: RecordingManifest;
  readonly path: string;
  readonly text: string;
}

/** Why a recording cannot be used; each names its file and the place in it. */
export type RecordingFileError =
  | { readonly type: 'Unreadable'; readonly path: string; readonly code: string }
  | ({ readonly type: 'ManifestNotJson'; readonly path: string } & TextFault)
  | { readonly type: 'ManifestInvalid'; readonly path: string; readonly issues: readonly FieldFault[] }
  | { readonly type: 'TagsMalformed'; readonly path: string; readonly cause: FormatError }
  | { readonly type: 'Sha256Differs'; readonly path: string; readonly expected: string; readonly found: string }
  | { readonly type: 'Cancelled' };

export interface ReadOptions {
  /** Use what is whole of a tag file that ends early. */
  readonly partial?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (bytes_done: number, bytes_total: number) => void;
}

export interface PlacedMessage { readonly where: string; readonly message: string }

/** File and place of an error, and what is wrong there, as `OperationError` wants them. */
export function describeRecordingFileError(error: RecordingFileError): PlacedMessage {
  switch (error.type) {
    case 'Unreadable':
      return { where: error.path, message: `cannot be read (${error.code}); check the path and tags.file` };
    case 'ManifestNotJson':
      return { where: `${error.path}:${error.line}:${error.column}`, message: `not JSON: ${error.reason}` };
    case 'ManifestInvalid':
      return {
        where: error.path,
        message: error.issues.map(({ line, field, message }) => `line ${line}, ${field}: ${message}`).join('; '),
      };
    case 'TagsMalformed':
      return { where: error.path, message: describeFormatError(error.cause) };
    case 'Sha256Differs':
      return { where: error.path, message: `sha256 is ${error.found}, the manifest says ${error.expected}: `
        + 'the file was changed or damaged after it was recorded; copy it again' };
    case 'Cancelled':
      return { where: '', message: 'Cancelled.' };
  }
}

/** Reads a manifest and the tag file beside it; the tag file once, hashed and decoded on the way. */
export async function readRecording(manifest_path: string, options: ReadOptions = {}):
Promise<Result<StationRecording, RecordingFileError>> {
  const file = await readManifest(manifest_path);
  if (!file.ok) return file;
  const { manifest, text } = file.value;
  const tags_path = join(dirname(manifest_path), manifest.tags.file);
  const read = await readTagFile(tags_path, manifest.tags.type, options);
  if (!read.ok) return read;
  const { tags, bytes, sha256 } = read.value;
  if (sha256 !== manifest.tags.sha256) {
    return err({ type: 'Sha256Differs', path: tags_path, expected: manifest.tags.sha256, found: sha256 });
  }
  return ok({ manifest, manifest_path, manifest_text: text, tags_path, tags, bytes, sha256 });
}

/** Whoever gives the tag file itself is told what to give instead. */
const notAManifest = (path: string, what: string) => err({ type: 'ManifestInvalid', path, issues: [
  { line: 1, field: 'file', message: `${what}; name the station's .json, which names its tag file` }] });

/** Reads and checks a manifest alone. */
export async function readManifest(path: string): Promise<Result<ManifestFile, RecordingFileError>> {
  let text: string;
  try {
    const { size } = await stat(path);
    if (size > MANIFEST_BYTES_MAX) return notAManifest(path, `${size} bytes is no manifest`);
    text = (await readFile(path, 'utf8')).replace(BYTE_ORDER_MARK, '');
    if (text.startsWith('PQTTTR')) return notAManifest(path, 'this is a PTU tag file');
  } catch (cause) {
    return err({ type: 'Unreadable', path, code: codeOf(cause) });
  }
  return parseManifest(text, path);
}

/** Checks the text of a manifest; at most five faults are listed. */
export function parseManifest(text: string, path: string): Result<ManifestFile, RecordingFileError> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    return err({ type: 'ManifestNotJson', path, ...jsonFault(text, cause) });
  }
  const parsed = recordingManifest.safeParse(json);
  if (parsed.success) return ok({ manifest: parsed.data, path, text });
  return err({ type: 'ManifestInvalid', path, issues: placeIssues(parsed.error.issues, text) });
}

/** A tag file read to its end: its columns, or what was left of them after `onRows`. */
export interface ReadTags {
  readonly tags: TagColumns;
  readonly bytes: number;
  readonly sha256: string;
}

function readTagFile(path: string, type: RecordingManifest['tags']['type'], options: ReadOptions) {
  return streamTagFile(path, { ...options, type, piece_bytes: PIECE_BYTES, hashed: true });
}

export interface StreamOptions extends ReadOptions {
  readonly type: RecordingManifest['tags']['type'];
  readonly piece_bytes: number;
  /** Without it `sha256` is empty: for a file that was hashed before. */
  readonly hashed: boolean;
  /** Takes rows as they settle; the next piece is read when it is done. Without it the whole file is held. */
  readonly onRows?: (rows: SettledRows) => Promise<void>;
}

/** Reads a tag file of any size once, hashed and decoded on the way. */
export async function streamTagFile(path: string, options: StreamOptions):
Promise<Result<ReadTags, RecordingFileError>> {
  try {
    return await readPieces(path, options);
  } catch (cause) {
    if (options.signal?.aborted === true) return err({ type: 'Cancelled' });
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === undefined) throw cause;
    return err({ type: 'Unreadable', path, code });
  }
}

async function readPieces(path: string, options: StreamOptions): Promise<Result<ReadTags, RecordingFileError>> {
  const { onProgress, onRows, hashed } = options;
  const hash = createHash('sha256');
  const { size } = await stat(path);
  const reader = readerFor(options, size);
  let bytes = 0;
  for await (const piece of piecesOf(path, options)) {
    if (hashed) hash.update(piece);
    bytes += piece.length;
    const pushed = reader.push(piece);
    if (!pushed.ok) return err({ type: 'TagsMalformed', path, cause: pushed.error });
    await onRows?.(reader.takeSettled());
    onProgress?.(bytes, size);
  }
  const finished = reader.finish();
  if (!finished.ok) return err({ type: 'TagsMalformed', path, cause: finished.error });
  await onRows?.(finished.value);
  return ok({ tags: finished.value, bytes, sha256: hashed ? hash.digest('hex') : '' });
}

function readerFor({ type, onRows, partial = false }: StreamOptions, size: number) {
  return createTagReader(type, { partial, ...(onRows === undefined ? { expected_bytes: size } : {}) });
}

function piecesOf(path: string, { piece_bytes, signal }: StreamOptions): AsyncIterable<Buffer> {
  return createReadStream(path, { highWaterMark: piece_bytes, ...(signal === undefined ? {} : { signal }) });
}

function codeOf(cause: unknown): string {
  return (cause as NodeJS.ErrnoException).code ?? 'unknown';
}
