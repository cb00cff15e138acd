// True against found over a grid of brightness, clock drift, jitter and beacon gaps: `npm run grid` prints the table.
// Each row is a pass of its own, made by the simulator and processed like any recording. A gate off its place by
// CENTRE_NS_MAX, or a pass without a lock, ends it with exit code 1.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { normalCdf } from '../src-core/statistics.ts';
import { readElementText } from '../src-main/pipeline/element-text.ts';
import { readMissionFile } from '../src-main/services/mission-file.ts';
import { SHIPPED_ELEMENTS, SHIPPED_MISSION } from '../src-main/services/shipped-files.ts';
import { readTextFile } from '../src-main/services/text-file.ts';
import { createFlight } from '../src-main/simulator/flight.ts';
import { simulatePass } from '../src-main/simulator/simulate-pass.ts';
import { processRecordings } from '../src-main/workers/process-recordings.ts';

/** The closest approach; the passes lie about it. */
const MIDDLE_UTC_MS = Date.parse('2018-09-14T18:16:22Z');
const GATE_NS = 2.5;
const CENTRE_NS_MAX = 0.1;
const COLUMNS = [
  'bright',
  'drift',
  'jitter',
  'gap',
  'seconds',
  'true',
  'found',
  'found/due',
  'centre off ns',
  'sigma ns',
];

interface Cell {
  readonly brightness: number;
  /** So long that a gate's centre is measured to a few hundredths of a nanosecond. */
  readonly seconds: number;
  readonly rate_error: number;
  readonly jitter_ns: number;
  readonly gap_s: number;
}

function* grid(): Generator<Cell> {
  const sources = [
    [1, 281],
    [4, 120],
    [20, 40],
  ] as const;
  for (const [brightness, seconds] of sources) {
    for (const rate_error of [1e-8, 1e-6]) {
      for (const jitter_ns of [0.5, 0.77]) {
        for (const gap_s of [0, 10]) yield { brightness, seconds, rate_error, jitter_ns, gap_s };
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

/** Share of a pass's pairs outside the gap, by the efficiency of both downlinks. */
function shareOutside([from_s, to_s]: readonly [number, number], flight: Parameters<typeof createFlight>[0]): number {
  const [a, b] = must(createFlight(flight));
  const weights = a.efficiency.values.map((value, i) => value * b.efficiency.values[i]!);
  const { first_s, step_s } = a.efficiency;
  const sumOver = (holds: (t: number) => boolean) =>
    weights.reduce((sum, weight, i) => (holds(first_s + i * step_s) ? sum + weight : sum), 0);
  const inPass = (t: number) => t >= 0 && t <= flight.seconds;
  return 1 - sumOver((t) => t >= from_s && t < to_s) / sumOver(inPass);
}

async function run(cell: Cell, seed: number): Promise<string[]> {
  const { brightness, seconds, rate_error, jitter_ns, gap_s } = cell;
  const gap = [seconds / 2 - gap_s, seconds / 2] as const;
  const start_utc_ms = MIDDLE_UTC_MS - 500 * seconds;
  const flight = { mission, elements, start_utc_ms, seconds };
  const made = must(
    await simulatePass({
      ...flight,
      seed,
      brightness,
      mode: 'qkd',
      out_directory,
      scenario: {
        recorders: [{ rate_error }, { rate_error: -rate_error }],
        beacon: [{ gaps_s: gap_s === 0 ? [] : [gap] }, {}],
        pair_jitter_sigma_ns: jitter_ns,
      },
    }),
  );
  const { true_pairs, offset_ns } = made.truth;
  const labels = [String(brightness), rate_error.toExponential(0), `${jitter_ns}`, `${gap_s} s`, String(seconds)];
  const { manifest_paths } = made;
  const processed = await processRecordings(
    { mission, manifest_paths, partial: false, elements: null, beacon: true, gate_ns: GATE_NS },
    {},
  );
  if (!processed.ok) {
    process.exitCode = 1;
    return [...labels, String(true_pairs), processed.error.type, '', '', ''];
  }
  const { coincidences, accidentals, lock } = processed.value.verdict;
  const in_gate = 2 * normalCdf(GATE_NS / 2 / jitter_ns) - 1;
  const due = true_pairs * in_gate * shareOutside(gap, { ...flight, along_track_s: 0 });
  const found = coincidences - accidentals;
  if (Math.abs(lock.offset_ns - offset_ns) >= CENTRE_NS_MAX) process.exitCode = 1;
  return [
    ...labels,
    String(true_pairs),
    found.toFixed(1),
    (found / due).toFixed(3),
    (lock.offset_ns - offset_ns).toFixed(3),
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
