import { statfsSync } from 'node:fs';
import type { MessagePort } from 'node:worker_threads';
import type { Reply } from '../../../src-contract/errors.ts';
import { err, ok } from '../../../src-core/result.ts';
import { decodeTagBatch, type TagBatch } from '../../../src-core/formats/tag-batch.ts';
import { feedLive } from '../live-counting.ts';
import type { LiveFeed } from '../live-messages.ts';
import { createLiveFile, findLivePasses, openLiveFile, type LiveFile } from '../../store/live-file.ts';
import { createRecorder, type Recorder } from './recorder.ts';
import type { BrokerState, RecorderReport, StationLinkState } from '../../pipeline/recorder-report.ts';
import type { PassToRecord, RecorderNews, RecorderOrder, RecorderSetup } from './recorder-messages.ts';
import { freeOldestScratch } from './free-scratch.ts';
import { utcMsOf, type NumberedMessage, type StationLine, type StationMessage } from './station-message.ts';

/** How the thread reaches the stations: the broker in production, a script in tests. */
export interface LineEnds {
  readonly onMessage: (message: StationMessage, done: () => void) => void;
  readonly onRefused: (reason: string) => void;
  readonly onState: (state: BrokerState) => void;
}
export type ConnectLine = (ends: LineEnds) => StationLine;

export interface RecorderDesk {
  readonly handle: (order: RecorderOrder) => void;
  /** Retries, acknowledgements and a report: called every quarter of a second. */
  readonly tick: () => void;
}

interface DeskDeps extends RecorderSetup {
  readonly connect: ConnectLine;
  readonly tell: (news: RecorderNews) => void;
  readonly elapsed_ms: () => number;
  readonly now_utc_ms: () => number;
}

/** The recorder's thread behind its door: orders in, reports out, one pass at a time. */
export function createRecorderDesk(deps: DeskDeps): RecorderDesk {
  const heard = createHeard(deps.stations);
  const links: Record<string, StationLinkState> = Object.fromEntries(deps.stations.map((id) => [id, 'never-heard']));
  let recorded: LiveFile | null = null;
  let broker: BrokerState = { url: '', embedded: true, state: 'connecting', why: null };
  const prepared: Record<string, string | null> = {};
  const recorder: Recorder = createRecorder({
    stations: deps.stations, line: { command: (station, command) => line.command(station, command) }, elapsed_ms: deps.elapsed_ms,
    soon: (work) => void setImmediate(work),
    onStored: heard.stored,
    freeScratch: () => freeOldestScratch(deps.scratch_directory, deps.now_utc_ms()),
  });
  const line = deps.connect({
    onMessage: (message, done) => {
      noteLink(links, message);
      if (message.kind === 'status') {
        heard.status(message);
        prepared[message.station] = message.payload.pass_id ?? null;
      }
      if (isUrgent(message, deps.anode_v_max)) deps.tell({ news: 'urgent', station: message.station, message: message.payload });
      recorder.take(message, done);
    },
    onRefused: (reason) => recorder.refuse(reason),
    onState: (state) => {
      if (state.state === 'connected' && broker.state !== 'connected') recorder.reconnected();
      broker = state;
    },
  });

  function begin(pass: PassToRecord): Reply<{ resumed: boolean }> {
    const opened = openFor(deps.directory, pass);
    if (!opened.ok) return opened;
    const { live, resumed } = opened.value;
    recorded = live;
    heard.begin(live);
    recorder.begin(live);
    return ok({ resumed });
  }

  async function answer(order: RecorderOrder): Promise<Reply<unknown>> {
    switch (order.order) {
      case 'begin': return recorder.view().pass_id === null ? begin(order.pass) : refusedOf(recorder.view().pass_id!);
      case 'feed':
        heard.feed(order.feed, recorded);
        return ok(null);
      case 'note': return recorder.note(order.event);
      case 'end': {
        const ended = recorder.end();
        if (!ended.ok) return ended;
        heard.end();
        recorded = null;
        return ended;
      }
      case 'command': {
        const reply = await line.command(order.station, order.command);
        return reply.ok ? reply : err({ type: 'Refused', message: `${order.station} does not answer (${reply.error.type}).` });
      }
    }
  }

  return {
    handle: (order) => void answer(order).then((reply) => deps.tell({ news: 'reply', id: order.id, reply })),
    tick: () => {
      recorder.tick();
      const report: RecorderReport = {
        ...recorder.view(), ...heard.take(), broker, links: { ...links }, prepared: { ...prepared },
        disk_free_bytes: freeBytes(deps.directory),
      };
      deps.tell({ news: 'report', report });
    },
  };
}

