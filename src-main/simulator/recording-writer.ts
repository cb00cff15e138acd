import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { createPtuEncoder, type PtuEncoder, type PtuRows } from '../../src-core/formats/ptu-encoder.ts';

/** Files that appear under their names all together at the end, or not at all. */
export interface RecordingFolder {
  /** Opens a tag file; rows are written as they come. */
  readonly openTags: (name: string, sync_rate_hz: number) => Promise<TagFile>;
  readonly writeText: (name: string, text: string) => Promise<void>;
  /** Gives every file its name. */
  readonly publish: () => Promise<void>;
  /** Removes what was not published. */
  readonly abandon: () => Promise<void>;
}

export interface TagFile {
  /** Returns how many records the rows took. */
  readonly write: (rows: PtuRows) => Promise<number>;
  /** Closes the file and returns its sha256. */
  readonly finish: () => Promise<string>;
}

export function createRecordingFolder(directory: string): RecordingFolder {
  const names: string[] = [];
  const handles: FileHandle[] = [];
  const partial = (name: string) => join(directory, `${name}.partial`);
  return {
    openTags: async (name, sync_rate_hz) => {
      names.push(name);
      const handle = await open(partial(name), 'w');
      handles.push(handle);
      const encoder = createPtuEncoder({ format: 'hydraharp-v2', tick_ps: 1, sync_rate_hz });
      await handle.write(encoder.header());
      return tagFile(handle, encoder, partial(name));
    },
    writeText: async (name, text) => {
      names.push(name);
      await writeFile(partial(name), text);
    },
    publish: async () => {
      for (const name of names) await rename(partial(name), join(directory, name));
    },
    abandon: async () => {
      for (const handle of handles) await handle.close().catch(() => null);
      for (const name of names) await rm(partial(name), { force: true });
    },
  };
}

function tagFile(handle: FileHandle, encoder: PtuEncoder, path: string): TagFile {
  return {
    write: async (rows) => {
      const bytes = encoder.encode(rows);
      if (bytes.length > 0) await handle.appendFile(bytes);
      return bytes.length / 4;
    },
    finish: async () => {
      await handle.write(encoder.header(), 0, null, 0);
      await handle.sync();
      await handle.close();
      const hash = createHash('sha256');
      for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(piece as Uint8Array);
      return hash.digest('hex');
    },
  };
}
