// Goal: the windows of a constellation are the same on one thread and on many, and a cancelled search ends at once.
import { expect, test } from 'vitest';
import { constellationFile, type ConstellationSearch } from '../../src-contract/constellation.ts';
import { columnOf, type Frame } from '../../src-contract/frames.ts';
import { poseConstellation, searchConstellation } from '../../src-main/services/search-constellation.ts';
import { createWorkerPool } from '../../src-main/workers/pool.ts';
import { shareRunner } from '../../src-main/workers/search-share.ts';
import { constellationSample } from '../support/constellation-sample.ts';

const sample = constellationSample({ satellites: 7, stations: 14 });

function searchOf(change: Partial<ConstellationSearch> = {}) {
  const posed = poseConstellation({
    constellation: constellationFile.parse({ format: 'twinpass-constellation/1', stations: sample.stations }),
    elements_text: sample.elements_text, elements_name: 'sample', from_utc_ms: Date.UTC(2018, 8, 15), days: 4, dark_only: false,
    ...change,
  });
  if (!posed.ok) throw new Error(JSON.stringify(posed.error));
  return posed.value;
}

async function found(workers: number, change: Partial<ConstellationSearch> = {}, abort = new AbortController()) {
  const pool = createWorkerPool({ concurrent_max: workers, reportIncident: String });
  const fractions: number[] = [];
  const reply = await searchConstellation(searchOf(change), {
    workers, signal: abort.signal,
    report: (_, fraction) => { fractions.push(fraction); if (change.days === 366) abort.abort(); },
    runShare: shareRunner(pool),
  });
  await pool.close();
  return { reply, fractions };
}

function valueOf({ reply }: Awaited<ReturnType<typeof found>>): Frame {
  if (!reply.ok) throw new Error(JSON.stringify(reply.error));
  return reply.value;
}

test('one, two and five threads find the same numbers, bit for bit', async () => {
  const one = valueOf(await found(1));
  expect(columnOf(one, 'dark').length).toBeGreaterThan(30);
  expect(new Set(columnOf(one, 'catalog_number')).size).toBe(7);
  for (const workers of [2, 5]) expect(valueOf(await found(workers))).toEqual(one);
});

test('dark windows are the dark ones of all, and named pairs those pairs', async () => {
  const [all, dark] = [valueOf(await found(1)), valueOf(await found(1, { dark_only: true }))];
  expect(columnOf(dark, 'start_utc_ms')).toEqual(columnOf(all, 'start_utc_ms').filter((_, i) => columnOf(all, 'dark')[i] === 1));
});

test('a search is cancelled while it runs, and tells how far it was', async () => {
  const { reply, fractions } = await found(2, { days: 366 });
  expect(reply).toMatchObject({ ok: false, error: { type: 'Cancelled' } });
  expect(fractions[0]).toBeGreaterThan(0);
  expect(Math.max(...fractions)).toBeLessThan(1);
});

test('more than one search can hold is refused with what to do', () => {
  const posed = poseConstellation({
    constellation: constellationFile.parse({
      format: 'twinpass-constellation/1',
      stations: Array.from({ length: 190 }, (_, i) => ({ ...sample.stations[0]!, id: `t${i}` })),
    }),
    elements_text: sample.elements_text, elements_name: 'all.tle', from_utc_ms: 0, days: 366, dark_only: false,
  });
  expect(posed).toMatchObject({ ok: false, error: { type: 'InvalidFile', where: 'all.tle' } });
  expect(JSON.stringify(posed)).toMatch(/fewer days/);
});

test('of several sets of one satellite the newest is searched', () => {
  const twice = JSON.stringify((JSON.parse(sample.elements_text) as { EPOCH: string }[]).flatMap((set) =>
    [{ ...set, EPOCH: set.EPOCH.replace('2018', '2017') }, set]));
  expect(searchOf({ elements_text: twice }).satellites).toEqual(searchOf().satellites);
});
