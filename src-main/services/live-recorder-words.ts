import type { LiveView } from '../../src-contract/live.ts';
import type { RecorderReport } from '../pipeline/recorder-report.ts';

type RecorderShown = LiveView['recorder'];

/** What the console says as long as no recorder is set up. */
export const NO_RECORDER: RecorderShown = {
  state: 'off', text: 'No recorder is set up on this console.', bytes_per_s: 0, disk_free_bytes: null,
  broker: { url: '', embedded: true, state: 'down', since_utc_ms: null }, refused: {},
};

/** Stations speak between passes too; nothing is wrong with that. */
const BETWEEN_PASSES = 'no-pass-is-on';

/** The recorder as the console shows it: what it does, or what stops it and what to do. */
export function viewRecorder(report: RecorderReport, since_utc_ms: number | null): RecorderShown {
  const { broker: { url, embedded, state }, bytes_per_s, disk_free_bytes, refused } = report;
  return {
    ...stateOf(report), bytes_per_s, disk_free_bytes, broker: { url, embedded, state, since_utc_ms },
    refused: Object.fromEntries(Object.entries(refused).filter(([reason]) => reason !== BETWEEN_PASSES)),
  };
}

function stateOf({ disk, broker, pass_id, links }: RecorderReport): Pick<RecorderShown, 'state' | 'text'> {
  if (disk.state === 'full') {
    const text = 'The disk is full. Free some space: stations keep what is not stored, and recording goes on by itself.';
    return { state: 'disk-full', text };
  }
  if (disk.state === 'failed') return { state: 'failed', text: `The recorder cannot write: ${disk.why}` };
  if (broker.state !== 'connected') {
    const why = broker.why === null ? '' : ` (${broker.why})`;
    return { state: 'waiting', text: `The broker ${broker.url} is not reached${why}. Tried again twice a second.` };
  }
  if (pass_id === null) return { state: 'ready', text: 'Ready: the next approved pass is recorded by itself.' };
  const away = Object.entries(links).filter(([, link]) => link !== 'online').map(([id]) => id);
  if (away.length === 0) return { state: 'recording', text: 'Recording both stations.' };
  if (away.length === Object.keys(links).length) return { state: 'waiting', text: 'No station speaks. Check their lines.' };
  return { state: 'recording', text: `Recording; ${away.join(' and ')} does not speak.` };
}
