import { randomBytes } from 'node:crypto';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { alarmLimitsOf } from '../../src-contract/night-limits.ts';
import { assert } from '../../src-core/assert.ts';
import { createLiveCounter } from '../../src-core/detection/live-counter.ts';
import { createLiveFigures } from '../pipeline/live-figures.ts';
import { prepareLive } from '../pipeline/live-setup.ts';
import type { LiveFeed, LiveThreadOrder, LiveWord } from './live-messages.ts';

/** Figures are made this often while batches come. */
const EVERY_MS = 1000;

/** Entry of the live thread: batches come in by one port, sums go out by the other. It ends with its owner, or by `end`. */
function main(): void {
  assert(parentPort !== null, 'live-thread is started as a thread');
  const out = parentPort;
  const { feed, ...order } = workerData as LiveThreadOrder;
  const say = (word: LiveWord) => out.postMessage(word);
  const prepared = prepareLive(order);
  if (!prepared.ok) {
    say({ kind: 'refused', error: prepared.error });
    feed.close();
    return;
  }
  const { mission, manifests, gate_ns } = order;
  const counter = createLiveCounter({ stations: prepared.value, gate_ns });
  const figuresOf = createLiveFigures({
    mission, manifests, gate_ns, limits: alarmLimitsOf(mission), random_bits: randomBytes(4096),
  });
  const count = (last: boolean) => {
    const cpu = process.threadCpuUsage();
    const figures = figuresOf(counter.advance(last));
    const { user, system } = process.threadCpuUsage(cpu);
    say({ kind: 'figures', figures, last, cpu_ms: (user + system) / 1000 });
  };
  countEverySecond(feed, counter.add, count);
}

/** Silence costs nothing: without new batches nothing is counted. */
function countEverySecond(
  feed: MessagePort, add: ReturnType<typeof createLiveCounter>['add'], count: (last: boolean) => void,
): void {
  let fresh = false;
  const timer = setInterval(() => {
    if (fresh) count(false);
    fresh = false;
  }, EVERY_MS);
  feed.on('message', (word: LiveFeed) => {
    if (word.kind === 'batch') {
      add(word.station, word.batch);
      fresh = true;
      return;
    }
    count(true);
    fresh = false;
    if (word.kind === 'finish') return;
    clearInterval(timer);
    feed.close();
  });
}

main();
