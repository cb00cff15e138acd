// The pass file: its chunks of times by themselves, and whole files with damaged pages, rows and headers.
import { createSecretKey } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import type { Result } from '../../src-core/result.ts';
import { CHUNK_EVENTS_MAX, decodeTimes, encodeTimes, firstDisorder } from '../../src-core/rice.ts';
import type { KeyVault } from '../../src-main/store/outcome-keys.ts';
import { openPassReader, type PassFileReader } from '../../src-main/store/pass-file-reader.ts';
import { createPassFileWriter } from '../../src-main/store/pass-file-writer.ts';
import { STREAMS } from '../../src-main/store/pass-types.ts';
import { messageOf, type StoreError } from '../../src-main/store/store-error.ts';
import { META, must, stationColumns } from '../store/pass-columns.ts';
import { seeded } from '../support/seeded.ts';
import type { FuzzTarget } from './reader-targets.ts';

function gaps(seed: number, draw: (random: number, i: number) => number): Float64Array {
  const random = seeded(seed);
  let tick = 17;
  return Float64Array.from({ length: 60 }, (_, i) => (tick += Math.floor(draw(random(), i))));
}

export const passTimes: FuzzTarget = {
  seeds: [
    gaps(1, (x) => -Math.log(1 - x) * 4e8), gaps(2, (x) => 1e8 + 500 * x), gaps(3, () => 0),
    gaps(4, (x, i) => (i === 30 ? 2 ** 51 : 1e3 * x)), Float64Array.of(1e12),
  ].map(encodeTimes),
  run: (bytes) => {
    const decoded = decodeTimes(bytes);
    if (!decoded.ok) return false;
    const ticks = decoded.value;
    if (ticks.length > CHUNK_EVENTS_MAX || firstDisorder(ticks) !== -1) throw new Error(`times out of order or bounds`);
    return true;
  },
};

/** In memory where the system offers that: a file a case. */
const scratch = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

const vault: KeyVault = { key_id: 'fuzz', keyFor: () => createSecretKey(new Uint8Array(32).fill(7)) };

/** A whole pass of two stations, some hundred events each. */
function passFile(): Uint8Array {
  const directory = mkdtempSync(join(tmpdir(), 'twinpass-fuzz-'));
  try {
    const writer = must(createPassFileWriter({ directory, meta: META, vault }));
    for (const [i, id] of ['delingha', 'nanshan'].entries()) {
      const columns = stationColumns(id, 120, i + 1);
      const beacon = { ticks: columns.beacon.ticks.slice(0, 80) };
      must(writer.addStation({ ...columns, beacon, events: 120 + 80 + 1 }));
    }
    must(writer.seal());
    must(writer.publish());
    return new Uint8Array(readFileSync(join(directory, `${META.pass_id}.tpass`)));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Every answer is a value or an error with something to say; a word may be quoted from the file, but not made up. */
function answered(result: Result<unknown, StoreError>, input: Uint8Array): boolean {
  if (result.ok) return true;
  const text = messageOf(result.error);
  const made_up = ['undefined', 'NaN'].some((word) => text.includes(word) && !Buffer.from(input).includes(word));
  if (text.length === 0 || made_up) throw new Error(`message: ${text.slice(0, 300)}`);
  return false;
}

function readAll(reader: PassFileReader, input: Uint8Array): boolean {
  const answers = reader.pass.stations.flatMap(({ station }) => [
    ...STREAMS.map((stream) => reader.readTimes(station, stream)), reader.readOutcomes(station, vault),
    reader.readClickChunk({ station, chunk_index: 0 }, vault), reader.readClickSpan(station),
  ]);
  return [...answers, reader.listVerdicts()].map((answer) => answered(answer, input)).every(Boolean);
}

/** Written at the first use: every worker sees all targets, and runs one. */
let seeds: readonly Uint8Array[] | null = null;

export const passFiles: FuzzTarget = {
  get seeds() {
    return (seeds ??= [passFile()]);
  },
  run: (bytes) => {
    const path = join(scratch, `twinpass-fuzz-${process.pid}-${threadId}.tpass`);
    try {
      writeFileSync(path, bytes);
      const opened = openPassReader(path);
      if (!opened.ok) return answered(opened, bytes);
      try {
        return readAll(opened.value, bytes);
      } finally {
        opened.value.close();
      }
    } finally {
      for (const part of ['', '-wal', '-shm', '-journal']) rmSync(`${path}${part}`, { force: true });
    }
  },
};
