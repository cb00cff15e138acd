import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { horizonMask, type HorizonPointView } from '../../../src-contract/window-limits.ts';
import type { CampaignCounts } from '../../pipeline/key-outlook.ts';
import { findWindows, type AskedLimits, type FoundWindows, type WindowsRequest } from '../../services/find-windows.ts';
import { readMissionFile } from '../../services/mission-file.ts';
import { readTextFile } from '../../services/text-file.ts';
import { expectOk, present, type CommandContext } from '../context.ts';
import { CommandFailure, EXIT, usageError } from '../exit.ts';
import { anyText, instant, numberIn, onceOption, oneOf, wholeNumberIn } from '../flags.ts';
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
  readonly durationMin?: number;
  readonly minDuration?: number;
  readonly mask?: Readonly<Record<string, readonly HorizonPointView[]>>;
  readonly maxRange?: number;
  readonly moonSeparation?: number;
  readonly light?: 'lit' | 'umbra' | 'any';
  readonly refracted?: boolean;
  readonly campaign?: CampaignCounts;
  readonly curves?: number;
  readonly missionFile?: string;
  readonly json?: boolean;
}

const EXAMPLE = `
Examples:
  twinpass windows --elements golden_2018.tle --from 2018-09-15 --days 365 --night any --json
  twinpass windows --elements set.json --station delingha=37.379,97.727,3153 \\
      --station nanshan=43.4755,87.1767,2028 --from 2018-09-14T10:00:00Z --days 1 --min-elevation 13
  twinpass windows --from 2018-09-14T10:00:00Z --days 30 --mask nanshan=0:5,160:28,200:5 --max-range 1400 \\
      --min-duration 60 --moon-separation 20 --light umbra --refracted
  twinpass windows --from 2018-09-14T10:00:00Z --days 1 --campaign 1685,78,1415,62 --curves 1 --json

Each limit given here stands in place of the mission's own. With --json, edges and cut_by of a window name what cut it,
and removed lists what a limit took whole; secret
holds what a window adds to the campaign's key under both definitions, with intervals of 68 %.`;

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
    .option('--mask <name=az:el,...>', 'horizon of a station, degrees; may stand for each', collectMasks)
    .addOption(onceOption('--max-range <km>', 'largest distance at both stations', numberIn(1, 500_000, 'km')))
    .addOption(onceOption('--min-duration <s>', 'leave out shorter windows', numberIn(0, 86_400, 's')))
    .addOption(onceOption('--duration-min <s>', 'the same as --min-duration', numberIn(0, 86_400, 's')))
    .addOption(onceOption('--moon-separation <deg>', 'keep so far from a Moon that is up', numberIn(0, 180, 'degrees')))
    .addOption(onceOption('--light <which>', 'light on the satellite', oneOf('lit', 'umbra', 'any')))
    .option('--refracted', 'count elevation, mask included, as seen through standard air; from 1 degree up')
    .addOption(onceOption('--campaign <nz,ez,nx,ex>', 'sifted bits and errors so far; default: none', campaignCounts))
    .addOption(onceOption('--curves <s>', 'with --json: each pass as a curve, so many seconds a step', numberIn(0.1, 60, 's')))
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
    throw usageError(`--station stands ${sites.length === 1 ? 'once' : `${sites.length} times`}; it takes two, or none`);
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
      limits: askedLimits(flags, stations),
      campaign: flags.campaign,
      curves_step_s: flags.curves,
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
  const counts = new Map<CutBy, number>();
  for (const { cut_by } of removed) counts.set(cut_by, (counts.get(cut_by) ?? 0) + 1);
  const parts = Object.entries(CUT_WORDS).flatMap(([cut_by, words]) => {
    const count = counts.get(cut_by as CutBy);
    return count === undefined ? [] : [`${count} by ${words}`];
  });
  return ` (taken off: ${parts.join(', ')})`;
}

type CutBy = FoundWindows['removed'][number]['cut_by'];

const CUT_WORDS: Readonly<Record<CutBy, string>> = {
  night: 'daylight',
  horizon_mask: 'a horizon (--mask)',
  range_max: '--max-range',
  sunlight: '--light',
  moon: '--moon-separation',
  duration_min: '--duration-min',
};

/** The limits of the flags; a mask for a station that is not there is a slip of the pen. */
function askedLimits(flags: Flags, stations: readonly Site[]): AskedLimits {
  const { mask, maxRange, moonSeparation, light, refracted, minDuration, durationMin } = flags;
  const lost = Object.keys(mask ?? {}).find((name) => !stations.some(({ id }) => id === name));
  if (lost !== undefined) {
    throw usageError(`--mask names ${lost}; the stations are ${stations.map(({ id }) => id).join(' and ')}`);
  }
  if (minDuration !== undefined && durationMin !== undefined && minDuration !== durationMin) {
    throw usageError(`--min-duration ${minDuration} and --duration-min ${durationMin} mean the same: keep one`);
  }
  return {
    horizons: mask,
    range_km_max: maxRange,
    elevation: refracted === true ? 'refracted' : undefined,
    duration_s_min: minDuration ?? durationMin,
    moon_separation_deg_min: moonSeparation,
    sunlight: light,
  };
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

function campaignCounts(text: string): CampaignCounts {
  const [n_z, e_z, n_x, e_x, ...more] = text.split(',').map((part) => wholeNumberIn(0, 4e7)(part.trim()));
  if (n_z === undefined || e_z === undefined || n_x === undefined || e_x === undefined || more.length > 0) {
    throw new InvalidArgumentError('Expected NZ,EZ,NX,EX, for example 1685,78,1415,62.');
  }
  if (e_z > n_z || e_x > n_x) throw new InvalidArgumentError('A basis has more errors than bits.');
  return { passes: null, sifted: { Z: { n: n_z, e: e_z }, X: { n: n_x, e: e_x } } };
}

type Masks = Readonly<Record<string, readonly HorizonPointView[]>>;

function collectMasks(text: string, masks: Masks | undefined): Masks {
  const split = text.indexOf('=');
  const name = text.slice(0, split);
  const points = text.slice(split + 1).split(',').map((part) => {
    const [azimuth, elevation, ...more] = part.split(':');
    if (split < 1 || azimuth === undefined || elevation === undefined || more.length > 0) {
      throw new InvalidArgumentError('Expected NAME=AZ:EL,AZ:EL..., for example nanshan=0:5,160:28,200:5.');
    }
    return { azimuth_deg: numberIn(0, 359.999_999, 'degrees')(azimuth), elevation_deg: numberIn(-5, 80, 'degrees')(elevation) };
  });
  const checked = horizonMask.safeParse(points);
  if (!checked.success) throw new InvalidArgumentError(`${checked.error.issues[0]?.message ?? 'no horizon'}.`);
  if (masks !== undefined && Object.hasOwn(masks, name)) throw new InvalidArgumentError(`${name} has two masks: keep one.`);
  return { ...masks, [name]: checked.data };
}
