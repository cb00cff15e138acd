import { describeError, type OperationError, type Reply } from '../../src-contract/errors.ts';
import type { ElementSourceView } from '../../src-contract/elements.ts';
import type { HostEvent } from '../../src-contract/events.ts';
import { err, ok } from '../../src-core/result.ts';
import type { LogWriter } from '../store/log-store.ts';
import type { ElementSource, SourceReader, SourceWriter } from '../store/source-store.ts';
import { createAddressAsking, pastOf, type AskAddress } from './ask-address.ts';
import { allowedAt, askedToday, dueAt } from './fetch-policy.ts';
import { createFolderScan, type FolderLook } from './folder-scan.ts';
import type { Job, ReportProgress } from './job-service.ts';
import type { ElementsPort } from './ports.ts';
import { readSourceAddress } from './source-address.ts';

export interface ElementSourcesDeps {
  readonly sources: SourceReader & SourceWriter;
  readonly log: LogWriter;
  readonly who: string;
  readonly now_utc_ms: () => number;
  /** The machine's own clock: files are dated by it, whatever the mission's clock says. */
  readonly wall_utc_ms: () => number;
  readonly nextSourceId: () => string;
  readonly publish: (event: HostEvent) => void;
  readonly startJob: (job: Job) => string;
  readonly fetchText: AskAddress['fetchText'];
  /** Takes a text in; how many sets were new. */
  readonly take: (text: string, source_name: string) => Promise<Reply<{ readonly imported: number }>>;
}

export interface ElementSources extends ElementsPort {
  /** Looks where it is time to look; to be called every few seconds by a console that stays. */
  readonly watch: (signal: AbortSignal) => Promise<void>;
}

interface Look extends FolderLook {
  readonly at_utc_ms: number;
  readonly failure: string | null;
}

/** Where elements come from by themselves: folders as often as one likes, addresses four times a day at most. */
export function createElementSources(deps: ElementSourcesDeps): ElementSources {
  const { sources, now_utc_ms, publish } = deps;
  const scan = createFolderScan(deps);
  const looks = new Map<string, Look>();
  const ask = createAddressAsking(deps);
  let watching = false;

  async function look(source: ElementSource, settle_ms?: number): Promise<Reply<unknown>> {
    const found = await scan(source.address, settle_ms);
    const before = looks.get(source.source_id);
    const failure = found.ok ? null : describeError(found.error);
    const { imported, read, refused } = found.ok ? found.value : { imported: 0, read: 0, refused: [] };
    looks.set(source.source_id, { at_utc_ms: now_utc_ms(), imported, read, refused, failure });
    // A folder is looked into every few seconds: only what is new is told.
    if (read > 0 || before === undefined || before.failure !== failure) publish({ type: 'sources.changed' });
    return found;
  }

  async function lookAll(list: readonly ElementSource[], signal: AbortSignal, report: ReportProgress) {
    let first_failure: OperationError | null = null;
    for (const [index, source] of list.entries()) {
      if (signal.aborted) return err({ type: 'Cancelled' } as const);
      report(source.address, index / list.length);
      const reply = source.kind === 'folder' ? await look(source, 0) : await ask(source.address, signal);
      if (!reply.ok) first_failure ??= reply.error;
    }
    return first_failure === null ? ok({}) : err(first_failure);
  }

  return {
    listSources: () => ok({ sources: sources.list().map((source) => viewSource(deps, source, { looks, watching })) }),
    addSource: async ({ address }) => {
      const read = await readSourceAddress(address);
      if (!read.ok) return read;
      const [added_by, added_at_utc_ms] = [deps.who, Math.round(now_utc_ms())];
      const added = sources.add({ ...read.value, source_id: deps.nextSourceId(), added_by, added_at_utc_ms });
      if (!added.ok) return added;
      note(deps, 'elements.addSource', added.value);
      return ok(viewSource(deps, added.value, { looks, watching }));
    },
    removeSource: ({ source_id }) => {
      const source = sources.find(source_id);
      if (source === null) return err({ type: 'NotFound', what: 'source of elements', id: source_id });
      sources.remove(source_id);
      looks.delete(source_id);
      note(deps, 'elements.removeSource', source);
      return ok({});
    },
    fetchSources: ({ source_id }) => {
      const source = source_id === null ? null : sources.find(source_id);
      if (source_id !== null && source === null)
        return err({ type: 'NotFound', what: 'source of elements', id: source_id });
      const list = source === null ? sources.list() : [source];
      if (list.length === 0) return err({ type: 'Refused', message: NO_SOURCES });
      const title = source === null ? 'Look for new elements' : `Look for elements at ${source.address.slice(0, 80)}`;
      return ok({ job_id: deps.startJob({ title, run: (signal, report) => lookAll(list, signal, report) }) });
    },
    watch: async (signal) => {
      watching = true;
      for (const source of sources.list()) {
        if (signal.aborted) return;
        if (source.kind === 'folder') await look(source);
        else if (dueAt(pastOf(sources, source.address), now_utc_ms()) <= now_utc_ms())
          await ask(source.address, signal);
      }
    },
  };
}

