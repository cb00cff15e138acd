import type { Command } from 'commander';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Reply } from '../../src-contract/errors.ts';
import type { InputOf, JobView, OperationName, OutputOf } from '../../src-contract/operations.ts';
import { anyText, onceOption } from './flags.ts';
import { missionDirectory } from '../host/places.ts';
import { composeHost, type LocalHost } from '../compose.ts';
import { readMissionFile } from '../services/mission-file.ts';
import { expectOk, type CommandContext } from './context.ts';
import { SHIPPED_MISSION } from '../services/shipped-files.ts';
import { CommandFailure, EXIT, exitCodeOfType } from './exit.ts';

export interface HostFlags {
  /** Directory with mission.db and the pass files. */
  readonly mission?: string;
  readonly missionFile?: string;
  readonly demo?: boolean;
  /** The command only reads: a directory that was named and holds no mission is a mistyped one. */
  readonly reads?: boolean;
  /** The command stays until it is interrupted, and does meanwhile what a console does by itself. */
  readonly stays?: boolean;
}

export interface HostSession {
  readonly host: LocalHost;
  readonly call: <K extends OperationName>(name: K, input: InputOf<K>) => Promise<OutputOf<K>>;
  /** Starts a job, shows its progress, cancels it on interrupt and returns what it made. */
  readonly job: <K extends OperationName>(name: K, input: InputOf<K>) => Promise<JobView>;
}

/** Where a mission's archive lives unless `--mission` says otherwise. */
export const ownDirectory = (mission_id: string) =>
  missionDirectory(mission_id, { env: process.env, platform: process.platform, home_directory: homedir() });

/** Runs the mission host in this process for one command, over the same contract as the console. */
export async function withHost<T>(
  context: CommandContext,
  flags: HostFlags,
  work: (session: HostSession) => Promise<T>,
): Promise<T> {
  const mission_file = flags.missionFile ?? SHIPPED_MISSION;
  const mission = expectOk(await readMissionFile(mission_file));
  const directory = flags.mission ?? ownDirectory(mission.id);
  if (flags.reads === true && flags.mission !== undefined && flags.demo !== true) expectMission(directory);
  const { demo = false, stays = false } = flags;
  const host = expectOk(await composeHost({ mission_file, mission_directory: directory, demo, stays }));
  try {
    return await work(createSession(host, context));
  } finally {
    await host.close();
  }
}

/** The same for a command that only reads: it makes no mission where there is none. */
export const readHost: typeof withHost = (context, flags, work) => withHost(context, { ...flags, reads: true }, work);

/** A mission, or an empty folder that somebody prepared for one. */
function expectMission(directory: string): void {
  if (existsSync(join(directory, 'mission.db'))) return;
  if (existsSync(directory) && statSync(directory).isDirectory() && readdirSync(directory).length === 0) return;
  throw new CommandFailure(`${directory} holds no mission: check --mission. Nothing was made there.`, EXIT.invalid);
}

function createSession(host: LocalHost, context: CommandContext): HostSession {
  async function call<K extends OperationName>(name: K, input: InputOf<K>): Promise<OutputOf<K>> {
    if (context.signal.aborted) throw new CommandFailure('cancelled', EXIT.interrupted);
    return expectOk((await host.dispatch(name, input)) as Reply<OutputOf<K>>);
  }
  async function job<K extends OperationName>(name: K, input: InputOf<K>): Promise<JobView> {
    const ended = Promise.withResolvers<JobView>();
    const seen = new Map<string, JobView>();
    let job_id: string | null = null;
    const settle = (view: JobView) => {
      seen.set(view.job_id, view);
      if (view.job_id !== job_id) return;
      if (view.state === 'running') context.output.progress(view.stage, view.fraction);
      else ended.resolve(view);
    };
    const unsubscribe = host.events.subscribe((event) => {
      if (event.type === 'job.changed') settle(event.job);
    });
    const cancel = () => {
      if (job_id !== null) void host.dispatch('jobs.cancelJob', { job_id });
    };
    context.signal.addEventListener('abort', cancel);
    try {
      ({ job_id } = (await call(name, input)) as { readonly job_id: string });
      const early = seen.get(job_id);
      if (early !== undefined) settle(early);
      if (context.signal.aborted) cancel();
      return finished(await ended.promise);
    } finally {
      context.output.endProgress();
      context.signal.removeEventListener('abort', cancel);
      unsubscribe();
    }
  }
  return { host, call, job };
}

function finished(view: JobView): JobView {
  if (view.state === 'done') return view;
  if (view.state === 'cancelled') throw new CommandFailure('cancelled; nothing was changed', EXIT.interrupted);
  throw new CommandFailure(view.failure ?? 'the job failed without a reason', exitCodeOfType(view.failure_type));
}

/** The flags of every command on a mission's archive. */
export function missionFlags(command: Command): Command {
  return command
    .addOption(
      onceOption('--mission <dir>', "mission directory; default: under TWINPASS_HOME or the user's data", anyText),
    )
    .addOption(onceOption('--mission-file <file>', 'default: Micius', anyText))
    .option('--json', 'one JSON document on stdout');
}
