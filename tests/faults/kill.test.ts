// Goal: the recorder is killed a hundred times at random moments of four passes, and nothing it called stored is lost.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openLiveFile, removeLiveFile } from '../../src-main/store/live-file.ts';
import { sealLivePass } from '../../src-main/store/seal-live.ts';
import { seeded } from '../support/seeded.ts';
import { batchesOf } from '../store/live-fixture.ts';
import { freshArchive, META, must, stationColumns, type Archive } from '../store/pass-fixture.ts';
import type { RecorderWord } from './recorder-process.ts';
import { createSendingStation, type SendingStation } from './sending-station.ts';

const SCRIPT = fileURLToPath(new URL('./recorder-process.ts', import.meta.url));
const KILLS = 25;
/** A station sends a batch and an event this often: a pass of minutes in seconds. */
const SEND_EVERY_MS = 10;
const BATCH_TICKS = 1e11;
const STATIONS = ['delingha', 'nanshan'] as const;

const columnsOf = (station: string) => stationColumns(station, 100_000, station === 'delingha' ? 1 : 2);

/** One life of the recorder: it begins, stations send, and it ends as `until` says. */
async function live(folder: string, flight: Flight, until: () => Promise<unknown>): Promise<boolean> {
  const child = fork(SCRIPT, [folder, flight.pass_id], { serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  flight.child = child;
  const { promise: recording, resolve, reject } = Promise.withResolvers<boolean>();
  const died = (code: number | null) => reject(new Error(`the recorder ended by itself with code ${code}`));
  child.once('exit', died);
  child.on('message', (word: RecorderWord) => {
    if (word.word === 'recording') resolve(word.resumed);
    else flight.stations.get(word.station)!.hear(word.command);
  });
  const resumed = await recording;
  for (const station of flight.stations.values()) station.greet();
  const timer = setInterval(() => {
    for (const station of flight.stations.values()) station.sendNext();
  }, SEND_EVERY_MS);
  await until();
  clearInterval(timer);
  flight.child = null;
  child.off('exit', died);
  child.kill('SIGKILL');
  await once(child, 'exit');
  return resumed;
}

interface Flight { readonly pass_id: string; child: ChildProcess | null; readonly stations: Map<string, SendingStation> }

function flightOf(pass_id: string): Flight {
  const flight: Flight = { pass_id, child: null, stations: new Map() };
  const line = { send: (message: object) => {
    if (flight.child?.connected === true) flight.child.send(message, () => undefined); // A message to the dead is lost.
  } };
  for (const station of STATIONS) {
    const batches = batchesOf(columnsOf(station), BATCH_TICKS).map((batch) => ({ ...batch, pass_id }));
    flight.stations.set(station, createSendingStation(station, batches, line));
  }
  return flight;
}

/** Every number that was promised lies in the file as the crash left it. */
function expectPromisesKept({ files, vault }: Archive, { pass_id, stations }: Flight): void {
  const file = must(openLiveFile(pass_id, { directory: files.directory, vault }));
  for (const [station, told] of stations) {
    for (const kind of ['tags', 'event'] as const) {
      const through = file.numbers(station, kind)[0];
      expect(through?.from === 1 ? through.through : 0, `${station} ${kind}`).toBeGreaterThanOrEqual(told.promised(kind));
    }
    expect(told.askedForForgotten()).toBe(false);
  }
  file.close();
}

async function wait(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

async function expectWhole(archive: Archive, pass_id: string): Promise<void> {
  const { files, vault } = archive;
  const file = must(openLiveFile(pass_id, { directory: files.directory, vault }));
  const sealed = must(sealLivePass(file, { directory: files.directory, vault }));
  file.close();
  must(archive.archive.insert({ sealed, file_name: `${pass_id}.tpass`, imported_at_utc_ms: 1 }, () => files.publish(pass_id)));
  must(removeLiveFile(files.directory, pass_id));
  expect(must(await files.verify(`${pass_id}.tpass`))).toMatchObject({ intact: true, findings: [] });
  const reader = must(files.open(`${pass_id}.tpass`));
  for (const station of STATIONS) {
    const { clicks, beacon, pps } = columnsOf(station);
    expect(must(reader.readStreams(station, vault)), station).toEqual({ clicks, beacon, pps });
  }
  reader.close();
}

/** One pass from its first batch to its sealed file, with kills on the way. */
async function flyThrough(archive: Archive, number: number): Promise<void> {
  const flight = flightOf(`${META.pass_id}-${number}`);
  const random = seeded(number);
  for (let kill = 0; kill < KILLS; kill += 1) {
    const resumed = await live(archive.folder, flight, () => wait(random() * 250));
    expect(resumed).toBe(kill > 0);
    expectPromisesKept(archive, flight);
  }
  await live(archive.folder, flight, async () => {
    while (![...flight.stations.values()].every((station) => station.allStored())) await wait(20);
  });
  await expectWhole(archive, flight.pass_id);
}

test(`four passes, ${KILLS} kills each at random moments`, { timeout: 400_000 }, async () => {
  const archives = await Promise.all([1, 2, 3, 4].map(() => freshArchive()));
  await Promise.all(archives.map(async (archive, place) => flyThrough(archive, place + 1)));
});