const NO_SOURCES = 'No source of elements yet: add an address or a folder first.';

function note(
  { log, who, now_utc_ms, publish }: ElementSourcesDeps,
  action: string,
  { source_id, address }: ElementSource,
) {
  log.append({ at_utc_ms: Math.round(now_utc_ms()), who, action, subject: source_id, details: { address } });
  publish({ type: 'sources.changed' });
}

interface Known {
  readonly looks: ReadonlyMap<string, Look>;
  readonly watching: boolean;
}

function viewSource(deps: ElementSourcesDeps, source: ElementSource, known: Known): ElementSourceView {
  return source.kind === 'folder' ? viewFolder(deps, source, known) : viewAddress(deps, source, known);
}

function viewFolder(
  { now_utc_ms }: ElementSourcesDeps,
  source: ElementSource,
  { looks, watching }: Known,
): ElementSourceView {
  const look = looks.get(source.source_id);
  const now = now_utc_ms();
  const common = { ...source, next_at_utc_ms: watching ? now : null, allowed_at_utc_ms: now, asked_today: 0 };
  if (look === undefined) {
    const message = watching ? 'Looked into in a moment.' : 'Looked into while a console runs.';
    return { ...common, outcome: 'never', tried_at_utc_ms: null, good_at_utc_ms: null, imported: 0, message };
  }
  const problem = look.failure ?? (look.refused.length === 0 ? null : problemsOf(look.refused));
  return {
    ...common,
    outcome: problem !== null ? 'failed' : look.imported > 0 ? 'new' : 'unchanged',
    tried_at_utc_ms: look.at_utc_ms,
    good_at_utc_ms: problem === null ? look.at_utc_ms : null,
    imported: look.imported,
    message: problem ?? (look.imported > 0 ? `${look.imported} new sets from ${look.read} files` : 'nothing new'),
  };
}

/** The first few; the rest are counted. */
function problemsOf(refused: readonly string[]): string {
  const more = refused.length > 2 ? ` And ${refused.length - 2} more files.` : '';
  return `${refused.slice(0, 2).join(' ')}${more} What is good in the folder was taken.`;
}

function viewAddress(
  { sources, now_utc_ms }: ElementSourcesDeps,
  source: ElementSource,
  { watching }: Known,
): ElementSourceView {
  const past = pastOf(sources, source.address);
  const now = now_utc_ms();
  const last = sources.fetches(source.address)[0];
  const due = dueAt(past, now);
  return {
    ...source,
    outcome: last?.outcome ?? 'never',
    tried_at_utc_ms: last?.asked_at_utc_ms ?? null,
    good_at_utc_ms: sources.lastGood(source.address)?.asked_at_utc_ms ?? null,
    imported: last?.imported ?? 0,
    message: last?.message ?? 'Not asked yet.',
    next_at_utc_ms: watching ? due : null,
    allowed_at_utc_ms: allowedAt(past, now),
    asked_today: askedToday(past, now).length,
  };
}
