import type { Command } from 'commander';
import { readMissionFile } from '../../services/mission-file.ts';
import { readScenario } from '../../services/scenario-file.ts';
import { SHIPPED_ELEMENTS, SHIPPED_MISSION } from '../../services/shipped-files.ts';
import { readTextFile } from '../../services/text-file.ts';
import { runStationPair, type FlownPass } from '../../workers/fly-stations.ts';
import { expectOk, present, type CommandContext } from '../context.ts';
import { anyText, instant, numberIn, onceOption, oneOf, wholeNumberIn } from '../flags.ts';
import { alignRows } from '../output.ts';
import { brokerFlags, credentialsOf, type BrokerFlags } from './station-flags.ts';

interface Flags extends BrokerFlags {
  readonly scenario: string;
  readonly start: number;
  readonly seconds: number;
  readonly lead: number;
  readonly pass?: string;
  readonly wait?: boolean;
  readonly speed: number;
  readonly seed: number;
  readonly brightness: number;
  readonly mode: 'qkd' | 'bell';
  readonly linger: number;
  readonly elements?: string;
  readonly missionFile?: string;
  readonly json?: boolean;
}

/** The golden pass: the first window of the night of 2018-09-14. */
const GOLDEN_START_UTC_MS = Date.UTC(2018, 8, 14, 18, 14, 1, 800);
const GOLDEN_SECONDS = 281;

const EXAMPLE = `
Example (the golden pass with a cloud, ten times as fast, once a console prepares it):
  twinpass station run mqtt://127.0.0.1:1883 --scenario cloud-at-120 --speed 10 --wait`;

export function registerStation(program: Command, context: CommandContext): void {
  const station = program.command('station').description('Stations on the wire: a simulated pair, or a check of a real one.')
    .addHelpText('after', EXAMPLE);
  const run = station
    .command('run <url>')
    .description('Two simulated stations fly a pass over the wire. The same seed gives the same messages.')
    .addOption(onceOption('--scenario <name>', 'one that ships, or a file', anyText).default('clean'))
    .addOption(onceOption('--start <iso>', 'start of the window, UTC', instant).default(GOLDEN_START_UTC_MS, 'the golden pass'))
    .addOption(onceOption('--seconds <s>', 'length of the window', numberIn(2, 900, 's')).default(GOLDEN_SECONDS))
    .addOption(onceOption('--lead <s>', 'begin so long before the window', numberIn(5, 1800, 's')).default(90))
    .addOption(onceOption('--pass <id>', 'name of the pass; default: from its start', anyText))
    .option('--wait', 'wait until a console prepares a pass, and take its name and window')
    .addOption(onceOption('--speed <x>', 'seconds of the pass a second', numberIn(0.1, 60)).default(1))
    .addOption(onceOption('--seed <n>', 'of every random choice', wholeNumberIn(0, 4_294_967_295)).default(1))
    .addOption(onceOption('--brightness <x>', "pair rate as a multiple of the mission's", numberIn(0, 1000)).default(1))
    .addOption(onceOption('--mode <name>', 'qkd or bell', oneOf('qkd', 'bell')).default('qkd'))
    .addOption(onceOption('--linger <s>', 'after the pass, wait so long until all is stored', numberIn(0, 3600, 's')).default(30))
    .addOption(onceOption('--elements <file>', 'default: the set that ships with Micius', anyText))
    .addOption(onceOption('--mission-file <file>', 'default: Micius', anyText))
    .option('--json', 'one JSON document on stdout');
  brokerFlags(run)
    .addHelpText('after', EXAMPLE)
    .action((url: string, flags: Flags) => runStation(url, flags, context));
}

async function runStation(url: string, flags: Flags, context: CommandContext): Promise<void> {
  const mission = expectOk(await readMissionFile(flags.missionFile ?? SHIPPED_MISSION));
  const elements_path = flags.elements ?? SHIPPED_ELEMENTS;
  const flown = expectOk(await runStationPair({
    mission,
    elements: { text: expectOk(await readTextFile(elements_path)), name: elements_path },
    url,
    credentials: expectOk(await credentialsOf(flags)),
    scenario: expectOk(await readScenario(flags.scenario)),
    pass_id: flags.pass ?? passName(flags.start),
    start_utc_ms: flags.start,
    end_utc_ms: flags.start + flags.seconds * 1000,
    lead_s: flags.lead,
    wait_for_prepare: flags.wait === true,
    seed: flags.seed, brightness: flags.brightness, mode: flags.mode, speed: flags.speed, linger_s: flags.linger,
  }, {
    signal: context.signal,
    onNote: context.output.note,
    onProgress: (flown_s, seconds) => context.output.progress(`${flown_s.toFixed(0)} s of the pass`, flown_s / seconds),
  }));
  context.output.endProgress();
  present(context, flags.json, { value: flown, page: () => page(flown) });
}

/** 2018-09-14-1814: the minute in which the window opens. */
const passName = (start_utc_ms: number) => new Date(start_utc_ms).toISOString().slice(0, 16).replace('T', '-').replace(':', '');

function page({ pass_id, ended, pairs, stations }: FlownPass): string {
  return alignRows([
    ['Pass', `${pass_id}, ${ended}`],
    ['Pairs', `${pairs} of which both photons were recorded`],
    ...stations.map(({ station, sent, resent, unstored }): [string, string] => [
      station,
      `${sent.tags} batches, ${sent.telemetry} telemetry, ${sent.event} events sent, ${resent} of them again; ${unstored} not stored`,
    ]),
  ]);
}
