// Child of disk-bench: one command line alone in its process, so that time, processor time of all threads and memory
// are those of the job. Arguments: the command's. Prints what it took and what the command printed.
import { main } from '../src-main/cli/main.ts';

export interface CliRun {
  /** From the command to its answer; the runtime's own start and its modules are not in it. */
  readonly wall_s: number;
  /** Processor time of the main thread: what the wall clock shows on a machine that does nothing else. */
  readonly main_thread_s: number;
  /** Processor time of all threads, collection of garbage included. */
  readonly cpu_s: number;
  readonly rss_mb_max: number;
  readonly printed: string;
}

if (import.meta.main) {
  let printed = '';
  const keep = { write: (text: string) => { printed += text; } };
  const [before, thread] = [process.cpuUsage(), process.threadCpuUsage()];
  const started = performance.now();
  const code = await main(process.argv.slice(2), { stdout: keep, stderr: process.stderr });
  const wall_s = (performance.now() - started) / 1000;
  const seconds = ({ user, system }: NodeJS.CpuUsage) => (user + system) / 1e6;
  const run: CliRun = {
    wall_s, main_thread_s: seconds(process.threadCpuUsage(thread)), cpu_s: seconds(process.cpuUsage(before)),
    rss_mb_max: process.resourceUsage().maxRSS / 1000, printed,
  };
  process.stdout.write(JSON.stringify(run));
  process.exitCode = code;
}
