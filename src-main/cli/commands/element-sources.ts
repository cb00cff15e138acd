import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { ElementSourceView } from '../../../src-contract/elements.ts';
import { formatUtc } from '../../../src-core/utc.ts';
import { present, type CommandContext } from '../context.ts';
import { CommandFailure, EXIT } from '../exit.ts';
import type { HostSession } from '../host-session.ts';
import { alignRows } from '../output.ts';
import { placeSettings, readSchedule, withSchedule, type ScheduleFlags } from './schedule-flags.ts';

const EXAMPLE = `
An address is asked four times a day at most, by whomever; a folder as often as one likes.
Examples:
  twinpass elements add-source 'https://elements.example.org/gp.php?CATNR=41731&FORMAT=JSON'
  twinpass elements add-source incoming/elements
  twinpass elements fetch
  twinpass elements watch`;

/** Where elements come from by themselves. */
export function registerElementSources(elements: Command, context: CommandContext): void {
  const settings = (name: string) => placeSettings(elements.command(name), EXAMPLE);
  settings('sources')
    .description('Addresses and folders that elements come from, and what came of the last look.')
    .action((flags: ScheduleFlags) => readSchedule(context, flags, (session) => showAll(session, flags, context)));
  settings('add-source')
    .description('An address to ask, http or https, or a folder to look into.')
    .argument('<address>', 'https://… or a folder')
    .action((address: string, flags: ScheduleFlags) =>
      withSchedule(context, flags, async ({ call }) => {
        const added = await call('elements.addSource', { address: wholeAddress(address) });
        present(context, flags.json, { value: added, page: () => `${added.source_id}: ${added.address}` });
      }),
    );
  settings('remove-source')
    .description('Takes a source off; what came from it stays.')
    .argument('<source>', 'source id, or the address itself')
    .action((named: string, flags: ScheduleFlags) =>
      withSchedule(context, flags, async (session) => {
        const source = await findSource(session, named);
        await session.call('elements.removeSource', { source_id: source.source_id });
        present(context, flags.json, { value: source, page: () => `${source.address} is no source any more.` });
      }),
    );
  settings('fetch')
    .description('Looks for new sets now, in one source or in all of them.')
    .argument('[source]', 'source id, or the address itself')
    .action((named: string | undefined, flags: ScheduleFlags) => fetchNow(named ?? null, flags, context));
  settings('watch')
    .description('Looks after the sources until it is interrupted, as a console does while it runs.')
    .action((flags: ScheduleFlags) => watch(flags, context));
}

/** A folder may be named as the shell's user names it; an address as it is kept. */
function wholeAddress(address: string): string {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(address) ? (URL.parse(address)?.href ?? address) : resolve(address);
}

async function findSource({ call }: HostSession, named: string): Promise<ElementSourceView> {
  const { sources } = await call('elements.listSources', {});
  const wanted = wholeAddress(named);
  const found = sources.find(
    ({ source_id, address }) => source_id === named || address === named || address === wanted,
  );
  if (found !== undefined) return found;
  throw new CommandFailure(`no source ${named}: see \`twinpass elements sources\``, EXIT.invalid);
}

async function showAll({ call }: HostSession, flags: ScheduleFlags, context: CommandContext): Promise<void> {
  const list = await call('elements.listSources', {});
  present(context, flags.json, { value: list, page: () => sourcesPage(list.sources) });
}

function fetchNow(named: string | null, flags: ScheduleFlags, context: CommandContext): Promise<void> {
  return withSchedule(context, flags, async (session) => {
    const source_id = named === null ? null : (await findSource(session, named)).source_id;
    // A failure of one address is told after what the others brought.
    const failure = await session.job('elements.fetchSources', { source_id }).then(
      () => null,
      (cause: unknown) => (cause instanceof Error ? cause : new Error(String(cause))),
    );
    const { sources } = await session.call('elements.listSources', {});
    const looked = sources.filter((source) => source_id === null || source.source_id === source_id);
    if (looked.length > 0)
      present(context, flags.json, { value: { sources: looked }, page: () => sourcesPage(looked) });
    if (failure !== null) throw failure;
  });
}

function watch(flags: ScheduleFlags, context: CommandContext): Promise<void> {
  return withSchedule(context, { ...flags, stays: true }, async (session) => {
    const told = new Map<string, string>();
    const tell = async () => {
      if (context.signal.aborted) return;
      const { sources } = await session.call('elements.listSources', {});
      if (sources.length === 0)
        throw new CommandFailure('no source to watch: `twinpass elements add-source` adds one', EXIT.not_possible);
      for (const source of sources) {
        const line = rowOf(source)[1];
        if (told.get(source.source_id) !== line) context.output.note(`${source.source_id}  ${line}`);
        told.set(source.source_id, line);
      }
    };
    await tell();
    const stop = session.host.events.subscribe(({ type }) => {
      if (type === 'sources.changed') void tell();
    });
    if (!context.signal.aborted) {
      await new Promise<void>((resolve) => context.signal.addEventListener('abort', () => resolve(), { once: true }));
    }
    stop();
  });
}

const minute = (utc_ms: number) => `${formatUtc(utc_ms).slice(0, 16).replace('T', ' ')} Z`;

function rowOf({
  source_id,
  address,
  outcome,
  tried_at_utc_ms,
  message,
  asked_today,
  kind,
  allowed_at_utc_ms,
}: ElementSourceView): [string, string] {
  const when = tried_at_utc_ms === null ? 'never' : minute(tried_at_utc_ms);
  const count = kind === 'url' ? `; asked ${asked_today} of 4 times today` : '';
  const rest = kind === 'url' && asked_today >= 4 ? `, again from ${minute(allowed_at_utc_ms)}` : '';
  return [source_id, `${address}\n${' '.repeat(19)}${when}, ${outcome}: ${message}${count}${rest}`];
}

function sourcesPage(sources: readonly ElementSourceView[]): string {
  if (sources.length === 0)
    return 'No source of elements yet: `twinpass elements add-source` adds an address or a folder.';
  return alignRows(sources.map(rowOf));
}
