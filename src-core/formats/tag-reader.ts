import { createA1Reader } from './a1.ts';
import { createCsvReader } from './csv-tags.ts';
import { createHexReader } from './hex-tags.ts';
import { createPtuDecoder } from './ptu.ts';
import { createQutagReader } from './qutag.ts';
import { err } from '../result.ts';
import type { TagReader, TagReaderOptions } from './tag-columns.ts';

/** The tag files that a recording's manifest can name. */
export type TagFileType = 'ptu' | 'a0' | 'a1' | 'a2' | 'qutag' | 'csv';

/** The reader of a type of tag file; all of them take pieces of any size and give the same columns. */
export function createTagReader(type: TagFileType | 'tpb', options: TagReaderOptions = {}): TagReader {
  switch (type) {
    case 'ptu': return createPtuDecoder(options);
    case 'a1': return createA1Reader(options);
    case 'a0':
    case 'a2': return createHexReader(type, options);
    case 'qutag': return createQutagReader(options);
    case 'csv': return createCsvReader(options);
    case 'tpb': return REFUSING;
  }
}

const refusal = err({
  type: 'RefusedRecordType', name: 'tpb',
  reason: 'batches from the wire lie in a pass file: import that with archive import, or name the recorder\'s own file',
} as const);
const REFUSING: TagReader = {
  push: () => refusal,
  takeSettled: () => ({ ticks: new Float64Array(0), channel: new Uint8Array(0), tick_ps: Number.NaN, sync_channel: null }),
  finish: () => refusal,
};
