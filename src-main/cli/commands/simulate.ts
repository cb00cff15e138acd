import { resolve } from 'node:path';
import type { Command } from 'commander';
import { readMissionFile } from '../../services/mission-file.ts';
import { readTextFile } from '../../services/text-file.ts';
import { runSimulation } from '../../workers/simulate-recordings.ts';
import { expectOk, present, type CommandContext } from '../context.ts';
import { SHIPPED_ELEMENTS, SHIPPED_MISSION } from '../../services/shipped-files.ts';
import { anyText, instant, numberIn, onceOption, oneOf, wholeNumberIn } from '../flags.ts';
import { alignRows } from '../output.ts';

interface Flags {
  readonly out: string;
  readonly start: number;
  readonly seconds: number;
  readonly seed: number;
  readonly brightness: number;
  readonly mode: 'qkd' | 'bell';
  readonly attack: readonly string[];
  readonly elements?: string;
  readonly missionFile?: string;
  readonly json?: boolean;
}

const EXAMPLE = `
Example (the golden pass, whole):
  twinpass simulate --out recordings --start 2018-09-14T18:14:01.800Z --seconds 281 --seed 1`;

export function registerSimulate(program: Command, context: CommandContext): void {
  program
    .command('simulate')
    .description('Two recordings made of physics, with their truth. The same seed gives the same bytes.')
    .addOption(
      onceOption('--out <dir>', 'directory for the two recordings and truth.json', anyText).makeOptionMandatory(),
    )
    .addOption(onceOption('--start <iso>', 'start of the recording, UTC', instant).makeOptionMandatory())
    .addOption(onceOption('--seconds <s>', 'length', numberIn(2, 900, 's')).makeOptionMandatory())
    .addOption(
      onceOption('--seed <n>', 'of every random choice', wholeNumberIn(0, 4_294_967_295)).makeOptionMandatory(),
    )
    .addOption(onceOption('--brightness <x>', "pair rate as a multiple of the mission's", numberIn(0, 1000)).default(1))
    .addOption(onceOption('--mode <name>', 'qkd or bell', oneOf('qkd', 'bell')).default('qkd'))
    .option('--attack <name=t0,t1>', 'inject an attack from t0 to t1 seconds; repeatable', collect, [])
    .addOption(onceOption('--elements <file>', 'default: the set that ships with Micius', anyText))
    .addOption(onceOption('--mission-file <file>', 'default: Micius', anyText))
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', EXAMPLE)
    .action((flags: Flags) => simulate(flags, context));
}

async function simulate(flags: Flags, context: CommandContext): Promise<void> {
  const mission = expectOk(await readMissionFile(flags.missionFile ?? SHIPPED_MISSION));
  const elements_path = flags.elements ?? SHIPPED_ELEMENTS;
  const made = expectOk(
    await runSimulation(
      {
        mission,
        elements_text: expectOk(await readTextFile(elements_path)),
        elements_name: elements_path,
        start_utc_ms: flags.start,
        seconds: flags.seconds,
        seed: flags.seed,
        brightness: flags.brightness,
        mode: flags.mode,
        attacks: flags.attack,
        out_directory: resolve(flags.out),
      },
      { signal: context.signal, onProgress: context.output.progress },
    ),
  );
  context.output.endProgress();
  present(context, flags.json, {
    value: made,
    page: () =>
      alignRows([
        ['Recordings', made.manifest_paths.join('\n              ')],
        ['Truth', made.truth_path],
      ]),
  });
}

const collect = (text: string, list: readonly string[]): readonly string[] => [...list, text];
