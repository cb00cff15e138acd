import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { findWindows, type FoundWindows, type WindowsRequest } from '../../services/find-windows.ts';
import { readMissionFile } from '../../services/mission-file.ts';
import { readTextFile } from '../../services/text-file.ts';
import { expectOk, present, type CommandContext } from '../context.ts';
import { CommandFailure, EXIT, usageError } from '../exit.ts';
import { anyText, instant, numberIn, onceOption, oneOf } from '../flags.ts';
import { SHIPPED_ELEMENTS, SHIPPED_MISSION } from '../../services/shipped-files.ts';
import { windowsPage } from './windows-page.ts';

type Site = WindowsRequest['stations'][number];

interface Flags {
  readonly elements?: string;
  readonly station?: readonly Site[];
  readonly from: number;
  readonly days: number;
  readonly minElevation?: number;
  readonly night: 'dark' | 'any';
  readonly sunMax?: number;
  readonly durationMin: number;
  readonly missionFile?: string;
  readonly json?: boolean;
}

const EXAMPLE = `
Examples:
  twinpass windows --elements golden_2018.tle --from 2018-09-15 --days 365 --night any --json
  twinpass windows --elements set.json --station delingha=37.379,97.727,3153 \\
      --station nanshan=43.4755,87.1767,2028 --from 2018-09-14T10:00:00Z --days 1 --min-elevation 13`;

export function registerWindows(program: Command, context: CommandContext): void {
  program
    .command('windows')
    .description('Windows in which both stations see the satellite.')
    .addOption(onceOption('--elements <file>', 'OMM (JSON) or TLE; default: the set that ships with Micius', anyText))
    .option('--station <name=lat,lon,alt>', 'a station, degrees north and east, metres; stands twice', collectSites, [])
    .addOption(onceOption('--from <iso>', 'start of the search, UTC', instant).makeOptionMandatory())
    .addOption(onceOption('--days <n>', 'length of the search', numberIn(0.001, 3660, 'days')).makeOptionMandatory())
    .addOption(onceOption('--min-elevation <deg>', "default: the mission's", numberIn(0, 89, 'degrees')))
    .addOption(
      onceOption('--night <which>', 'dark: Sun low at both; any: keep daytime too', oneOf('dark', 'any')).default(
        'dark',
      ),
    )
    .addOption(
      onceOption(
        '--sun-max <deg>',
        "Sun elevation that ends the night; default: the mission's",
        numberIn(-30, 5, 'degrees'),
      ),
    )
    .addOption(onceOption('--duration-min <s>', 'leave out shorter windows', numberIn(0, 86_400, 's')).default(0))
    .addOption(onceOption('--mission-file <file>', 'default: Micius', anyText))
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', EXAMPLE)
    .action((flags: Flags) => windows(flags, context));
}

async function windows(flags: Flags, context: CommandContext): Promise<void> {
  const mission = expectOk(await readMissionFile(flags.missionFile ?? SHIPPED_MISSION));
  const elements_path = flags.elements ?? SHIPPED_ELEMENTS;
  const text = expectOk(await readTextFile(elements_path));
  const sites = flags.station ?? [];
  if (sites.length !== 0 && sites.length !== 2)
    throw usageError(`--station stands ${sites.length} times; it takes two, or none`);
  const stations: readonly Site[] = sites.length === 2 ? sites : mission.stations;
  const found = expectOk(
    findWindows({
      mission,
      elements_text: text,
      elements_name: elements_path,
      stations: [stations[0]!, stations[1]!],
      from_utc_ms: flags.from,
      days: flags.days,
      min_elevation_deg: flags.minElevation ?? null,
      sun_elevation_deg_max: flags.sunMax ?? mission.night.sun_elevation_deg_max,
      dark_only: flags.night === 'dark',
      duration_s_min: flags.durationMin,
    }),
  );
  present(context, flags.json, { value: found, page: () => windowsPage(found) });
  noteAge(found, mission.limits.elements_age_days_max, context);
  if (found.windows.length === 0) {
    throw new CommandFailure(
      `no window in this span${removedNote(found)}: widen --days, lower --min-elevation, or try --night any`,
      EXIT.not_possible,
    );
  }
}

/** What stood between the stations' windows and the list, for one sentence. */
function removedNote({ removed }: FoundWindows): string {
  if (removed.length === 0) return '';
  const light = removed.filter(({ cut_by }) => cut_by === 'night').length;
  const short = removed.length - light;
  const parts = [...(light > 0 ? [`${light} by daylight`] : []), ...(short > 0 ? [`${short} by --duration-min`] : [])];
  return ` (taken off: ${parts.join(', ')})`;
}

/** Old elements still give windows, each with its own sigma; the reader is told once, beside the result. */
function noteAge({ elements, windows: found }: FoundWindows, days_max: number, context: CommandContext): void {
  const epoch_utc_ms = Date.parse(elements.epoch_utc);
  const days = Math.max(0, ...found.map(({ start_utc_ms }) => Math.abs(start_utc_ms - epoch_utc_ms) / MS_PER_DAY));
  if (days <= days_max) return;
  const sigma_s = Math.max(...found.map(({ start_sigma_s }) => start_sigma_s));
  context.output.note(
    `twinpass: these windows lie up to ${days.toFixed(0)} d from the elements' epoch (limit ${days_max} d): edges are good ` +
      `to ${sigma_s.toFixed(0)} s at worst, and some windows may be missing. Take elements nearer to them.`,
  );
}

const MS_PER_DAY = 86_400_000;
const SITE = /^([^=,\s][^=,]{0,63})=([^,]+),([^,]+),([^,]+)$/;

function collectSites(text: string, sites: readonly Site[]): readonly Site[] {
  const match = SITE.exec(text);
  if (match === null)
    throw new InvalidArgumentError('Expected NAME=LAT,LON,ALT_M, for example delingha=37.379,97.727,3153.');
  const [, id, latitude, longitude, altitude] = match as unknown as [string, string, string, string, string];
  const site = {
    id,
    latitude_deg: numberIn(-90, 90, 'degrees')(latitude),
    longitude_deg: numberIn(-180, 180, 'degrees')(longitude),
    altitude_m: numberIn(-500, 9000, 'm')(altitude),
  };
  if (sites.some((other) => other.id === id)) throw new InvalidArgumentError(`Two stations are named ${id}.`);
  return [...sites, site];
}
