import { InvalidArgumentError, type Command } from 'commander';
import type { ChoiceRequest, ChoiceView } from '../../../src-contract/choice.ts';
import { formatUtc } from '../../../src-core/utc.ts';
import { readWindowList } from '../../pipeline/window-list.ts';
import { readTextFile } from '../../services/text-file.ts';
import { expectOk, present, type CommandContext } from '../context.ts';
import { usageError } from '../exit.ts';
import { instant, numberIn, onceOption, wholeNumberIn } from '../flags.ts';
import type { HostSession } from '../host-session.ts';
import { alignRows } from '../output.ts';
import { placeSettings, withSchedule, type ScheduleFlags } from './schedule-flags.ts';

interface PairFigure {
  readonly station_ids: [string, string];
  readonly value: number;
}

interface Flags extends ScheduleFlags {
  readonly from?: number;
  readonly nights?: number;
  readonly demandBits?: number;
  readonly weather: boolean;
  readonly demand: readonly PairFigure[];
  readonly weight: readonly PairFigure[];
  readonly satelliteTurnaround?: number;
  readonly stationTurnaround?: number;
  readonly secondsMax: number;
  readonly propose?: boolean;
  readonly who?: string;
  readonly why?: string;
  readonly overrideAge?: string;
}

const EXAMPLE = `
Without files: among the mission's own dark windows that lie ahead and are free. With files: among those windows, of any
satellites and stations; a file is a list of {window_id, satellite_id, station_ids, start_utc, end_utc, expected_bits}, or
what \`twinpass windows --json\` printed.
Examples:
  twinpass schedule choose --from 2018-09-14 --nights 14 --propose --who anna --why "best of the fortnight" --demo
  twinpass schedule choose a.json b.json --demand delingha,nanshan=20000 --weight delingha,ngari=2 --station-turnaround 120`;

export function registerScheduleChoose(schedule: Command, context: CommandContext): void {
  placeSettings(schedule.command('choose'), EXAMPLE)
    .description(
      'The most valuable windows that do not exclude each other, exactly, and how the greedy choice compares.',
    )
    .argument('[files...]', 'lists of windows; without one, the mission’s own nights')
    .addOption(onceOption('--from <iso>', 'first night, its evening', instant))
    .addOption(onceOption('--nights <n>', 'how many nights; default 14', wholeNumberIn(1, 62)))
    .addOption(onceOption('--demand-bits <n>', 'bits beyond these are worth nothing', numberIn(0, 1e15, 'bits')))
    .option('--no-weather', 'count every window as clear, forecast or not')
    .option('--demand <a,b=bits>', 'where the demand of a pair ends; may stand often', pairFigures, [])
    .option('--weight <a,b=x>', "worth of a pair's bits against others', 1 without; may stand often", pairFigures, [])
    .addOption(
      onceOption('--satellite-turnaround <s>', 'pause of a satellite between passes', numberIn(0, 86_400, 's')),
    )
    .addOption(onceOption('--station-turnaround <s>', 'pause of a station between passes', numberIn(0, 86_400, 's')))
    .addOption(onceOption('--seconds-max <s>', 'for one part of the problem', numberIn(0.1, 3600, 's')).default(60))
    .option('--propose', 'put what was chosen on the plan; needs --who')
    .addOption(onceOption('--who <name>', 'who proposes', (text) => text))
    .addOption(onceOption('--why <reason>', 'the reason, kept in the history', (text) => text))
    .addOption(
      onceOption('--override-age <reason>', 'why elements older than the mission allows will do', (text) => text),
    )
    .action((files: readonly string[], flags: Flags) => choose(files, flags, context));
}

const FIGURE = /^([^,=]{1,64}),([^,=]{1,64})=([0-9.eE+]+)$/;

function pairFigures(text: string, before: readonly PairFigure[]): readonly PairFigure[] {
  const match = FIGURE.exec(text);
  const value = Number(match?.[3]);
  if (match === null || !Number.isFinite(value)) {
    throw new InvalidArgumentError('Expected two stations and a number, as delingha,nanshan=20000.');
  }
  const station_ids: [string, string] = [match[1]!, match[2]!];
  if (before.some((other) => samePair(other.station_ids, station_ids))) {
    throw new InvalidArgumentError(`${station_ids.join(' and ')} stand twice: keep one.`);
  }
  return [...before, { station_ids, value }];
}

const samePair = (a: readonly string[], b: readonly string[]) => a.toSorted().join('\n') === b.toSorted().join('\n');

async function choose(files: readonly string[], flags: Flags, context: CommandContext): Promise<void> {
  const request = files.length === 0 ? amongNights(flags) : await amongFiles(files, flags);
  await withSchedule(context, flags, async (session) => {
    const { job_id } = await session.job('schedule.chooseWindows', request);
    const choice = await session.call('schedule.readChoice', { job_id });
    const proposed = flags.propose === true ? await proposeAll(session, choice, flags) : [];
    const value = flags.propose === true ? { ...choice, proposed } : choice;
    present(context, flags.json, { value, page: () => choicePage(choice, proposed) });
  });
}

