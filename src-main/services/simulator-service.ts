import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Reply } from '../../src-contract/errors.ts';
import type { MissionFile } from '../../src-contract/mission.ts';
import { err, ok } from '../../src-core/result.ts';
import { formatUtc } from '../../src-core/utc.ts';
import type { ArchiveService } from './archive-service.ts';
import type { DetectionService } from './detection-service.ts';
import type { Job, ReportProgress } from './job-service.ts';
import type { PlannedWindow } from './planned-window.ts';
import type { SimulatorPort } from './ports.ts';

export interface FlightRequest {
  readonly mission: MissionFile;
  readonly elements_text: string;
  readonly elements_name: string;
  readonly start_utc_ms: number;
  readonly seconds: number;
  readonly seed: number;
  readonly brightness: number;
  readonly mode: 'qkd' | 'bell';
  readonly attacks: readonly string[];
  readonly out_directory: string;
}

export interface SimulatorServiceDeps {
  readonly mission: MissionFile;
  /** Only the demo may put simulated passes into its archive. */
  readonly demo: boolean;
  readonly scratch_directory: string;
  readonly archive: ArchiveService;
  readonly detection: DetectionService;
  readonly startJob: (job: Job) => string;
  readonly elementsText: () => string | null;
  readonly windowAt: (utc_ms: number) => PlannedWindow | null;
  readonly runFlight: (
    request: FlightRequest,
    signal: AbortSignal,
    report: ReportProgress,
  ) => Promise<Reply<{ readonly manifest_paths: readonly [string, string] }>>;
}

const NOT_DEMO = 'Simulated passes stay out of a real archive. Start the demo mission (--demo) to fly one.';
/** A moment just inside the window, so that an edge rounded to a millisecond still finds it. */
const INSIDE_MS = 1000;

/** Flies windows of the demo mission: simulate, import, process, as a real night would. */
export function createSimulatorService(deps: SimulatorServiceDeps): Pick<SimulatorPort, 'flyPass'> {
  return {
    flyPass: ({ start_utc_ms, mode, seed }) => {
      if (!deps.demo) return err({ type: 'Refused', message: NOT_DEMO });
      const elements_text = deps.elementsText();
      const window = deps.windowAt(start_utc_ms + INSIDE_MS);
      if (elements_text === null || window === null) {
        const message = `No window begins at ${formatUtc(start_utc_ms)} by the current elements: choose one in Plan.`;
        return err({ type: 'NotPossible', reason: 'NoWindow', message });
      }
      return ok({
        job_id: deps.startJob({
          title: `Fly ${formatUtc(window.start_utc_ms).slice(0, 16).replace('T', ' ')} Z, ${mode}`,
          run: (signal, report) => fly(deps, { window, elements_text, mode, seed }, { signal, report }),
        }),
      });
    },
  };
}

interface Flight {
  readonly window: PlannedWindow;
  readonly elements_text: string;
  readonly mode: 'qkd' | 'bell';
  readonly seed: number;
}
interface Watch {
  readonly signal: AbortSignal;
  readonly report: ReportProgress;
}

async function fly(
  deps: SimulatorServiceDeps,
  flight: Flight,
  { signal, report }: Watch,
): Promise<Reply<{ pass_id: string }>> {
  const out_directory = await mkdtemp(join(deps.scratch_directory, 'flight-'));
  const part =
    (from: number, to: number): ReportProgress =>
    (stage, fraction) =>
      report(stage, from + fraction * (to - from));
  try {
    const { start_utc_ms, duration_s } = flight.window;
    const made = await deps.runFlight(
      {
        mission: deps.mission,
        elements_text: flight.elements_text,
        elements_name: 'current elements',
        start_utc_ms,
        seconds: duration_s,
        seed: flight.seed,
        brightness: 1,
        mode: flight.mode,
        attacks: [],
        out_directory,
      },
      signal,
      part(0, 0.5),
    );
    if (!made.ok) return made;
    const imported = await deps.archive.importFiles(
      made.value.manifest_paths,
      { partial: false },
      { signal, report: part(0.5, 0.75) },
    );
    if (!imported.ok) return imported;
    const { pass_id } = imported.value;
    return await deps.detection.processArchived(
      pass_id,
      { gate_ns: deps.mission.gate.width_ns, beacon: true },
      { signal, report: part(0.75, 1) },
    );
  } finally {
    await rm(out_directory, { recursive: true, force: true });
  }
}
