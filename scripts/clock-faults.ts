// What each fault of clocks and beacon leaves in the lock, alone and all together: `npm run grid:clocks` prints the
// table. Each row is a pass of its own, made by the simulator and processed like any recording.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readElementText } from '../src-main/pipeline/element-text.ts';
import { readMissionFile } from '../src-main/services/mission-file.ts';
import { SHIPPED_ELEMENTS, SHIPPED_MISSION } from '../src-main/services/shipped-files.ts';
import { readTextFile } from '../src-main/services/text-file.ts';
import { CLOCK_FAULTS, measureFault, PAIR_JITTER_NS } from '../tests/support/clock-faults.ts';

const COLUMNS = ['fault', 'live s', 'pairs', 'residual max ns', 'rms ns', 'centre off ns', 'sigma / jitter'];
const WIDTH = 40;

function must<T>(result: { ok: true; value: T } | { ok: false; error: unknown }): T {
  if (result.ok) return result.value;
  throw new Error(JSON.stringify(result.error));
}

const mission = must(await readMissionFile(SHIPPED_MISSION));
const text = must(await readTextFile(SHIPPED_ELEMENTS));
const { elements } = must(readElementText(text, SHIPPED_ELEMENTS, mission.satellite.catalog_number));

const line = ([first, ...rest]: readonly string[]) =>
  `| ${first!.padEnd(WIDTH)} | ${rest.map((cell, i) => cell.padStart(COLUMNS[i + 1]!.length)).join(' | ')} |\n`;
process.stdout.write(line(COLUMNS));
for (const [i, fault] of CLOCK_FAULTS.entries()) {
  const out_directory = await mkdtemp(join(tmpdir(), 'twinpass-clocks-'));
  const { truth, outcome, residual_ns } = await measureFault(fault, i + 1, { mission, elements, out_directory });
  const { lock } = outcome;
  process.stdout.write(
    line([
      fault.name,
      outcome.seconds.toFixed(1),
      (outcome.coincidences.time_s.length - outcome.accidentals).toFixed(0),
      Math.max(...residual_ns.map(Math.abs)).toFixed(3),
      Math.sqrt(residual_ns.reduce((sum, off) => sum + off * off, 0) / residual_ns.length).toFixed(3),
      (lock.offset_ns - truth.offset_ns).toFixed(3),
      (lock.sigma_ns / PAIR_JITTER_NS).toFixed(3),
    ]),
  );
}