const refusedOf = (pass_id: string) =>
  err({ type: 'Refused', message: `Pass ${pass_id} is being recorded. Stop it before another begins.` } as const);

type TelemetryArrived = Extract<StationMessage, { kind: 'telemetry' }>;

const isUrgent = (message: StationMessage, anode_v_limit: number): message is TelemetryArrived =>
  message.kind === 'telemetry' && message.payload.detectors.some(({ anode_v_max }) => anode_v_max >= anode_v_limit);

function noteLink(links: Record<string, StationLinkState>, message: StationMessage): void {
  if (!(message.station in links)) return;
  links[message.station] = message.kind === 'status' ? message.payload.state : 'online';
}

/** Where the pass has a live file already, recording goes on in it. */
function openFor(directory: string, { meta, vault }: PassToRecord): Reply<{ live: LiveFile; resumed: boolean }> {
  const options = { directory, vault: { key_id: vault.key_id, keyFor: () => vault.key } };
  const found = findLivePasses(directory);
  if (!found.ok) return found;
  const resumed = found.value.includes(meta.pass_id);
  const live = resumed ? openLiveFile(meta.pass_id, options) : createLiveFile(meta, options);
  return live.ok ? ok({ live: live.value, resumed }) : live;
}

function freeBytes(directory: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize;
  } catch {
    return null;
  }
}

type Heard = Pick<RecorderReport, 'telemetry' | 'events' | 'newest_utc_ms' | 'recordings'>;

/** What is on disk goes on to the counter at once, and to the host with the next report. */
function createHeard(stations: readonly string[]) {
  let telemetry: Heard['telemetry'][number][] = [];
  let events: Heard['events'][number][] = [];
  let newest_utc_ms: Record<string, number> = {};
  let recordings: Record<string, Heard['recordings'][string]> = {};
  let counter: MessagePort | null = null;
  const feed = (station: string, batch: TagBatch) => {
    if (counter !== null) feedLive(counter, stations.indexOf(station) as 0 | 1, batch);
  };
  return {
    begin: (live: LiveFile) => {
      newest_utc_ms = {};
      recordings = {};
      for (const { station, tick_ps, manifest_json } of live.stations()) recordings[station] = { tick_ps, manifest_json };
    },
    status: ({ station, payload: { recording } }: Extract<StationMessage, { kind: 'status' }>) => {
      if (recording) recordings[station] = { tick_ps: recording.tick_ps, manifest_json: recording.manifest_json };
    },
    stored: ({ station, ...message }: NumberedMessage) => {
      if (message.kind === 'telemetry') telemetry.push({ station, payload: message.payload });
      else if (message.kind === 'event') events.push({ station, payload: message.payload });
      else {
        newest_utc_ms[station] = Math.max(newest_utc_ms[station] ?? 0, utcMsOf(message.payload.t_utc_ns));
        feed(station, message.payload);
      }
    },
    /** A counter that begins in the middle of a pass hears all that is on disk first. */
    feed: (port: MessagePort, live: LiveFile | null) => {
      counter = port;
      for (const station of live === null ? [] : stations) {
        for (const bytes of live!.batches(station)) {
          const batch = bytes.ok ? decodeTagBatch(bytes.value) : bytes;
          if (batch.ok) feed(station, batch.value);
        }
      }
    },
    end: () => {
      counter?.postMessage({ kind: 'end' } satisfies LiveFeed);
      counter = null;
    },
    take: (): Heard => {
      const taken = { telemetry, events, newest_utc_ms: { ...newest_utc_ms }, recordings: { ...recordings } };
      [telemetry, events] = [[], []];
      return taken;
    },
  };
}