function amongNights(flags: Flags): ChoiceRequest {
  const idle = flags.demand.length > 0 ? '--demand' : flags.weight.length > 0 ? '--weight' : turnaroundFlag(flags);
  if (idle !== null) throw usageError(`${idle} is for lists of windows; for the mission's nights take --demand-bits`);
  const first_night = flags.from === undefined ? null : formatUtc(flags.from).slice(0, 10);
  if (first_night === null) throw usageError('--from names the first night, as 2018-09-14');
  return {
    among: 'nights',
    first_night,
    nights: flags.nights ?? 14,
    demand_bits: flags.demandBits ?? null,
    by_weather: flags.weather,
    seconds_max: flags.secondsMax,
  };
}

function turnaroundFlag({ satelliteTurnaround, stationTurnaround }: Flags): string | null {
  if (satelliteTurnaround !== undefined) return '--satellite-turnaround';
  return stationTurnaround === undefined ? null : '--station-turnaround';
}

async function amongFiles(files: readonly string[], flags: Flags): Promise<ChoiceRequest> {
  if (flags.propose === true) throw usageError("--propose is for the mission's nights, not for lists of windows");
  const windows = [];
  for (const path of files) {
    const read = expectOk(readWindowList(expectOk(await readTextFile(path)), path));
    // Two lists may both begin to count at one.
    windows.push(
      ...read.map((window) => ({
        ...window,
        window_id: files.length === 1 ? window.window_id : `${path} ${window.window_id}`,
      })),
    );
  }
  const pairs = flags.weight.concat(
    flags.demand.filter(({ station_ids }) => !flags.weight.some((weight) => samePair(weight.station_ids, station_ids))),
  );
  const figure = (list: readonly PairFigure[], ids: readonly string[]) =>
    list.find(({ station_ids }) => samePair(station_ids, ids))?.value;
  return {
    among: 'windows',
    windows,
    seconds_max: flags.secondsMax,
    demands: pairs.map(({ station_ids }) => ({
      station_ids,
      weight: figure(flags.weight, station_ids) ?? 1,
      demand_bits: figure(flags.demand, station_ids) ?? null,
    })),
    turnaround: {
      satellite_s: flags.satelliteTurnaround ?? 0,
      station_s: flags.stationTurnaround ?? 0,
      station_s_by_id: {},
    },
  };
}

/** One proposal a window; the first that is refused ends it, and what stood before it stays. */
async function proposeAll(
  { call }: HostSession,
  { chosen }: ChoiceView,
  { who, why, overrideAge }: Flags,
): Promise<string[]> {
  const proposed: string[] = [];
  for (const { start_utc_ms, end_utc_ms } of chosen) {
    const middle = (start_utc_ms + end_utc_ms) / 2;
    const said = { who: who ?? '', why: why ?? '', override_why: overrideAge ?? null };
    proposed.push((await call('schedule.proposePass', { start_utc_ms: middle, ...said })).pass_id);
  }
  return proposed;
}

const percent = (share: number) => `${(share * 100).toFixed(share === 0 ? 0 : 3)} %`;

function choicePage(choice: ChoiceView, proposed: readonly string[]): string {
  const rows = choice.chosen.map(
    ({ window_id, satellite_id, station_ids, start_utc_ms, end_utc_ms, expected_bits }): [string, string] => [
      formatUtc(start_utc_ms),
      `${((end_utc_ms - start_utc_ms) / 1000).toFixed(1).padStart(6)} s  ${satellite_id}  ${station_ids.join(' and ')}  ` +
        `${expected_bits.toFixed(0)} bits  ${window_id}`,
    ],
  );
  const gap = choice.optimality_gap === 0 ? 'proven best' : `within ${percent(choice.optimality_gap)} of the best`;
  const sum = [
    `${choice.chosen.length} of ${choice.windows} windows, ${choice.expected_bits.toFixed(0)} bits, ` +
      `worth ${choice.value.toFixed(0)}: ${gap}.`,
    `The greedy choice is worth ${choice.greedy_value.toFixed(0)}, ${percent(choice.greedy_gap)} below the bound.`,
    `${choice.parts} independent parts, ${choice.solved_parts} of them for the solver; ${choice.weighed} windows weighed by a forecast.`,
    ...(choice.taken === 0 ? [] : [`${choice.taken} windows of these nights are taken.`]),
    ...(proposed.length === 0 ? [] : [`Proposed: ${proposed.join(', ')}`]),
  ];
  return rows.length === 0 ? sum.join('\n') : `${alignRows(rows)}\n${sum.join('\n')}`;
}
