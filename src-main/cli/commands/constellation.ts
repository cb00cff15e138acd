import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { constellationFile, type ConstellationFile } from '../../../src-contract/constellation.ts';
import { columnOf, type Frame } from '../../../src-contract/frames.ts';
import { formatUtc } from '../../../src-core/utc.ts';
import { explainIssues, parseJsonText } from '../../pipeline/json-text.ts';
import { EDGE_CAUSES } from '../../pipeline/satellite-windows.ts';
import { poseConstellation, searchConstellation } from '../../services/search-constellation.ts';
import { readTextFile } from '../../services/text-file.ts';
import { createWorkerPool } from '../../workers/pool.ts';
import { shareRunner } from '../../workers/search-share.ts';
import { expectOk, type CommandContext } from '../context.ts';
import { CommandFailure, EXIT } from '../exit.ts';
import { anyText, instant, numberIn, onceOption, oneOf, wholeNumberIn } from '../flags.ts';

interface Flags {
  readonly elements: string;
  readonly from: number;
  readonly days: number;
  readonly night: 'dark' | 'any';
  readonly workers?: number;
  readonly json?: boolean;
}

const EXAMPLE = `
FILE names the stations, and the pairs where not every two of them work together:
  { "format": "twinpass-constellation/1",
    "stations": [ { "id": "delingha", "latitude_deg": 37.379, "longitude_deg": 97.727, "altitude_m": 3153 }, ... ],
    "pairs": [ ["delingha", "nanshan"] ] }
A station may have min_elevation_deg (13), horizon, range_km_max and elevation; the file night and windows, all as in a
mission file.
Example:
  twinpass constellation stations.json --elements satellites.tle --from 2018-09-15 --days 30 --json > windows.json`;

export function registerConstellation(program: Command, context: CommandContext): void {
  program
    .command('constellation')
    .description('Windows of many satellites over many pairs of stations, on all cores.')
    .argument('<file>', 'the stations and their pairs')
    .addOption(onceOption('--elements <file>', 'element sets of all satellites, OMM or TLE', anyText).makeOptionMandatory())
    .addOption(onceOption('--from <iso>', 'start of the search, UTC', instant).makeOptionMandatory())
    .addOption(onceOption('--days <n>', 'length of the search', numberIn(0.001, 366, 'days')).makeOptionMandatory())
    .addOption(onceOption('--night <which>', 'dark: Sun low at both; any: keep daytime too', oneOf('dark', 'any')).default('dark'))
    .addOption(onceOption('--workers <n>', 'threads; default: one a core', wholeNumberIn(1, 64)))
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', EXAMPLE)
    .action((path: string, flags: Flags) => constellation(path, flags, context));
}

async function constellation(path: string, flags: Flags, context: CommandContext): Promise<void> {
  const file = await readConstellation(path);
  const elements_text = expectOk(await readTextFile(flags.elements));
  const posed = expectOk(poseConstellation({
    constellation: file, elements_text, elements_name: flags.elements, from_utc_ms: flags.from, days: flags.days,
    dark_only: flags.night === 'dark',
  }));
  const workers = flags.workers ?? availableParallelism();
  const pool = createWorkerPool({ reportIncident: reportTo(context), concurrent_max: workers });
  try {
    const frame = expectOk(await searchConstellation(posed, {
      workers, signal: context.signal, report: context.output.progress,
      runShare: shareRunner(pool),
    }));
    context.output.endProgress();
    if (flags.json === true) context.output.document(documentOf(frame, file));
    else context.output.result(page(frame, file));
    if (columnOf(frame, 'dark').length === 0) {
      throw new CommandFailure('no window in this span: widen --days, or try --night any', EXIT.not_possible);
    }
  } finally {
    await pool.close();
  }
}

const reportTo = ({ output }: CommandContext) => (cause: unknown) => {
  output.note(`twinpass: ${cause instanceof Error ? cause.message : String(cause)}`);
  return 'see above';
};

async function readConstellation(path: string): Promise<ConstellationFile> {
  const text = expectOk(await readTextFile(path));
  const parsed = constellationFile.safeParse(expectOk(parseJsonText(text, path)));
  if (parsed.success) return parsed.data;
  throw new CommandFailure(`${path}: ${explainIssues(parsed.error.issues, text)}`, EXIT.invalid);
}

/** One window a line, never the whole text at once: a month of a large constellation is a hundred megabytes. */
function* documentOf(frame: Frame, { stations }: ConstellationFile): Generator<string> {
  const { satellites, pairs, stopped_satellites, stopped_by } = frame.facts;
  const column = (name: string) => columnOf(frame, name);
  const [start, end, dark, sum] = ['start_utc_ms', 'end_utc_ms', 'dark', 'range_sum_km_min'].map(column);
  const [satellite, start_by, end_by] = ['catalog_number', 'start_by', 'end_by'].map(column);
  const ends = ['a', 'b'].map((which) => [column(`station_${which}`), column(`elevation_deg_max_${which}`)] as const);
  const facts = { satellites, stations: stations.length, pairs, stopped_satellites, stopped_by, windows: start!.length };
  yield `{"facts":${JSON.stringify(facts)},"windows":[`;
  for (let i = 0; i < start!.length; i += 1) {
    const window = {
      satellite_id: String(satellite![i]),
      station_ids: ends.map(([station]) => stations[station[i]!]!.id),
      start_utc_ms: start![i], end_utc_ms: end![i], duration_s: (end![i]! - start![i]!) / 1000, dark: dark![i] === 1,
      elevation_deg_max: ends.map(([, elevation]) => elevation[i]),
      elevation: ends.map(([station]) => stations[station[i]!]!.elevation ?? 'geometric'),
      range_sum_km_min: sum![i],
      edges: [EDGE_CAUSES[start_by![i]!], EDGE_CAUSES[end_by![i]!]],
    };
    yield `${i === 0 ? '' : ','}\n${JSON.stringify(window)}`;
  }
  yield ']}\n';
}

/** The pairs with most time, and the whole. */
function page(frame: Frame, { stations }: ConstellationFile): string {
  const [start, end] = [columnOf(frame, 'start_utc_ms'), columnOf(frame, 'end_utc_ms')];
  const [a, b] = [columnOf(frame, 'station_a'), columnOf(frame, 'station_b')];
  const pairs = new Map<string, { windows: number; seconds: number }>();
  for (let i = 0; i < start.length; i += 1) {
    const key = `${stations[a[i]!]!.id} and ${stations[b[i]!]!.id}`;
    const pair = pairs.get(key) ?? { windows: 0, seconds: 0 };
    pairs.set(key, { windows: pair.windows + 1, seconds: pair.seconds + (end[i]! - start[i]!) / 1000 });
  }
  const most = [...pairs].toSorted(([, one], [, two]) => two.seconds - one.seconds).slice(0, SHOWN_PAIRS);
  const { satellites, pairs: asked, stopped_satellites, stopped_by } = frame.facts;
  return [
    ...most.map(([key, { windows, seconds }]) => `${key}: ${windows} windows, ${(seconds / 3600).toFixed(2)} h`),
    `${start.length} windows of ${satellites} satellites over ${pairs.size} of ${asked} pairs; first ` +
      (start.length === 0 ? 'none' : formatUtc(start.reduce((low, one) => Math.min(low, one), Infinity))),
    ...(stopped_satellites === 0 ? [] : [`${stopped_satellites} satellites end early: ${stopped_by}`]),
  ].join('\n');
}

const SHOWN_PAIRS = 20;
