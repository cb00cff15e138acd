// Entry of the recorder's thread: the broker or the way to one, the stations' messages, the file of the pass.
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../../../src-core/assert.ts';
import { createBrokerLine } from './broker-line.ts';
import { createRecorderDesk } from './recorder-desk.ts';
import type { RecorderOrder, RecorderThreadSetup } from './recorder-messages.ts';

const TICK_MS = 250;

assert(parentPort !== null, 'recorder-thread is started as a thread');
const port = parentPort;
const setup = workerData as RecorderThreadSetup;
const desk = createRecorderDesk({
  ...setup,
  connect: (ends) => createBrokerLine(setup, ends),
  tell: (news) => port.postMessage(news),
  elapsed_ms: () => performance.now(),
  now_utc_ms: Date.now,
});
port.on('message', (order: RecorderOrder) => desk.handle(order));
setInterval(desk.tick, TICK_MS);
