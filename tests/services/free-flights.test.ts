// Goal: what a crash left of a flight goes at the next start and is in the log; a flight under way stays.
import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freeFlights } from '../../src-main/services/free-flights.ts';
import { createLogStore } from '../../src-main/store/log-store.ts';
import { openMissionDb } from '../../src-main/store/open.ts';
import { must, ownFolder } from '../store/pass-fixture.ts';

const NOW_UTC_MS = 1_600_000_000_000;

function folder(scratch: string, name: string, age_s: number): string {
  const path = join(scratch, name);
  mkdirSync(path);
  writeFileSync(join(path, 'delingha.ptu'), 'x');
  utimesSync(path, NOW_UTC_MS / 1000 - age_s, NOW_UTC_MS / 1000 - age_s);
  return path;
}

test('old flights are freed and logged once, young ones and what is not a flight stay', async () => {
  const scratch = ownFolder();
  const [stale, young, other] = [
    folder(scratch, 'flight-a1', 7200), folder(scratch, 'flight-b2', 60), folder(scratch, 'keep', 7200),
  ];
  const db = must(openMissionDb(':memory:'));
  const log = createLogStore(db);
  const free = () => freeFlights({
    scratch_directory: scratch, log, who: 'tester', now_utc_ms: () => NOW_UTC_MS, machine_utc_ms: () => NOW_UTC_MS,
  });
  expect(await free()).toEqual(['flight-a1']);
  expect([stale, young, other].map((path) => existsSync(path))).toEqual([false, true, true]);
  expect(await free()).toEqual([]);
  const told = log.list(10).filter(({ action }) => action === 'simulator.freeFlights');
  expect(told.map(({ who, details_json }) => [who, details_json])).toEqual([['tester', '{"folders":["flight-a1"]}']]);
});
