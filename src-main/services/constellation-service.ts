import { encodeFrame } from '../../src-contract/frames.ts';
import { err, ok } from '../../src-core/result.ts';
import type { Job } from './job-service.ts';
import type { ConstellationPort } from './ports.ts';
import { poseConstellation, searchConstellation, type RunShare } from './search-constellation.ts';

export interface ConstellationServiceDeps {
  readonly startJob: (job: Job) => string;
  readonly runShare: RunShare;
  readonly workers: number;
}

/** A result is read right after it is made, and may be of a hundred megabytes: these many are kept. */
const KEPT_MAX = 2;

/** Windows of many satellites over many pairs: a job, and its answer by the job's id. */
export function createConstellationService(deps: ConstellationServiceDeps): ConstellationPort {
  const kept = new Map<string, Uint8Array<ArrayBuffer>>();
  return {
    searchWindows: (request) => {
      const posed = poseConstellation(request);
      if (!posed.ok) return posed;
      const { satellites, share } = posed.value;
      const job_id: string = deps.startJob({
        title: `Windows of ${satellites.length} satellites over ${share.pairs.length} pairs`,
        run: async (signal, report) => {
          const { runShare, workers } = deps;
          const found = await searchConstellation(posed.value, { runShare, workers, signal, report });
          if (!found.ok) return found;
          kept.set(job_id, encodeFrame(found.value));
          for (const old of [...kept.keys()].slice(0, Math.max(0, kept.size - KEPT_MAX))) kept.delete(old);
          return ok({});
        },
      });
      return ok({ job_id });
    },
    readWindows: ({ job_id }) => {
      const frame = kept.get(job_id);
      return frame === undefined ? err({ type: 'NotFound', what: 'windows of job', id: job_id }) : ok(frame);
    },
  };
}
