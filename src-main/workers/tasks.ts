import { distilPasses } from './distil-passes.ts';
import { distilWithPeer } from './distil-with-peer.ts';
import { flyStations } from './fly-stations.ts';
import { hashFile } from './hash-file.ts';
import { importRecordings } from './import-recordings.ts';
import { processPassFile } from './process-pass-file.ts';
import { sealRecordedPass } from './seal-live-pass.ts';
import { searchSatellites } from './search-satellites.ts';
import { simulateRecordings } from './simulate-recordings.ts';
import { solveSchedule } from './solve-schedule.ts';
import type { Task } from './task.ts';

/** What a worker can be asked for. The pool's types derive from this table. */
export const tasks = {
  'file.hashFile': hashFile,
  'archive.importRecordings': importRecordings,
  'archive.sealRecordedPass': sealRecordedPass,
  'detection.processPassFile': processPassFile,
  'distillation.distilPass': distilPasses,
  'session.distilWithPeer': distilWithPeer,
  'simulator.simulateRecordings': simulateRecordings,
  'simulator.flyStations': flyStations,
  'schedule.chooseWindows': solveSchedule,
  'constellation.searchSatellites': searchSatellites,
} satisfies Readonly<Record<string, Task<never, unknown>>>;

type Tasks = typeof tasks;
export type TaskName = keyof Tasks;
export type TaskInput<N extends TaskName> = Parameters<Tasks[N]>[0];
export type TaskOutput<N extends TaskName> = Extract<Awaited<ReturnType<Tasks[N]>>, { readonly ok: true }>['value'];
