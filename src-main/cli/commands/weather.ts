import type { Command } from 'commander';
import type { WeatherView } from '../../../src-contract/weather.ts';
import { formatUtc } from '../../../src-core/utc.ts';
import { readTextFile } from '../../services/text-file.ts';
import { expectOk, present, type CommandContext } from '../context.ts';
import { usageError } from '../exit.ts';
import { anyText, instant, numberIn, onceOption, wholeNumberIn } from '../flags.ts';
import { alignRows } from '../output.ts';
import { placeSettings, readSchedule, withSchedule, type ScheduleFlags } from './schedule-flags.ts';

interface SetFlags extends ScheduleFlags {
  readonly confidence: number;
  readonly source: string;
  readonly issued?: number;
  readonly withdraw?: boolean;
}
interface ListFlags extends ScheduleFlags {
  readonly from: number;
  readonly nights: number;
}

const EXAMPLE = `
A file holds night,station,cloud_fraction and, where known, confidence,issued_utc,source, as CSV or JSON.
Examples:
  twinpass weather set 2018-09-14 nanshan 0.4 --confidence 0.7 --source "evening sounding" --demo
  twinpass weather import forecast.csv --demo
  twinpass weather list --from 2018-09-14 --nights 7 --demo`;

export function registerWeather(program: Command, context: CommandContext): void {
  const weather = program
    .command('weather')
    .description('What the sky over the stations is expected to be, and what that leaves of each window.')
    .addHelpText('after', EXAMPLE);
  placeSettings(weather.command('set'), EXAMPLE)
    .description("One station's sky in one night; the newest word counts, all are kept.")
    .argument('<night>', 'its evening date, YYYY-MM-DD', instant)
    .argument('<station>', 'station id')
    .argument('[cloud]', 'covered share of the sky, 0 to 1', numberIn(0, 1))
    .addOption(onceOption('--confidence <x>', 'how much of it is believed, 0 to 1', numberIn(0, 1)).default(1))
    .addOption(onceOption('--source <name>', 'who or what says so', anyText).default('entered by hand'))
    .addOption(onceOption('--issued <iso>', 'when the forecast was made, UTC', instant))
    .option('--withdraw', 'take the forecast back instead')
    .action((...given: [number, string, number | undefined, SetFlags]) => record(given, context));
  placeSettings(weather.command('import'), EXAMPLE)
    .description('Forecasts of many nights from CSV or JSON; all of a file or none of it.')
    .argument('<file>', 'the file')
    .action((path: string, flags: ScheduleFlags) =>
      withSchedule(context, flags, async ({ call }) => {
        const text = expectOk(await readTextFile(path));
        const done = await call('weather.importForecasts', { text, source_name: path.slice(-200) });
        const page = () => `${done.imported} forecasts of ${done.nights} nights, ${done.already_known} known already`;
        present(context, flags.json, { value: done, page });
      }),
    );
  placeSettings(weather.command('list'), EXAMPLE)
    .description('Forecasts night by night, with windows weighed by them.')
    .addOption(onceOption('--from <iso>', 'first night', instant).makeOptionMandatory())
    .addOption(onceOption('--nights <n>', 'how many', wholeNumberIn(1, 62)).default(14))
    .action((flags: ListFlags) =>
      readSchedule(context, flags, async ({ call }) => {
        const list = await call('weather.listForecasts', { first_night: nightOf(flags.from), nights: flags.nights });
        present(context, flags.json, { value: list, page: () => weatherPage(list) });
      }),
    );
}

const nightOf = (utc_ms: number) => formatUtc(utc_ms).slice(0, 10);

type Said = readonly [night: number, station_id: string, cloud: number | undefined, flags: SetFlags];

function record([night, station_id, cloud, flags]: Said, context: CommandContext): Promise<void> {
  if ((cloud === undefined) !== (flags.withdraw === true)) {
    throw usageError('say the cloud, 0 to 1, or --withdraw: one of the two');
  }
  return withSchedule(context, flags, async ({ call }) => {
    const list = await call('weather.recordForecast', {
      night: nightOf(night),
      station_id,
      cloud_fraction: cloud ?? null,
      confidence: flags.confidence,
      source: flags.source,
      issued_at_utc_ms: flags.issued ?? null,
    });
    present(context, flags.json, { value: list, page: () => weatherPage(list) });
  });
}

function weatherPage({ nights, model }: WeatherView): string {
  const rows = nights.map(({ night, stations, windows }): [string, string] => {
    const skies = stations.map(({ id, forecast }) =>
      forecast === null
        ? `${id} no forecast yet`
        : `${id} ${forecast.word} ${forecast.cloud_fraction.toFixed(2)} (confidence ${forecast.confidence.toFixed(2)}, ${forecast.source})`,
    );
    const weighed = windows.map(
      ({ start_utc_ms, sifted_bits, share }) =>
        `${formatUtc(start_utc_ms).slice(11, 19)} Z ${sifted_bits.toFixed(0)} sifted on average, ` +
        `${(share * 100).toFixed(0)} % of the clear value`,
    );
    return [night, [...skies, ...weighed].join('; ')];
  });
  return `${alignRows(rows)}\nModel: ${model}`;
}
