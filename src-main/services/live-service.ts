import type { LiveView } from '../../src-contract/live.ts';
import { err, ok } from '../../src-core/result.ts';
import type { LivePort } from './ports.ts';

/** No pass is on: what the console says as long as no recorder is set up. */
const IDLE: LiveView = {
  recorder: {
    state: 'off',
    text: 'No recorder is set up on this console.',
    bytes_per_s: 0,
    disk_free_bytes: null,
    broker: { url: '', embedded: true, state: 'down', since_utc_ms: null },
    refused: {},
  },
  pass: null,
};

/** The pass that is on, and the recorder. */
export function createLiveService(): LivePort {
  const noPass = (pass_id: string) => err({ type: 'NotFound', what: 'live pass', id: pass_id } as const);
  return {
    readLive: () => ok(IDLE),
    readPlan: ({ pass_id }) => noPass(pass_id),
    readSeries: ({ pass_id }) => noPass(pass_id),
    directPass: ({ pass_id }) => noPass(pass_id),
  };
}
