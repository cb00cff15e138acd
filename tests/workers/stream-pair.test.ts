// Goal: recordings read piece by piece, in any number of threads, give the very verdict of those held in memory.
import { createSecretKey, randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { GateWish } from '../../src-contract/quantities.ts';
import type { Result } from '../../src-core/result.ts';
import { evaluatePair, judgeOutcome, type Evaluation } from '../../src-main/pipeline/evaluate-pair.ts';
import type { SimulatedPass } from '../../src-main/simulator/simulate-pass.ts';
import { openPassReader } from '../../src-main/store/pass-file-reader.ts';
import { publishPass } from '../../src-main/store/pass-file-writer.ts';
import { importRecordings } from '../../src-main/workers/import-recordings.ts';
import { processPassFile, readPassPair, streamPass } from '../../src-main/workers/process-pass-file.ts';
import { processRecordings, readPair } from '../../src-main/workers/process-recordings.ts';
import { placeRecordings } from '../../src-main/workers/recording-size.ts';
import { streamPair, type StreamOrder } from '../../src-main/workers/stream-pair.ts';
import type { TaskContext } from '../../src-main/workers/task.ts';
import { freshDirectory, micius, simulated } from '../simulator/simulated.ts';

const GATE_NS = 2.5;
const vault = { key_id: 'test', key: createSecretKey(randomBytes(32)) };
const context: TaskContext = { cancelled: () => false, report: () => null, transfer: () => null };

function must<T>(result: Result<T, { readonly type: string }>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

let pass: SimulatedPass;
let held: Evaluation;
const request = () =>
  ({ mission: micius, manifest_paths: pass.manifest_paths, partial: false, elements: null });

beforeAll(async () => {
  pass = await simulated({ seconds: 12, brightness: 10, seed: 61, scenario: {
    beacon: [{ gaps_s: [[4, 5.5]], false_hz: 2000 }, {}],
    recorders: [{}, { late_s: 1.5 }],
  } });
  const { pair } = must(await readPair(request(), {}));
  held = must(evaluatePair(micius, pair, { gate_ns: GATE_NS, beacon: true, randomBit: () => 0 }));
}, 120_000);

async function streamed(threads: StreamOrder['threads'], piece_bytes: number, gate_ns: GateWish = GATE_NS): Promise<Evaluation> {
  const [a, b] = must(await placeRecordings(request()));
  const places = [{ ...a, piece_bytes }, { ...b, piece_bytes: 3 * piece_bytes + 2 }] as const;
  const found = must(await streamPair({ mission: micius, places, elements: null, gate_ns, threads }, {}));
  return must(judgeOutcome({ mission: micius, ...found }, () => 0));
}

describe('two recordings', () => {
  test.each(['auto', '90%'] as const)('a gate of %s: the same choice and the same verdict', async (gate_ns) => {
    const { pair } = must(await readPair(request(), {}));
    const whole = must(evaluatePair(micius, pair, { gate_ns, beacon: true, randomBit: () => 0 }));
    const found = await streamed(2, 65_536, gate_ns);
    expect(whole.verdict.lock.gate_choice).toBeDefined();
    expect(found.verdict).toEqual(whole.verdict);
  });

  test('the pass has gaps, false pulses and a late station, and locks', () => {
    expect(held.verdict.coincidences).toBeGreaterThan(60);
    expect(held.verdict.stations[0]!.dropped).toMatchObject({ beacon_gap: expect.any(Number) as number });
  });

  test.each([
    [0, 1 << 20], [0, 4099], [1, 65_536], [2, 1 << 20], [2, 30_001],
  ] as const)('%i threads, pieces of %i bytes: the same verdict and the same series, bit for bit', async (threads, piece) => {
    const found = await streamed(threads, piece);
    expect(found.verdict).toEqual(held.verdict);
    expect(Buffer.from(found.series).equals(Buffer.from(held.series))).toBe(true);
  }, 60_000);

  test('the size alone decides which way is taken', async () => {
    const order = { ...request(), beacon: true, gate_ns: GATE_NS };
    const large = must(await processRecordings({ ...order, held_rows_max: 1000 }, {}));
    expect(large.verdict.coincidences).toBe(held.verdict.coincidences);
    const refused = await processRecordings({ ...order, beacon: false, held_rows_max: 1000 }, {});
    expect(refused).toMatchObject({ ok: false, error: { type: 'NotPossible', reason: 'TooLarge' } });
  }, 60_000);

  test('progress goes forward and a cancel is heeded', async () => {
    const places = must(await placeRecordings(request()));
    const seen: number[] = [];
    const abort = new AbortController();
    const result = await streamPair({ mission: micius, places, elements: null, gate_ns: GATE_NS, threads: 2 }, {
      signal: abort.signal,
      onProgress: (_, fraction) => {
        seen.push(fraction);
        if (fraction > 0.4) abort.abort();
      },
    });
    expect(result).toEqual({ ok: false, error: { type: 'Cancelled' } });
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  }, 60_000);

  test('a file that is damaged, altered or gone is refused by its name, from a thread as from here', async () => {
    for (const threads of [0, 2] as const) {
      const [a, b] = must(await placeRecordings(request()));
      const order = (tags_path: string): StreamOrder =>
        ({ mission: micius, places: [a, { ...b, tags_path }], elements: null, gate_ns: GATE_NS, threads });
      const copy = join(freshDirectory(), 'copy.ptu');
      writeFileSync(copy, readFileSync(b.tags_path));
      appendFileSync(copy, Uint8Array.of(1, 2, 3));
      const truncated = await streamPair(order(copy), {});
      expect(truncated).toMatchObject({ ok: false, error: { type: 'InvalidFile', where: copy } });
      const flipped = readFileSync(b.tags_path);
      flipped[flipped.length - 9]! ^= 1;
      writeFileSync(copy, flipped);
      const altered = await streamPair(order(copy), {});
      expect(altered).toMatchObject({ ok: false, error: { type: 'InvalidFile', where: copy } });
      expect(JSON.stringify(altered)).toContain('sha256');
      const gone = await streamPair(order(`${copy}.gone`), {});
      expect(gone).toMatchObject({ ok: false, error: { type: 'InvalidFile', where: `${copy}.gone` } });
    }
  }, 60_000);
});

describe('a pass file', () => {
  const order = (directory: string, held_rows_max: number) => ({
    ...request(), custody: 'analysis' as const, directory,
    pass_id: 'night', night: '2018-09-14', mission_json: JSON.stringify(micius), vault,
    code_version: '0', created_at_utc_ms: 1, held_rows_max,
  });

  async function imported(held_rows_max: number) {
    const directory = freshDirectory();
    const sealed = must(await importRecordings(order(directory, held_rows_max), context));
    must(publishPass(directory, 'night'));
    return { path: join(directory, 'night.tpass'), sealed };
  }

  test('written piece by piece it holds what it holds when written at once', async () => {
    const [small, large] = [await imported(1e9), await imported(1000)];
    const facts = ({ stations, meta }: typeof small.sealed) => ({ stations, meta });
    expect(facts(large.sealed)).toEqual(facts(small.sealed));
    const columns = ({ path }: { path: string }) => {
      const reader = must(openPassReader(path));
      const streams = ['delingha', 'nanshan'].map((station) =>
        must(reader.readStreams(station, { key_id: vault.key_id, keyFor: () => vault.key })));
      reader.close();
      return streams;
    };
    expect(columns(large)).toEqual(columns(small));
  }, 60_000);

  test('processed piece by piece it gives the verdict of the recordings', async () => {
    const { path } = await imported(1e9);
    const pass_order = { path, mission: micius, vault, gate_ns: GATE_NS };
    const pair = must(readPassPair(pass_order, context));
    const at_once = must(evaluatePair(micius, pair, { gate_ns: GATE_NS, beacon: true, randomBit: () => 0 }));
    const found = must(await streamPass(pass_order, context));
    const in_pieces = must(judgeOutcome({ mission: micius, ...found }, () => 0));
    expect(in_pieces.verdict).toEqual(at_once.verdict);
    expect(Buffer.from(in_pieces.series).equals(Buffer.from(at_once.series))).toBe(true);
    expect(at_once.verdict).toEqual(held.verdict);
    const chosen = must(await processPassFile({ ...pass_order, beacon: true, held_rows_max: 1000 }, context));
    expect(chosen.verdict.coincidences).toBe(held.verdict.coincidences);
  }, 60_000);

  test('an import that fails leaves nothing', async () => {
    const directory = freshDirectory();
    const cancelled = { ...context, cancelled: () => true };
    const result = await importRecordings(order(directory, 1000), cancelled);
    expect(result).toEqual({ ok: false, error: { type: 'Cancelled' } });
    expect(existsSync(join(directory, 'night.tpass.partial'))).toBe(false);
  }, 60_000);
});
