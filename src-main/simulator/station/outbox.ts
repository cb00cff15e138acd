import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';

/** A numbered message on the station's disk. */
interface Place { readonly at: number; readonly length: number }

/** What a station keeps of one kind of message until the console says that it is stored. */
export interface Outbox {
  /** Keeps the next message; they are numbered from 1 in the order in which they come. */
  readonly keep: (bytes: Uint8Array) => number;
  /** A message that is still kept; null for others. */
  readonly read: (seq: number) => Uint8Array | null;
  /** Lets go of everything through this number. */
  readonly release: (through_seq: number) => void;
  readonly kept: () => number;
  readonly last_seq: () => number;
  readonly close: () => void;
}

/** In a file of its own that grows with the pass and goes with it: memory holds places, not messages. */
export function createOutbox(path: string): Outbox {
  const file = openSync(path, 'w+', 0o600);
  const places: (Place | undefined)[] = [];
  let end = 0;
  let released = 0;
  return {
    keep: (bytes) => {
      writeSync(file, bytes, 0, bytes.length, end);
      places.push({ at: end, length: bytes.length });
      end += bytes.length;
      return places.length;
    },
    read: (seq) => {
      const place = seq > released ? places[seq - 1] : undefined;
      if (place === undefined) return null;
      const bytes = new Uint8Array(place.length);
      readSync(file, bytes, 0, place.length, place.at);
      return bytes;
    },
    release: (through_seq) => {
      const through = Math.min(through_seq, places.length);
      for (let seq = released + 1; seq <= through; seq += 1) places[seq - 1] = undefined;
      released = Math.max(released, through);
    },
    kept: () => places.length - released,
    last_seq: () => places.length,
    close: () => {
      closeSync(file);
      rmSync(path, { force: true });
    },
  };
}
