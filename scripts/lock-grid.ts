// True against found over a grid of brightness, clock drift, jitter and beacon gaps: `npm run grid` prints the table.
// Each row is a pass of its own, made by the simulator and processed like any recording.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readElementText } from '../src-main/pipeline/element-text.ts';
import { readMissionFile } from '../src-main/services/mission-file.ts';
import { SHIPPED_ELEMENTS, SHIPPED_MISSION } from '../src-main/services/shipped-files.ts';
import { readTextFile } from '../src-main/services/text-file.ts';
import { simulatePass } from '../src-main/simulator/simulate-pass.ts';
import { processRecordings } from '../src-main/workers/process-recordings.ts';

const START_UTC_MS = Date.parse('2018-09-14T18:15:40Z');
const SECONDS = 40;
const GATE_NS = 2.5;
const COLUMNS = ['bright', 'drift', 'jitter', 'gap', 'true', 'found', 'share', 'offset err ns', 'sigma ns'];

interface Cell {
  readonly brightness: number;
  readonly rate_error: number;
  readonly jitter_ns: number;
  readonly gap_s: number;
}

function* grid(): Generator<Cell> {
  for (const brightness of [1, 4, 20]) {
    for (const rate_error of [1e-8, 1e-6]) {
      for (const jitter_ns of [0.5, 0.77]) {
        for (const gap_s of [0, 10]) yield { brightness, rate_error, jitter_ns, gap_s };
      }
    }
  }
}

function must<T>(result: { ok: true; value: T } | { ok: false; error: unknown }): T {
  if (result.ok) return result.value;
  throw new Error(JSON.stringify(result.error));
}

const mission = must(await readMissionFile(SHIPPED_MISSION));
const text = must(await readTextFile(SHIPPED_ELEMENTS));
const { elements } = must(readElementText(text, SHIPPED_ELEMENTS, mission.satellite.catalog_number));
const out_directory = await mkdtemp(join(tmpdir(), 'twinpass-grid-'));

async function run(cell: Cell, seed: number): Promise<string[]> {
  const gaps_s = cell.gap_s === 0 ? [] : [[15, 15 + cell.gap_s] as const];
  const made = must(
    await simulatePass({
      mission,
      elements,
      start_utc_ms: START_UTC_MS,
      seconds: SECONDS,
      seed,
      brightness: cell.brightness,
      mode: 'qkd',
      out_directory,
      scenario: {
        recorders: [{ rate_error: cell.rate_error }, { rate_error: -cell.rate_error }],
        beacon: [{ gaps_s }, {}],
        pair_jitter_sigma_ns: cell.jitter_ns,
      },
    }),
  );
  const labels = [String(cell.brightness), cell.rate_error.toExponential(0), `${cell.jitter_ns}`, `${cell.gap_s} s`];
  const processed = await processRecordings(
    {
      mission,
      manifest_paths: made.manifest_paths,
      partial: false,
      elements: null,
      beacon: true,
      gate_ns: GATE_NS,
    },
    {},
  );
  if (!processed.ok) return [...labels, String(made.truth.true_pairs), processed.error.type, '', '', ''];
  const { coincidences, accidentals, lock, seconds } = processed.value.verdict;
  const usable = made.truth.true_pairs * Math.min(1, seconds / SECONDS);
  const found = coincidences - accidentals;
  return [
    ...labels,
    String(made.truth.true_pairs),
    found.toFixed(1),
    (found / usable).toFixed(3),
    (lock.offset_ns - made.truth.offset_ns).toFixed(3),
    lock.sigma_ns.toFixed(3),
  ];
}

const line = (cells: readonly string[]) =>
  `${cells.map((cell, i) => cell.padStart(COLUMNS[i]!.length + 1)).join(' ')}\n`;
process.stdout.write(line(COLUMNS));
try {
  let seed = 1;
  for (const cell of grid()) {
    process.stdout.write(line(await run(cell, seed)));
    seed += 1;
  }
} finally {
  await rm(out_directory, { recursive: true, force: true });
}
