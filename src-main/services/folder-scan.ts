import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Reply } from '../../src-contract/errors.ts';
import { describeError } from '../../src-contract/errors.ts';
import { readTextFile } from './text-file.ts';

const EXTENSIONS: ReadonlySet<string> = new Set(['.tle', '.3le', '.txt', '.json', '.csv', '.kvn', '.omm', '.xml']);
const FILES_MAX = 500;
const BYTES_MAX = 2_000_000;
/** A file that changed within this time may still be being written. */
const SETTLE_MS = 2000;

/** What one look into a folder brought. */
export interface FolderLook {
  readonly imported: number;
  readonly read: number;
  /** One sentence a file that could not be taken. */
  readonly refused: readonly string[];
}

export interface FolderScanDeps {
  /** The machine's clock, by which files are dated. */
  readonly wall_utc_ms: () => number;
  /** Takes a text in; how many sets were new. */
  readonly take: (text: string, source_name: string) => Promise<Reply<{ readonly imported: number }>>;
}

/** Remembers what it has read, so that a file is read once for each time it changes. */
export function createFolderScan({ wall_utc_ms, take }: FolderScanDeps) {
  const seen = new Map<string, { readonly mark: string; readonly refusal: string | null }>();

  async function readOne(path: string, settle_ms: number): Promise<number | null> {
    const found = await stat(path);
    const { mtimeMs, size } = found;
    const mark = `${mtimeMs} ${size}`;
    if (!found.isFile() || seen.get(path)?.mark === mark || Math.abs(wall_utc_ms() - mtimeMs) < settle_ms) return null;
    const text =
      size > BYTES_MAX
        ? {
            ok: false as const,
            error: { type: 'InvalidFile' as const, where: path, message: `longer than ${BYTES_MAX / 1e6} MB` },
          }
        : await readTextFile(path);
    const taken = text.ok ? await take(text.value, path.slice(-200)) : text;
    seen.set(path, { mark, refusal: taken.ok ? null : describeError(taken.error) });
    return taken.ok ? taken.value.imported : 0;
  }

  return async (folder: string, settle_ms = SETTLE_MS): Promise<Reply<FolderLook>> => {
    let names: string[];
    try {
      names = (await readdir(folder)).filter((name) => EXTENSIONS.has(extname(name).toLowerCase())).sort();
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
      return { ok: false, error: { type: 'InvalidFile', where: folder, message: `cannot be looked into (${code})` } };
    }
    if (names.length > FILES_MAX) {
      const message = `holds ${names.length} files of elements, more than ${FILES_MAX}: move old ones away`;
      return { ok: false, error: { type: 'InvalidFile', where: folder, message } };
    }
    const paths = names.map((name) => join(folder, name));
    let [imported, read] = [0, 0];
    for (const path of paths) {
      const brought = await readOne(path, settle_ms).catch(() => null); // Gone between the list and the look: not our business.
      if (brought === null) continue;
      imported += brought;
      read += 1;
    }
    const refused = paths.flatMap((path) => seen.get(path)?.refusal ?? []);
    return { ok: true, value: { imported, read, refused } };
  };
}
